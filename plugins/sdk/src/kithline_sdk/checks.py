"""The checks that every scorer must pass, wherever it comes from (scoring.md, part C 14, as far as one run can show).

Each raises an AssertionError that says what was expected, what came and, where it helps, what to do.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec
import numpy as np

from kithline_sdk.contract import Driver, Finding, Scorer
from kithline_sdk.relabelling import relabelled, shuffled
from kithline_sdk.snapshot import Snapshot, Table

GENERAL: Final = {"persons": False, "floor": 5, "no_floor": False}
SEED: Final = 20_260_101
CLOSE: Final = 1e-9
RECOMMENDATIONS: Final = 3
_SCORED: Final = frozenset({"ok", "provisional"})
_PREFIX: Final = r"(?:(?:community|period):[^.]+\.)?"


def check_scorer(
    scorer: Scorer, entry: Mapping[str, Any], snapshots: Sequence[Snapshot], *, drawn: float = 0.0
) -> list[Finding]:
    """Check a scorer against its manifest entry on some snapshots and return its findings, one per snapshot.

    `drawn` is how far a figure that rests on random numbers may move when people are relabelled. Snapshots should not
    hold two groups of equal size of which the floor withholds one: which of them it is depends on their names.
    """
    check_manifest(scorer, entry)
    findings = []
    for whole in snapshots:
        cut = declared(whole, entry)
        before = cut.encode()
        found = run(scorer, cut)
        need(cut.encode() == before, "the scorer changed its snapshot; it is read-only")
        check_finding(found, entry)
        check_repeatable(scorer, cut, found)
        check_relabelling(scorer, cut, found, entry, drawn)
        findings.append(found)
    if snapshots:
        check_nothing(scorer, declared(snapshots[0], entry), entry)
    return findings


def declared(whole: Snapshot, entry: Mapping[str, Any]) -> Snapshot:
    """Return what the engine would hand to the scorer: the tables, rows and columns its manifest declares."""
    cuts = [_cut(whole[wanted["table"]], wanted) for wanted in entry["inputs"] if wanted["table"] in whole]
    return Snapshot(whole.window, cuts)


def run(scorer: Scorer, snapshot: Snapshot, seed: int = SEED, **parameters: object) -> Finding:
    """Score a snapshot with the default parameters but for the given ones."""
    return scorer.score(snapshot, scorer.Params(**parameters), seed)


def check_manifest(scorer: Scorer, entry: Mapping[str, Any]) -> None:
    """Check that code and manifest agree on key, version, parameters and the measures of the minimum rules."""
    _equal("the scorer's key", scorer.key, entry["key"])
    _equal("the scorer's version", scorer.version, entry["version"])
    defaults = msgspec.to_builtins(scorer.Params())
    _equal("the defaults of Params", defaults, {**entry.get("parameters", {}), **GENERAL})
    for name in ("minimum", "constructs"):
        for rule in entry.get(name, []):
            need(
                pattern_of(rule["measure"], entry) is not None,
                f"{name} asks for {rule['measure']!r}, not in `measures`",
            )


def check_finding(finding: Finding, entry: Mapping[str, Any]) -> None:
    """Check ranges, interval, level, contributions, names of measures, reasons and size."""
    check_ranges(finding)
    _check_status(finding, entry)
    _check_contributions(finding, entry)
    for name, value in finding.measures.items():
        need(pattern_of(name, entry) is not None, f"the measure {name!r} has no pattern in the manifest's `measures`")
        need(isinstance(value, str) or math.isfinite(value), f"the measure {name!r} is {value}; leave it out instead")
    need(len(finding.recommendations) <= RECOMMENDATIONS, f"{len(finding.recommendations)} recommendations, 3 allowed")
    size, most = len(msgspec.json.encode(finding)), entry.get("limits", {}).get("output_bytes", 1_048_576)
    need(size <= most, f"the finding has {size} bytes, allowed are {most}")


def check_ranges(finding: Finding) -> None:
    """Check that all shares lie in [0, 1] and the interval holds the score."""
    score, interval = finding.score, finding.interval
    ends = [*(interval if isinstance(interval, tuple) else ()), *(finding.bounds or ())]
    for value in [score, finding.coverage, finding.concentration, finding.level_probability, *ends]:
        need(value is None or 0 <= value <= 1, f"{value} lies outside [0, 1]; the engine makes points of it")
    need(score is None or interval is not None, "a score without an interval; use unquantified(reason)")
    if isinstance(interval, str):
        need(interval.startswith("unquantified: "), f"the interval {interval!r} is not `unquantified: reason`")
    elif score is not None and interval is not None:
        need(interval[0] <= score <= interval[1], f"the interval {interval} does not hold the score {score}")


def check_repeatable(scorer: Scorer, snapshot: Snapshot, found: Finding) -> None:
    """Check that the same snapshot, however it arrives, gives the same bytes."""
    expected = msgspec.json.encode(found)
    _equal("the same snapshot scored again", msgspec.json.encode(run(scorer, snapshot)), expected)
    fresh = type(scorer)()
    _equal(
        "a new scorer on decoded bytes", msgspec.json.encode(run(fresh, Snapshot.decode(snapshot.encode()))), expected
    )
    _equal("rows in another order", msgspec.json.encode(run(scorer, shuffled(snapshot))), expected)


def check_relabelling(
    scorer: Scorer, snapshot: Snapshot, found: Finding, entry: Mapping[str, Any], drawn: float = 0.0
) -> None:
    """Check that other numbers of people and other ids change nothing but names."""
    again = run(scorer, relabelled(snapshot))
    _equal("the status after relabelling", again.status, found.status)
    tolerance = max(drawn, CLOSE)
    _near("the score after relabelling", [again.score], [found.score], CLOSE)
    for pattern in entry.get("measures", {}):
        one, other = (_values(finding, pattern, entry) for finding in (again, found))
        _near(f"the measure {pattern} after relabelling", one, other, tolerance)
    if isinstance(found.interval, tuple):
        ends = again.interval if isinstance(again.interval, tuple) else ()
        _near("the interval after relabelling", ends, found.interval, tolerance)


def check_nothing(scorer: Scorer, snapshot: Snapshot, entry: Mapping[str, Any]) -> None:
    """Check that without data there is no score and no level, but what is missing."""
    tables = snapshot.tables.values()
    nothing = Snapshot(snapshot.window, [table.where(np.zeros(table.rows, np.bool_)) for table in tables])
    found = run(scorer, nothing)
    check_finding(found, entry)
    need(found.score is None and found.level is None, f"without data the score is {found.score}, level {found.level}")
    need(bool(found.missing), "without data `missing` says nothing")


def _cut(table: Table, wanted: Mapping[str, Any]) -> Table:
    keep = np.ones(table.rows, np.bool_)
    for column, allowed in wanted.get("where", {}).items():
        keep &= np.array([text in allowed for text in table.texts(column)], np.bool_)
    chosen = table.where(keep)
    return Table(table.name, {name: chosen.columns[name] for name in wanted["columns"]}).sorted()


def _check_status(finding: Finding, entry: Mapping[str, Any]) -> None:
    levels = entry.get("levels", [])
    scored = finding.status in _SCORED
    need(finding.level is None or 0 <= finding.level < len(levels), f"level {finding.level} of {len(levels)} levels")
    need(not scored or finding.score is not None or entry["unit"] == "none", f"status {finding.status} without score")
    need(scored or bool(finding.reasons or finding.missing), f"status {finding.status} without a reason")


def _check_contributions(finding: Finding, entry: Mapping[str, Any]) -> None:
    for driver in finding.drivers:
        _check_driver(driver, entry)
    if finding.score is None or entry["aggregation"] == "none":
        return
    parts = [driver.contribution for driver in finding.drivers if driver.contribution is not None]
    whole = finding.score if entry["aggregation"] == "arithmetic" else math.log(finding.score or 1e-300)
    total = math.fsum(parts)
    need(abs(total - whole) <= CLOSE * max(1, len(parts)), f"contributions add up to {total}, not {whole}")


def _check_driver(driver: Driver, entry: Mapping[str, Any]) -> None:
    for label, value in (("sub_score", driver.sub_score), ("gain", driver.gain)):
        need(value is None or 0 <= value <= 1, f"{label} {value} of driver {driver.name!r} lies outside [0, 1]")
    part = driver.contribution
    if part is not None and entry["aggregation"] == "arithmetic":
        need(-CLOSE <= part <= 1 + CLOSE, f"contribution {part} of driver {driver.name!r} lies outside [0, 1]")


def pattern_of(name: str, entry: Mapping[str, Any]) -> str | None:
    """Return the pattern of the manifest that a measure's name follows, the plain name before `<...>`."""
    patterns = entry.get("measures", {})
    return name if name in patterns else next((one for one in patterns if _shape(one).fullmatch(name)), None)


