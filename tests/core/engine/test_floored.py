"""The floor as the engine holds it: a scorer that forgets it publishes no small cell all the same."""

import msgspec
import pytest

from kithline_core.engine.floored import kept
from kithline_core.plugins import MeasureSpec
from kithline_core.previewing import READS
from kithline_sdk.contract import Finding
from kithline_sdk.testing import snapshot

LABEL = {"en": "a", "de": "a"}
SPEC = msgspec.structs.replace(
    READS,
    measures={
        "ei.<d>": MeasureSpec(label=LABEL, floor="cell", cells=["department"]),
        "lift.<a>.<b>": MeasureSpec(label=LABEL, floor="cell", cells=["department", "department"]),
        "active.<c>": MeasureSpec(label=LABEL, floor="cell", cells=["community"]),
        "size": MeasureSpec(label=LABEL),
    },
    table_cells={"departments": {"department": "department"}},
)
OPEN = {"floor": 5, "no_floor": False}


def belong(**sizes):
    """Rows of memberships: so many people in each department."""
    return [{"person": f"{name}-{one}", "department": name} for name, size in sizes.items() for one in range(size)]


def did(**counts):
    return [{"day": 1, "actor": who, "count": count, "community": "c"} for who, count in counts.items()]


def shown(measures, members, activity=(), params=OPEN, **more):
    data = snapshot({"memberships": members, "activity_day": activity}, ("2026-01-01", "2026-02-01"))
    return kept(SPEC, Finding(measures=measures, **more), data, params)


def test_a_cell_under_the_floor_and_the_one_that_covers_it_are_taken_out():
    found = shown({"ei.big": 0.1, "ei.mid": 0.2, "ei.low": 0.3, "size": 3}, belong(big=20, mid=6, low=4))

    assert found.measures == {"ei.big": 0.1, "size": 3}
    assert [(one.reason, one.have) for one in found.missing] == [("below_floor", 2)]


def test_two_cells_that_cover_each_other_need_no_third():
    found = shown({"ei.big": 0.1, "ei.one": 0.2, "ei.two": 0.3}, belong(big=20, one=4, two=4))

    assert found.measures == {"ei.big": 0.1}


def test_cells_at_the_floor_stay():
    measures = {"ei.big": 0.1, "ei.mid": 0.2}

    assert shown(measures, belong(big=20, mid=5)).measures == measures


def test_a_tenant_may_raise_the_floor_and_nobody_lowers_it():
    measures = {"ei.big": 0.1, "ei.mid": 0.2, "ei.low": 0.3}
    members = belong(big=20, mid=12, low=6)

    assert shown(measures, members, params={**OPEN, "floor": 10}).measures == {"ei.big": 0.1}
    assert shown(measures, belong(big=20, mid=12, low=4), params={**OPEN, "floor": 1}).measures == {"ei.big": 0.1}


def test_open_data_may_lift_it():
    measures = {"ei.low": 0.3}

    assert shown(measures, belong(low=1), params={**OPEN, "no_floor": True}).measures == measures


def test_a_pair_goes_with_either_of_its_cells():
    measures = {"lift.big.huge": 1.0, "lift.big.low": 2.0, "lift.huge.tiny": 3.0}

    found = shown(measures, belong(huge=30, big=20, low=4, tiny=3))

    assert found.measures == {"lift.big.huge": 1.0}


def test_a_dominated_cell_is_taken_out():
    members = belong(one=6, two=6, big=9)
    activity = did(**{"one-0": 85, "one-1": 15, "two-0": 84, "two-1": 16, "big-0": 5, "big-1": 5})

    found = shown({"ei.one": 0.1, "ei.two": 0.2, "ei.big": 0.3}, members, activity)

    assert "ei.one" not in found.measures


def test_communities_are_counted_by_who_is_active_in_them():
    activity = [
        {"day": 1, "actor": f"p{one}", "count": 1, "community": name}
        for name, size in (("c", 9), ("d", 7), ("e", 3))
        for one in range(size)
    ]

    found = shown({"active.c": 9, "active.d": 7, "active.e": 3}, [], activity)

    assert found.measures == {"active.c": 9}


def test_names_with_dots_are_read_as_the_ids_they_stand_for():
    members = [{"person": f"p{one}", "department": "a.b"} for one in range(3)] + belong(big=20)

    assert shown({"ei.a%2Eb": 0.1, "ei.big": 0.2}, members).measures == {}


def test_rows_of_tables_and_intervals_go_with_their_cells():
    rows = [{"department": "big", "people": 20}, {"department": "low", "people": 4}]
    found = shown(
        {"ei.low": 0.1}, belong(big=20, mid=12, low=4), tables={"departments": rows, "other": rows},
        intervals={"ei.low": (0.0, 1.0), "score": (0.0, 1.0)},
    )  # fmt: skip

    assert found.tables == {"departments": rows[:1], "other": rows}
    assert found.intervals == {"score": (0.0, 1.0)}
    assert found.missing[0].have == 2


def test_where_nobody_is_counted_nothing_is_taken_out():
    measures = {"ei.low": 0.3}

    assert shown(measures, []).measures == measures


def test_a_scorer_without_cells_is_left_alone():
    spec = msgspec.structs.replace(SPEC, measures={}, table_cells={})
    finding = Finding(measures={"ei.low": 0.3})

    assert kept(spec, finding, snapshot({"memberships": belong(low=1)}, (0, 1)), OPEN) is finding


@pytest.mark.parametrize("prefix", ["community:c.", "period:2026-Q1."])
def test_a_prefix_hides_no_cell(prefix):
    assert shown({f"{prefix}ei.low": 0.3}, belong(big=20, low=4)).measures == {}
