"""Organisations by the events of their people, against plain counting and scipy, and Koha's events of 2019."""

import csv
import os
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import entropy

from kithline_network.organisations import FIGURES, organisations
from kithline_sdk.testing import snapshot

ROOT = os.environ.get("KITHLINE_REAL_DATA")
KOHA = Path(ROOT or ".") / "koha_interorg"
WINDOW = ("2026-01-01", "2026-04-01")


def acted(actor, count=1, day="2026-02-01", verb="posted"):
    return {"day": day, "actor": actor, "verb": verb, "count": count}


def member(person, organisation, **more):
    return {"person": person, "organisation": organisation, **more}


def figures(window=WINDOW, **tables):
    return organisations(snapshot(tables, window)).figures()


def test_a_half_is_at_least_half_and_unaffiliated_is_an_organisation():
    people = [member("a", "us"), member("b", "unaffiliated"), member("c", "them")]

    found = figures(memberships=people, activity_day=[acted("a", 50), acted("b", 30), acted("c", 20)])

    assert found["organisations"] == 3
    assert found["elephant_factor"] == 1
    assert found["organisation_shannon"] == pytest.approx(entropy([50, 30, 20]), abs=1e-12)
    assert found["organisation_evenness"] == pytest.approx(entropy([50, 30, 20], base=3), abs=1e-12)
    assert found["effective_organisations"] == pytest.approx(np.exp(entropy([50, 30, 20])), abs=1e-12)


def test_events_belong_to_the_organisation_of_their_day():
    people = [member("a", "old", valid_to="2026-02-10"), member("a", "new", valid_from="2026-02-10")]

    found = figures(memberships=people, activity_day=[acted("a", 3), acted("a", 1, "2026-02-10")])

    assert found["organisation_shannon"] == pytest.approx(entropy([3, 1]), abs=1e-12)


def test_no_cap_holds_and_every_verb_counts():
    found = figures(
        memberships=[member("a", "us"), member("b", "them")],
        activity_day=[acted("a", 900), acted("b", 100, verb="viewed")],
    )

    assert found["organisation_shannon"] == pytest.approx(entropy([9, 1]), abs=1e-12)


def test_two_organisations_at_once_share_an_event_and_one_owner_makes_them_one():
    people = [member("a", "one"), member("a", "two"), member("b", "three")]
    acts = [acted("a", 2), acted("b", 2)]
    owned = [{"organisation": "one", "owner": "holding"}, {"organisation": "two", "owner": "holding"}]

    apart = figures(memberships=people, activity_day=acts)
    together = figures(memberships=people, activity_day=acts, organisations=owned)

    assert apart["organisation_shannon"] == pytest.approx(entropy([1, 1, 2]), abs=1e-12)
    assert (together["organisations"], together["organisation_evenness"]) == (2, 1.0)


def test_who_has_no_organisation_stands_for_none():
    found = figures(memberships=[member("a", "us")], activity_day=[acted("a"), acted("b", 9)])

    assert (found["organisations"], found["organisation_evenness"], found["elephant_factor"]) == (1, None, 1)


@pytest.mark.parametrize(
    ("tables", "measure", "reason"),
    [
        ({}, "organisations", "no_events"),
        ({"activity_day": [acted("a")]}, "elephant_factor", "no_organisations"),
        (
            {"activity_day": [acted("a")], "memberships": [member("a", "us")]},
            "organisation_evenness",
            "one_organisation",
        ),
    ],
)
def test_an_absent_figure_has_its_reason(tables, measure, reason):
    seen = snapshot(tables, WINDOW)
    found = organisations(seen)

    assert set(found.figures()) == set(FIGURES)
    assert found.figures()[measure] is None
    assert found.why(measure, seen) == reason


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(1, 50)), min_size=2, max_size=40))
def test_figures_are_those_of_plain_counting(acts):
    people = [member(f"p{one}", f"o{one % 5}") for one in range(8)]
    counts = Counter()
    for one, count in acts:
        counts[one % 5] += count
    ordered = sorted(counts.values(), reverse=True)
    half = next(place for place in range(1, 9) if 2 * sum(ordered[:place]) >= sum(ordered))

    found = figures(memberships=people, activity_day=[acted(f"p{one}", count) for one, count in acts])

    assert found["organisations"] == len(ordered)
    assert found["elephant_factor"] == half
    assert found["organisation_shannon"] == pytest.approx(entropy(ordered), abs=1e-9)


@pytest.mark.skipif(not (ROOT and KOHA.is_dir()), reason="the Koha events are absent: set KITHLINE_REAL_DATA")
def test_koha_in_2019():
    def rows(name):
        with (KOHA / name).open(encoding="utf-8", newline="") as lines:
            return list(csv.DictReader(lines))

    acts = [
        acted(row["person"], 1, row["time_utc"][:10]) for row in rows("events.csv") if row["time_utc"][:4] == "2019"
    ]
    people = [member(row["person"], row["org"]) for row in rows("people.csv")]

    found = figures(("2019-01-01", "2020-01-01"), activity_day=acts, memberships=people)

    assert len(acts) == 3140
    assert found["organisations"] == 41
    assert found["organisation_shannon"] == pytest.approx(2.2494, abs=5e-5)
    assert found["elephant_factor"] == 3
