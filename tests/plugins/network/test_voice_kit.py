"""voice.everyone: the checks of every scorer, extremes, gaming, each absent measure's reason, and what is withheld."""

import itertools
import math
import random

import pytest

from kithline_network.voice.scorer import Voice
from kithline_sdk.testing import check_scorer, declared, run, scorer_entry, snapshot

WINDOW = ("2026-01-01", "2026-07-01")
ENTRY = scorer_entry("kithline_network", "voice.everyone")


def member(person, department, rank="engineer"):
    return {"person": person, "group": "employee", "organisation": "us", "department": department, "rank": rank}


def outside(person):
    return {"person": person, "group": "customer", "organisation": "them"}


def contact(actor, target, day="2026-02-01", **more):
    return {"day": day, "actor": actor, "target": target, "verb": "posted", "recipients": 1, "count": 1, **more}


def firm(sizes, customers=20):
    people = [member(f"{name}{one:03}", name) for name, size in sizes.items() for one in range(size)]
    return people + [outside(f"x{one:03}") for one in range(customers)]


def both(a, b):
    """A tie: a turns to b, and b answers."""
    return [contact(a, b), contact(b, a, "2026-02-02")]


def told(people, contacts=(), **tables):
    whole = {"memberships": people, "tie_day": list(contacts), "focal": [{"organisation": "us"}], **tables}
    return declared(snapshot(whole, WINDOW), ENTRY)


def score(people, contacts=(), tables=None, **parameters):
    return run(Voice(), told(people, contacts, **(tables or {})), **parameters)


SIZES = {"a": 10, "b": 8, "c": 6}


def busy(sizes=SIZES, many=300, customers=20, seed=3):
    draw = random.Random(seed)
    staff = [f"{name}{one:03}" for name, size in sizes.items() for one in range(size)]
    ends = [(draw.choice(staff), f"x{draw.randrange(customers):03}") for _ in range(many)]
    return [
        contact(
            *(pair if draw.random() < 0.6 else pair[::-1]), f"2026-0{1 + draw.randrange(6)}-{1 + draw.randrange(28):02}"
        )
        for pair in ends
    ]


def test_it_passes_the_kit():
    activity = [{"day": "2026-02-01", "actor": "a000", "verb": "posted", "count": 3}]
    worlds = [
        told(firm(SIZES), busy(), activity_day=activity),
        told(firm(SIZES)),
        told(firm(SIZES), both("a000", "x000")),
    ]

    found = check_scorer(Voice(), ENTRY, worlds, drawn=0.05)

    assert [one.status for one in found] == ["ok", "insufficient", "ok"]


def test_a_firm_in_which_everybody_talks_outside_reaches_the_top():
    people = firm(SIZES)
    contacts = [row for one in people[:24] for row in both(one["person"], "x000")]

    found = score(people, contacts)

    assert found.score == pytest.approx(1.0)
    assert found.measures["gini"] == pytest.approx(0.0, abs=1e-12)
    assert found.measures["voice_share"] == 1.0


def test_a_department_of_the_brand_alone_stays_low():
    people = [
        *firm({"dev": 40, "ops": 40, "hr": 40}, 30),
        *(member(f"m{one}", "marketing", "brand account") for one in range(5)),
    ]
    people += [member(f"p{one}", "marketing") for one in range(5)]
    contacts = [row for one in range(5) for other in range(30) for row in both(f"m{one}", f"x{other:03}")]
    contacts += [row for one in range(5) for row in both(f"p{one}", "x001")]

    found = score(people, contacts)

    assert found.score < 0.2
    assert found.measures["named_share"] == 5 / 155
    assert found.measures["departments_active_share"] == 0.25
    assert {"one_department_only", "marketing_only_stage", "voluntary"} == {note.code for note in found.findings}
    assert "people_beside_accounts" in {one.code for one in found.recommendations}


def test_one_department_needs_some_contact_before_it_is_said():
    people = firm({"dev": 6, "ops": 6, "marketing": 6}, 30)
    few = [contact("marketing000", f"x{one:03}") for one in range(19)]

    assert [note.code for note in score(people, few).findings] == ["voluntary"]
    assert "one_department_only" in [
        note.code for note in score(people, [*few, contact("marketing001", "x020")]).findings
    ]


def test_a_withheld_department_is_not_named_as_the_only_one():
    people = firm({"dev": 6, "ops": 6, "hr": 7, "marketing": 3}, 40)
    contacts = [contact(f"marketing00{one % 3}", f"x{one:03}") for one in range(40)]

    found = score(people, contacts)
    text = " ".join([note.evidence for note in found.findings] + [one.text for one in found.recommendations])

    assert "marketing" not in text
    assert "voice.marketing" not in found.measures


def test_no_department_is_shown_that_follows_from_the_whole():
    found = score(firm({"dev": 6, "ops": 6, "hr": 7, "lab": 3}), busy({"dev": 6, "ops": 6, "hr": 7, "lab": 3}))
    cells = [one for one in found.measures if one.startswith("voice.")]

    assert len(cells) <= 2
    assert "voice.lab" not in cells
    assert any(one.what == "voice.<department>" and one.reason == "below_floor" for one in found.missing)


def test_without_the_floor_every_department_is_shown():
    found = score(firm({"dev": 6, "lab": 3}), busy({"dev": 6, "lab": 3}), no_floor=True)

    assert {"voice.dev", "voice.lab"} <= set(found.measures)


def test_a_higher_floor_withholds_more():
    assert not [one for one in score(firm(SIZES), busy(), floor=20).measures if one.startswith("voice.")]


