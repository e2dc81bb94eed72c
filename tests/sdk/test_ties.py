"""When contact amounts to a tie (rulings 2.2 and 2.3)."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kithline_sdk.snapshot import DAY
from kithline_sdk.testing import snapshot
from kithline_sdk.ties import contacts, contributes, has_events, pairs, two_way

WINDOW = (0, 100 * DAY)


def _events(*rows):
    names = ("day", "actor", "target", "count")
    plain = [{"verb": "posted", "recipients": 1, **dict(zip(names, row, strict=True))} for row in rows]
    return snapshot({"tie_day": plain}, WINDOW)["tie_day"]


def _pairs(*rows, declared=(), min_events=2, min_days=2, cap=20):
    ties = snapshot({"ties": list(declared)}, WINDOW)["ties"]
    return pairs(contacts(_events(*rows), cap, 10), min_events=min_events, min_days=min_days, declared=ties)


@pytest.mark.parametrize(
    ("rows", "tied"),
    [
        ([(1, 0, 1, 9)], False),
        ([(1, 0, 1, 1), (2, 0, 1, 1)], True),
        ([(1, 0, 1, 1), (1, 1, 0, 1)], True),
        ([(1, 0, 1, 2), (2, 1, 0, 1)], True),
    ],
)
def test_a_tie_is_two_events_on_two_days_or_one_each_way(rows, tied):
    assert _pairs(*rows).tied.tolist() == [tied]


def test_a_declared_row_is_a_tie_as_it_stands_and_adds_to_events():
    found = _pairs((1, 0, 1, 3), declared=[{"actor": 1, "target": 0}, {"actor": 0, "target": 1, "count": 4}])

    assert (found.forward.tolist(), found.backward.tolist()) == ([7], [1])
    assert (found.days.tolist(), found.declared.tolist(), found.tied.tolist()) == ([1], [True], [True])


def test_a_declared_row_one_way_and_an_event_the_other_are_two_way():
    found = _pairs((1, 0, 1, 1), declared=[{"actor": 1, "target": 0}])

    assert two_way(found).tolist() == [True]


def test_a_row_to_oneself_is_no_pair():
    assert len(_pairs((1, 0, 0, 1), declared=[{"actor": 2, "target": 2}]).low) == 0


def test_pairs_work_without_any_declared_table():
    assert pairs(contacts(_events((1, 0, 1, 5)), 0, 0), min_events=2, min_days=1).tied.tolist() == [True]


def test_reactions_and_views_are_no_contact_but_custom_verbs_are():
    rows = [{"verb": verb} for verb in ("answered", "custom:crm.call", "reacted", "viewed", None)]
    table = snapshot({"tie_day": rows}, WINDOW)["tie_day"]

    assert dict(zip(table.texts("verb"), contributes(table).tolist(), strict=True)) == {
        "answered": True, "custom:crm.call": True, "reacted": False, "viewed": False, None: False,
    }  # fmt: skip


def test_messages_to_a_crowd_make_no_contact_unless_the_limit_is_off():
    rows = [{"day": 1, "actor": 0, "target": 1, "verb": "posted", "recipients": 11, "count": 1}]
    table = snapshot({"tie_day": rows}, WINDOW)["tie_day"]

    assert [len(contacts(table, 20, limit).day) for limit in (10, 11, 0)] == [0, 1, 1]


def test_only_wanted_rows_are_kept():
    table = _events((1, 0, 1, 1), (2, 0, 1, 1))

    assert contacts(table, 20, 10, keep=np.array([False, True])).day.tolist() == [2]


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 2), st.integers(1, 9)), max_size=20))
def test_the_cap_holds_per_ordered_pair_and_day(rows):
    found = contacts(_events(*rows), 10, 10)

    total, capped = Counter(), Counter()
    for day, actor, target, count in rows:
        if actor != target:
            total[day, actor, target] += count
    for day, actor, target, count in zip(*(part.tolist() for part in found[:4]), strict=True):
        capped[day, actor, target] += count
    assert capped == {key: min(10, count) for key, count in total.items()}
    assert sum(contacts(_events(*rows), 0, 10).count.tolist()) == sum(total.values())


def test_events_are_known_where_there_is_a_row():
    assert has_events(snapshot({"tie_day": [{"day": 1, "actor": 0, "target": 1}]}, WINDOW))
    assert not has_events(snapshot({}, WINDOW))
