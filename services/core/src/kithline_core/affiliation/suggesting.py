"""Which ids look like one: rules over what is there, each with how sure it is. Nothing is merged by them."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Final, NamedTuple

from kithline_core.model.identities import Kind, Suggestion

MOST: Final = 1_000
# What companies are called behind their names, as single words.
_FORMS: Final = """
    ab ag aps as bv co company corp corporation eg ev gbr gmbh inc incorporated kft kg kgaa kk limited llc llp lp ltd
    mbh nv ohg oy oyj plc pty sa sarl sas se sl spa srl sro ug zoo
"""
LEGAL_FORMS: Final = frozenset(_FORMS.split())
_WORD: Final = re.compile(r"[^\W_]+")


class Named(NamedTuple):
    """An organisation with what it is called."""

    organisation: str
    name: str | None
    aliases: str | None


def people(ids: Iterable[str], listed: Collection[str]) -> list[Suggestion]:
    """Suggest that ids are one person's which differ in case, white space or the form of their letters.

    The one that has a row in people.csv stands, the smallest where several have or none.
    """
    forms: dict[str, list[str]] = defaultdict(list)
    for one in ids:
        forms[form(one)].append(one)
    found = []
    for alike in forms.values():
        first, *others = sorted(alike, key=lambda one: (one not in listed, one))
        found += [_suggestion("person", one, first, "same_form", 0.95) for one in others]
    return _first(found)


def form(text: str) -> str:
    """Return a text without what people type differently: case, white space, compatibility forms."""
    return "".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).split())


def organisations(rows: Sequence[Named]) -> list[Suggestion]:
    """Suggest that organisations are one whose ids, names or aliases agree but for case and legal form.

    Whoever claims an alias stands, else the smallest id.
    """
    names, called = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    for row in rows:
        for text in (row.organisation, row.name or ""):
            names[_bare(text)].add(row.organisation)
        for text in (row.aliases or "").split(";"):
            called[_bare(text)].add(row.organisation)
    alike = [_alike(of_them, of_them, "same_name", 0.9) for name, of_them in names.items() if name]
    aliases = [_alike(called[name], names[name], "same_alias", 0.8) for name in called.keys() & names.keys() if name]
    return _first(one for found in (*alike, *aliases) for one in found)


def _bare(text: str) -> str:
    words = _WORD.findall(unicodedata.normalize("NFKC", text).casefold().replace(".", ""))
    while len(words) > 1 and words[-1] in LEGAL_FORMS:
        words.pop()
    return " ".join(words)


def _alike(standing: Collection[str], others: Collection[str], rule: str, confidence: float) -> list[Suggestion]:
    first = min(standing)
    return [_suggestion("organisation", one, first, rule, confidence) for one in {*others} - {first}]


def _suggestion(kind: Kind, alias: str, same_as: str, rule: str, confidence: float) -> Suggestion:
    return Suggestion(kind=kind, id=alias, same_as=same_as, rule=rule, confidence=confidence)


def _first(found: Iterable[Suggestion]) -> list[Suggestion]:
    """Return one suggestion an id, the surest, in order."""
    best: dict[str, Suggestion] = {}
    for one in sorted(found, key=lambda one: (-one.confidence, one.same_as, one.id)):
        best.setdefault(one.id, one)
    return sorted(best.values(), key=lambda one: (one.same_as, one.id))[:MOST]
