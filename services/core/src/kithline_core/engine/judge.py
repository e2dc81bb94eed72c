"""Judges what a scorer returned: minimum rules, ranges, sums, then the document in points."""

import math
from typing import Final

import msgspec

from kithline_core.engine import advice, cells, lineage, single
from kithline_core.engine.document import Document, ShownDriver, encode
from kithline_core.engine.lineage import span
from kithline_core.engine.numbers import digits, points
from kithline_core.engine.tables import FILES, SUMS
from kithline_core.plugins import Minimum, ScorerSpec
from kithline_sdk.contract import Driver, Finding, Interval, Missing, Note, Recommendation
from kithline_sdk.snapshot import Snapshot

SUM_TOLERANCE: Final = 1e-9
BARE: Final = frozenset({"withheld", "not_permitted"})
SCORED: Final = frozenset({"ok", "provisional"})
# What people did, where answers are what they say: levels of it rest on cut-offs that nobody calibrated yet (Part C 6).
BEHAVIOUR: Final = frozenset({"activity_day", "tie_day", "item_use", "opening", "ties", "organisation_ties", *SUMS})
ORIENTATION: Final = Note(
    code="orientation", clause="levels are an orientation until thirty tenants stand behind the cut-offs"
)
# Among the intervals it stands for all figures without an entry of their own.
EVERY_OTHER: Final = "*"
PLAIN: Final = (
    "unquantified: told as it was found; what chance may have done is worked out for the figures with an interval"
)


def judge(spec: ScorerSpec, finding: Finding, snapshot: Snapshot, key: str) -> Document:
    """Return the document of a finding; one that breaks the contract becomes an `error` with its reason."""
    try:
        kept = _gate(spec, msgspec.convert(digits(msgspec.to_builtins(finding)), Finding))
        fault = _fault(spec, kept) or single.fault(spec, kept, snapshot)
        if fault:
            return failed(spec, snapshot, key, "invalid_finding", fault)
        shown = _document(spec, cells.capped(spec, kept), snapshot, key)
    except (ValueError, ArithmeticError) as problem:
        return failed(spec, snapshot, key, "invalid_finding", f"a figure cannot be shown: {problem}")
    size = len(encode(shown))
    if size > spec.limits.output_bytes:
        detail = f"the finding has {size} bytes, allowed are {spec.limits.output_bytes}"
        return failed(spec, snapshot, key, "too_large", detail)
    return shown


def failed(spec: ScorerSpec, snapshot: Snapshot, key: str, reason: str, detail: str) -> Document:
    """Return the document of a scorer that did not deliver."""
    lacking = Missing(what=detail, reason=reason)
    return _document(spec, Finding(status="error", reasons=[reason], missing=[lacking]), snapshot, key)


def empty(spec: ScorerSpec, snapshot: Snapshot, key: str) -> Document:
    """Return the document of a scorer whose input tables are empty: what is missing and how much more it needs."""
    files = dict.fromkeys(FILES.get(one.table, one.table) for one in spec.inputs if one.required)
    lacking = [Missing(what=f"rows of {file}", reason="no_data", have=0, need=1) for file in files]
    lacking += [_lacking(rule, 0) for rule in spec.minimum]
    if spec.measures:
        lacking.append(Missing(what=f"rows to measure anything of ({', '.join(spec.measures)})", reason="no_data"))
    return _document(spec, Finding(status="insufficient", reasons=["no_data"], missing=lacking), snapshot, key)


def not_permitted(spec: ScorerSpec, snapshot: Snapshot, key: str, reason: str, detail: str) -> Document:
    """Return the document of a scorer that no ground in force allows to read what there is."""
    lacking = Missing(what=detail, reason=reason)
    return _document(spec, Finding(status="not_permitted", reasons=[reason], missing=[lacking]), snapshot, key)


def withheld(spec: ScorerSpec, nothing: Snapshot, key: str, reason: str, detail: str) -> Document:
    """Return the document of a finding that is kept back: not a count of what was read, and no way to where it was."""
    lacking = Missing(what=detail, reason=reason)
    shown = _document(spec, Finding(status="withheld", reasons=[reason], missing=[lacking]), nothing, key)
    return msgspec.structs.replace(shown, lineage=[])


def _lacking(rule: Minimum, have: float) -> Missing:
    return Missing(what=rule.what, reason=rule.reason, have=have, need=rule.at_least)


def _gate(spec: ScorerSpec, finding: Finding) -> Finding:
    if finding.status in BARE:
        return msgspec.structs.replace(_unscored(finding), measures={}, intervals={}, tables={}, bounds=None)
    if finding.status not in SCORED:
        return _unscored(finding)
    lacking = [
        _lacking(rule, have) for rule in spec.minimum for have in (_have(finding, rule),) if have < rule.at_least
    ]
    if not lacking:
        return finding
    reasons = sorted({*finding.reasons, *(one.reason for one in lacking)})
    missing = [*finding.missing, *lacking]
    return msgspec.structs.replace(_unscored(finding), status="insufficient", reasons=reasons, missing=missing)


def _have(finding: Finding, rule: Minimum) -> float:
    value = finding.measures.get(rule.measure, 0)
    return 0.0 if isinstance(value, str) else float(value)