def _shape(pattern: str) -> re.Pattern[str]:
    parts = [re.escape(part) for part in re.split(r"<[^>]*>", pattern)]
    return re.compile(_PREFIX + "[^.]+".join(parts))


def _values(finding: Finding, pattern: str, entry: Mapping[str, Any]) -> Sequence[float]:
    found = [value for name, value in finding.measures.items() if pattern_of(name, entry) == pattern]
    return sorted(value for value in found if not isinstance(value, str))


def _near(what: str, got: Sequence[float | None], wanted: Sequence[float | None], tolerance: float) -> None:
    same: Callable[[float | None, float | None], bool] = lambda a, b: (  # noqa: E731 - read once, beside its use
        a == b or (a is not None and b is not None and abs(a - b) <= tolerance * max(1.0, abs(b)))
    )
    equal = len(got) == len(wanted) and all(same(a, b) for a, b in zip(got, wanted, strict=True))
    need(equal, f"{what}: got {_short(got)}, expected {_short(wanted)}")


def _equal(what: str, got: object, wanted: object) -> None:
    need(got == wanted, f"{what}: got {_short(got)}, expected {_short(wanted)}")


def _short(value: object) -> str:
    text = value.decode(errors="replace") if isinstance(value, bytes) else repr(value)
    return text if len(text) <= 2_000 else f"{text[:2_000]} ..."  # noqa: PLR2004 - a screenful


def need(condition: bool, message: str) -> None:
    """Raise AssertionError with the message unless the condition holds."""
    if not condition:
        raise AssertionError(message)
