"""Is a place alive, growing and sustained? (scoring card 7)."""

import math
from typing import ClassVar, Final, NamedTuple

import msgspec
import numpy as np

from kithline_community.health.advice import advice
from kithline_community.health.measures import Figures, figures
from kithline_community.health.params import HealthParams
from kithline_community.health.parts import (
    ENOUGH,
    EXACT,
    LEAST,
    NAMES,
    SCORED_DAYS,
    SCORED_PEOPLE,
    Part,
    interval,
    level,
    probability,
    scored,
)  # fmt: skip
from kithline_community.health.picture import Picture, picture
from kithline_sdk import Driver, Finding, Missing, Snapshot
from kithline_sdk.grouping import by_pair

WELL: Final = 0.8


class Health:
    """How many take part, how long they stay, whether they are answered and answer, whether they become fewer."""

    key: ClassVar[str] = "health.community"
    version: ClassVar[str] = "1.0.0"
    Params: ClassVar[type[msgspec.Struct]] = HealthParams

    def score(self, snapshot: Snapshot, params: HealthParams, seed: int) -> Finding:  # noqa: ARG002 - nothing is drawn
        """Return the finding."""
        seen = picture(snapshot, params)
        found = figures(snapshot, seen, params)
        plain = Finding(
            measures=found.measures,
            intervals=found.intervals,
            missing=found.missing,
            tables={"growth_28d": found.growth},
        )
        whole = total(seen)
        if whole is None:
            return msgspec.structs.replace(
                plain, status="insufficient", reasons=[why(seen)], missing=[*found.missing, *lacking(seen)]
            )
        return _with_score(plain, snapshot, seen, whole, found, params)


class Whole(NamedTuple):
    """All parts of all scored communities, weights adding up to 1; the communities' scores; the weight they carry."""

    parts: list[Part]
    scores: dict[str, float]
    coverage: float

    @property
    def score(self) -> float:
        """The mean over communities."""
        return min(1.0, math.fsum(part.weight * part.value for part in self.parts))


def total(seen: Picture) -> Whole | None:
    """Return the mean over communities weighted by contributors; None under 0.6 of that weight."""
    weight = {name: place.contributors for name, place in seen.scored.items()}
    known = {name: one for name, place in seen.scored.items() if (one := scored(place)) is not None}
    inside, everybody = sum(weight[name] for name in known), sum(weight.values())
    if not known or inside < (ENOUGH - EXACT) * everybody:
        return None
    parts = [
        part._replace(weight=part.weight * weight[name] / inside, place=name)
        for name, one in known.items()
        for part in one.parts
    ]
    return Whole(parts, {name: one.score for name, one in known.items()}, inside / everybody)


def why(seen: Picture) -> str:
    """Return the first reason that nothing is scored."""
    if seen.scope.days < SCORED_DAYS:
        return "short_window"
    return "few_contributors" if seen.scope.contributors < SCORED_PEOPLE else "few_parts"


def lacking(seen: Picture) -> list[Missing]:
    """Return how much more is needed."""
    have = max((place.contributors for place in seen.scored.values()), default=0)
    needs = (
        ("contributors", "few_contributors", have, SCORED_PEOPLE),
        ("days", "short_window", seen.scope.days, SCORED_DAYS),
    )
    return [Missing(what=what, reason=code, have=has, need=need) for what, code, has, need in needs if has < need]


def _with_score(
    plain: Finding, snapshot: Snapshot, seen: Picture, whole: Whole, found: Figures, params: HealthParams
) -> Finding:
    ends = interval(whole.score, whole.parts)
    dormant = seen.scope.pace.now < LEAST
    step = 0 if dormant else level(whole.score)
    drivers_ = drivers(whole)
    reasons = ["parts_absent"] if len(drivers_) < len(NAMES) else []
    reasons += ["coverage"] if whole.coverage < WELL - EXACT else []
    values = list(whole.scores.values())
    spread = {"communities_scored": len(values), "score_worst": min(values), "score_spread": max(values) - min(values)}
    return msgspec.structs.replace(
        plain,
        status="provisional" if reasons else "ok",
        reasons=reasons,
        score=whole.score,
        level=step,
        level_probability=1.0 if dormant else probability(whole.score, ends, step),
        interval=ends,
        coverage=whole.coverage,
        concentration=concentration(snapshot, seen, whole, params),
        measures={**found.measures, **spread},
        drivers=drivers_,
        recommendations=advice(drivers_),
    )


def drivers(whole: Whole) -> list[Driver]:
    """Return one driver per part over all communities; contributions add up to the score."""
    found = []
    for name in NAMES:
        mine = [part for part in whole.parts if part.name == name]
        if mine:
            weight = math.fsum(part.weight for part in mine)
            given = math.fsum(part.weight * part.value for part in mine)
            raw = math.fsum(part.weight * part.raw for part in mine) / weight
            found.append(
                Driver(
                    name=name, raw=raw, sub_score=min(1.0, given / weight), weight=weight, contribution=given,
                    gain=max(0.0, weight - given),
                )
            )  # fmt: skip
    return found


def concentration(snapshot: Snapshot, seen: Picture, whole: Whole, params: HealthParams) -> float | None:
    """Return by how much the score moves at most without whoever contributed, turned to people, came or answered most."""
    tried = sorted(busiest(snapshot, seen))
    without = [total(picture(snapshot, params, one, seen)) for one in tried]
    return max((abs(one.score - whole.score) for one in without if one is not None), default=None)


def busiest(snapshot: Snapshot, seen: Picture) -> set[int]:
    """Return who contributed most, turned to most people, came on most days, answered most; of several alike two."""
    scope, ties, openings = seen.scope, snapshot["tie_day"], snapshot["opening"]
    turned = by_pair(ties.ints("actor"), ties.ints("target")).one
    answered = openings.ints("answerer")[openings.present("answerer")]
    counts = [np.bincount(one) for one in (turned, scope.pace.person, answered) if len(one)]
    found = set(scope.person[scope.amount == scope.amount.max(initial=0)][[0, -1]].tolist())
    for many in counts:
        found.update(np.flatnonzero(many == many.max())[[0, -1]].tolist())
    return found
