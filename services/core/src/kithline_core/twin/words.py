"""What is left of a text in a twin: a word that everybody has, or the class of its letters, its length and its signs."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Final, TypeAlias, get_args

import msgspec

from kithline_core.model.types import CLOSED_VERBS, Access, CommunityKind, EventKind, Group, Role, Visibility
from kithline_core.twin.moments import YEARS
from kithline_sdk.stats.random import Draws

Vocabulary: TypeAlias = Mapping[str, frozenset[str]]

# Column → words that stand in our own schemas: they tell nothing of whoever uses them, in that column.
CLOSED: Final[Vocabulary] = {
    "verb": frozenset(CLOSED_VERBS),
    "kind": frozenset({*get_args(EventKind), *get_args(CommunityKind), "process", "product", "marketing", "supply"}),
    "group": frozenset(get_args(Group)),
    "role": frozenset({*get_args(Role), "assessor", "respondent", "outside"}),
    "visibility": frozenset(get_args(Visibility)),
    "access": frozenset(get_args(Access)),
    "status": frozenset({"open", "accepted", "rejected", "implemented"}),
    "strength": frozenset({"low", "medium", "high"}),
    "code": frozenset({"productivity", "property", "security", "privacy", "authority", "compliance"}),
    "decides": frozenset({"technology", "seeding", "policy", "moderation", "communications"}),
    "direction": frozenset({"both", "forward"}),
    "language": frozenset({"de", "en", "es", "fr", "it", "nl", "pl", "pt"}),
    "level": frozenset({"department", "group", "community", "organisation"}),
}
BANDS: Final = ((6, 8), (9, 32), (33, 255), (256, 1000), (1001, 10_000))
FEW_WORDS: Final = 8  # of purposes with fewer nothing is read
SIGNS: Final = ".%;:/@-_'\"\n\t"
LETTERS: Final = "abcdefghijklmnopqrstuvwxyz0123456789"
BEYOND_BMP, FIRST_RTL, LAST_RTL = 0xFFFF, 0x590, 0x8FF
FIGURES: Final = ".:"  # between the parts of a figure's name
LISTS: Final = ";"
SEPARATOR: Final = "\x1f"  # between cells that mean something only as one
NONE: Final = "\x00"  # an empty one of these
PERIOD: Final = re.compile(r"(\d{4})(-Q[1-4]|-\d{2})?")
DATE: Final = re.compile(r"(\d{4})-\d{2}-\d{2}")
HEX: Final = re.compile(r"[0-9a-f]{64}")


class Likeness(msgspec.Struct, frozen=True):
    """The classes of a text: a band of lengths, how many words (1, few, many), letters beyond ASCII, signs, form."""

    band: int
    words: int
    beyond: str
    signs: str
    padded: bool
    form: str


class Joined(msgspec.Struct, frozen=True):
    """A text of several, by their places among the words."""

    sign: str
    parts: tuple[int, ...]


Word: TypeAlias = str | Likeness | Joined


def likeness(text: str) -> Likeness:
    """Return the classes of a text."""
    band = next((place for place, (_, most) in enumerate(BANDS) if len(text) <= most), len(BANDS) - 1)
    words = len(text.split())
    size = 0 if not words else 1 if words == 1 else 2 if words < FEW_WORDS else 3
    signs = "".join(sign for sign in SIGNS if sign in text)
    return Likeness(band, size, _beyond(text), signs, text != text.strip(), _form(text))


def _beyond(text: str) -> str:
    """Return the letters that stand for those beyond ASCII: composed, decomposed, outside the basic plane, right to left."""
    if text.isascii():
        return ""
    found = "" if unicodedata.normalize("NFC", text) == text else "e\u0301"
    found += "\U0001f642" if max(map(ord, text)) > BEYOND_BMP else ""
    found += "\u05d0" if any(FIRST_RTL <= ord(one) <= LAST_RTL for one in text) else ""
    return found or "\u00df"


def _form(text: str) -> str:
    if PERIOD.fullmatch(text) or DATE.fullmatch(text):
        return _earlier(text)
    if HEX.fullmatch(text):
        return "hex"
    return "digits" if text.isdecimal() else ""


def _earlier(text: str) -> str:
    """Return a period, or the year of a date, moved as far as the twin's days are."""
    year, rest = int(text[:4]) - YEARS, text[4:]
    return f"{max(year, 1):04d}" + ("-01-01" if DATE.fullmatch(text) else rest)


