"""Are suppliers linked with us and with each other? (scoring card 4)."""

from typing import ClassVar, Final

import msgspec

from kithline_sdk import Finding, Interval, Missing, Snapshot
from kithline_supply import parts, structure
from kithline_supply.advice import advice
from kithline_supply.drivers import drivers
from kithline_supply.levels import level
from kithline_supply.measures import published
from kithline_supply.params import SupplyParams
from kithline_supply.parts import Part, Scored
from kithline_supply.picture import Picture, picture, without
from kithline_supply.remarks import remarks
from kithline_supply.survey import Survey, survey
from kithline_supply.tables import tables

TOLERANCE: Final = 1e-9


class Collaboration:
    """The supply network from a star around the focal organisation to circles that share what they learn."""

    key: ClassVar[str] = "supply.collaboration"
    version: ClassVar[str] = "1.0.1"
    Params: ClassVar[type[msgspec.Struct]] = SupplyParams

    def score(self, snapshot: Snapshot, params: SupplyParams, seed: int) -> Finding:
        """Return the finding; without a focal organisation the structure alone, `not_applicable`."""
        seen = picture(snapshot, params)
        asked, reason = survey(snapshot, params)
        found = parts.parts(seen, asked, params)
        spans = parts.ends(seen, asked, params, seed)
        plain = _described(snapshot, seen, (asked, reason), found, params)
        plain = msgspec.structs.replace(plain, intervals=_intervals(seen, spans))
        if seen.known.hub is None:
            return msgspec.structs.replace(plain, status="not_applicable", reasons=["no_focal_organisation"])
        value = parts.scored(found)
        plain = msgspec.structs.replace(plain, coverage=value.coverage, bounds=parts.bounds(found))
        needed = parts.NEEDED_ALONE if seen.alone else parts.NEEDED
        if value.coverage < needed - TOLERANCE:
            return _too_little(plain, value.coverage, needed)
        return msgspec.structs.replace(
            _weighed(plain, seen, found, spans, value),
            concentration=_concentration(snapshot, seen, asked, value, params),
            recommendations=advice(seen, found, value, params),
        )


def _too_little(plain: Finding, have: float, need: float) -> Finding:
    lack = Missing(what="weight of the score", reason="coverage", have=have, need=need)
    return msgspec.structs.replace(plain, status="insufficient", reasons=["coverage"], missing=[*plain.missing, lack])


def _described(
    snapshot: Snapshot,
    seen: Picture,
    asked: tuple[Survey | None, str],
    found: dict[str, Part],
    params: SupplyParams,
) -> Finding:
    """Return measures, tables and notes."""
    values, missing = published(snapshot, seen, asked, found, params)
    rows, over = tables(seen)
    return Finding(measures=values, missing=[*missing, *over], tables=rows, findings=remarks(seen, found))


def _intervals(seen: Picture, spans: dict[str, Interval]) -> dict[str, Interval]:
    """Return the intervals of measures: those of the parts, and the leave-one-out ranges of the raw c and d."""
    ranges = {
        "supplier_density": structure.density_range(seen.network),
        "hub_independence": structure.independence_range(seen.network),
    }
    return {**spans, **{name: span for name, span in ranges.items() if span is not None}}


def _weighed(
    plain: Finding, seen: Picture, found: dict[str, Part], spans: dict[str, Interval], value: Scored
) -> Finding:
    """Add score, interval, level and drivers; what stands on declared sums or without content is provisional."""
    reached = level(seen, found, spans)
    doubts = {"declared_only": seen.alone, "content_unknown": not parts.content(found)}
    reasons = [reason for reason, holds in doubts.items() if holds]
    return msgspec.structs.replace(
        plain,
        status="provisional" if reasons else "ok",
        reasons=reasons,
        score=value.score,
        interval=parts.interval(found, spans, value),
        level=reached.reached,
        level_probability=reached.probability,
        drivers=drivers(found, value),
    )


def _concentration(
    snapshot: Snapshot, seen: Picture, asked: Survey | None, value: Scored, params: SupplyParams
) -> float:
    """Return the larger drop of the score without the busiest or the best connected person."""
    left = (picture(without(snapshot, person), params) for person in seen.contact.busiest)
    scores = [parts.scored(parts.parts(other, asked, params)).score for other in left]
    return max([0.0, *(value.score - score for score in scores)])
