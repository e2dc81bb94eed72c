"""The measures, intervals and tables of judged communities, under the names of the appendix."""

from collections.abc import Iterable, Sequence

from kithline_purpose.judged import LEVELS, NAMES, Judged, level
from kithline_purpose.parameters import Params
from kithline_purpose.parts import Parts, specific
from kithline_purpose.reading import Reading
from kithline_purpose.slots import SLOTS, Mark
from kithline_purpose.wording import text_part
from kithline_sdk import Interval, Missing, unquantified
from kithline_sdk.contract import Value
from kithline_sdk.stats import wilson

Row = dict[str, Value]
RATES = ("first_contribution_rate", "voluntary_share")
_READ = (
    "z", "text_part", "z_corrected", "text_part_corrected", "slots", "specific", "specific_corrected", "needed",
    "motivating", "tool_share", "words", "score", "score_worst", "score_spread",
)  # fmt: skip
_ASKED = ("poll_know", "poll_need", "poll_want", *RATES, "uptake", "contributors_28d")


def measures(one: Judged, verdict: str, params: Params, *, shown: bool) -> dict[str, float | int | str]:
    """Return one community's measures; counts of people only where the floor lets them be shown."""
    found: dict[str, float | int | str | None] = {"provide_and_pray": verdict if verdict != "unknown" else None}
    if one.reading:
        found |= _text(one.reading, params)
    if one.parts:
        found |= dict(zip(NAMES, one.parts.values, strict=True)) | {
            "score": one.score,
            "specific": _specific(one, params),
        }
    found |= {f"poll_{item}": rate.hits / rate.of for item, rate in one.poll.shares.items()}
    rates = (one.behaviour.first, one.behaviour.voluntary)
    found |= {name: rate.hits / rate.of if rate else None for name, rate in zip(RATES, rates, strict=True)}
    if shown:
        found |= {"contributors_28d": one.behaviour.recent, "uptake": one.behaviour.uptake}
    return {name: value for name, value in found.items() if value is not None}


def intervals(one: Judged, params: Params) -> dict[str, Interval]:
    """Return one community's intervals: the text part's from human ratings, shares of people by Wilson."""
    found: dict[str, Interval] = {}
    if one.parts:
        found |= _text_only(one.parts)
    if one.parts and one.reading:
        plain = text_part(one.reading.wording.z, params)
        for end, value in (("", plain), ("_corrected", one.parts.text)):
            low, high = max(0.0, value - params.text_half_width), min(1.0, value + params.text_half_width)
            found[f"specific{end}"] = (specific(low, one.parts.slots), specific(high, one.parts.slots))
            found[f"text_part{end}"] = (low, high)
    found |= {f"poll_{item}": wilson(rate.hits, rate.of) for item, rate in one.poll.shares.items()}
    rates = (one.behaviour.first, one.behaviour.voluntary)
    return found | {name: wilson(rate.hits, rate.of) for name, rate in zip(RATES, rates, strict=True) if rate}


def reading_rows(one: Judged) -> list[Row]:
    """Return the reading, slots first: part, name, state and the quoted words."""
    if not one.reading or not one.reading.language:
        return []
    marks = [("slot", one.reading.slots[name]) for name in SLOTS]
    marks += [("mark", mark) for mark in one.reading.marks]
    marks += [("need", _need(one.reading)), ("motive", one.reading.step)]
    return [
        {"community": one.place.id, "part": part, "name": mark.name, "state": mark.state, "words": mark.words}
        for part, mark in marks
    ]


def community_row(one: Judged, verdict: str, params: Params) -> Row:
    """Return the line of one community."""
    text_only = bool(one.parts and one.parts.text_only)
    reached = None if one.score is None else LEVELS[level(one.score, params, text_only=text_only)]
    status = "insufficient" if one.lack else "provisional" if text_only else "ok"
    values = one.parts.values if one.parts else (None, None, None)
    row: Row = {"community": one.place.id, "status": status, "score": one.score, "level": reached}
    row |= {"specific": _specific(one, params)} | dict(zip(NAMES, values, strict=True)) | {"provide_and_pray": verdict}
    return row | {"language": one.reading.language if one.reading else None}


def missing(one: Judged, params: Params, *, shown: bool) -> list[Missing]:
    """Return what one community lacks, and why."""
    found = [one.lack] if one.lack else []
    for item, (reason, have, need) in one.poll.missing.items():
        found.append(Missing(what=f"{one.prefix}poll_{item}", reason=reason, have=have, need=need))
    found += [Missing(what=f"{one.prefix}{name}", reason=reason) for name, reason in one.behaviour.why.items()]
    if not shown and one.behaviour.recent is not None:
        names = ("uptake", "contributors_28d")
        found += [Missing(what=f"{one.prefix}{name}", reason="withheld", need=params.floor) for name in names]
    elif one.behaviour.recent is None:
        found.append(Missing(what=f"{one.prefix}contributors_28d", reason="no_events"))
    if not one.place.purpose:
        return found
    return [*found, Missing(what=f"{one.prefix}topic", reason="no_topic_tag")]


def otherwise(measures: Iterable[str], said: Iterable[Missing], reason: str) -> list[Missing]:
    """Return what is absent of the documented measures, of every community, and not said yet."""
    there = {name.rpartition(".")[2] for name in (*measures, *(one.what for one in said))}
    absent = [name for name in (*_READ, *_ASKED) if name not in there]
    found = [Missing(what=f"a purpose that can be read ({', '.join(absent)})", reason=reason)] if absent else []
    if "provide_and_pray" not in there:
        found.append(Missing(what="how a place is taken up (provide_and_pray)", reason="undecided"))
    return found


def spread(scores: Sequence[float]) -> dict[str, float | int | str]:
    """Return how many communities were scored, the worst, and the distance to the best."""
    found: dict[str, float | int | str] = {"communities_scored": len(scores)}
    return found | ({"score_worst": min(scores), "score_spread": max(scores) - min(scores)} if scores else {})


def _specific(one: Judged, params: Params) -> float | None:
    """Return the card's figure, by the text part as the card counts it."""
    if not one.parts or not one.reading:
        return None
    return specific(text_part(one.reading.wording.z, params), one.parts.slots)


def _text(reading: Reading, params: Params) -> dict[str, float | int | str | None]:
    found: dict[str, float | int | str | None] = {"words": reading.words}
    if reading.language is None:
        return found
    z, corrected = reading.wording.z, reading.wording.z_corrected
    found |= {"z": z, "text_part": text_part(z, params), "z_corrected": corrected}
    found |= {"text_part_corrected": text_part(corrected, params), "slots": reading.slot_share}
    return found | {"tool_share": reading.wording.tool_share}


def _text_only(parts: Parts) -> dict[str, Interval]:
    reason = unquantified("what a text alone says of need and motive is read from patterns, not estimated")
    pairs = {"needed": parts.needed, "motivating": parts.motivating}
    return {name: reason for name, components in pairs.items() if len(components) == 1}


def _need(reading: Reading) -> Mark:
    value, words = reading.need
    return Mark("problem or opportunity", "met" if value else "not visible", words)
