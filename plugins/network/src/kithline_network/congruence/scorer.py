"""Do those talk who must? (scoring card 15)."""

from typing import ClassVar

import msgspec

from kithline_network.congruence import shares
from kithline_network.congruence.advice import advice
from kithline_network.congruence.cells import shown_pairs
from kithline_network.congruence.drivers import drivers
from kithline_network.congruence.measures import measures
from kithline_network.congruence.params import CongruenceParams
from kithline_network.congruence.picture import Picture, picture
from kithline_network.congruence.tables import tables
from kithline_sdk import Finding, Snapshot
from kithline_sdk.stats import wilson


class Congruence:
    """The share of declared interfaces, by weight, over which at least two people of each side talk both ways."""

    key: ClassVar[str] = "interfaces.congruence"
    version: ClassVar[str] = "1.0.0"
    Params: ClassVar[type[msgspec.Struct]] = CongruenceParams

    def score(self, snapshot: Snapshot, params: CongruenceParams, seed: int) -> Finding:  # noqa: ARG002 - nothing is drawn
        """Return the finding."""
        seen = picture(snapshot, params)
        shown = shown_pairs(seen, params)
        published, absent = measures(snapshot, seen, shown, params)
        plain = Finding(
            measures=published,
            missing=absent,
            tables=tables(seen, shown, params),
            recommendations=advice(seen, shown, params),
        )
        value = shares.congruence(seen.pairs) if seen.ties is not None else None
        if value is None:
            reason = "direction_unknown" if seen.pairs else "no_interfaces"
            return msgspec.structs.replace(plain, status="insufficient", reasons=[reason])
        scored = with_score(plain, seen, params, min(1.0, value))
        return msgspec.structs.replace(scored, drivers=drivers(seen, shown))


def with_score(plain: Finding, seen: Picture, params: CongruenceParams, value: float) -> Finding:
    """Add score, level and how sure both are; coverage is the share of declared pairs whose sides are known."""
    ends = shares.interval(seen.pairs, value)
    return msgspec.structs.replace(
        plain,
        score=value,
        level=shares.level(value),
        level_probability=shares.probability(seen.pairs, value),
        interval=ends,
        coverage=len(seen.pairs) / (len(seen.pairs) + len(seen.unknown)),
        concentration=shares.concentration(seen, params, value),
        intervals={"congruence": ends, "congruence_unweighted": wilson(seen.met, len(seen.pairs))},
    )
