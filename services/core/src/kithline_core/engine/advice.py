"""What a recommendation has to say: its evidence, the expected gain with an interval, and what would refute it (Part C 15)."""

from typing import Final

from kithline_sdk.contract import Finding, Recommendation

UNKNOWN: Final = "unquantified: "


def fault(finding: Finding) -> str | None:
    """Return what the first recommendation lacks, in words; None where none lacks anything. Its effort is typed."""
    return next((told for one in finding.recommendations if (told := _lack(one))), None)


def _lack(one: Recommendation) -> str | None:
    for name in ("text", "evidence", "refuted_by"):
        if not getattr(one, name).strip():
            return f"the recommendation {one.code!r} has no {name}"
    if isinstance(one.gain, str):
        quantified = one.gain.startswith(UNKNOWN) and one.gain != UNKNOWN
        return None if quantified else f"the gain of {one.code!r} is two ends or `unquantified: reason`"
    low, high = one.gain
    return None if low <= high else f"the gain of {one.code!r} ends before it begins"
