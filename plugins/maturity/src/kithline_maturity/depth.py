"""maturity.depth: how far down the ladder findable, recommendable, transparent, collaborative (card 1)."""

from typing import ClassVar, NamedTuple

import msgspec
import numpy as np
from kithline_sdk import Finding, Missing, Snapshot
from kithline_sdk.snapshot import Floats
from kithline_sdk.stats import quantiles

from kithline_maturity import advice, evidence, explain, groups, published, remarks
from kithline_maturity.draws import Resample
from kithline_maturity.ladder import Climb, climb
from kithline_maturity.params import DepthParams
from kithline_maturity.questions import LEVELS, TOP
from kithline_maturity.sheet import Sheet, read
from kithline_maturity.spread import stretched

_LIKELY = 0.5  # a quick scan's range reaches up to the level whose gates are as likely open as not...
_POSSIBLE = 0.2  # ...and to the one whose gates may well be


class Depth:
    """Level = min(ladder, ceiling); score = index / 4, the index being the level plus the open level's share."""

    key: ClassVar[str] = "maturity.depth"
    version: ClassVar[str] = "1.0.0"
    Params: ClassVar[type[msgspec.Struct]] = DepthParams

    def score(self, snapshot: Snapshot, params: DepthParams, seed: int) -> Finding:
        """Return the ladder, claimed and evidenced, with its ceilings; insufficient while level 1 has no answer."""
        sheet = read(snapshot, params.quick)
        if not sheet.answered.any():
            return _nothing(sheet, params)
        return _finding(_View.of(sheet, params, seed))


class _View(NamedTuple):
    """Everything a finding is written from."""

    sheet: Sheet
    params: DepthParams
    reading: Climb
    claimed: Climb
    evidenced: Climb
    span: evidence.Span
    worst: evidence.Span
    draws: Resample
    drawn: Climb
    wide: Climb

    @classmethod
    def of(cls, sheet: Sheet, params: DepthParams, seed: int) -> "_View":
        claimed = climb(sheet, sheet.claimed[np.newaxis], params, claimed=True)
        evidenced = climb(sheet, sheet.evidenced[np.newaxis], params)
        reading, draws = evidenced if sheet.proven else claimed, Resample(sheet, params, seed)
        drawn = draws.climb()
        return cls(
            sheet, params, reading, claimed, evidenced,
            span=evidence.span(sheet, params, evidence.uncertain(sheet, params)),
            worst=evidence.span(sheet, params, ~sheet.answered),
            draws=draws, drawn=drawn, wide=stretched(draws, reading, drawn),
        )  # fmt: skip

    @property
    def levels(self) -> tuple[int, int]:
        """The lowest and the highest level the answers leave open."""
        low, high = int(self.span.low.level[0]), int(self.span.high.level[0])
        if not self.sheet.quick:
            return low, high
        ends = quantiles(self.wide.level.astype(np.float64))
        sure, possible = self._leading(_LIKELY), self._leading(_POSSIBLE)
        return min(low, int(ends[0]), sure), max(high, int(ends[1]), possible)

    def _leading(self, chance: float) -> int:
        """Return how many levels in a row pass with at least that probability, below the ceiling."""
        found = [self._chance(k) >= chance for k in LEVELS]
        return min(int(np.logical_and.accumulate(found).sum()), int(self.reading.caps[0].min()))

    def _chance(self, level: int) -> float:
        members = self.sheet.of_level(level)
        return evidence.beta(self.sheet, members, self.sheet.published, self.params.pass_mark) or 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """The 90 % interval of the score, widened to the worst cases where coverage or all evidence is lacking."""
        ends = [*quantiles(self.wide.depth), float(self.reading.depth[0])]
        if self.span.open:
            ends += [float(self.span.low.depth[0]), float(self.span.high.depth[0])]
        if not self.sheet.proven:
            ends.append(float(self.evidenced.depth[0]))
        return min(ends) / TOP, max(ends) / TOP


def _finding(view: _View) -> Finding:
    sheet, reading, params = view.sheet, view.reading, view.params
    rungs = groups.ladders(sheet, reading, view.draws, params)
    found = Finding(
        status="provisional" if (why := remarks.reasons(sheet, reading, ranged=view.span.open)) else "ok",
        reasons=why,
        bounds=(float(view.worst.low.depth[0]) / TOP, float(view.worst.high.depth[0]) / TOP),
        coverage=evidence.coverage(sheet, np.ones(len(sheet.questions), np.bool_)),
        measures=_measures(view) | rungs.measures,
        intervals=published.intervals(sheet, view.wide),
        tables=published.tables(sheet),
        findings=remarks.notes(sheet, reading, view.claimed, view.levels, params),
        missing=[*remarks.missing(sheet, reading, params), *rungs.missing],
        recommendations=advice.steps(sheet, reading, view.draws, params),
    )
    return _scored(found, view) if _begun(sheet) else _unscored(found)


def _measures(view: _View) -> published.Measures:
    sheet, reading = view.sheet, view.reading
    found = published.levels(sheet, reading, view.claimed, view.evidenced, view.params)
    found |= published.bounds(sheet, reading, view.drawn) | published.whole(sheet, reading)
    found["level_low"], found["level_high"] = view.levels
    return found


def _begun(sheet: Sheet) -> bool:
    """Say whether the first level has an answer: without one nothing carries the ladder."""
    return bool((sheet.answered & sheet.of_level(1)).any())


def _scored(found: Finding, view: _View) -> Finding:
    level, index = int(view.reading.level[0]), float(view.reading.depth[0])
    sure = None if view.span.open else float(np.mean(view.drawn.level == level))
    return msgspec.structs.replace(
        found, score=index / TOP, level=level, level_probability=sure, interval=view.interval,
        drivers=explain.drivers(view.sheet, view.reading, view.params),
    )  # fmt: skip


def _unscored(found: Finding) -> Finding:
    """Take away what would rest on the unanswered first level."""
    resting = {"index", "unevenness", "claimed_level", "evidenced_level", "headroom", "binds"}
    measures = {name: value for name, value in found.measures.items() if name not in resting}
    missing = [*found.missing, Missing(what=", ".join(sorted(resting)), reason="no_answers", have=0, need=1)]
    return msgspec.structs.replace(
        found, status="insufficient", reasons=["no_answers"], measures=measures, missing=missing, bounds=None,
        recommendations=[],
    )  # fmt: skip


def _nothing(sheet: Sheet, params: DepthParams) -> Finding:
    """Return what a sheet without any answer lacks."""
    empty: Floats = np.full((1, len(sheet.questions)), np.nan)
    reading = climb(sheet, empty, params)
    measures: published.Measures = {f"answered.{k}": 0 for k in LEVELS}
    return Finding(
        status="insufficient", reasons=["no_answers"], coverage=0.0, measures=measures | {"respondents": 0},
        missing=remarks.missing(sheet, reading, params),
    )  # fmt: skip
