"""What a check says: passed, failed or skipped with a reason; what was expected, what came, what to do."""

import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Literal, NamedTuple

import msgspec

# The form of the JSON; it changes when a reader of the old form would misread the new one.
SCHEMA = 1
_LONGEST = 2_000


class Skipped(Exception):
    """A check cannot apply; the words say why."""


class Rule(NamedTuple):
    """A check's name, what is expected, and what to do when it is not so."""

    name: str
    expected: str
    advice: str


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """One check of one scorer, or of the plugin as a whole (`scorer` is "" then)."""

    check: str
    status: Literal["passed", "failed", "skipped"]
    expected: str
    scorer: str = ""
    came: str = ""
    advice: str = ""
    reason: str = ""
    seconds: float = 0.0
    figures: dict[str, float] = {}


class Price(msgspec.Struct, frozen=True, kw_only=True):
    """The cheapest forgery of a score in one made-up organisation; without one, `verdict` says why."""

    scorer: str
    world: str
    costs: str
    verdict: Literal["soft", "seen", "dear", "not found", "no score", "at the top"]
    hours: float | None = None
    honest_hours: float | None = None
    level: tuple[int, int] | None = None
    score: tuple[float, float] | None = None
    moves: list[str] = []
    seen_by: list[str] = []
    traces: list[str] = []
    tried: int = 0


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """All of it: what was checked, with what, and whether it holds."""

    schema: int = SCHEMA
    plugin: str
    version: str
    target: str
    scorers: list[str]
    sdk: str
    python: str
    generator: str
    passed: bool
    counts: dict[str, int]
    checks: list[Outcome]
    prices: list[Price] = []


def judged(rule: Rule, act: Callable[[], str], scorer: str = "", exempt: Mapping[str, str] | None = None) -> Outcome:
    """Run a check: what it returns came; AssertionError or any other error fails it, Skipped skips it."""
    told = partial(Outcome, check=rule.name, scorer=scorer, expected=rule.expected)
    if exempt and rule.name in exempt:
        return told(status="skipped", reason=f"the manifest exempts it: {exempt[rule.name]}")
    began = time.perf_counter()
    try:
        told, came = partial(told, status="passed"), act()
    except Skipped as skipped:
        return told(status="skipped", reason=str(skipped), seconds=_since(began))
    except AssertionError as error:
        told, came = partial(told, status="failed", advice=rule.advice), str(error)
    except Exception as error:  # noqa: BLE001 - a plugin may raise anything, and the other checks still count
        told, came = partial(told, status="failed", advice=rule.advice), f"{type(error).__name__}: {error}"
    return told(came=came[:_LONGEST], seconds=_since(began))


def skipped(rule: Rule, reason: str, scorer: str = "") -> Outcome:
    """Return the outcome of a check that cannot apply."""
    return Outcome(check=rule.name, scorer=scorer, status="skipped", expected=rule.expected, reason=reason)


def counted(outcomes: Iterable[Outcome]) -> dict[str, int]:
    """Return how many passed, failed and were skipped."""
    found = {"passed": 0, "failed": 0, "skipped": 0}
    for one in outcomes:
        found[one.status] += 1
    return found


def _since(began: float) -> float:
    return round(time.perf_counter() - began, 3)
