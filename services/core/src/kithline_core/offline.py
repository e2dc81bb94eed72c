"""Scores a dataset folder without a server: the same engine, the same sandbox, the same bytes as online."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from kithline_core import plugins
from kithline_core.dataset import competitors, door
from kithline_core.dataset.folder import Dataset
from kithline_core.engine import alone, keys, plan
from kithline_core.engine.assemble import assemble
from kithline_core.engine.score import Judged, Runs, score_one, withheld
from kithline_core.engine.tables import Tables, micros
from kithline_core.errors import Invalid
from kithline_core.model.cells import ContributionRow, GroupActivityRow, GroupTieRow, WaitRow
from kithline_core.model.chosen import Choices
from kithline_core.model.rows import AnswerRow, EventRow, OrganisationTieRow, TieRow
from kithline_sdk.periods import span
from kithline_sdk.snapshot import DAY, Window

_PERSONAL = ("persons", "no_floor")


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
    _protect(dataset, request)
    dataset = competitors.apart(dataset)
    found = plugins.installed()
    keys = request.scorers or [spec.key for spec in found.scorers()]
    chosen = {key: _in_force(found, key, dataset.choices) for key in keys}
    tables = assemble(door.data(dataset), dataset.questionnaires)
    done: dict[str, Judged] = {}
    for spec in plan.order(spec for _, spec in chosen.values()):
        window = chosen_window(spec, dataset, request)
        earlier = [done[key].document for key in spec.after if key in done]
        overrides = {**dataset.choices.parameters.get(spec.key, {}), **request.parameters.get(spec.key, {})}
        if await _too_few(spec, tables, window, overrides):
            judged = withheld(*chosen[spec.key], window, overrides, alone.FEW)
        else:
            judged = await score_one(*chosen[spec.key], tables, window, overrides, sandbox, earlier)
        done[spec.key] = msgspec.structs.replace(judged, rested=None)  # what it read is large, and nobody asks again
        yield done[spec.key]


async def _too_few(spec: plugins.ScorerSpec, tables: Tables, window: Window, overrides: dict[str, Any]) -> bool:
    """Say whether a finding would tell of fewer people than its floor, where it has one. Raises Invalid."""
    parameters = keys.parameters(spec, overrides)
    if parameters["no_floor"]:
        return False
    return await asyncio.to_thread(alone.few, spec, tables, window, parameters["floor"])


def _in_force(found: plugins.Installed, key: str, choices: Choices) -> tuple[plugins.Plugin, plugins.ScorerSpec]:
    """Return a scorer in the version that the folder pins its plugin to, else in the default one. Raises UnknownScorer."""
    plugin, spec = found.find(key)
    pinned = choices.pinned.get(plugin.name)
    return (plugin, spec) if pinned is None else found.find(key, pinned)


def _protect(dataset: Dataset, request: Request) -> None:
    """Refuse to show single people or small groups of private data, however that was asked for. Raises Invalid."""
    every = (*request.parameters.values(), *dataset.choices.parameters.values())
    asked = {name for given in every for name in _PERSONAL if given.get(name)}
    if asked and dataset.settings.nature == "private":
        raise Invalid(
            "`persons` and `no_floor` are for public or synthetic data, and this folder is private; "
            "leave them out, or write `nature` into dataset.json if it is not"
        )


def chosen_window(spec: plugins.ScorerSpec, dataset: Dataset, request: Request) -> Window:
    """Return the explicit window, the folder's, or the scorer's own up to the end of the data."""
    whole = _everything(dataset) if request.everything else None
    if whole is not None:
        return whole
    start, end = request.start or dataset.settings.start, request.end or dataset.settings.end
    until = micros(end) if end is not None else default_end(dataset)
    if start is None:
        return plan.window(spec, until)
    if micros(start) >= until:
        raise Invalid("the window ends before it begins")
    return Window(micros(start), until)


def _everything(dataset: Dataset) -> Window | None:
    """Return the first event to the last, else the first dated row to the last, else None."""
    events = [micros(row.occurred_at) for row in dataset.rows["events"] if isinstance(row, EventRow)]
    instants = events or _dated(dataset)
    return Window(min(instants), max(instants) + 1) if instants else None


def default_end(dataset: Dataset) -> int:
    """Return the first midnight UTC after the newest dated row; today's where nothing is dated."""
    newest = max(_dated(dataset), default=None)
    if newest is None:
        return micros(datetime.now(UTC)) // DAY * DAY
    return (newest // DAY + 1) * DAY


def first_dated(dataset: Dataset) -> int:
    """Return the oldest dated row's instant; the default end where nothing is dated."""
    return min(_dated(dataset), default=default_end(dataset))


def _dated(dataset: Dataset) -> list[int]:
    found: list[int | None] = []
    for rows in dataset.rows.values():
        for row in rows:
            if isinstance(row, EventRow):
                found.append(micros(row.occurred_at))
            elif isinstance(row, AnswerRow | TieRow):
                at = row.dated if isinstance(row, AnswerRow) else row.last_at
                found.append(None if at is None else micros(at))
            elif isinstance(row, OrganisationTieRow | GroupTieRow | GroupActivityRow | WaitRow | ContributionRow):
                found.append(period_end(row.period))
    return [at for at in found if at is not None]


def period_end(period: str | None) -> int | None:
    """Return the last microsecond of a period YYYY, YYYY-Qn, YYYY-MM or from a day to a day, None for any other name."""
    found = None if period is None else span(period)
    return None if found is None else found.end - 1
