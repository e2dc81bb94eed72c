"""Draws who answered what where nobody answers anything twice: people and items with given numbers of rows, each pair once."""

from typing import TYPE_CHECKING, Final

import msgspec
import numpy as np

from kithline_core.twin import layout, mending
from kithline_core.twin.shapes import People, TableShape, Texts
from kithline_core.twin.words import SEPARATOR
from kithline_sdk.snapshot import Bools, Floats, Ints
from kithline_sdk.stats.random import Draws

if TYPE_CHECKING:
    from kithline_core.twin.drawing import Drawer

MATCHED: Final = {"answers": "respondent", "ratings": "rater"}


def matched(drawer: "Drawer", shape: TableShape) -> dict[str, tuple[Ints, Bools]]:
    """Return the columns of people and items, drawn together; none where a table is not of that kind."""
    who = MATCHED.get(shape.name, "")
    what = next((name for name in shape.columns if SEPARATOR in name), "")
    if not shape.unique or who not in shape.columns or not what or not shape.rows or shape.columns[who].empty != 0:
        return {}
    people, items = shape.columns[who].shape, shape.columns[what].shape
    if not (isinstance(people, People) and isinstance(items, Texts) and items.words):
        return {}
    found = _drawn(drawer, people, items, shape.rows)
    if len(found[0]) < shape.rows:
        return {}  # no such pairs were found for all rows: each column is drawn by itself, and mended
    there = np.ones(len(found[0]), np.bool_)
    return {who: (found[0], there), what: (found[1], there)}


def _drawn(drawer: "Drawer", people: People, items: Texts, rows: int) -> tuple[Ints, Ints]:
    who, what = drawer.persons(people, rows), drawer.parts(items.rows, rows)
    nobody = np.zeros(0, np.int64)
    return paired(
        drawer.draws, nobody if who is None else who, np.array(items.words, np.int64)[nobody if what is None else what]
    )


def repeated(drawer: "Drawer", shape: TableShape) -> dict[str, tuple[Ints, Bools]]:
    """Return the columns of two people, drawn as pairs that have several rows; none where a table has no such pairs."""
    if shape.pairs is None or shape.rows is None:
        return {}
    pairs, names = shape.pairs, layout.PAIRS[shape.name]
    found = [drawer.persons(one, pairs.pairs) for one in (pairs.one, pairs.other)]
    there = np.ones(pairs.pairs, np.bool_)
    drawn: dict[str, tuple[Ints | Floats, Bools]] = {
        name: (one, there.copy()) for name, one in zip(names, found, strict=True) if one is not None
    }
    mending.mend(drawer.draws, msgspec.structs.replace(shape, unique=True, ordered=[]), drawn)
    rows = drawer.rows_of(pairs.rows_each, pairs.pairs, shape.rows)
    return {name: (np.asarray(cells[0][rows], np.int64), np.ones(len(rows), np.bool_)) for name, cells in drawn.items()}


def paired(draws: Draws, rows: Ints, words: Ints) -> tuple[Ints, Ints]:
    """Return pairs of a person and a word, each once: the commonest word first, to those who have most rows left.

    Where such pairs exist for all rows they are found (Gale 1957, Ryser 1957); else rows are left out.
    """
    who, left = np.unique(rows, return_counts=True)
    labels, counts = np.unique(words, return_counts=True)
    people: list[Ints] = []
    for place in np.argsort(-counts, kind="stable").tolist():
        order = np.lexsort((draws.uniform(len(who)), -left))[: int(counts[place])]
        taken = order[left[order] > 0]
        left[taken] -= 1
        people.append(np.stack([who[taken], np.full(len(taken), labels[place])]))
    both = np.concatenate(people, axis=1).astype(np.int64)
    return both[0], both[1]
