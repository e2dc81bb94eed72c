"""Item response models by marginal maximum likelihood: two-parameter logistic, and Rasch with one slope for all."""

from typing import Final, NamedTuple

import numpy as np

from kithline_sdk.snapshot import Floats
from kithline_sdk.stats.scaling import Flags

# Ability is standard normal, integrated over equal steps: for a smooth curve that fades at both ends nothing is more exact.
_NODES: Final = np.linspace(-6.0, 6.0, 121)
_DENSITY: Final = np.exp(-(_NODES**2) / 2)
_WEIGHTS: Final = _DENSITY / _DENSITY.sum()
_ROUNDS: Final = 2000
_NEWTON: Final = 8
_STEEPEST: Final = 6.0
_FARTHEST: Final = 8.0


class Fitted(NamedTuple):
    """Discrimination a and difficulty b of P(pass) = 1/(1 + exp(-a (ability - b))), and the marginal log-likelihood."""

    discrimination: Floats
    difficulty: Floats
    log_likelihood: float


def two_parameter(flags: Flags) -> Fitted:
    """Return the 2PL model of units x items of 0 and 1 (Birnbaum 1968; EM of Bock and Aitkin 1981)."""
    return _fitted(flags, free=True)


def rasch(flags: Flags) -> Fitted:
    """Return the model with slope 1 for all (Rasch 1960), difficulties not centred."""
    return _fitted(flags, free=False)


def _fitted(flags: Flags, *, free: bool) -> Fitted:
    """Fit by EM; items that all or nobody passes have no finite difficulty: the caller leaves them out."""
    patterns, times = np.unique(flags, axis=0, return_counts=True)
    passed = flags.mean(axis=0)
    slope, shift = np.ones(flags.shape[1]), np.log(passed / (1 - passed))
    before = -np.inf
    for _ in range(_ROUNDS):
        reached, met, now = _expected(patterns, times, slope, shift)
        slope, shift = _improved(reached, met, slope, shift, free=free)
        if now - before < 1e-13 * abs(now):
            break
        before = now
    return Fitted(slope, -shift / slope, _expected(patterns, times, slope, shift)[2])


def _expected(patterns: Flags, times: Flags, slope: Floats, shift: Floats) -> tuple[Floats, Floats, float]:
    """Return, by node, how many units are expected and how many of them pass each item; and the log-likelihood."""
    line = slope[:, None] * _NODES + shift[:, None]
    ahead, behind = -np.logaddexp(0, -line), -np.logaddexp(0, line)
    score = np.zeros((len(patterns), len(_NODES)))
    for item in range(patterns.shape[1]):
        score = score + np.where(patterns[:, item, None] == 1, ahead[item], behind[item])
    joint = np.exp(score) * _WEIGHTS
    whole = np.add.reduce(joint, axis=1)
    share = joint / whole[:, None] * times[:, None]
    met = np.add.reduce(share, axis=0)
    reached = np.stack([np.add.reduce(share[patterns[:, item] == 1], axis=0) for item in range(patterns.shape[1])])
    return reached, met, float(np.add.reduce(times * np.log(whole)))


def _improved(reached: Floats, met: Floats, slope: Floats, shift: Floats, *, free: bool) -> tuple[Floats, Floats]:
    """Return the logistic regressions of the expected passes on the nodes, all items at once, by Newton's steps."""
    for _ in range(_NEWTON):
        chance = 1 / (1 + np.exp(-(slope[:, None] * _NODES + shift[:, None])))
        miss, spread = reached - met * chance, met * chance * (1 - chance)
        to_shift, to_slope = (np.add.reduce(miss * one, axis=1) for one in (np.ones_like(_NODES), _NODES))
        zero, one, two = (np.add.reduce(spread * _NODES**power, axis=1) for power in range(3))
        if not free:
            shift = np.clip(shift + to_shift / zero, -_FARTHEST, _FARTHEST)
            continue
        size = zero * two - one * one
        shift = np.clip(shift + (two * to_shift - one * to_slope) / size, -_FARTHEST * _STEEPEST, _FARTHEST * _STEEPEST)
        slope = np.clip(slope + (zero * to_slope - one * to_shift) / size, -_STEEPEST, _STEEPEST)
    return slope, shift
