"""Of repeating measures the largest cells stay."""

from helpers.engine import spec
from kithline_core.engine import cells
from kithline_core.engine.cells import MOST
from kithline_sdk.contract import Finding


def lifts(count):
    return {f"lift.a.{n:04d}": float(n) for n in range(count)}


def capped(measures, **more):
    return cells.capped(spec(), Finding(measures=measures, **more))


def test_of_a_repeating_measure_the_largest_cells_stay_and_the_rest_is_named():
    found = capped({"ties": 3, **lifts(2_500)}, intervals={"lift.a.0000": (0, 1), "lift.a.2400": (0, 1)})

    assert len(found.measures) == MOST + 1
    assert "lift.a.2499" in found.measures
    assert "lift.a.0499" not in found.measures
    assert list(found.intervals) == ["lift.a.2400"]
    (left_out,) = found.missing
    assert (left_out.what, left_out.reason) == ("500 smaller cells of lift.<a>.<b>", "too_many_cells")
    assert (left_out.have, left_out.need) == (2_000, 2_500)


def test_as_many_as_may_stay_all_stay():
    few = Finding(measures=lifts(MOST))

    assert cells.capped(spec(), few) is few
    found = capped({"ties": 3, **lifts(MOST)})
    assert (len(found.measures), found.missing) == (MOST + 1, [])


def test_what_is_no_number_is_the_smallest():
    small = dict.fromkeys(lifts(MOST), 0.5)

    found = capped({**small, "lift.b.0": "unknown"})

    assert "lift.b.0" not in found.measures
    assert len(found.measures) == MOST
