"""Who belonged where, and when: dated memberships read as of a day."""

import numpy as np

from kithline_sdk.grouping import by_pair
from kithline_sdk.snapshot import DAY, Ints, Table


class Held:
    """The memberships that queries (person, day) found: query number, code of the column, share 1/k of k at once."""

    __slots__ = ("code", "query", "share")

    def __init__(self, query: Ints, code: Ints) -> None:
        self.query, self.code = query, code
        times = np.bincount(query, minlength=1)
        self.share = 1.0 / times[query] if len(query) else np.zeros(0)

    def first(self, queries: int) -> Ints:
        """Return one code per query, the smallest where several are held, -1 where none is."""
        found = np.full(queries, np.iinfo(np.int64).max, np.int64)
        np.minimum.at(found, self.query, self.code)
        return np.where(found == np.iinfo(np.int64).max, -1, found)


def held(memberships: Table, column: str, persons: Ints, days: Ints) -> Held:
    """Return what each person held on each day: distinct non-null codes of a string column.

    A membership holds on every day it overlaps; its ends are half-open and empty means unbounded.
    """
    known = memberships.where(memberships.present(column)).sorted()
    owner = known.ints("person")
    order = np.argsort(owner, kind="stable")
    owner = owner[order]
    start, stop = np.searchsorted(owner, persons, "left"), np.searchsorted(owner, persons, "right")
    query = np.repeat(np.arange(len(persons)), stop - start)
    offset = np.arange(len(query)) - np.repeat(np.cumsum(stop - start) - (stop - start), stop - start)
    row = order[np.repeat(start, stop - start) + offset]
    holds = _overlaps(known, row, days[query])
    pairs = by_pair(query[holds], known.codes(column)[row[holds]])
    return Held(pairs.one, pairs.other)


def _overlaps(known: Table, row: Ints, day: Ints) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    begins = ~known.present("valid_from")[row] | (known.ints("valid_from")[row] < (day + 1) * DAY)
    ends = ~known.present("valid_to")[row] | (known.ints("valid_to")[row] > day * DAY)
    both: np.ndarray[tuple[int], np.dtype[np.bool_]] = begins & ends
    return both
