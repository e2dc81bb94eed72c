"""The checks that every plugin must pass, and that names, order and volume change nothing."""

import importlib.resources
import itertools
import time

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

import kithline_supply
from kithline_core.model.questionnaires import Questionnaire
from kithline_core.plugins import read_manifest
from kithline_sdk.testing import check_scorer, snapshot
from kithline_supply.collaboration import Collaboration

WINDOW = ("2026-01-01", "2026-04-01")


def _busy(world):
    """A world with everything in it: circles, rivals, practices, answers, sums, several memberships."""
    names = [f"S{number:02}" for number in range(12)]
    more = {one: {"circles": "abc"[n % 3], "name": f"Works {n}"} for n, one in enumerate(names)}
    more["S03"]["competing"], more["S06"]["owner"], more["S07"]["owner"] = "S00", "family", "family"
    made = world(names, **more)
    made.talk(("F", one) for one in names[:9])
    made.talk(pair for place, pair in enumerate(itertools.combinations(names, 2)) if place % 4 == 0)
    made.say("F", names[9]).say("F", names[10])
    for place, one in enumerate(names[:7]):
        made.share(one, f"i{place}", names[place + 1 : place + 1 + place % 2])
    made.members.append(made.member("S01", "s00"))
    made.add("ties", {"actor": "s11", "target": "s10", "count": 7})
    made.add("organisation_ties", {"organisation_a": "S11", "organisation_b": "S09", "weight": 3.0, "period": "2026"})
    made.add(
        "answers",
        *(
            {"questionnaire": "supply.survey", "version": "1", "assessment": "a", "respondent": f"r{n}", "item": "is1",
             "value": 1.0 + n % 5, "department": f"d{n % 2}", "dimension": "information_sharing"}
            for n in range(9)
        ),
    )  # fmt: skip
    return made


def test_the_scorer_passes_the_kit(world, entry, suppliers):
    star = world(suppliers(6)).talk(("F", one) for one in suppliers(6))
    sums = world(suppliers(6)).add(
        "organisation_ties", *({"organisation_a": "F", "organisation_b": one} for one in ("S001", "S002"))
    )
    hubless = world(suppliers(6), focal=None).talk([("S000", "S001")])
    whole = [snapshot(made.rows(), WINDOW) for made in (_busy(world), star, sums, hubless)]

    findings = check_scorer(Collaboration(), entry, whole, drawn=0.05)

    assert [found.status for found in findings] == ["ok", "provisional", "provisional", "not_applicable"]


def test_the_manifest_is_one_the_host_can_read_and_its_questionnaire_too():
    folder = importlib.resources.files(kithline_supply)
    with importlib.resources.as_file(folder) as path:
        manifest = read_manifest(path)
        asked = [
            msgspec.json.decode((path / name).read_bytes(), type=Questionnaire) for name in manifest.questionnaires
        ]

    dimensions = [item.dimension for item in asked[0].items]
    assert (asked[0].questionnaire, asked[0].version) == ("supply.survey", "1")
    assert {name: dimensions.count(name) for name in dimensions} == {
        "information_sharing": 4,
        "decision_synchronisation": 4,
        "incentive_alignment": 4,
    }
    assert {(item.minimum, item.maximum) for item in asked[0].items} == {(1, 5)}
    assert all({"en", "de"} == set(item.text) == set(item.improvement) for item in asked[0].items)


ENDS = st.integers(0, 7)


@settings(max_examples=50)
@given(pairs=st.sets(st.tuples(ENDS, ENDS)), order=st.permutations(range(8)))
def test_other_names_change_nothing(world, score, pairs, order):
    def made(names):
        found = world(names[1:], focal=names[0])
        return score(found.talk((names[a], names[b]) for a, b in sorted(pairs)))

    one = made([f"N{number}" for number in range(8)])
    other = made([f"N{order[number]}" for number in range(8)])

    assert (other.level, other.status) == (one.level, one.status)
    for name, value in one.measures.items():
        assert abs(other.measures[name] - value) < 1e-12
    assert abs(other.score - one.score) < 1e-12


@settings(max_examples=20)
@given(order=st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(world, score, order):
    rows = _busy(world).rows()
    mixed = {name: order.sample(given, len(given)) for name, given in rows.items()}

    assert msgspec.json.encode(score(mixed)) == msgspec.json.encode(score(rows))


@settings(max_examples=30)
@given(times=st.integers(2, 10_000))
def test_more_of_the_same_contact_changes_no_figure(world, score, times):
    def made(count):
        return score(world([f"S00{n}" for n in range(6)]).talk([("F", "S000"), ("S000", "S001")], count=count))

    one, many = made(1), made(times)

    assert many.score == one.score
    assert {k: v for k, v in many.measures.items() if k != "interactions"} == {
        k: v for k, v in one.measures.items() if k != "interactions"
    }


@settings(max_examples=30)
@given(pairs=st.sets(st.tuples(ENDS, ENDS), min_size=1), practices=st.lists(ENDS, max_size=5))
def test_everything_stays_in_range_and_adds_up(world, score, entry, pairs, practices):
    names = ["F", *(f"S{number}" for number in range(7))]
    made = world(names[1:]).talk((names[a], names[b]) for a, b in sorted(pairs))
    for place, one in enumerate(practices):
        made.share(names[one], f"i{place}", [names[(one + 1) % 8]])

    found = check_scorer(Collaboration(), entry, [snapshot(made.rows(), WINDOW)])[0]

    for name, (low, high) in found.intervals.items():
        assert low - 1e-12 <= found.measures.get(name, low) <= high + 1e-12


def test_ten_thousand_ties_among_five_hundred_suppliers_take_seconds(world, score):
    names = [f"S{number:03}" for number in range(500)]
    made = world(names, **{one: {"circles": str(n % 50)} for n, one in enumerate(names)})
    made.talk(("F", one) for one in names)
    made.talk((names[n], names[(n + step) % 500]) for n in range(500) for step in range(1, 20))
    start = time.process_time()

    score(made)

    assert time.process_time() - start < 10
