"""leadership.presence: the checks of every scorer, guards, minimum rules, privacy, and each absent measure's reason."""

import json
import random
from importlib import resources

import pytest

from kithline_network.leadership.scorer import Leadership
from kithline_sdk.testing import check_scorer, declared, run, scorer_entry, snapshot

WINDOW = ("2026-01-01", "2026-04-01")
ENTRY = scorer_entry("kithline_network", "leadership.presence")
HEADS = [f"l{one}" for one in range(6)]
STAFF = [f"o{one:02}" for one in range(36)]


def person(name, manager=None, **more):
    return {"person": name, "group": "employee", "manager": manager, "department": "works", **more}


PEOPLE = [
    person("top"),
    *(person(name, "top") for name in HEADS),
    *(person(name, HEADS[one % 6], department="works" if one < 20 else "lab") for one, name in enumerate(STAFF)),
]


def contact(actor, target, day="2026-02-01", **more):
    return {"day": day, "actor": actor, "target": target, "verb": "posted", "recipients": 1, "count": 1, **more}


def busy(many=600, seed=5, names=("top", *HEADS, *STAFF)):
    draw = random.Random(seed)
    return [
        contact(*draw.sample(names, 2), f"2026-0{1 + draw.randrange(3)}-{1 + draw.randrange(28):02}")
        for _ in range(many)
    ]


def told(people=PEOPLE, contacts=(), **tables):
    activity = [{name: row[name] for name in ("day", "actor", "verb", "count")} for row in contacts]
    return declared(
        snapshot({"memberships": people, "tie_day": list(contacts), "activity_day": activity, **tables}, WINDOW), ENTRY
    )


def score(people=PEOPLE, contacts=(), tables=None, **parameters):
    return run(Leadership(), told(people, contacts, **(tables or {})), **parameters)


def reasons(found):
    return {one.what: one.reason for one in found.missing}


def test_it_passes_the_kit():
    assisted = [*PEOPLE, person("s1", "top", rank="Assistant")]
    worlds = [
        told(contacts=busy()),
        told(assisted, busy(names=["top", "s1", *HEADS, *STAFF])),
        told(),
        told(PEOPLE[:3]),
    ]

    found = check_scorer(Leadership(), ENTRY, worlds)

    assert [one.status for one in found] == ["ok", "ok", "insufficient", "withheld"]


def test_leaders_who_answer_all_and_take_part_reach_the_top():
    contacts = []
    for day in range(1, 29):
        for one, name in enumerate(STAFF):
            ends = (HEADS[(one + day) % 6], name)
            contacts += [contact(*ends[::-1], f"2026-01-{day:02}", first_at=f"2026-01-{day:02}T08:00:00Z")]
            contacts += [contact(*ends, f"2026-01-{day:02}", first_at=f"2026-01-{day:02}T09:00:00Z")]
    contacts += [contact("top", HEADS[0], f"2026-{month:02}-{day:02}") for month in (2, 3) for day in range(1, 29)]

    found = score(contacts=contacts)

    assert found.measures["reach_1hop"] == found.measures["upward_answered"] == found.measures["symmetric_flow"] == 1.0
    assert found.score > 0.95


def test_leaders_who_only_broadcast_reach_nobody():
    contacts = busy(names=STAFF)
    contacts += [contact("l1", name, recipients=36) for name in STAFF]
    contacts += [contact(STAFF[0], "l2", "2026-02-02"), contact(STAFF[1], "l2", "2026-02-02")]

    found = score(contacts=contacts)

    assert (found.measures["reach_1hop"], found.measures["symmetric_flow"], found.measures["upward_answered"]) == (
        0,
        0,
        0,
    )
    assert found.score < 0.05
    assert len(found.recommendations) == 3


def test_an_assistants_account_counts_as_the_leaders_and_is_flagged():
    people = [*PEOPLE, person("s1", "top", rank="Executive Assistant")]
    contacts = [*busy(names=(*HEADS, *STAFF)), contact("s1", STAFF[0]), contact("s1", STAFF[1])]

    found = score(people, contacts)

    assert found.measures["assistants"] == 1
    assert found.measures["leaders"] == 7
    assert "assistants_mapped" in [note.code for note in found.findings]
    assert found.measures["score_without_assistants"] != found.score
    assert found.measures["score_without_assistants"] == pytest.approx(score(PEOPLE, contacts[:-2]).score)


