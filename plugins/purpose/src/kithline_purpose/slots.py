"""What a purpose text names: six slots, each with the quoted words, and the problem, benefit and first step."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal

import msgspec

from kithline_purpose.lists import lexicon
from kithline_purpose.wording import Line

State = Literal["met", "not met", "not visible"]
SLOTS: Final = ("audience", "activity", "object", "outcome", "measure", "benefit")
_AHEAD: Final = 8  # words in which a cue must be followed by something concrete
_WHOLE: Final = frozenset({"benefit"})  # cues that may end in what they are about: "get a review"
_PLAIN: Final = 2  # concrete words beside the problem's own


class Mark(msgspec.Struct, frozen=True):
    """One line of the reading: its name, whether it is met, and the words that say so."""

    name: str
    state: State
    words: str = ""

    @property
    def met(self) -> bool:
        """Say whether it is met."""
        return self.state == "met"


class Span(msgspec.Struct, frozen=True):
    """Where a cue was found: the sentence, and the places of its first and last word."""

    line: Line
    first: int
    last: int


class Text(msgspec.Struct, frozen=True):
    """A normal text with its sentences."""

    text: str
    lines: Sequence[Line]

    def quote(self, span: Span) -> str:
        """Return the words of a span as they stand."""
        return self.text[span.line.tokens[span.first].start : span.line.tokens[span.last].end]

    def find(self, group: str) -> Iterator[Span]:
        """Yield the cues of one group of patterns, in order."""
        for line in self.lines:
            visible = _visible(self.text, line)
            for pattern in lexicon(line.language).patterns[group]:
                yield from (_span(line, match) for match in pattern.finditer(visible))

    def mark(self, name: str, group: str, *, against: str = "", ahead: int = 0) -> Mark:
        """Return a mark: met by a cue (followed by something concrete within `ahead` words), not met by one against."""
        for span in self.find(group):
            told = _followed(span, ahead, inside=group in _WHOLE) if ahead else span
            if told:
                return Mark(name, "met", self.quote(told))
        refuted = next(self.find(against), None) if against else None
        return Mark(name, "not met", self.quote(refuted)) if refuted else Mark(name, "not visible")


def slots(text: Text, fields: Mapping[str, str]) -> dict[str, Mark]:
    """Return the six slots; `fields` are the explicit ones that say something, by slot."""
    activity, thing = _activity(text)
    found = [
        text.mark("audience", "audience", against="audience_vague"),
        activity,
        thing,
        text.mark("outcome", "outcome", ahead=_AHEAD),
        text.mark("measure", "measure"),
        text.mark("benefit", "benefit", ahead=_AHEAD),
    ]
    return {mark.name: Mark(mark.name, "met", fields[mark.name]) if mark.name in fields else mark for mark in found}


def need(text: Text, *, audience: bool) -> tuple[float, str]:
    """Return what the text says of a need (0.5 tied to the audience, 0.2 only named, 0) and the words.

    `audience` says whether the audience is known, so that a pronoun can stand for it.
    """
    found = [(_tied(text, span, known=audience), text.quote(span)) for span in _problems(text)]
    return max(found, key=lambda one: one[0], default=(0.0, ""))


def _activity(text: Text) -> tuple[Mark, Mark]:
    """Return activity and object: a verb that does something with something concrete, or a subject after `about`."""
    everyone = _places(text, "audience")
    for span in text.find("activity"):
        before, after = lexicon(span.line.language).lists.object_window
        places = [*range(span.last + 1, span.last + 1 + after), *range(span.first - 1, span.first - 1 - before, -1)]
        people = everyone.get(id(span.line), set())
        told = [p for p in places if _concrete(span.line, p) and p in span.line.content - people]
        if told and _verb(span) and span.last + 1 not in people:  # not as in "design engineers"
            thing = Span(span.line, told[0], told[0])
            return Mark("activity", "met", text.quote(span)), Mark("object", "met", text.quote(thing))
    return Mark("activity", "not visible"), text.mark("object", "object", ahead=_AHEAD // 2)


def _places(text: Text, group: str) -> dict[int, set[int]]:
    """Return the places of a group's cues, by sentence."""
    found: dict[int, set[int]] = {}
    for span in text.find(group):
        found.setdefault(id(span.line), set()).update(range(span.first, span.last + 1))
    return found


def _verb(span: Span) -> bool:
    """Say whether a cue can be a verb: where all nouns are capitalised, a capitalised word is none."""
    nouns = not lexicon(span.line.language).lists.capitals_mark_names
    return not (nouns and span.first and span.line.tokens[span.first].text[0].isupper())


def _problems(text: Text) -> Iterator[Span]:
    """Yield the problems and opportunities of sentences that also tell something concrete."""
    for span in text.find("problem"):
        others = [p for p in range(len(span.line.tokens)) if not span.first <= p <= span.last]
        if sum(span.line.concrete(p) and not span.line.tokens[p].number for p in others) >= _PLAIN:
            yield span


def _tied(text: Text, span: Span, *, known: bool) -> float:
    pronouns = lexicon(span.line.language).lists.pronouns
    named = any(other.line is span.line for other in text.find("audience"))
    meant = known and any(token.lemma in pronouns for token in span.line.tokens)
    return 0.5 if named or meant else 0.2


def _followed(span: Span, ahead: int, *, inside: bool) -> Span | None:
    """Return the span up to the first concrete word after it (`inside`: or at its end), None when none comes."""
    places = range(span.last + (not inside), span.last + 1 + ahead)
    told = next((p for p in places if _concrete(span.line, p)), None)
    return None if told is None else Span(span.line, span.first, told)


def _concrete(line: Line, place: int) -> bool:
    return 0 <= place < len(line.tokens) and line.concrete(place)


def _visible(text: str, line: Line) -> str:
    """Return a sentence with masked names blotted out, letter for letter."""
    shown = list(text[line.start : line.end])
    for token in line.tokens:
        if token.masked:
            shown[token.start - line.start : token.end - line.start] = "\x00" * (token.end - token.start)
    return "".join(shown)


def _span(line: Line, match: re.Match[str]) -> Span:
    """Return the words a match touches; one that touches none (a sign before a number) takes the next."""
    start, end = match.start() + line.start, match.end() + line.start
    first = next((p for p, token in enumerate(line.tokens) if token.end > start), len(line.tokens) - 1)
    last = max((p for p, token in enumerate(line.tokens) if token.start < end), default=first)
    return Span(line, first, max(first, last))
