"""The reading of one purpose text: slots and the seven marks of a good purpose first, figures after (Bradley 2008)."""

from collections.abc import Mapping
from typing import Final

import msgspec

from kithline_purpose import lists, slots, tokens, wording
from kithline_purpose.parameters import Params
from kithline_purpose.slots import Mark, Text

_FIELDS: Final = ("audience", "activity", "object", "outcome")
_DATED: Final = ("measure", "due")
_SCORED: Final = ("audience", "activity", "object", "outcome", "measure")


class Reading(msgspec.Struct, frozen=True):
    """What a text says, and the parts of the score that it alone can give."""

    words: int
    language: str | None
    slots: dict[str, Mark]
    marks: list[Mark]
    need: tuple[float, str]
    step: Mark
    wording: wording.Wording

    @property
    def slot_share(self) -> float:
        """Return the share present of audience, activity, object, outcome, measure or date."""
        return sum(self.slots[name].met for name in _SCORED) / len(_SCORED)

    @property
    def motivating(self) -> float:
        """Return what the text says of a benefit (0.25) and a concrete first step (0.25)."""
        return 0.25 * self.slots["benefit"].met + 0.25 * self.step.met


def read(
    purpose: str, fields: Mapping[str, str | None], declared: str | None, masks: list[tuple[str, ...]], params: Params
) -> Reading:
    """Read a purpose text. A language without lists leaves every slot not visible and counts no words apart."""
    text = tokens.normal(purpose)
    parts = tokens.sentences(text, masks)
    language = lists.detect(parts, declared)
    lines = wording.read(parts, language) if language else []
    whole = Text(text, lines)
    told = slots.slots(whole, _explicit(fields, language, masks) if language else {})
    step = whole.mark("first step", "step", ahead=6)
    return Reading(
        words=sum(len(part.tokens) for part in parts),
        language=language,
        slots=told,
        marks=_marks(whole, told),
        need=slots.need(whole, audience=told["audience"].met),
        step=step,
        wording=wording.measure(lines, params),
    )


def _explicit(fields: Mapping[str, str | None], language: str, masks: list[tuple[str, ...]]) -> dict[str, str]:
    """Return the fields that say something concrete, by slot."""
    told = {slot: fields.get(slot) for slot in _FIELDS}
    told["measure"] = next((value for column in _DATED if (value := fields.get(column))), None)
    return {slot: value for slot, value in told.items() if value and _says(value, language, masks)}


def _says(value: str, language: str, masks: list[tuple[str, ...]]) -> bool:
    lines = wording.read(tokens.sentences(tokens.normal(value), masks), language)
    return any(line.concrete(place) for line in lines for place in range(len(line.tokens)))


def _marks(text: Text, told: Mapping[str, Mark]) -> list[Mark]:
    """Return the seven marks. `not visible` is the answer wherever the words decide nothing."""
    return [
        _named("magnetic", told["benefit"]),
        text.mark("aligned with the business", "business"),
        _risk(text),
        _scope(text, told),
        text.mark("able to evolve", "evolve", against="evolve_not"),
        _measurable(told),
        text.mark("community-driven", "community", against="broadcast"),
    ]


def _named(name: str, mark: Mark) -> Mark:
    return Mark(name, mark.state, mark.words)


def _risk(text: Text) -> Mark:
    return text.mark("low risk", "risk_low", against="risk_high")


def _scope(text: Text, told: Mapping[str, Mark]) -> Mark:
    wide = text.mark("properly scoped", "scope_wide")
    if wide.met:
        return Mark(wide.name, "not met", wide.words)
    both = [told["audience"], told["object"]]
    met = all(mark.met for mark in both)
    return Mark(wide.name, "met", " / ".join(mark.words for mark in both)) if met else Mark(wide.name, "not visible")


def _measurable(told: Mapping[str, Mark]) -> Mark:
    """Return the mark: a stated outcome without any figure or date speaks against it."""
    if told["measure"].met or not told["outcome"].met:
        return _named("measurable", told["measure"])
    return Mark("measurable", "not met", told["outcome"].words)
