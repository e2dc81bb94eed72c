"""Scores a dataset folder without a server: the same engine, the same sandbox, the same bytes as online."""

import re
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from kithline_sdk.snapshot import DAY, Window

from kithline_core import plugins
from kithline_core.dataset import door
from kithline_core.dataset.folder import Dataset
from kithline_core.engine import plan
from kithline_core.engine.assemble import assemble
from kithline_core.engine.score import Judged, Runs, score_one
from kithline_core.engine.tables import micros
from kithline_core.errors import Invalid
from kithline_core.model.rows import AnswerRow, EventRow, OrganisationTieRow, TieRow

_PERIOD = re.compile(r"(\d{4})(?:-Q([1-4])|-(0[1-9]|1[0-2]))?")


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What to score: scorers (all when empty), an explicit window or its end, parameters per scorer."""

    scorers: Sequence[str] = ()
    start: datetime | None = None
    end: datetime | None = None
    everything: bool = False
    parameters: dict[str, dict[str, Any]] = {}


def parameters(general: dict[str, Any], own: Iterable[tuple[str, str, Any]]) -> dict[str, dict[str, Any]]:
    """Return parameters per scorer: the general ones for all, then each (scorer, parameter, value)."""
    merged = {spec.key: dict(general) for spec in plugins.installed().scorers()}
    for key, name, value in own:
        plugins.installed().find(key)
        merged[key][name] = value
    return merged


async def score(dataset: Dataset, request: Request, sandbox: Runs) -> AsyncIterator[Judged]:
    """Yield the judged findings, in the order of dependence. Raises UnknownScorer, Invalid."""
    found = plugins.installed()
    keys = request.scorers or [spec.key for spec in found.scorers()]
    chosen = {spec.key: (plugin, spec) for plugin, spec in map(found.find, keys)}
    tables = assemble(door.data(dataset), dataset.questionnaires)
    done: dict[str, Judged] = {}
    for spec in plan.order(spec for _, spec in chosen.values()):
        window = chosen_window(spec, dataset, request)
        earlier = [done[key].document for key in spec.after if key in done]
        overrides = request.parameters.get(spec.key, {})
        done[spec.key] = await score_one(*chosen[spec.key], tables, window, overrides, sandbox, earlier)
        yield done[spec.key]


def chosen_window(spec: plugins.ScorerSpec, dataset: Dataset, request: Request) -> Window:
    """Return the explicit window, the folder's, or the scorer's own up to the end of the data."""
    if request.everything:
        return _everything(dataset)
    start, end = request.start or dataset.settings.start, request.end or dataset.settings.end
    until = micros(end) if end is not None else default_end(dataset)
    if start is None:
        return plan.window(spec, until)
    if micros(start) >= until:
        raise Invalid("the window ends before it begins")
    return Window(micros(start), until)


def _everything(dataset: Dataset) -> Window:
    instants = [micros(row.occurred_at) for row in dataset.rows["events"] if isinstance(row, EventRow)]
    if not instants:
        raise Invalid("--all means the first event to the last, and this folder has no events; name --from and --to")
    return Window(min(instants), max(instants) + 1)


def default_end(dataset: Dataset) -> int:
    """Return the first midnight UTC after the newest dated row; today's where nothing is dated."""
    newest = max(_dated(dataset), default=None)
    if newest is None:
        return micros(datetime.now(UTC)) // DAY * DAY
    return (newest // DAY + 1) * DAY


def _dated(dataset: Dataset) -> list[int]:
    found: list[int | None] = []
    for rows in dataset.rows.values():
        for row in rows:
            if isinstance(row, EventRow):
                found.append(micros(row.occurred_at))
            elif isinstance(row, AnswerRow | TieRow):
                at = row.dated if isinstance(row, AnswerRow) else row.last_at
                found.append(None if at is None else micros(at))
            elif isinstance(row, OrganisationTieRow):
                found.append(period_end(row.period))
    return [at for at in found if at is not None]


def period_end(period: str | None) -> int | None:
    """Return the last microsecond of a period YYYY, YYYY-Qn or YYYY-MM, None for any other name."""
    match = _PERIOD.fullmatch(period or "")
    if match is None:
        return None
    year, quarter, month = int(match[1]), match[2], match[3]
    after = int(quarter) * 3 + 1 if quarter else int(month) + 1 if month else 13
    return micros(datetime(year + after // 13, (after - 1) % 12 + 1, 1, tzinfo=UTC)) - 1