def _unscored(finding: Finding) -> Finding:
    return msgspec.structs.replace(
        finding, score=None, level=None, level_probability=None, interval=None, drivers=[], concentration=None
    )


def _fault(spec: ScorerSpec, finding: Finding) -> str | None:
    """Return the first broken rule of the contract, in words."""
    checks = (
        _score_fault(spec, finding),
        _range_fault(finding),
        _level_fault(spec, finding),
        _sum_fault(spec, finding),
        advice.fault(finding),
    )
    found = [fault for fault in checks if fault]
    if len(finding.recommendations) > 3:  # noqa: PLR2004 - at most three, says the contract
        found.append("more than three recommendations")
    return found[0] if found else None


def _score_fault(spec: ScorerSpec, finding: Finding) -> str | None:
    if finding.score is None:
        return (
            None if finding.status not in SCORED or spec.unit == "none" else "a score is missing and nothing says why"
        )
    if not 0 <= finding.score <= 1:
        return f"the score {finding.score} is outside 0 and 1"
    if finding.interval is None:
        return "a score without an interval"
    if isinstance(finding.interval, str):
        return (
            None
            if finding.interval.startswith("unquantified: ")
            else "an interval is two ends or `unquantified: reason`"
        )
    low, high = finding.interval
    return (
        None
        if 0 <= low <= finding.score <= high <= 1
        else f"the interval {low} to {high} does not hold the score {finding.score}"
    )


def _range_fault(finding: Finding) -> str | None:
    """Return which share lies outside -1 and 1; whatever is shown in points is such a share."""
    gains = [end for step in finding.recommendations for end in (() if isinstance(step.gain, str) else step.gain)]
    shares = [*(finding.bounds or ()), *gains, *(one.gain for one in finding.drivers if one.gain is not None)]
    outside = [share for share in shares if not -1 <= share <= 1]
    return f"{outside[0]} is outside -1 and 1" if outside else None


def _level_fault(spec: ScorerSpec, finding: Finding) -> str | None:
    if finding.level is None or 0 <= finding.level < len(spec.levels):
        return None
    return f"level {finding.level} is not one of {len(spec.levels)}"


def _sum_fault(spec: ScorerSpec, finding: Finding) -> str | None:
    parts = [driver.contribution for driver in finding.drivers if driver.contribution is not None]
    if finding.score is None or not parts or spec.aggregation == "none":
        return None
    whole = finding.score if spec.aggregation == "arithmetic" else math.log(max(finding.score, 1e-300))
    # Twelve digits of each part are left, so the tolerance grows with their number.
    apart = abs(math.fsum(parts) - whole)
    return None if apart <= SUM_TOLERANCE * len(parts) else f"the contributions miss the score by {apart:.3g}"


def _shown(spec: ScorerSpec, driver: Driver) -> ShownDriver:
    scale = 1.0 if spec.aggregation == "geometric" else 100.0
    return ShownDriver(
        name=driver.name,
        raw=driver.raw,
        sub_score=driver.sub_score,
        weight=driver.weight,
        contribution=None if driver.contribution is None else digits(driver.contribution * scale),
        gain=None if driver.gain is None else digits(driver.gain * 100.0),
    )


def _document(spec: ScorerSpec, finding: Finding, snapshot: Snapshot, key: str) -> Document:
    interval = finding.interval
    return Document(
        scorer=spec.key, version=spec.version, status=finding.status, reasons=finding.reasons, unit=spec.unit, key=key,
        score=None if finding.score is None else points(finding.score),
        level=finding.level,
        level_name=None if finding.level is None else spec.levels[finding.level],
        level_probability=finding.level_probability,
        interval=(points(interval[0]), points(interval[1])) if isinstance(interval, tuple) else interval,
        bounds=None if finding.bounds is None else (points(finding.bounds[0]), points(finding.bounds[1])),
        coverage=finding.coverage, concentration=finding.concentration, window=span(snapshot.window),
        measures=finding.measures, intervals=_doubts(finding), tables=finding.tables, findings=_notes(spec, finding),
        drivers=[_shown(spec, driver) for driver in finding.drivers],
        missing=finding.missing, recommendations=[_pointed(one) for one in finding.recommendations],
        lineage=lineage.trace(spec, snapshot), not_for=spec.not_for,
    )  # fmt: skip


def _doubts(finding: Finding) -> dict[str, Interval]:
    """Return the intervals, and one entry for all figures that have none: whoever reads them is told so."""
    bare = any(not isinstance(value, str) and name not in finding.intervals for name, value in finding.measures.items())
    return {EVERY_OTHER: PLAIN, **finding.intervals} if bare else finding.intervals


def _notes(spec: ScorerSpec, finding: Finding) -> list[Note]:
    """Return the notes of a finding; a level of behaviour is called an orientation, whether its scorer does or not."""
    called = any(one.code == ORIENTATION.code for one in finding.findings)
    if finding.level is None or called or not any(one.table in BEHAVIOUR for one in spec.inputs):
        return finding.findings
    return [*finding.findings, ORIENTATION]


def _pointed(one: Recommendation) -> Recommendation:
    if isinstance(one.gain, str):
        return one
    return msgspec.structs.replace(one, gain=(points(one.gain[0]), points(one.gain[1])))
