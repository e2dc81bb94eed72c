"""A series of a folder: where its windows end, and what is read off them."""

from datetime import UTC, datetime

import pytest

from kithline_core import over_time
from kithline_core.dataset import read as reading
from kithline_core.dataset.example import write
from kithline_core.errors import Invalid
from kithline_core.offline import Request
from kithline_core.sandbox import Sandbox

pytestmark = pytest.mark.anyio


@pytest.fixture
def dataset(tmp_path):
    write(tmp_path / "data")
    return reading.read(tmp_path / "data")


def at(month, day=1, year=2026):
    return datetime(year, month, day, tzinfo=UTC)


def ends(dataset, every, start, end):
    return over_time.ends(dataset, Request(start=start, end=end), every)


def test_windows_end_where_months_begin(dataset):
    assert ends(dataset, "month", at(11, 15, 2025), at(2, 1)) == [at(12, 1, 2025), at(1), at(2)]


def test_windows_end_where_quarters_begin(dataset):
    assert ends(dataset, "quarter", at(11, 15, 2025), at(7, 2)) == [at(1), at(4), at(7)]


def test_windows_end_where_weeks_begin(dataset):
    assert ends(dataset, "week", at(1, 1), at(1, 14)) == [at(1, 5), at(1, 12)]


def test_a_span_without_such_a_day_is_refused(dataset):
    with pytest.raises(Invalid, match="no month begins"):
        ends(dataset, "month", at(1, 2), at(1, 20))


def test_too_many_windows_are_refused(dataset):
    with pytest.raises(Invalid, match="the most at once"):
        ends(dataset, "week", at(1, 1, 2000), at(1, 1))


async def test_each_window_is_scored_and_the_points_follow_each_other(dataset):
    until = over_time.ends(dataset, Request(), "month")[-2:]
    async with Sandbox.open() as sandbox:
        found = [one async for one in over_time.score(dataset, Request(scorers=["silos.internal"]), until, sandbox)]

    (points,) = over_time.series(found).values()

    assert [one.window[1] for one in points] == [day.isoformat().replace("+00:00", "Z") for day in until]
    assert all(one.breaks == [] for one in points)
