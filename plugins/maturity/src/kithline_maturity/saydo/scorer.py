"""saydo.gap: claimed less observed, dimension by dimension, of the other findings of a run (card 14)."""

import math
from typing import ClassVar

import msgspec

from kithline_maturity.saydo.pairs import SOURCES, Fields, Pair, fields, lacking, pairs
from kithline_maturity.saydo.params import SaydoParams
from kithline_maturity.saydo.ranks import rank_gaps
from kithline_sdk import Driver, Finding, Interval, Missing, Note, Snapshot, unquantified
from kithline_sdk.stats import Z90

# As in the manifest.
AFTER = ("maturity.depth", "supply.collaboration", "leadership.presence")
_NO_ERROR = "a result read hands on no interval"


class Saydo:
    """Score = mean positive gap (0 = nobody claims more than is done, higher is worse); nothing is corrected by it."""

    key: ClassVar[str] = "saydo.gap"
    version: ClassVar[str] = "1.0.0"
    Params: ClassVar[type[msgspec.Struct]] = SaydoParams

    def score(self, snapshot: Snapshot, params: SaydoParams, seed: int) -> Finding:  # noqa: ARG002 - closed form, nothing is drawn
        """Return the gaps; insufficient while no dimension has both parts."""
        read = fields(snapshot)
        found = pairs(read)
        if not found and (bare := _awaited(read)):
            return Finding(status="insufficient", reasons=["no_pairs"], missing=bare)
        ranks, few = rank_gaps(snapshot, params)
        measures: dict[str, float | int | str] = {"dimensions": len(found), **ranks}
        for pair in found:
            measures[f"gap.{pair.dimension}"] = pair.gap
            if pair.se is not None:
                measures[f"se.{pair.dimension}"] = pair.se
        whole = Finding(measures=measures, missing=[*_missing(read, found), *few])
        if not found:
            return msgspec.structs.replace(whole, status="insufficient", reasons=["no_pairs"])
        return _scored(whole, read, found, params)


def _scored(whole: Finding, read: Fields, found: list[Pair], params: SaydoParams) -> Finding:
    unsure = any(read.get((pair.source.scorer, "status")) == "provisional" for pair in found)
    return msgspec.structs.replace(
        whole,
        status="provisional" if unsure else "ok",
        reasons=["part_provisional"] if unsure else [],
        score=math.fsum(max(0.0, pair.gap) for pair in found) / len(found),
        interval=_interval(found),
        intervals={f"gap.{pair.dimension}": pair.interval or unquantified(_NO_ERROR) for pair in found},
        findings=[note for pair in found for note in _notes(pair, params)],
        drivers=[_driver(pair, len(found)) for pair in found],
    )


def _interval(found: list[Pair]) -> Interval:
    """Return the index with the error of the mean gap: a positive part moves no more than its gap, so it is no smaller."""
    errors = [pair.se for pair in found if pair.se is not None]
    if len(errors) < len(found):
        return unquantified(_NO_ERROR)
    index = math.fsum(max(0.0, pair.gap) for pair in found) / len(found)
    wide = Z90 * math.hypot(*errors) / len(found)
    return max(0.0, index - wide), min(1.0, index + wide)


def _notes(pair: Pair, params: SaydoParams) -> list[Note]:
    if pair.interval is None or abs(pair.gap) <= params.mark or pair.interval[0] <= 0 <= pair.interval[1]:
        return []
    code, word = ("over_claim", "more") if pair.gap > 0 else ("under_claim", "less")
    told = f"claimed {pair.survey:.2f}, observed {pair.behaviour:.2f} (results of {pair.source.scorer})"
    return [
        Note(
            code=f"{code}.{pair.dimension}", clause=f"{pair.dimension}: {word} is claimed than observed", evidence=told
        )
    ]


def _driver(pair: Pair, count: int) -> Driver:
    above = max(0.0, pair.gap)
    return Driver(name=pair.dimension, raw=pair.gap, sub_score=above, weight=1 / count, contribution=above / count)


def _awaited(read: Fields) -> list[Missing]:
    """Return what is waited for where all results that are read were tried and none has anything to hold against another."""
    said = {scorer: read.get((scorer, "status")) for scorer in AFTER}
    if not all(status == "insufficient" for status in said.values()):
        return []
    return [
        Missing(what=f"a result of {scorer}", reason=str(status), have=0, need=1) for scorer, status in said.items()
    ]


def _missing(read: Fields, found: list[Pair]) -> list[Missing]:
    there = {pair.dimension: pair for pair in found}
    absent = []
    for name, source in SOURCES.items():
        if name not in there:
            why = lacking(read, source)
            absent += [Missing(what=f"{stem}.{name}", reason=why, have=0, need=1) for stem in ("gap", "se")]
        elif there[name].se is None:
            absent.append(Missing(what=f"se.{name}", reason="no_interval", have=0, need=1))
    return absent
