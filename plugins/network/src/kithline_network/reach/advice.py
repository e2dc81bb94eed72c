"""At most three steps: the group with most people to gain, whom customers-only hides, what has to be known first."""

import numpy as np

from kithline_network.reach.cells import least
from kithline_network.reach.groups import EVERY, GROUPS
from kithline_network.reach.params import ReachParams
from kithline_network.reach.parts import WEIGHTS, Parts, coverage
from kithline_network.reach.picture import Picture
from kithline_sdk import Note, Recommendation, unquantified
from kithline_sdk.stats import share_rise


def advice(seen: Picture, told: Parts, notes: list[Note], params: ReachParams) -> list[Recommendation]:
    """Return the steps. Only groups that were set out for are invited: never competitors by default."""
    steps = (_invite(seen, told, params), _look(notes), _count(seen, params))
    return [step for step in steps if step is not None]


def _invite(seen: Picture, told: Parts, params: ReachParams) -> Recommendation | None:
    """Return the group with the largest population x gap to the upper point of the curve, and where to begin."""
    gaps = {
        one: (params.reach_high - (seen.reach(one) or 0.0)) * seen.populations[one]
        for one in params.targets
        if one in seen.populations and seen.visible(one)
    }
    best = max(gaps, key=lambda one: (gaps[one], -GROUPS.index(one)), default=None)
    if best is None or gaps[best] <= 0:
        return None
    share, size = seen.reach(best) or 0.0, seen.populations[best]
    entry = _entry(seen, best, params)
    begin = f" Begin in {entry}, which they share with others already." if entry else ""
    return Recommendation(
        code="invite_group",
        text=f"Make room for the group {best}: ask what would be worth their while, and invite them.{begin}",
        evidence=f"{share:.1%} of {size} {best} people take part",
        gain=_gain(share, seen, told, params),
        effort="medium",
        refuted_by=f"after 90 days reach.{best} has not risen, or those invited came once and never again",
    )


def _gain(share: float, seen: Picture, told: Parts, params: ReachParams) -> tuple[float, float]:
    """Return what half and all of the way to the upper point of the curve would add, all else kept."""
    known = sum(one in seen.populations for one in params.targets)
    weight = WEIGHTS["reach"] / coverage(told) / known
    now, half, full = (
        share_rise(one, params.reach_half, params.reach_high)
        for one in (share, (share + params.reach_high) / 2, params.reach_high)
    )
    return weight * (half - now), weight * (full - now)


def _entry(seen: Picture, group: str, params: ReachParams) -> str | None:
    """Return the community that most of the group already share with k or more others."""
    found, k = seen.places, least(params)
    if not found.names:
        return None
    column = EVERY.index(group)
    mine, people = found.groups[:, column], found.people
    fit = seen.shown.counts & (mine >= k) & (people - mine >= k)
    best = np.lexsort((np.arange(len(people)), -np.minimum(mine, people - mine)))
    return next((found.names[one] for one in best.tolist() if fit[one]), None)


def _look(notes: list[Note]) -> Recommendation | None:
    blind = next((one for one in notes if one.code == "customers_only"), None)
    if blind is None:
        return None
    return Recommendation(
        code="see_who_is_there",
        text="Count and address everybody who is there, not customers alone: name the missed groups in purpose and figures.",
        evidence=blind.evidence,
        gain=unquantified("it changes what is seen, not the score"),
        effort="low",
        refuted_by="those people turn out to be customers whose group was not known",
    )


def _count(seen: Picture, params: ReachParams) -> Recommendation | None:
    unknown = [one for one in params.targets if one not in seen.populations]
    if not unknown:
        return None
    return Recommendation(
        code="count_populations",
        text=f"Say how many people there are in: {', '.join(unknown)}. Without that nobody can say how many are reached.",
        evidence=f"the size of {len(unknown)} of {len(params.targets)} groups is not known",
        gain=unquantified("it changes what can be said; the score may rise or fall"),
        effort="low",
        refuted_by="the sizes are known and the score stays provisional",
    )
