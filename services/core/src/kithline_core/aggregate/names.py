"""Finds people's ids in what is written: no cell, no text and no name in the files may hold one."""

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec

from kithline_core.dataset.competitors import ASIDE, PEOPLE
from kithline_core.dataset.folder import Dataset
from kithline_core.model.rows import FILES, IDENTITY, Row

# A shorter id, or one of digits alone, stands in many a word and date: it counts where it stands by itself.
SHORT: Final = 4
_WORDS: Final = re.compile(r"[^\W_]+(?:[^\w;,\s]+[^\W_]+)*|\S+")


class Ids:
    """The ids of everybody in a dataset."""

    def __init__(self, ids: Iterable[str]) -> None:
        folded = {one.casefold() for one in ids}
        whole = {one for one in folded if len(one) >= SHORT and not one.isdigit()}
        self.alone = folded - whole
        self.inside = re.compile("|".join(map(re.escape, sorted(whole, key=len, reverse=True)))) if whole else None

    def stand_in(self, text: str) -> bool:
        """Say whether a text holds somebody's id."""
        folded = text.casefold()
        if self.inside is not None and self.inside.search(folded):
            return True
        words = {folded, *_WORDS.findall(folded), *re.findall(r"\w+", folded)}
        return bool(self.alone & words)


def of(dataset: Dataset) -> Ids:
    """Return the ids that any row names as a person."""
    columns = [(stem, column) for stem, named in PEOPLE.items() for column in named]
    columns += ASIDE.items()
    found = {
        getattr(row, column)
        for stem, column in columns
        for row in dataset.rows[stem]
        if getattr(row, "kind", None) != "organisation"
    }
    return Ids(one for one in found if one)


def blanked(stem: str, rows: Sequence[Row], ids: Ids) -> tuple[list[Row], list[str], list[str]]:
    """Return the rows with such texts left out, what was left out, and what cannot be: names that rows are known by."""
    kept: list[Row] = []
    told: dict[str, int] = {}
    refused: list[str] = []
    needed = {*IDENTITY[stem], *(one.encode_name for one in msgspec.structs.fields(FILES[stem]) if one.required)}
    for row in rows:
        hit = [name for name in row.__struct_fields__ if _holds(getattr(row, name), ids)]
        refused += [
            f"{stem}: {name} {getattr(row, name)!r} holds the id of a person; rename it"
            for name in hit
            if name in needed
        ]
        for name in set(hit) - needed:
            told[name] = told.get(name, 0) + 1
        kept.append(msgspec.structs.replace(row, **dict.fromkeys(set(hit) - needed)) if set(hit) - needed else row)
    warned = [
        f"{stem}: {name} left out in {times} rows: it held the id of a person" for name, times in sorted(told.items())
    ]
    return kept, warned, refused


def _holds(cell: Any, ids: Ids) -> bool:  # noqa: ANN401 - a cell of any column
    return isinstance(cell, str) and ids.stand_in(cell)


def in_document(name: str, document: object, ids: Ids) -> list[str]:
    """Return a refusal where a document (settings, value lines, a questionnaire) holds somebody's id."""
    texts = _texts(msgspec.to_builtins(document))
    return [f"{name}: {text[:80]!r} holds the id of a person; rename it" for text in texts if ids.stand_in(text)]


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    parts = [*value.keys(), *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else []
    return [text for part in parts for text in _texts(part)]
