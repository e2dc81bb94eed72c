"""Provide and pray: a place without a purpose and without uptake; its early warning; its lucky opposite."""

from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from kithline_purpose.activity import Behaviour
from kithline_purpose.parameters import Params
from kithline_purpose.places import Place
from kithline_sdk import Note

Verdict = Literal["raised", "warning", "lucky", "no", "unknown"]
_CODES: Final = {"raised": "provide_and_pray", "warning": "provide_and_pray_warning", "lucky": "lucky"}
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def pray(place: Place, behaviour: Behaviour, end: int, params: Params) -> tuple[Verdict, list[Note]]:
    """Return the verdict on one place and a note per clause that fired, dated.

    Unknown where the launch or the uptake is; a launch date or text without a date fires no clause.
    """
    age, given = place.age(end), _without(place)
    if not given:
        return "no", []
    if age is None or behaviour.recent is None or behaviour.uptake is None:
        return "unknown", []
    weak = _weak(behaviour, params)
    if age < params.warning_days:
        return "no", []
    verdict: Verdict = ("raised" if age >= params.raised_days else "warning") if weak else "lucky"
    dates = {_LAUNCHED: day(place.launched_at or 0), _SEEN: day(end)}
    told = [(clause, words, _LAUNCHED) for clause, words in given]
    told += [
        (clause, words, _SEEN) for clause, words in weak or [("good_uptake", "members came without a stated purpose")]
    ]
    return verdict, [_note(_CODES[verdict], place, clause, words, dates[when]) for clause, words, when in told]


def tool_text(place: Place, share: float | None, *, outcome: bool, end: int, params: Params) -> list[Note]:
    """Return a note when a text tells of tools and of no outcome."""
    if share is None or share <= params.tool_share_max or outcome:
        return []
    words = f"{share:.0%} of the content words name tools, channels or features, and no outcome is named"
    return [_note("tool_text", place, "tools_without_outcome", words, day(end))]


_LAUNCHED: Final = "launched"
_SEEN: Final = "seen"


def day(moment: int) -> str:
    """Return the date of a moment in microseconds since 1970, UTC."""
    return (_EPOCH + timedelta(microseconds=moment)).date().isoformat()


def _without(place: Place) -> list[tuple[str, str]]:
    """Return the clauses of (i): what stands in the place of a purpose."""
    clauses = [] if place.purpose else [("no_purpose_text", "there is no purpose text")]
    return clauses + ([("restricted_access", "access is tightly restricted")] if place.access == "restricted" else [])


def _weak(behaviour: Behaviour, params: Params) -> list[tuple[str, str]]:
    """Return the clauses of (ii): what makes uptake weak. Counts of people stay out of the words."""
    clauses = []
    if behaviour.uptake is not None and behaviour.uptake < params.uptake_weak:
        clauses.append(("weak_uptake", f"uptake for its kind and size is below {params.uptake_weak:g}"))
    if behaviour.recent is not None and behaviour.recent < params.min_contributors:
        clauses.append(("few_contributors", f"fewer than {params.min_contributors} contributors in the last 28 days"))
    return clauses


def _note(code: str, place: Place, clause: str, words: str, date: str) -> Note:
    return Note(code=code, clause=clause, evidence=f"community {place.id}: {words}", date=date)
