"""Who answered what: each pair once where that was so, as many rows as there were in any case."""

import random

import numpy as np
import pytest

from kithline_core import twin
from kithline_core.twin.matching import paired
from kithline_core.twin.words import likeness, spelled
from kithline_sdk.snapshot import DAY, Snapshot, Window
from kithline_sdk.stats.random import Draws
from kithline_sdk.testing import snapshot

WINDOW = Window(0, 90 * DAY)


def ratings(pairs: list[tuple[str, str]]) -> Snapshot:
    """Return the ratings of raters and objects."""
    rows = [{"rater": rater, "object": one, "item": "good", "value": 1.0} for rater, one in pairs]
    return Snapshot(WINDOW, [snapshot({"ratings": rows}, WINDOW)["ratings"]])


def drawn(one: Snapshot, seed: int) -> set[tuple[int, str | None]]:
    table = twin.drawn(twin.shape(one, 5), seed).snapshot["ratings"]
    assert table.rows == one["ratings"].rows
    return set(zip(table.ints("rater").tolist(), table.texts("object"), strict=True))


def test_everybody_rates_everything_once_where_everybody_did():
    everything = [(f"rater {a}", f"object {b}") for a in range(8) for b in range(5)]

    assert len(drawn(ratings(everything), 1)) == 40


@pytest.mark.parametrize("seed", range(20))
def test_whoever_rates_what_there_are_as_many_rows(seed):
    draw = random.Random(seed)
    some = {(f"rater {draw.randrange(12)}", f"object {int(draw.expovariate(1))}") for _ in range(40)}

    assert drawn(ratings(sorted(some)), seed)


def test_words_of_the_vocabulary_that_too_few_share_leave_empty_cells():
    names = frozenset(f"known {number}" for number in range(8))
    alone = ratings([(f"rater {number}", one) for number, one in enumerate(sorted(names))])
    table = twin.drawn(twin.shape(alone, 5, {"object": names}), 1).snapshot["ratings"]

    assert (table.rows, set(table.texts("object"))) == (8, {None})


def test_where_no_pairs_can_be_had_for_all_rows_some_are_left_out():
    people, words = paired(Draws(1), np.array([1, 1, 1, 2]), np.array([7, 7, 8, 8]))

    assert len(people) == len(set(zip(people.tolist(), words.tolist(), strict=True))) == 3


def test_a_drawn_word_is_none_that_is_taken():
    word = likeness("40017733")
    first = spelled([word], Draws(1))[0]

    assert spelled([word], Draws(1), {first})[0] != first
