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
    """Return the label and the gates to the next one, never above what the published level allows.

    Social business: level 3 as a whole and for two groups of which one is not customers, proven, by more than a quick
    scan. On the way: level 3 as a whole, or for a group while the whole has level 1.
    """
    level = depth.number("level")
    if not depth.scored or level is None:
        return Position(UNDECIDABLE, None, ())
    reached = [group for group, height in depth.names("ladder").items() if height >= params.social_level]
    ceilings, ground, whole = _ceilings(depth, params), _ground(depth), _whole(depth, params)
    # Two different groups: one of them is not customers.
    if level >= params.social_level and len(reached) > 1 and all(gate.met for gate in ground):
        return Position(BUSINESS, None, ())
    if level >= params.social_level or (level >= 1 and reached):
        pairs = [[*a, *b, *whole] for a, b in itertools.combinations(_groups(depth, params), 2)]
        return Position(ON_THE_WAY, BUSINESS, _nearest(pairs, [*ceilings, *ground]))
    groups = [[*gates, *whole[:1]] for gates in _groups(depth, params)]
    return Position(MEDIA, ON_THE_WAY, _nearest([*groups, whole], ceilings))


def _ground(depth: Reading) -> list[Gate]:
    """Return what a social business rests on: evidence, and more than a quick scan (a gate only where it is one)."""
    proven = _proven(depth)
    found = [Gate("evidence", proven, float(proven))]
    return [*found, Gate("full questionnaire", met=False, chance=0.0)] if depth.measure("quick_scan") else found


def _proven(depth: Reading) -> bool:
    return (depth.measure("items_with_evidence") or 0) > 0


def _nearest(candidates: Sequence[Sequence[Gate]], common: Sequence[Gate]) -> tuple[Gate, ...]:
    """Return the candidate with the fewest unmet gates, of equals the one that expects the fewest, then the first."""
    known = [gates for gates in candidates if gates]
    if not known:
        return ()
    best = min(known, key=lambda gates: (sum(not gate.met for gate in gates), math.fsum(1 - g.chance for g in gates)))
    return (*best, *common)


def _groups(depth: Reading, params: VerdictParams) -> list[list[Gate]]:
    """Return the gates of each group whose three levels were all answered."""
    attained, passed, chance = (depth.names(stem) for stem in ("group_attainment", "group_passed", "group_p"))
    wanted = [k for k in LEVELS if k <= params.social_level]
    groups = sorted({name.rpartition(".")[0] for name in attained})
    keys = {group: [f"{group}.{k}" for k in wanted] for group in groups}
    return [
        [Gate(key, passed.get(key, 0.0) > 0, chance.get(key, 0.0)) for key in keys[group]]
        for group in groups
        if all(key in attained for key in keys[group])
    ]


def _whole(depth: Reading, params: VerdictParams) -> list[Gate]:
    """Return the gates of the published ladder, claimed while nothing is proven; empty while a level has no answer."""
    stem = "" if _proven(depth) else "claimed_"
    attained, passed, beta = (depth.names(f"{stem}{name}") for name in ("attainment", "passed", "p_pass"))
    # Where there is enough to draw from, the draws say how sure the attainment is; p_pass counts good answers only.
    chance = beta | depth.names("p_drawn")
    wanted = [str(k) for k in LEVELS if k <= params.social_level]
    if not all(k in attained for k in wanted):
        return []
    # Answers that reach the mark and do not pass have a failing mandatory question: no matter of chance.
    shut = {k for k in wanted if passed.get(k) == 0 and attained[k] >= params.pass_mark - _TINY}
    return [Gate(f"level.{k}", passed.get(k, 0.0) > 0, 0.0 if k in shut else chance.get(k, 0.0)) for k in wanted]


def _ceilings(depth: Reading, params: VerdictParams) -> list[Gate]:
    caps, chance = depth.names("cap"), depth.names("p_cap")
    return [
        Gate(f"ceiling.{factor}", caps[factor] >= params.social_level, chance.get(factor, 0.0))
        for factor in FACTORS
        if factor in caps
    ]