def test_people_csv_says_who_leads():
    people = [{**row, "leader": True} if row["person"] in {*HEADS[:4], "o01", "o02"} else row for row in PEOPLE]
    denied = [{**row, "leader": False} if row["person"] == "l0" else row for row in PEOPLE]

    assert score(people, busy()).measures["leaders"] == 6
    assert score(denied, busy()).measures["leaders"] == 6
    assert score(denied, busy()).measures["others"] == 37


def test_marked_leaders_need_no_tree():
    people = [{**row, "manager": None, "leader": row["person"] in HEADS or None} for row in PEOPLE]

    found = score(people, busy())

    assert (found.measures["leaders"], found.measures["others"]) == (6, 37)
    assert reasons(found)["manager_tie_share"] == "no_reporting_lines"


def test_a_ring_of_managers_and_smaller_trees_are_outside():
    ring = [person("r1", "r2"), person("r2", "r1"), person("q1"), person("q2", "q1")]

    found = score([*PEOPLE, *ring], busy())

    assert found.measures["outside_tree"] == 4
    assert found.score == pytest.approx(score(contacts=busy()).score)


def test_who_is_the_own_manager_is_at_the_top():
    people = [person("top", "top"), *PEOPLE[1:]]

    assert score(people, busy()).measures == score(contacts=busy()).measures


def test_of_two_tops_alike_each_leads():
    people = [person("a"), person("b")]
    people += [person(f"{one}{two}", one) for one in "ab" for two in range(3)]

    assert score(people, busy(names=[row["person"] for row in people])).measures["leaders"] == 8


def test_with_four_leaders_all_is_withheld_and_with_the_floor_off_it_is_not():
    people = [row for row in PEOPLE if row["person"] not in HEADS[3:] and row["manager"] not in HEADS[3:]]

    found = score(people, busy(names=[row["person"] for row in people]))

    assert (found.status, found.measures, found.tables) == ("withheld", {}, {})
    assert score(people, busy(names=[row["person"] for row in people]), no_floor=True).measures["leaders"] == 4


def test_a_late_answer_is_none_and_a_first_contact_near_the_end_is_left_out():
    contacts = [
        contact("o01", "l1", "2026-02-01", first_at="2026-02-01T00:00:00Z"),
        contact("l1", "o01", "2026-02-08", first_at="2026-02-08T00:00:01Z"),
        contact("o02", "l1", "2026-02-01", first_at="2026-02-01T00:00:00Z"),
        contact("l1", "o02", "2026-02-08", first_at="2026-02-08T00:00:00Z"),
        contact("o03", "l1", "2026-03-26", first_at="2026-03-26T00:00:00Z"),
        contact("l1", "o03", "2026-03-27", first_at="2026-03-27T00:00:00Z"),
    ]

    found = score(contacts=contacts)

    assert (found.measures["upward_contacts"], found.measures["upward_answered"]) == (2, 0.5)


def test_no_department_below_ten_is_shown_nor_follows():
    people = [{**row, "department": "tiny"} if row["person"] in STAFF[:4] else row for row in PEOPLE]
    found = score(people, busy())

    assert "tiny" not in str(found.tables)
    assert len(found.tables.get("departments", [])) < 2
    assert {row["department"] for row in score(people, busy(), no_floor=True).tables["departments"]} == {
        "tiny",
        "works",
        "lab",
    }


def test_two_large_departments_are_shown():
    found = score(contacts=busy())

    assert [(row["department"], row["people"]) for row in found.tables["departments"]] == [("lab", 16), ("works", 20)]


def test_volume_adds_nothing_beyond_the_cap():
    plain = busy()
    loud = [*plain, contact("l1", "o01", "2026-03-03", count=5000)]
    capped = [*plain, contact("l1", "o01", "2026-03-03", count=20)]

    assert score(contacts=loud).score == score(contacts=capped).score


def test_one_whale_moves_the_score_by_no_more_than_concentration():
    contacts = busy(150)
    whale = [contact("o01", name, f"2026-02-{day:02}") for name in HEADS for day in range(1, 20)]
    found = score(contacts=contacts + whale)
    without = score(contacts=[row for row in contacts if "o01" not in (row["actor"], row["target"])])

    # Nobody leaves the tree here, so the number of others differs by one.
    assert abs(found.score - without.score) <= found.concentration + 0.02


