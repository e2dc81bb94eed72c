"""Grouping rows by pairs of whole numbers, several times faster than numpy does it for columns."""

from typing import NamedTuple

import numpy as np

from kithline_sdk.snapshot import Ints


class Groups(NamedTuple):
    """The distinct pairs, sorted by `one`, then `other`, and per row the place of its pair."""

    one: Ints
    other: Ints
    of: Ints

    @property
    def size(self) -> int:
        """How many distinct pairs there are."""
        return len(self.one)


def by_pair(one: Ints, other: Ints) -> Groups:
    """Group rows by two numbers. Their ranges must multiply to less than 2^63, as dense numbers and days do."""
    if not len(one):
        return Groups(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64))
    least = int(other.min())
    width = int(other.max()) - least + 1
    key, of = np.unique(one.astype(np.int64) * width + (other - least), return_inverse=True)
    return Groups(key // width, key % width + least, of.reshape(-1))
