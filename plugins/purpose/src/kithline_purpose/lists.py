"""The shipped word lists: versioned data, one file a language, read once."""

import importlib.resources
import re
from collections.abc import Sequence
from typing import Final

import msgspec

from kithline_purpose.tokens import Sentence

LANGUAGES: Final = ("en", "de")


class Lists(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One language's file. `word*` stands for every word that begins so; an entry with blanks is a phrase."""

    version: str
    language: str
    capitals_mark_names: bool
    list_items: int
    object_window: tuple[int, int]
    joiners: frozenset[str]
    pronouns: frozenset[str]
    function: frozenset[str]
    vague: list[str]
    tools: list[str]
    patterns: dict[str, list[str]]


class Markers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Small words by which a language without lists is recognised."""

    version: str
    markers: dict[str, frozenset[str]]


class Entries:
    """Words, beginnings and phrases, matched against folded words."""

    def __init__(self, entries: Sequence[str]) -> None:
        self.phrases = [tuple(entry.split()) for entry in entries if " " in entry]
        self.beginnings = tuple(entry[:-1] for entry in entries if entry.endswith("*"))
        self.hyphenated = tuple(beginning for beginning in self.beginnings if "-" in beginning)
        self.words = frozenset(entry for entry in entries if " " not in entry and not entry.endswith("*"))

    def word(self, lemma: str) -> bool:
        """Say whether one word is listed; a compound with hyphens is when all its parts are."""
        if "-" not in lemma:
            return lemma in self.words or lemma.startswith(self.beginnings)
        known = lemma in self.words or lemma.startswith(self.hyphenated)
        return known or all(self.word(part) for part in lemma.split("-"))

    def within(self, lemmas: Sequence[str]) -> set[int]:
        """Return the places of listed words and of the words of listed phrases."""
        found = {place for place, lemma in enumerate(lemmas) if self.word(lemma)}
        for phrase in self.phrases:
            for at in range(len(lemmas) - len(phrase) + 1):
                if tuple(lemmas[at : at + len(phrase)]) == phrase:
                    found.update(range(at, at + len(phrase)))
        return found


class Lexicon:
    """The lists of one language, ready to match."""

    def __init__(self, lists: Lists) -> None:
        self.lists = lists
        self.vague, self.tools = Entries(lists.vague), Entries(lists.tools)
        self.patterns = {name: _compile(sources) for name, sources in lists.patterns.items()}

    def function(self, lemma: str) -> bool:
        """Say whether a word is a function word, contracted ones (it's, we're) among them."""
        known = self.lists.function
        return lemma in known or ("'" in lemma and lemma.partition("'")[0] in known)


def lexicon(language: str) -> Lexicon:
    """Return the lexicon of `en` or `de`."""
    return _LEXICONS[language]


def detect(parts: Sequence[Sentence], declared: str | None) -> str | None:
    """Return the language a text is read in, None when it is none of ours.

    What is declared counts unless the function words clearly speak another language that has lists.
    """
    wanted = (declared or "").partition("-")[0].casefold()
    if wanted and wanted not in LANGUAGES:
        return None
    words = [token.lemma for part in parts for token in part.tokens]
    hits = {one: _count(words, lexicon(one).lists.function) for one in LANGUAGES}
    best = max(LANGUAGES, key=lambda one: (hits[one], one == wanted))
    if wanted:
        return best
    foreign = max(_count(words, markers) for markers in _FOREIGN.markers.values())
    return best if hits[best] > 0 and hits[best] >= foreign else None


def spoken(part: Sentence, base: str) -> str:
    """Return the language of one sentence: the text's, unless its function words speak another of ours."""
    words = [token.lemma for token in part.tokens]
    return max(LANGUAGES, key=lambda one: (_count(words, lexicon(one).lists.function), one == base))


def _count(words: Sequence[str], known: frozenset[str]) -> int:
    return sum(word in known for word in words)


def _compile(sources: list[str]) -> list[re.Pattern[str]]:
    return [re.compile(source, re.IGNORECASE) for source in sources]


def _read(name: str) -> bytes:
    return importlib.resources.files("kithline_purpose").joinpath("data", name).read_bytes()


# Read when the plugin is imported: a run may open no file.
_LEXICONS: Final = {one: Lexicon(msgspec.json.decode(_read(f"words.{one}.json"), type=Lists)) for one in LANGUAGES}
_FOREIGN: Final = msgspec.json.decode(_read("languages.json"), type=Markers)
