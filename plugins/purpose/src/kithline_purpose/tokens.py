"""Text into sentences of tokens: Unicode words with inner apostrophe or hyphen, and numbers with their separators."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

import msgspec

_HYPHENS: Final = "\u2010\u2011\u00ad"
_TOKEN: Final = re.compile(
    r"(?P<number>\d+(?:[.,:/'\u2019-]\d+)*(?:[-']?[^\W_]+)*)"
    r"|(?P<word>[^\W_]+(?:['\u2019-][^\W_]+)*)"
    r"|(?P<end>[.!?;\n\r\u2028\u2029\u0085]+)"
)
# What firms hang on their names; the text may leave it out.
_LEGAL: Final = frozenset(
    {"ab", "ag", "bv", "co", "company", "corp", "corporation", "gmbh", "holding", "inc", "incorporated", "kg", "kgaa"}
    | {"limited", "llc", "llp", "ltd", "nv", "oy", "plc", "sa", "sarl", "se", "spa", "srl"}
)


class Token(msgspec.Struct, frozen=True):
    """A word or a number with its place in the text; `lemma` is case-folded and without a possessive ending."""

    text: str
    lemma: str
    start: int
    end: int
    number: bool
    apart: bool = False  # more than a blank stands before it
    masked: bool = False


class Sentence(msgspec.Struct, frozen=True):
    """The tokens between two sentence ends; masked names stay as place-holders and count for nothing."""

    start: int
    end: int
    tokens: tuple[Token, ...]


def normal(text: str) -> str:
    """Return the text composed (NFC), with plain hyphens and without invisible characters."""
    composed = unicodedata.normalize("NFC", text)
    plain = "".join("-" if c in _HYPHENS[:2] else c for c in composed)
    return "".join(c for c in plain if unicodedata.category(c) != "Cf")


def fold(word: str) -> str:
    """Return a word for comparison: case-folded, plain apostrophe, no possessive ending."""
    plain = word.casefold().replace("\u2019", "'")
    return plain.removesuffix("'s") if len(plain) > len("it's") else plain


def sentences(text: str, masks: Iterable[tuple[str, ...]] = ()) -> list[Sentence]:
    """Split normal text at . ! ? ; and line ends, and mask the given names (tuples of folded words)."""
    known = _by_first(masks)
    found: list[Sentence] = []
    start, tokens = 0, list[Token]()
    for match in _TOKEN.finditer(text):
        if match.lastgroup == "end":
            found.append(Sentence(start, match.start(), tuple(_mask(tokens, known))))
            start, tokens = match.end(), []
        else:
            tokens.append(_token(match, text[tokens[-1].end if tokens else start : match.start()]))
    found.append(Sentence(start, len(text), tuple(_mask(tokens, known))))
    return [one for one in found if one.tokens]


def names(raw: Iterable[str | None]) -> list[tuple[str, ...]]:
    """Return names as tuples of folded words to mask, with and without their legal form; single letters are no names."""
    found: set[tuple[str, ...]] = set()
    for name in raw:
        words = tuple(fold(match.group()) for match in _TOKEN.finditer(normal(name or "")) if match.lastgroup != "end")
        bare = words
        while len(bare) > 1 and bare[-1] in _LEGAL:
            bare = bare[:-1]
        found |= {one for one in (words, bare) if sum(map(len, one)) > 1}
    return sorted(found)


def _token(match: re.Match[str], gap: str) -> Token:
    word = match.group()
    number = match.lastgroup == "number"
    return Token(word, fold(word), match.start(), match.end(), number, apart=bool(gap.strip()))


def _by_first(masks: Iterable[tuple[str, ...]]) -> dict[str, list[tuple[str, ...]]]:
    known: dict[str, list[tuple[str, ...]]] = {}
    for mask in sorted(masks, key=lambda one: (-len(one), one)):
        known.setdefault(mask[0], []).append(mask)
    return known


def _mask(tokens: list[Token], known: dict[str, list[tuple[str, ...]]]) -> list[Token]:
    """Mark the longest known name that starts at each token."""
    marked, at = list(tokens), 0
    while at < len(tokens):
        lemmas = known.get(tokens[at].lemma, ())
        size = next((len(n) for n in lemmas if tuple(t.lemma for t in tokens[at : at + len(n)]) == n), 0)
        for i in range(at, at + size):
            marked[i] = msgspec.structs.replace(tokens[i], masked=True)
        at += size or 1
    return marked
