"""maturity.depth: how far down the ladder findable, recommendable, transparent, collaborative (card 1)."""

from typing import ClassVar, NamedTuple

import msgspec
import numpy as np

from kithline_maturity import advice, coverage, evidence, explain, groups, path, published, remarks, spread
from kithline_maturity.draws import Resample
from kithline_maturity.ladder import Climb, climb
from kithline_maturity.params import DepthParams
from kithline_maturity.questions import LEVELS, TOP
from kithline_maturity.scan import Doubt, doubt
from kithline_maturity.sheet import Sheet, read
from kithline_sdk import Finding, Missing, Snapshot
from kithline_sdk.stats import quantiles


class Depth:
    """Level = min(ladder, ceiling); score = index / 4, the index being the level plus the open level's share."""

    key: ClassVar[str] = "maturity.depth"
    version: ClassVar[str] = "1.1.1"
    Params: ClassVar[type[msgspec.Struct]] = DepthParams

    def score(self, snapshot: Snapshot, params: DepthParams, seed: int) -> Finding:
        """Return the ladder, claimed and evidenced, with its ceilings; insufficient while level 1 is not covered."""
        sheet = read(snapshot, params.quick)
        found = _finding(_View.of(sheet, params, seed)) if sheet.answered.any() else _nothing(sheet, params)
        absent = remarks.otherwise(found.measures, found.missing)
        return msgspec.structs.replace(found, missing=[*found.missing, *absent])


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
    doubt: Doubt | None

    @classmethod
    def of(cls, sheet: Sheet, params: DepthParams, seed: int) -> "_View":
        claimed = climb(sheet, sheet.claimed[np.newaxis], params, claimed=True)
        evidenced = climb(sheet, sheet.evidenced[np.newaxis], params)
        reading, draws = evidenced if sheet.proven else claimed, Resample(sheet, params, seed)
        drawn = draws.climb()
        return cls(
            sheet, params, reading, claimed, evidenced,
            span=evidence.span(sheet, params, coverage.uncertain(sheet, params)),
            worst=evidence.span(sheet, params, ~sheet.answered),
            draws=draws, drawn=drawn, wide=spread.stretched(draws, reading, drawn),
            doubt=doubt(sheet, reading, params) if sheet.quick else None,
        )  # fmt: skip

    @property
    def levels(self) -> tuple[int, int]:
        """The lowest and the highest level the answers leave open."""
        low, high = int(self.span.low.level[0]), int(self.span.high.level[0])
        if not self.sheet.proven:
            low = min(low, int(self.evidenced.level[0]))
        if self.doubt is None:
            return low, high
        ends, likely = quantiles(self.wide.level.astype(np.float64)), self.doubt.range
        return min(low, int(ends[0]), likely[0]), max(high, int(ends[1]), likely[1])

    @property
    def interval(self) -> tuple[float, float]:
        """The 90 % interval of the score, widened to what coverage, a quick scan or a lack of evidence leave open."""
        held = [*spread.ends(self.draws, self.wide).tolist(), float(self.reading.depth[0])]
        if self.span.open:
            held += [float(self.span.low.depth[0]), float(self.span.high.depth[0])]
        if self.doubt is not None:
            low, high = self.levels
            held += [low, self.doubt.tops[high]]
        if not self.sheet.proven:
            held.append(float(self.evidenced.depth[0]))
        return min(held) / TOP, max(held) / TOP

    @property
    def sure(self) -> float | None:
        """The probability of the published level; None where it is a mere claim, or worst cases are all there is."""
        if self.span.open or not self.sheet.proven:
            return None
        level = int(self.reading.level[0])
        return float(np.mean(self.drawn.level == level)) if self.doubt is None else self.doubt.chance(level)


def _finding(view: _View) -> Finding:
    sheet, reading, params = view.sheet, view.reading, view.params
    rungs = groups.ladders(sheet, reading, view.draws, params)
    found = Finding(
        status="provisional" if (why := remarks.reasons(sheet, reading, ranged=view.span.open)) else "ok",
        reasons=why,
        bounds=(float(view.worst.low.depth[0]) / TOP, float(view.worst.high.depth[0]) / TOP),
        coverage=coverage.coverage(sheet, np.ones(len(sheet.questions), np.bool_)),
        measures=_measures(view) | rungs.measures,
        intervals=published.intervals(sheet, view.wide),
        tables=_tables(view),
        findings=remarks.notes(sheet, reading, view.claimed, view.levels, params),
        missing=[*remarks.missing(sheet, params), *rungs.missing],
        recommendations=advice.steps(sheet, reading, view.draws, params),
    )
    return _scored(found, view) if coverage.covered(sheet, 1, params) else _unscored(found, sheet, params)


def _tables(view: _View) -> path.Tables:
    found = published.tables(view.sheet) | path.tables(view.sheet, view.evidenced, view.params)
    return found | ({"levels": published.odds(view.doubt)} if view.doubt else {})


def _measures(view: _View) -> published.Measures:
    sheet, reading = view.sheet, view.reading
    found = published.levels(sheet, view.claimed, view.evidenced, view.params)
    found |= published.drawn_chances(sheet, view.draws, view.drawn)
    found |= published.bounds(sheet, reading, view.drawn) | published.whole(sheet, reading)
    found["level_low"], found["level_high"] = view.levels
    return found


def _scored(found: Finding, view: _View) -> Finding:
    level, index = int(view.reading.level[0]), float(view.reading.depth[0])
    return msgspec.structs.replace(
        found, score=index / TOP, level=level, level_probability=view.sure, interval=view.interval,
        drivers=explain.drivers(view.sheet, view.reading, view.params),
    )  # fmt: skip


def _unscored(found: Finding, sheet: Sheet, params: DepthParams) -> Finding:
    """Take away what would rest on the undecided first level; its range and the worst cases stay."""
    why = remarks.undecided(sheet, params)
    resting = {"index", "unevenness", "claimed_level", "evidenced_level", "headroom", "binds"}
    measures = {name: value for name, value in found.measures.items() if name not in resting}
    missing = [*found.missing, Missing(what=", ".join(sorted(resting)), reason=why[0], have=0, need=1)]
    steps = [step for step in found.recommendations if step.code == "answer.1"]
    return msgspec.structs.replace(
        found, status="insufficient", reasons=why, measures=measures, missing=missing, recommendations=steps,
    )  # fmt: skip


def _nothing(sheet: Sheet, params: DepthParams) -> Finding:
    """Return what a sheet without any answer lacks."""
    measures: published.Measures = {"respondents": 0}
    for k in LEVELS:
        measures |= published.answered(sheet, k)
    return Finding(
        status="insufficient", reasons=["no_answers"], coverage=0.0, measures=measures,
        missing=remarks.missing(sheet, params),
    )  # fmt: skip