@pytest.mark.parametrize(
    ("people", "contacts", "tables", "expected"),
    [
        (
            [],
            [],
            {},
            {"leaders": "no_reporting_tree", "reach_1hop": "no_reporting_tree", "active_day_ratio": "no_events"},
        ),
        (
            PEOPLE,
            [],
            {},
            {
                "events": "no_events",
                "ei_leader_other": "no_ties",
                "symmetric_flow": "direction_unknown",
                "self_reported": "no_answers",
            },
        ),
        (
            PEOPLE,
            [],
            {"ties": [{"actor": "l1", "target": "o01"}]},
            {"to_leader_share": "direction_unknown", "upward_answered": "direction_unknown"},
        ),
        (
            PEOPLE,
            [contact("l1", "l2")],
            {},
            {
                "active_day_ratio": "others_sent_nothing",
                "upward_answered": "no_first_contacts",
                "symmetric_flow": "no_contact_with_leaders",
                "to_leader_share": "no_contact_of_others",
                "score_without_assistants": "no_assistants",
            },
        ),
        ([*PEOPLE, person("s1", "top", rank="assistant")], [], {}, {"score_without_assistants": "few_parts"}),
    ],
)
def test_what_is_absent_has_its_reason(people, contacts, tables, expected):
    assert expected.items() <= reasons(score(people, contacts, tables)).items()


def test_three_parts_of_four_are_provisional():
    contacts = [contact("l1", name, f"2026-02-0{day}") for name in STAFF for day in (1, 2)]
    contacts += [contact(STAFF[0], STAFF[1])]

    found = score(contacts=contacts)

    assert (found.status, found.reasons) == ("provisional", ["part_absent"])
    assert len(found.drivers) == 3


def questionnaire():
    path = resources.files("kithline_network") / "questionnaires" / "leadership@1.json"
    return json.loads(path.read_text())


def items():
    names = ("item", "weight", "minimum", "maximum", "reverse")
    return [
        {"questionnaire": "leadership", "version": "1", **{name: one[name] for name in names}}
        for one in questionnaire()["items"]
    ]


def answers(people, value, assessment="a", dated="2026-02-01"):
    return [
        {"questionnaire": "leadership", "version": "1", "assessment": assessment, "respondent": name, "item": one["item"],
         "value": value, "dated": dated}
        for name in people for one in items()
    ]  # fmt: skip


def test_the_questionnaire_is_shown_beside_and_moves_nothing():
    asked = {"items": items(), "answers": answers(STAFF[:6], 3.0) + answers(STAFF[:6], 0.0, "b", "2026-01-05")}

    found = score(contacts=busy(), tables=asked)

    assert found.measures["self_reported"] == 0.75
    assert found.measures["self_reported_respondents"] == 6
    assert found.score == score(contacts=busy()).score


def test_items_weigh_and_turn():
    own = [
        {**one, "reverse": one["item"] == "P1", "weight": 3.0 if one["item"] == "P1" else 1.0} for one in items()[:2]
    ]
    rows = [{**row, "value": 1.0} for row in answers(STAFF[:5], 1.0) if row["item"] in {"P1", "P2"}]

    assert score(tables={"items": own, "answers": rows}).measures["self_reported"] == pytest.approx(
        (3 * 0.75 + 0.25) / 4
    )


@pytest.mark.parametrize(
    ("people", "questions", "reason"), [(STAFF[:4], items(), "below_floor"), (STAFF[:5], [], "no_items")]
)
def test_too_few_answers_are_not_shown(people, questions, reason):
    assert reasons(score(tables={"items": questions, "answers": answers(people, 2.0)}))["self_reported"] == reason


def test_every_item_is_asked_in_both_languages():
    asked = questionnaire()["items"]

    assert len(asked) >= 8
    assert all(set(one["text"]) == set(one["improvement"]) == {"en", "de"} and one["evidence"] for one in asked)


@pytest.mark.parametrize("name", ["ratio", "reach"])
def test_a_curve_that_falls_is_refused(name):
    with pytest.raises(ValueError, match="half of a curve"):
        Leadership.Params(**{f"{name}_half": 5.0})
