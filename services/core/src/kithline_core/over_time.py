"""Scores a dataset folder at the end of each month, quarter or week: a series without a server."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

import msgspec

from kithline_core import offline
from kithline_core.dataset.folder import Dataset
from kithline_core.engine.document import decode
from kithline_core.engine.score import Judged, Runs
from kithline_core.engine.series import Measured, Point, points
from kithline_core.engine.tables import moment
from kithline_core.errors import Invalid
from kithline_core.model import levels
from kithline_core.offline import Request

Every = Literal["week", "month", "quarter"]
MONTHS: Final = {"month": 1, "quarter": 3}
# Two years of weeks: whoever wants more asks twice.
MOST: Final = 104


def ends(dataset: Dataset, request: Request, every: Every) -> list[datetime]:
    """Return where the windows end: at each first day of a week, month or quarter after the data begin, up to their end.

    The request's own start and end come before those of the data. Raises Invalid when there is no such day, or too many.
    """
    first = moment(offline.first_dated(dataset)) if request.start is None else request.start
    last = moment(offline.default_end(dataset)) if request.end is None else request.end
    found: list[datetime] = []
    day = _begin(first.astimezone(UTC), every)
    while (day := _next(day, every)) <= last:
        found.append(day)
    if not found:
        raise Invalid(f"no {every} begins after {first.date()} and up to {last.date()}; name --from and --to")
    if len(found) > MOST:
        raise Invalid(f"that would be {len(found)} points, and {MOST} are the most at once; name --from and --to")
    return found


def _begin(at: datetime, every: Every) -> datetime:
    day = datetime(at.year, at.month, at.day, tzinfo=UTC)
    if every == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1, month=(day.month - 1) // MONTHS[every] * MONTHS[every] + 1)


def _next(day: datetime, every: Every) -> datetime:
    if every == "week":
        return day + timedelta(days=7)
    number = day.year * 12 + day.month - 1 + MONTHS[every]
    return day.replace(year=number // 12, month=number % 12 + 1)


async def score(
    dataset: Dataset, request: Request, until: list[datetime], sandbox: Runs
) -> AsyncIterator[list[Judged]]:
    """Yield the judged findings of each end, in its order; every scorer has its own window. Raises UnknownScorer, Invalid."""
    for end in until:
        asked = msgspec.structs.replace(request, start=None, end=end)
        yield [judged async for judged in offline.score(dataset, asked, sandbox)]


def series(found: list[list[Judged]]) -> dict[str, list[Point]]:
    """Return the points of each scorer, the earliest first."""
    by_scorer: dict[str, list[Measured]] = {}
    for one in (one for judged in found for one in judged):
        known = by_scorer.setdefault(one.scorer, [])
        known.append(_measured(one, next((point.held for point in reversed(known) if point.held is not None), None)))
    return {scorer: points(known) for scorer, known in by_scorer.items()}


def _measured(judged: Judged, before: int | None) -> Measured:
    shown = decode(judged.document)
    return Measured(
        window=shown.window, status=shown.status, score=shown.score, level=shown.level, method=judged.method,
        interval=shown.interval if isinstance(shown.interval, tuple) else None,
        held=levels.held(before, shown.level, shown.level_probability),
    )  # fmt: skip
