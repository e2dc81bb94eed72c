"""How much more is needed of what is missing, in words: never a bare share of a need (Part C 4)."""

from kithline_core.plugins import ScorerSpec
from kithline_sdk.contract import Missing

DAYS_A_WEEK = 7


def told(one: Missing, spec: ScorerSpec | None = None, days: float = 0.0) -> str:
    """Return what is lacking, how much there is of it, how much more it takes and, of what adds up day by day, how long.

    `days`: how many the window has; 0: nobody knows.
    """
    if one.need is None:
        return one.what
    have = "none" if one.have is None else _number(one.have)
    return f"{one.what} ({have} of {_number(one.need)}{_more(one, spec, days)})"


def _more(one: Missing, spec: ScorerSpec | None, days: float) -> str:
    if isinstance(one.need, str) or isinstance(one.have, str) or one.need is None:
        return ""
    have = one.have or 0
    short = one.need - have
    if short <= 0:
        return ""
    weeks = short / have * days / DAYS_A_WEEK if have > 0 and _adds_up(one, spec) else 0.0
    whole = max(1, round(weeks))
    pace = f", or {whole} more week{'s' if whole > 1 else ''} like these" if weeks else ""
    return f": {_number(short)} more{pace}"


def _adds_up(one: Missing, spec: ScorerSpec | None) -> bool:
    """Say whether it is the lack of a minimum rule about a measure that a longer window has more of."""
    rules = (
        [] if spec is None else [rule for rule in spec.minimum if (rule.what, rule.reason) == (one.what, one.reason)]
    )
    return any(rule.measure in spec.measures and spec.measures[rule.measure].additive for rule in rules if spec)


def _number(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.4g}" if abs(value) < 1 else f"{value:.12g}"
