"""Who takes part, how mixed, how overlapping? (scoring card 5)."""

from typing import ClassVar, Final

import msgspec

from kithline_network.reach import aggregates
from kithline_network.reach.advice import advice
from kithline_network.reach.drivers import drivers
from kithline_network.reach.intervals import intervals
from kithline_network.reach.lone import concentration
from kithline_network.reach.measures import measures
from kithline_network.reach.params import ReachParams
from kithline_network.reach.parts import NEEDED, WEIGHTS, Parts, coverage, level, parts, score
from kithline_network.reach.picture import Picture, picture
from kithline_network.reach.remarks import remarks
from kithline_network.reach.sureness import doubt
from kithline_network.reach.tables import tables
from kithline_sdk import Finding, Missing, Snapshot

TOLERANCE: Final = 1e-9


class Reach:
    """Reach per group, how mixed people are, contact across groups, overlap: people, not just customers."""

    key: ClassVar[str] = "reach.ecosystem"
    version: ClassVar[str] = "1.0.0"
    Params: ClassVar[type[msgspec.Struct]] = ReachParams

    def score(self, snapshot: Snapshot, params: ReachParams, seed: int) -> Finding:
        """Return the finding; provisional where the size of a group that was set out for is not known."""
        cells = aggregates.finding(snapshot, params)
        if cells is not None:
            return cells
        seen = picture(snapshot, params)
        told = parts(seen.kinds, seen.populations, seen.contact, params)
        plain = described(snapshot, seen, told, params)
        if coverage(told) < NEEDED - TOLERANCE:
            lack = Missing(what="weight of the score", reason="coverage", have=coverage(told), need=NEEDED)
            return msgspec.structs.replace(
                plain, status="insufficient", reasons=["coverage"], missing=[*plain.missing, lack]
            )
        return scored(plain, seen, told, params, seed)


def described(snapshot: Snapshot, seen: Picture, told: Parts, params: ReachParams) -> Finding:
    """Return all but the score."""
    values, missing = measures(snapshot, seen, params)
    notes = remarks(snapshot, seen, params)
    return Finding(
        coverage=coverage(told),
        measures=values,
        missing=missing,
        intervals=dict(intervals(seen, values)),
        tables=tables(seen, params),
        findings=notes,
        recommendations=advice(seen, told, notes, params) if told else [],
    )


def scored(plain: Finding, seen: Picture, told: Parts, params: ReachParams, seed: int) -> Finding:
    """Add score, interval, level, concentration and drivers."""
    value = score(told)
    unsure = doubt(seen.kinds, seen.populations, seen.contact, seen.met, params, seed)
    low, high = unsure.interval
    unknown = [one for one in params.targets if one not in seen.populations]
    reasons = ["no_population"] if unknown else ["coverage"] if len(told) < len(WEIGHTS) else []
    return msgspec.structs.replace(
        plain,
        status="provisional" if reasons else "ok",
        reasons=reasons,
        score=value,
        level=level(value),
        level_probability=unsure.holding(level(value)),
        interval=(min(low, value), max(high, value)),
        intervals={**plain.intervals, **unsure.ends()},
        concentration=concentration(seen.kinds, seen.populations, seen.met, seen.who, params),
        drivers=drivers(told),
    )