class Words:
    """The words of a snapshot by number: one text is one word, in whichever table it stands."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary, self.words = vocabulary, list[Word]()
        self._place: dict[str | Joined | tuple[str], int] = {}

    def of(self, text: str, column: str) -> int:
        """Return a text's number; lists are taken apart, and names of figures, and joined cells by their columns."""
        columns = column.split(SEPARATOR)
        if len(columns) > 1:
            parts = zip(text.split(SEPARATOR), columns, strict=True)
            return self._joined(SEPARATOR, [self.of(part, one) for part, one in parts])
        if not text or text == NONE or text in self.vocabulary.get(column, ()):
            return self._put((text,), text)
        for sign in FIGURES if column == "field" else LISTS:
            if sign in text:
                return self._joined(sign, [self.of(part, column) for part in text.split(sign)])
        # In the name of a figure a digit is a level or a step.
        known = column == "field" and len(text) == 1 and text.isdecimal()
        return self._put((text,), text) if known else self._put(text, likeness(text))

    def _joined(self, sign: str, parts: list[int]) -> int:
        word = Joined(sign, tuple(parts))
        return self._put(word, word)

    def _put(self, place: str | Joined | tuple[str], word: Word) -> int:
        if place not in self._place:
            self._place[place] = len(self.words)
            self.words.append(word)
        return self._place[place]


def spelled(words: Iterable[Word], draws: Draws, taken: AbstractSet[str] = frozenset()) -> list[str]:
    """Return a text for each word: itself, or a drawn one of its classes that is not taken; no two get the same."""
    found: list[str] = []
    used = set(taken)
    for word in words:
        if isinstance(word, Joined):
            found.append(word.sign.join(found[part] for part in word.parts))
        else:
            found.append(word if isinstance(word, str) else _free(word, used, draws))
    return found


def _free(like: Likeness, used: set[str], draws: Draws) -> str:
    text = _drawn(like, draws)
    while text in used and like.form in {"", "digits", "hex"} and like.words:
        text = _drawn(like, draws) if draws.below(2, 1)[0] else text + str(draws.below(10, 1)[0])
    used.add(text)
    return text


def _drawn(like: Likeness, draws: Draws) -> str:
    if like.form not in {"", "digits", "hex"}:
        return like.form
    if not like.words:
        return " "
    if like.form == "hex":
        return _letters("0123456789abcdef", 64, draws)
    low, high = BANDS[like.band]
    size = low + int(draws.below(high - low + 1, 1)[0])
    if like.form == "digits":
        return str(1 + int(draws.below(9, 1)[0])) + _letters("0123456789", size - 1, draws)
    many = (1, 2 + int(draws.below(FEW_WORDS - 2, 1)[0]), max(FEW_WORDS, size // 6))[like.words - 1]
    whole = _letters(LETTERS, max(6, size - many - len(like.signs)), draws)
    step = max(1, len(whole) // many)
    parts = [whole[at : at + step] for at in range(0, step * (many - 1), step)] + [whole[step * (many - 1) :]]
    text = " ".join(part for part in parts if part)
    text = text[:2] + like.beyond + like.signs + text[2:]
    return f" {text} " if like.padded else text


def _letters(alphabet: str, size: int, draws: Draws) -> str:
    return "".join(alphabet[place] for place in draws.below(len(alphabet), size).tolist())
