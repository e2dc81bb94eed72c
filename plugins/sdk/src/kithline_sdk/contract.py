"""What a scorer takes and returns. Everything here is frozen data; the engine judges it before anyone sees it."""

from typing import Any, ClassVar, Literal, Protocol

import msgspec

from kithline_sdk.snapshot import Snapshot

Status = Literal["ok", "provisional", "insufficient", "withheld", "not_permitted", "not_applicable", "error"]
Effort = Literal["low", "medium", "high"]

# Two ends, or the word "unquantified" with its reason.
Interval = tuple[float, float] | str

Value = float | int | str | bool | None


def unquantified(reason: str) -> str:
    """Say why a number carries no interval."""
    return f"unquantified: {reason}"


class Driver(msgspec.Struct, frozen=True, kw_only=True):
    """One input of a score: raw value, sub-score in [0, 1], weight, contribution and gain, both in [0, 1] of the score.

    Contributions add up to the score (`aggregation: arithmetic`) or to its natural logarithm (`geometric`).
    The gain is what the score would rise by if the input reached its next cut-off.
    """

    name: str
    raw: Value = None
    sub_score: float | None = None
    weight: float | None = None
    contribution: float | None = None
    gain: float | None = None


class Missing(msgspec.Struct, frozen=True, kw_only=True):
    """What is lacking, why it matters (a code), how much is there and how much is needed."""

    what: str
    reason: str
    have: Value = None
    need: Value = None


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """A finding in words: its code, the clause of the rule that fired, the evidence and its date (ISO)."""

    code: str
    clause: str
    evidence: str = ""
    date: str | None = None


class Recommendation(msgspec.Struct, frozen=True, kw_only=True):
    """One step: what to do, the evidence behind it, the expected gain in [0, 1] of the score and what would refute it."""

    code: str
    text: str
    evidence: str
    gain: Interval
    effort: Effort
    refuted_by: str


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What a scorer returns. Scores, bounds and interval ends are in [0, 1]; the engine turns them into points."""

    status: Status = "ok"
    reasons: list[str] = []
    score: float | None = None
    level: int | None = None
    level_probability: float | None = None
    interval: Interval | None = None
    bounds: tuple[float, float] | None = None
    coverage: float | None = None
    concentration: float | None = None
    measures: dict[str, float | int | str] = {}
    intervals: dict[str, Interval] = {}
    tables: dict[str, list[dict[str, Value]]] = {}
    findings: list[Note] = []
    drivers: list[Driver] = []
    missing: list[Missing] = []
    recommendations: list[Recommendation] = []


class Scorer(Protocol):
    """A pure function with a name: no clock, no network, no environment, no state between calls."""

    key: ClassVar[str]
    version: ClassVar[str]
    Params: ClassVar[type[msgspec.Struct]]

    def score(self, snapshot: Snapshot, params: Any, seed: int) -> Finding:  # noqa: ANN401 - each scorer narrows it to its own Params
        """Return the finding for one snapshot."""
        ...
