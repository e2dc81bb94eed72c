"""Splits the difference between two findings of a scorer: scores the snapshots between them, stage by stage."""

import asyncio
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from kithline_core.engine import document
from kithline_core.engine.delta import causes, ends, parts, stages
from kithline_core.engine.delta.causes import Cause, Known
from kithline_core.engine.delta.ends import End, Exact, Rule, Scale, Way
from kithline_core.engine.delta.parts import STAGES, Point, Stage
from kithline_core.engine.delta.stages import Limits
from kithline_core.engine.score import Runs
from kithline_core.errors import Withheld

PARAMETERS, RULE = len(Cause), len(Cause) + 1
FEW: Final = "few_people"
NO_SCORE: Final = "no_score"
TOGETHER: Final = (
    "what differs between these two results concerns fewer people than the privacy floor: ask for the difference "
    "of one of them to a later result"
)
ROUNDED: Final = (
    "the {} score is known as it is shown, to one decimal: the version of its rule is not installed, or finds "
    "something else today; what that makes is told under rule_version"
)
OTHER_INPUTS: Final = (
    "both versions of the rule read different tables or columns, so that no stage can be told by itself: all is "
    "told under rule_version"
)
OTHER_RULE: Final = (
    "the version that computed the earlier result is not installed: stages of data are told with another, and what "
    "changed of the parameters is told under rule_version"
)
FINDINGS: Final = (
    "this scorer reads what others found: whatever that says now is new data here; ask for the differences of "
    "those results to see why"
)
BLIND: Final = (
    "the scopes differ by something that this scorer does not read: all that changed inside the common window in "
    "{} is told under scope"
)


class Split(msgspec.Struct, frozen=True):
    """The difference in units of 1e-9 of the score inside (None: one of both has none) and its stages, in their order.

    `failed`: a run in between did not deliver, for want of time or memory, so that asking again may tell more.
    """

    before: Exact
    after: Exact
    difference: int | None
    stages: list[Stage]
    notes: list[str]
    failed: bool = False


async def split(
    before: End, after: End, known: Known, limits: Limits, sandbox: Runs, *, otherwise: Rule | None = None
) -> Split:
    """Return why two findings of one scorer differ; `otherwise` is a rule for when neither one's own is installed.

    Raises Withheld where not even the whole may be told, ValueError where the snapshots cannot be brought together.
    """
    scale, rule = Scale(sandbox), before.rule or after.rule or otherwise
    values = (await ends.exact(scale, before), await ends.exact(scale, after))
    way = None if rule is None else await asyncio.to_thread(ends.between, before, after, known, rule, limits)
    if way is None:
        return _split(values, [[RULE]], [_end_of(after, values[1])], {}, [OTHER_INPUTS, *_rounded(values)])
    first = (await _at(scale, way, -1)).value
    final = _end_of(after, values[1])
    last = (await _at(scale, way, PARAMETERS)).value
    method = (first, last) != (values[0].value, values[1].value) or before.rule != after.rule
    groups = await asyncio.to_thread(_groups, way, method=method)
    found = [final if group[-1] == RULE else await _at(scale, way, group[-1]) for group in groups]
    # What a rule finds today of the old data may not be what it found: the way begins where the old result stands.
    shift = None if first is None or values[0].value is None else first - values[0].value
    points = [one if one is final else _shifted(one, shift) for one in found]
    made = _split(values, groups, points, _tables(way), [*_notes(way, before, known), *_rounded(values)])
    return msgspec.structs.replace(made, failed=scale.failed)


async def _at(scale: Scale, way: Way, stage: int) -> Point:
    """Return what is found after a stage of data or of parameters; -1: before all."""
    if stage < 0:
        cut = await asyncio.to_thread(stages.start, way.both)
    else:
        cut = await asyncio.to_thread(stages.stage, way.both, way.moves, Cause(min(stage, Cause.EXEMPTIONS)))
    found, _ = await scale.point(way.rule, cut.encode(), way.parameters[stage >= PARAMETERS])
    return found


def _end_of(after: End, value: Exact) -> Point:
    return ends.point(document.decode(after.document), value.value)


def _shifted(one: Point, by: int | None) -> Point:
    return msgspec.structs.replace(one, value=None if by is None or one.value is None else one.value - by)


def _groups(way: Way, *, method: bool) -> list[list[int]]:
    """Return which stages changed something, those together that have to be told together. Raises Withheld."""
    changed = [bool(stages.tables(way.moves, cause)) for cause in Cause]
    one, other = way.both.windows
    changed[Cause.NEW] |= (one.start, one.end) != (other.start, other.end)
    changed += [way.parameters[0] != way.parameters[1], method]
    found = parts.groups(changed, lambda some: _enough(way, some))
    if found is None:
        raise Withheld(TOGETHER)
    return found


def _enough(way: Way, some: Sequence[int]) -> bool:
    data = [Cause(stage) for stage in some if stage < PARAMETERS]
    return stages.enough(way.both, way.moves, data, way.limits)


def _tables(way: Way) -> dict[int, list[str]]:
    return {int(cause): stages.tables(way.moves, cause) for cause in Cause}


def _split(
    values: tuple[Exact, Exact],
    groups: list[list[int]],
    points: list[Point],
    tables: dict[int, list[str]],
    notes: list[str],
) -> Split:
    """Put the stages together, so that their parts add up to the difference."""
    begin, end = (one.value for one in values)
    if begin is None or end is None:
        made = _stages(groups, groups, points, tables, [None] * len(groups), still=None)
        return Split(*values, None, made, notes)
    at = {group[-1]: one for group, one in zip(groups, points, strict=True)}
    joined = parts.scored(groups, [one.value for one in points])
    steps: list[int | None] = list(parts.telescoped(begin, [at[group[-1]].value or 0 for group in joined]))
    made = _stages(groups, joined, [at[group[-1]] for group in joined], tables, steps, still=0)
    return Split(*values, end - begin, made, notes)


def _stages(
    groups: list[list[int]], joined: list[list[int]], points: list[Point], tables: dict[int, list[str]],
    steps: Sequence[int | None], *, still: int | None,
) -> list[Stage]:  # fmt: skip
    alone = {group[-1] for group in groups}
    made = {number: Stage(stage=name, changed=False, part=still) for number, name in enumerate(STAGES)}
    for group, one, step in zip(joined, points, steps, strict=True):
        held = STAGES[group[-1]]
        for number in group[:-1]:
            reason = NO_SCORE if number in alone else FEW
            made[number] = Stage(stage=STAGES[number], changed=True, told_with=held, reason=reason)
        told = list(dict.fromkeys(table for number in group for table in tables.get(number, [])))
        made[group[-1]] = Stage(
            stage=held, changed=True, part=step, tables=told, status=one.status, score=one.score, level=one.level,
            level_name=one.level_name,
        )  # fmt: skip
    return list(made.values())


def _notes(way: Way, before: End, known: Known) -> Iterator[str]:
    if way.rule is not before.rule:
        yield OTHER_RULE
    if "findings" in way.moves and "findings" in stages.tables(way.moves, Cause.NEW):
        yield FINDINGS
    if blind := causes.vague(way.both, known):
        yield BLIND.format(", ".join(blind))


def _rounded(values: tuple[Exact, Exact]) -> list[str]:
    return [ROUNDED.format(name) for name, one in zip(("earlier", "later"), values, strict=True) if not one.exact]
