"""Parts of an index: what a result says of itself, or why it says nothing."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from kithline_core.engine.composite.maps import PartSpec
from kithline_sdk.contract import Interval, Missing

# From the strongest to the weakest: a composite has the status of its weakest necessary part.
STRENGTH: Final = ("ok", "provisional", "insufficient", "not_applicable", "not_permitted", "withheld", "error")
SCORED: Final = frozenset({"ok", "provisional"})
STALE: Final = "stale"


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A part with its score in [0, 1], or without one and why. `result` leads to where it comes from."""

    part: str
    status: str
    necessary: bool = False
    reasons: list[str] = []
    score: float | None = None
    interval: Interval | None = None
    bounds: tuple[float, float] | None = None
    spread: float | None = None
    result: str | None = None
    version: str | None = None
    window: tuple[str, str] | None = None
    stale_since: str | None = None
    key: str = ""
    lacking: Missing | None = None
    not_for: list[str] = []

    @property
    def known(self) -> bool:
        """Whether it has a score."""
        return self.score is not None

    @property
    def ends(self) -> tuple[float, float] | None:
        """Both ends of its interval, where it has one."""
        return self.interval if isinstance(self.interval, tuple) else None


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What an index reads of a finding document; all else of it is passed over."""

    version: str
    status: str
    reasons: list[str]
    score: float | None
    interval: Interval | None
    bounds: tuple[float, float] | None
    measures: dict[str, Any]
    missing: list[Missing]
    window: tuple[str, str]
    not_for: list[str]
    key: str


def absent(spec: PartSpec, status: str, reason: str, what: str, **more: Any) -> Part:  # noqa: ANN401 - further fields of a part
    """Return a part that nothing is known of, and why."""
    lacking = Missing(what=what, reason=reason)
    return Part(part=spec.part, necessary=spec.necessary, status=status, reasons=[reason], lacking=lacking, **more)


def of_finding(spec: PartSpec, document: bytes, result: str, stale_since: str | None = None) -> Part:
    """Return the part that a stored finding is, in shares of 1."""
    told = msgspec.json.decode(document, type=Told)
    where: dict[str, Any] = {
        "result": result, "version": told.version, "window": told.window, "stale_since": stale_since, "key": told.key,
        "not_for": told.not_for,
    }  # fmt: skip
    if told.score is None or told.status not in SCORED:
        return _unscored(spec, told, where)
    stale = [STALE] if stale_since else []
    return Part(
        part=spec.part, necessary=spec.necessary, status=told.status, reasons=[*told.reasons, *stale],
        score=told.score / 100, interval=_shares(told.interval), spread=_spread(spec, told.measures), **where,
    )  # fmt: skip


def _unscored(spec: PartSpec, told: Told, where: Mapping[str, Any]) -> Part:
    status = told.status if told.status not in SCORED else "insufficient"
    first = told.missing[0] if told.missing else Missing(what="a score", reason=(told.reasons or [status])[0])
    lacking = msgspec.structs.replace(first, what=f"{spec.part}: {first.what}")
    return Part(
        part=spec.part, necessary=spec.necessary, status=status, reasons=told.reasons or [first.reason],
        bounds=_pair(told.bounds), lacking=lacking, **where,
    )  # fmt: skip


def _shares(interval: Interval | None) -> Interval:
    if isinstance(interval, tuple):
        return interval[0] / 100, interval[1] / 100
    return interval or "unquantified: the part says nothing of it"


def _pair(points: tuple[float, float] | None) -> tuple[float, float] | None:
    return None if points is None else (points[0] / 100, points[1] / 100)


def _spread(spec: PartSpec, measures: Mapping[str, Any]) -> float | None:
    found = measures.get(spec.spread) if spec.spread else None
    return float(found) if isinstance(found, int | float) else None
