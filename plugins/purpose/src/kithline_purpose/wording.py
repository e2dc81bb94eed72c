"""How specific a text is: the card's z, and z without the enumerations that would buy it."""

import math
from collections.abc import Sequence
from typing import Final

import msgspec

from kithline_purpose.lists import Lists, lexicon, spoken
from kithline_purpose.parameters import Params
from kithline_purpose.tokens import Sentence, Token

_ACRONYM: Final = 3  # an all-capital word of more letters is shouted, not a name
_ALIKE: Final = 0.8  # Jaccard of content words from which a sentence repeats another
_SHORT: Final = 3  # content words up to which a sentence is no headline
_ENOUGH: Final = 2  # plain content words a sentence needs to say something


class Counts(msgspec.Struct, frozen=True):
    """What one sentence holds: distinct content words, names, numbers; occurrences of vague words."""

    content: frozenset[str]
    names: frozenset[str]
    numbers: frozenset[str]
    vague: int

    def z(self, params: Params) -> float:
        """Return u + 3n + 3d - v, at least 0, names and numbers capped."""
        n, d = min(len(self.names), params.max_names), min(len(self.numbers), params.max_numbers)
        return float(max(0, len(self.content) + 3 * n + 3 * d - self.vague))


class Line(msgspec.Struct, frozen=True):
    """A sentence with its language and the places of its content, vague, tool and name-like words."""

    start: int
    end: int
    tokens: tuple[Token, ...]
    language: str
    content: frozenset[int]
    vague: frozenset[int]
    tools: frozenset[int]
    names: frozenset[int]
    numbers: frozenset[int]
    listed: frozenset[int]

    def concrete(self, place: int) -> bool:
        """Say whether a word tells something: a number or a content word, neither vague nor of tools nor in a list."""
        return place in (self.content | self.numbers) - self.vague - self.tools - self.listed


class Wording(msgspec.Struct, frozen=True):
    """The text's figures: z of the card, z without enumerations, and the share of tool words (None without content)."""

    z: float
    z_corrected: float
    tool_share: float | None
    vague: list[str]


def read(parts: Sequence[Sentence], language: str) -> list[Line]:
    """Return the sentences with their words told apart."""
    mixed = _mixed(parts)
    return [_line(part, spoken(part, language), mixed=mixed) for part in parts]


def measure(lines: Sequence[Line], params: Params) -> Wording:
    """Return the figures of a text."""
    content = sum(len(line.content) for line in lines)
    tools = sum(len(line.tools & line.content) for line in lines)
    seen = dict.fromkeys(line.tokens[i].lemma for line in lines for i in sorted(line.vague))
    return Wording(
        z=_best([_counts(line) for line in lines], params, alike=1.0),
        z_corrected=_best([_corrected(line) for line in lines], params, alike=_ALIKE),
        tool_share=tools / content if content else None,
        vague=list(seen),
    )


def text_part(z: float, params: Params) -> float:
    """Return 1 - exp(-z/20)."""
    return 1.0 - math.exp(-z / params.text_scale)


def _mixed(parts: Sequence[Sentence]) -> bool:
    """Say whether capitals can tell anything: some words begin with one, others do not."""
    words = [token.text for part in parts for token in part.tokens if not token.number]
    return any(word[0].islower() for word in words) and any(word[0].isupper() for word in words)


def _line(part: Sentence, language: str, *, mixed: bool) -> Line:
    words = lexicon(language)
    tokens = part.tokens
    lemmas = [token.lemma for token in tokens]
    content = {i for i, t in enumerate(tokens) if not (t.number or t.masked or words.function(t.lemma))}
    vague = words.vague.within(lemmas) & content
    named = {i for i in content - vague if i and mixed and words.lists.capitals_mark_names and _name_like(tokens[i])}
    numbers = {i for i, t in enumerate(tokens) if t.number and not t.masked}
    listed = _listed(tokens, content, numbers, words.lists)
    places = (content, vague, words.tools.within(lemmas) & content, named, numbers, listed)
    return Line(part.start, part.end, tokens, language, *map(frozenset, places))


def _name_like(token: Token) -> bool:
    shouted = token.text.isupper() and sum(c.isalpha() for c in token.text) > _ACRONYM
    return token.text[0].isupper() and not shouted


def _lemmas(line: Line, places: frozenset[int]) -> frozenset[str]:
    return frozenset(line.tokens[i].lemma for i in places)


def _counts(line: Line) -> Counts:
    """Count a sentence as the card says."""
    return Counts(_lemmas(line, line.content), _lemmas(line, line.names), _lemmas(line, line.numbers), len(line.vague))


def _corrected(line: Line) -> Counts:
    """Count a sentence without its lists; a run of capitals is one name, and a headline names nothing."""
    # A vague word amid capitals belongs to the name: Acme Global Holding is one.
    capitals = {i for i in line.names | line.vague if i and line.tokens[i].text[0].isupper()} if line.names else set()
    extra = {i for i in capitals if i - 1 in capitals and _one_name(line.tokens, i)}  # further words of a name
    content, vague, numbers = line.content - line.listed - extra, line.vague - extra, line.numbers - line.listed
    names = frozenset[int]() if _headline(line, content) else line.names & content
    if len(_lemmas(line, content - vague - names)) < _ENOUGH:
        return Counts(frozenset(), frozenset(), frozenset(), 0)
    return Counts(_lemmas(line, content), _lemmas(line, names), _lemmas(line, numbers), len(vague))


def _headline(line: Line, content: frozenset[int]) -> bool:
    inner = [line.tokens[i] for i in content if i]
    return len(inner) > _SHORT and 2 * sum(token.text[0].isupper() for token in inner) > len(inner)


def _listed(tokens: tuple[Token, ...], content: set[int], numbers: set[int], lists: Lists) -> set[int]:
    """Return the places in enumerations: runs of numbers and capitalised words with nothing between but joiners."""
    listed = set[int]()
    run = list[int]()
    for place, token in enumerate(tokens):
        if place in numbers or (place in content and token.text[0].isupper()):
            run.append(place)
        elif not (run and token.lemma in lists.joiners):
            listed |= _enumeration(run, tokens, lists)
            run = []
    return listed | _enumeration(run, tokens, lists)


def _enumeration(run: list[int], tokens: tuple[Token, ...], lists: Lists) -> set[int]:
    """Return a run that is long enough; capitalised neighbours that only a blank parts are one item of it."""
    together = sum(at > 0 and run[at - 1] + 1 == place and _one_name(tokens, place) for at, place in enumerate(run))
    return set(run) if len(run) - together >= lists.list_items else set()


def _one_name(tokens: tuple[Token, ...], place: int) -> bool:
    return not (tokens[place].number or tokens[place - 1].number or tokens[place].apart)


def _best(counts: Sequence[Counts], params: Params, *, alike: float) -> float:
    """Return the sum of z over the best sentences, each told apart from the better ones by its content words."""
    ordered = sorted(counts, key=lambda one: (-one.z(params), sorted(one.content), sorted(one.numbers)))
    chosen: list[Counts] = []
    for one in ordered:
        if len(chosen) < params.best_sentences and not any(_jaccard(one, other) >= alike for other in chosen):
            chosen.append(one)
    return math.fsum(one.z(params) for one in chosen)


def _jaccard(a: Counts, b: Counts) -> float:
    union = a.content | b.content
    if union:
        return len(a.content & b.content) / len(union)
    return float(a.numbers == b.numbers)