def test_a_department_of_which_one_person_has_nearly_all_contact_is_withheld():
    people = firm({"a": 10, "b": 10, "c": 10, "d": 10}, 40)
    contacts = [contact("a000", f"x{one:03}") for one in range(40)]
    contacts += [contact(f"{name}{one:03}", "x000") for name in "bcd" for one in range(10)]

    found = score(people, contacts)

    assert "voice.a" not in found.measures


def test_broadcasts_reactions_and_volume_add_nothing():
    people = firm(SIZES)
    plain = busy()
    noise = [contact("c005", f"x{one:03}", recipients=20) for one in range(20)]
    noise += [contact("c005", f"x{one:03}", verb="reacted") for one in range(20)]
    loud = [{**row, "count": row["count"] * 1000} for row in plain]

    whole = score(people, plain)

    assert score(people, [*plain, *noise]).score == whole.score
    assert score(people, loud).measures["gini"] == whole.measures["gini"]


def test_contact_inside_with_unknown_people_or_inward_is_no_voice():
    people = firm(SIZES)
    contacts = [contact("a000", "b000"), contact("x000", "a000"), contact("a001", "stranger")]

    found = score(people, contacts)

    assert (found.measures["voices"], found.measures["outward_pairs"]) == (0, 0)
    assert found.reasons == ["no_outward_contact"]


def test_one_whale_moves_the_score_by_no_more_than_concentration():
    people = firm(SIZES)
    whale = [contact("a000", f"x{one:03}") for one in range(20)]
    found = score(people, busy(many=60) + whale)
    without = score(people, [row for row in busy(many=60) if "a000" not in (row["actor"], row["target"])])

    assert abs(found.score - without.score) <= found.concentration + 1e-9


def test_a_person_of_two_departments_counts_half_in_each():
    people = [*firm({"a": 6, "b": 6, "c": 6}), member("a000", "b")]

    found = score(people, [contact("a000", "x000")], no_floor=True)

    assert found.measures["voice.a"] == pytest.approx(0.5 / 5.5)
    assert found.measures["voice.b"] == pytest.approx(0.5 / 6.5)


@pytest.mark.parametrize(
    ("people", "contacts", "reasons"),
    [
        (
            [member(f"p{one}", None) for one in range(6)] + [outside("x000")],
            [contact("p1", "x000")],
            {"departments_active_share": "no_departments", "gini": "no_departments", "voice.<department>": "no_departments"},
        ),
        (firm(SIZES), [], {"gini": "no_outward_contact", "absence_factor_50": "no_outward_contact", "named_share": "no_cross_company_ties"}),
        ([], [], {"voice_share": "no_staff", "departments_active_share": "no_staff", "events": "no_events"}),
        (
            [{**row, "rank": None} for row in firm(SIZES)],
            both("a000", "x000"),
            {"accounts": "no_ranks", "named_share": "no_ranks"},
        ),
    ],
)  # fmt: skip
def test_what_is_absent_has_its_reason(people, contacts, reasons):
    found = score(people, contacts)

    assert reasons.items() <= {one.what: one.reason for one in found.missing}.items()


def test_without_ranks_the_score_is_provisional_and_asks_for_them():
    found = score([{**row, "rank": None} for row in firm(SIZES)], busy())

    assert (found.status, found.reasons) == ("provisional", ["no_ranks"])
    assert math.fsum(one.contribution for one in found.drivers) == pytest.approx(found.score)
    assert "mark_accounts" in {one.code for one in found.recommendations}


def test_no_step_asks_for_more_than_40_percent_of_a_department():
    for many in (20, 60, 200):
        found = score(firm({"a": 30, "b": 30, "c": 30, "d": 30}), busy({"a": 30, "b": 20, "c": 2, "d": 30}, many))
        for step in found.recommendations:
            if step.code == "invite_quiet_department":
                assert int(step.text.split("up to ")[1].split(" %")[0]) <= 40


def test_the_diffusion_curve_counts_departments_per_quarter():
    people = firm(SIZES)
    contacts = [
        contact("a000", "x000", "2026-01-05"),
        contact("a001", "x000", "2026-05-05"),
        contact("b000", "x000", "2026-05-06"),
    ]

    curve = score(people, contacts).tables["diffusion"]

    assert [(row["quarter"], row["days"], row["departments_active"], row["people"]) for row in curve] == [
        ("2026-Q1", 90, 1, 1),
        ("2026-Q2", 91, 2, 2),
    ]


def test_declared_ties_count_as_their_sender_turning_outside():
    ties = [{"actor": "a000", "target": "x000", "last_at": "2026-05-01"}, {"actor": "x001", "target": "b000"}]

    found = score(firm(SIZES), tables={"ties": ties})

    assert (found.measures["voices"], found.measures["cross_company_ties"]) == (1, 2)
    assert [row["departments_active"] for row in found.tables["diffusion"]] == [0, 1]


def test_coverage_is_the_share_of_staff_listed():
    assert score(firm(SIZES), busy(), {"populations": [{"group": "employee", "count": 48}]}).coverage == 0.5


@pytest.mark.parametrize("name", ["share", "named"])
def test_a_curve_that_falls_is_refused(name):
    with pytest.raises(ValueError, match="half of a curve"):
        Voice.Params(**{f"{name}_half": 0.9})


def test_more_departments_with_a_voice_never_lower_their_part():
    people = firm(dict.fromkeys("abcdef", 6))
    values = []
    for many in range(1, 7):
        contacts = [row for name in "abcdef"[:many] for row in both(f"{name}000", "x000")]
        values.append(
            next(one.sub_score for one in score(people, contacts).drivers if one.name == "departments_active_share")
        )

    assert all(a < b for a, b in itertools.pairwise(values))
