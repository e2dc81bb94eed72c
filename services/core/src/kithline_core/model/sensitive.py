"""Which communities are sensitive: those marked so, and those a shipped word list asks about until they are answered.

In English and German, looked for in a community's name (its id where it has none) and its purpose: whole words, and a
few that German puts together with others, as in "Betriebsratswahl". Umlauts may be written as ae, oe and ue.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

_WORD: Final = re.compile(r"[^\W_]+")
_PLAIN: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


class Words(msgspec.Struct, frozen=True):
    """The list: topic -> language -> phrases; `inside` holds, by topic, what counts inside of longer words too.

    Phrases of `besides` mean something else and are passed over.
    """

    version: int
    besides: list[str]
    inside: dict[str, list[str]]
    topics: dict[str, dict[str, list[str]]]


class Question(msgspec.Struct, frozen=True):
    """A community of which we ask whether it is sensitive: what it looks like, and the words that say so."""

    community: str
    name: str | None
    topic: str
    words: str


@cache
def shipped() -> Words:
    """Return the word list."""
    return msgspec.json.decode(Path(__file__).with_name("sensitive_words.json").read_bytes(), type=Words)


@cache
def _phrases() -> tuple[re.Pattern[str], re.Pattern[str], Mapping[str, str], Mapping[str, str]]:
    words = shipped()
    topics = {
        form: topic
        for topic, languages in words.topics.items()
        for phrases in languages.values()
        for phrase in phrases
        for form in _forms(phrase)
    }
    inside = {form: topic for topic, parts in words.inside.items() for part in parts for form in _forms(part)}
    return _any_of(_flat(one) for one in words.besides), _any_of(topics, inside), topics, inside


def _forms(phrase: str) -> set[str]:
    """Return how a phrase may be written: with umlauts, or without."""
    flat = _flat(phrase)
    return {flat, flat.translate(_PLAIN)}


def _flat(text: str) -> str:
    """Return a text's words between single blanks, case and form of writing set aside."""
    return " ".join(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def _any_of(phrases: Iterable[str], inside: Iterable[str] = ()) -> re.Pattern[str]:
    # The longest first, so that "works council" is found before "union" could be inside it.
    longest = sorted(map(re.escape, phrases), key=lambda phrase: (-len(phrase), phrase))
    parts = [rf"\S*(?:{'|'.join(sorted(map(re.escape, inside)))})\S*"] if inside else []
    return re.compile(rf"(?<!\S)(?:{'|'.join([*longest, *parts])})(?!\S)")


def looks_like(*texts: str | None) -> tuple[str, str] | None:
    """Return the first sensitive topic that these texts speak of, and the words that say so."""
    besides, wanted, topics, inside = _phrases()
    for text in texts:
        found = wanted.search(besides.sub("|", _flat(text))) if text else None
        if found is not None:
            word = found[0]
            return topics.get(word) or next(topic for part, topic in inside.items() if part in word), word
    return None


def question(community: str, name: str | None, purpose: str | None, sensitive: bool | None) -> Question | None:
    """Return what to ask about a community; None: it is answered, or nothing calls for asking."""
    found = None if sensitive is not None else looks_like(name or community, purpose)
    return None if found is None else Question(community, name, *found)


def marked(communities: Mapping[str, Sequence[object]]) -> frozenset[str]:
    """Return the sensitive ones of these communities (columns community, name, purpose, sensitive)."""
    columns = (communities.get(name, ()) for name in ("community", "name", "purpose", "sensitive"))
    return frozenset(
        str(community)
        for community, name, purpose, sensitive in zip(*columns, strict=True)
        if sensitive or (sensitive is None and looks_like(str(name or community), purpose and str(purpose)))
    )
