"""How many gates stand between an organisation and the next label, and how sure that is (card 18)."""

import itertools
import math
from collections.abc import Sequence
from typing import Final, NamedTuple

from kithline_maturity.params import VerdictParams
from kithline_maturity.questions import FACTORS, LEVELS
from kithline_maturity.readings import Reading

MEDIA: Final = "social media"
ON_THE_WAY: Final = "on the way"
BUSINESS: Final = "social business"
UNDECIDABLE: Final = "not decidable"
_TINY: Final = 1e-9


class Gate(NamedTuple):
    """One condition: its name, whether it is met, and the probability that it is."""

    name: str
    met: bool
    chance: float


class Position(NamedTuple):
    """A label, the next one, and the gates between."""

    label: str
    toward: str | None
    gates: tuple[Gate, ...]

    @property
    def known(self) -> bool:
        """Whether the distance can be counted: at the top, or with gates that somebody answered."""
        return self.toward is None or bool(self.gates)

    @property
    def unmet(self) -> list[str]:
        """The gates that are not met."""
        return [gate.name for gate in self.gates if not gate.met]

    @property
    def interval(self) -> tuple[float, float]:
        """The 90 % interval of the number of unmet gates, their probabilities taken as independent."""
        odds = _unmet_odds(self.gates)
        low = next(count for count in range(len(odds)) if math.fsum(odds[: count + 1]) >= 0.05 - _TINY)
        high = next(count for count in range(len(odds)) if math.fsum(odds[: count + 1]) >= 0.95 - _TINY)
        have = len(self.unmet)
        return float(min(low, have)), float(max(high, have))


def _unmet_odds(gates: Sequence[Gate]) -> list[float]:
    """Return the probability of 0, 1, ... unmet gates (Poisson binomial)."""
    odds = [1.0]
    for gate in gates:
        stay, more = [*odds, 0.0], [0.0, *odds]
        odds = [gate.chance * a + (1 - gate.chance) * b for a, b in zip(stay, more, strict=True)]
    return odds


def position(depth: Reading, params: VerdictParams) -> Position:
    """Return the label and the gates to the next one.

    Social business: level 3 for two groups of which one is not customers, proven. On the way: level 3 anywhere.
    """
    level = depth.number("level")
    if not depth.scored or level is None:
        return Position(UNDECIDABLE, None, ())
    ladders = depth.names("ladder")
    reached = [group for group, height in ladders.items() if height >= params.social_level]
    proof = Gate("evidence", _proven(depth), float(_proven(depth)))
    # Two different groups: one of them is not customers.
    if len(reached) > 1 and proof.met:
        return Position(BUSINESS, None, ())
    ceilings = _ceilings(depth, params)
    if reached or level >= params.social_level:
        pairs = [[*a, *b] for a, b in itertools.combinations(_groups(depth, params), 2)]
        return Position(ON_THE_WAY, BUSINESS, _nearest(pairs, [*ceilings, proof]))
    return Position(MEDIA, ON_THE_WAY, _nearest([*_groups(depth, params), _whole(depth, params)], ceilings))


def _proven(depth: Reading) -> bool:
    return (depth.measure("items_with_evidence") or 0) > 0


def _nearest(candidates: Sequence[Sequence[Gate]], common: Sequence[Gate]) -> tuple[Gate, ...]:
    """Return the candidate with the fewest unmet gates, the likeliest of equals, then the first."""
    known = [gates for gates in candidates if gates]
    if not known:
        return ()
    best = min(known, key=lambda gates: (sum(not gate.met for gate in gates), -math.fsum(g.chance for g in gates)))
    return (*best, *common)


def _groups(depth: Reading, params: VerdictParams) -> list[list[Gate]]:
    """Return the gates of each group whose three levels were all answered."""
    attained, chance = depth.names("group_attainment"), depth.names("group_p")
    wanted = [k for k in LEVELS if k <= params.social_level]
    groups = sorted({name.rpartition(".")[0] for name in attained})
    keys = {group: [f"{group}.{k}" for k in wanted] for group in groups}
    return [
        [Gate(key, attained[key] >= params.pass_mark - _TINY, chance.get(key, 0.0)) for key in keys[group]]
        for group in groups
        if all(key in attained for key in keys[group])
    ]


def _whole(depth: Reading, params: VerdictParams) -> list[Gate]:
    """Return the gates of the overall ladder, empty while one of its levels has no answer."""
    passed, chance = depth.names("passed"), depth.names("p_pass")
    wanted = [str(k) for k in LEVELS if k <= params.social_level]
    if not all(k in passed for k in wanted):
        return []
    return [Gate(f"level.{k}", passed[k] > 0, chance.get(k, 0.0)) for k in wanted]


def _ceilings(depth: Reading, params: VerdictParams) -> list[Gate]:
    caps, chance = depth.names("cap"), depth.names("p_cap")
    return [
        Gate(f"ceiling.{factor}", caps[factor] >= params.social_level, chance.get(factor, 0.0))
        for factor in FACTORS
        if factor in caps
    ]
