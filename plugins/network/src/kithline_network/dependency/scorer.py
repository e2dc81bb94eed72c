"""What if two people leave? (scoring card 12)."""

from typing import ClassVar

import msgspec
import numpy as np

from kithline_network.dependency.advice import advice
from kithline_network.dependency.drivers import drivers
from kithline_network.dependency.levels import level, probability
from kithline_network.dependency.measures import measures
from kithline_network.dependency.params import DependencyParams
from kithline_network.dependency.picture import Counted, Parts, parts, picture
from kithline_network.dependency.sureness import sureness
from kithline_sdk import Finding, Snapshot
from kithline_sdk.stats import graphs


class Dependency:
    """How few people carry half of the contributions, and how much contact hangs on the most active."""

    key: ClassVar[str] = "people.dependency"
    version: ClassVar[str] = "1.0.0"
    Params: ClassVar[type[msgspec.Struct]] = DependencyParams

    def score(self, snapshot: Snapshot, params: DependencyParams, seed: int) -> Finding:
        """Return the finding."""
        seen = picture(snapshot, params)
        published, absent = measures(snapshot, seen)
        whole = parts(seen.counted, params)
        plain = Finding(measures=published, missing=absent, recommendations=advice(snapshot, seen, whole, params))
        if whole is None:
            why = {one.what: one.reason for one in absent}
            reason = why.get("absence_factor_50_corrected") or why["reach_drop_5pct_corrected"]
            return msgspec.structs.replace(plain, status="insufficient", reasons=[reason])
        return with_score(plain, seen.counted, whole, params, seed)


def with_score(plain: Finding, found: Counted, whole: Parts, params: DependencyParams, seed: int) -> Finding:
    """Add score, level and how sure both are."""
    sure = sureness(found, whole, params, seed)
    return msgspec.structs.replace(
        plain,
        score=whole.score,
        level=level(whole.score),
        level_probability=probability(sure.draws, level(whole.score)),
        interval=sure.score,
        concentration=concentration(found, whole.score, params),
        intervals={"absence_factor_50_corrected": sure.absence, "reach_drop_5pct_corrected": sure.drop},
        drivers=drivers(whole),
    )


def concentration(found: Counted, value: float, params: DependencyParams) -> float | None:
    """Return by how much the score moves at most without whoever contributes most, or has the most ties."""
    ties = found.ties
    degree = graphs.degrees(ties.low, ties.high, ties.people)
    # Of several alike each is tried, but no more than a handful.
    hubs = ties.person[np.flatnonzero(degree == degree.max(initial=0))[:5]]
    busiest = np.unique(np.r_[found.person[found.ordered[:1]], hubs]).tolist()
    without = [parts(found.without(one), params) for one in busiest]
    return max((abs(one.score - value) for one in without if one is not None), default=None)
