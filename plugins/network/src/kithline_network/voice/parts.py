"""The three parts of the score: departments active, ties by named people, outward contact not concentrated."""

from kithline_network.parts import Part, spread
from kithline_network.voice.params import VoiceParams
from kithline_network.voice.picture import Figures
from kithline_network.voice.sureness import Ends, of_departments, of_gini, of_named
from kithline_sdk.stats import share_rise

WEIGHTS = (0.4, 0.3, 0.3)
# A department that happens to be silent moves both.
# Where hardly anybody turns outside the plain interval held the truth in under 85 of 100.
STRETCH = 1.1
TOGETHER = frozenset({"departments_active_share", "department_concentration"})


def parts(figures: Figures, params: VoiceParams, seed: int | None) -> list[Part] | None:
    """Return the parts with their weights spread; None where outward contact is not in the data.

    Without a seed nothing is drawn, and the interval of the concentration is nothing but its value.
    """
    if figures.gini is None:
        return None
    gini = (None if seed is None else of_gini(figures, params, seed)) or (figures.gini, figures.gini)
    return spread([
        _departments(figures, params),
        _named(figures, params),
        Part("department_concentration", figures.gini, 1 - figures.gini, WEIGHTS[2], (1 - gini[1], 1 - gini[0])),
    ])  # fmt: skip


def of_share(share: float, params: VoiceParams) -> float:
    """Return the value of the share of departments that are active."""
    return share_rise(share, params.share_half, params.share_high)


def of_ties(share: float, params: VoiceParams) -> float:
    """Return the value of the share of ties that people carry."""
    return share_rise(share, params.named_half, params.named_high)


def _departments(figures: Figures, params: VoiceParams) -> Part | None:
    share = figures.departments_share
    if share is None:
        return None
    low, high = of_departments(figures.spread)
    ends: Ends = (of_share(low, params), of_share(high, params))
    return Part("departments_active_share", share, of_share(share, params), WEIGHTS[0], ends)


def _named(figures: Figures, params: VoiceParams) -> Part | None:
    share, ends = figures.named_share, of_named(figures)
    if share is None or ends is None:
        return None
    return Part(
        "named_share", share, of_ties(share, params), WEIGHTS[1], (of_ties(ends[0], params), of_ties(ends[1], params))
    )
