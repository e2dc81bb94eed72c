"""Everything that is computed about outward contact: by person, by department, by quarter."""

import math
from typing import NamedTuple

import numpy as np

from kithline_network.voice.contact import Members, Outward, members
from kithline_network.voice.params import VoiceParams
from kithline_sdk import Snapshot
from kithline_sdk.snapshot import Bools, Floats, Ints
from kithline_sdk.stats import absence_factor, gini


class Departments(NamedTuple):
    """People's places in departments: entry (place of the member), department, share 1/k; how many there are."""

    names: tuple[str, ...]
    entry: Ints
    department: Ints
    share: Floats

    def sums(self, amount: Floats | Ints | Bools, kept: Bools | None = None) -> Floats:
        """Return an amount per member summed over departments, by shares."""
        weight = self.share * amount[self.entry] * (1 if kept is None else kept[self.entry])
        return np.bincount(self.department, weight, len(self.names)).astype(np.float64)


class Spread(NamedTuple):
    """Outward contact by department: heads, people with a voice (both by shares), pairs of accounts and people.

    `existing` are departments with at least one person; `head_counts` counts each person in full.
    """

    heads: Floats
    voices: Floats
    pairs: Floats
    existing: Bools
    head_counts: Ints

    @property
    def active(self) -> Bools:
        """Which departments have somebody with a voice."""
        return np.asarray(self.voices > 0, np.bool_)

    @property
    def largest(self) -> float | None:
        """The largest share of outward pairs that one department has; None without any."""
        whole = math.fsum(self.pairs.tolist())
        return float(self.pairs.max()) / whole if whole > 0 else None


class Figures(NamedTuple):
    """What the score is made of, and what else follows from the same contact."""

    spread: Spread
    departments_share: float | None
    named: tuple[int, int] | None
    gini: float | None
    gini_unweighted: float | None
    absence: int | None
    amounts: Ints

    @property
    def named_share(self) -> float | None:
        """The share of cross-company ties that people carry; None where no rank or no tie is known."""
        return None if self.named is None else self.named[0] / self.named[1]


class Picture(NamedTuple):
    """The members, their departments, and the figures."""

    whole: Members
    departments: Departments
    figures: Figures


def picture(snapshot: Snapshot, params: VoiceParams) -> Picture:
    """Return everything that is computed."""
    whole = members(snapshot, params)
    found = whole.found
    departments = Departments(found.departments, found.entry, found.department, found.share)
    return Picture(whole, departments, figures(whole, departments, whole.outward))


def figures(whole: Members, departments: Departments, outward: Outward) -> Figures:
    """Return the figures of some outward contact of these members."""
    amounts = np.bincount(outward.place[outward.sent], minlength=len(whole.found.person)).astype(np.int64)
    parted = spread(whole, departments, amounts)
    existing = int(np.count_nonzero(parted.existing))
    share = int(np.count_nonzero(parted.active)) / existing if existing else None
    kept = parted.existing
    return Figures(
        parted,
        share,
        _named(whole, outward),
        concentration(parted.heads[kept], parted.pairs[kept]),
        gini(parted.pairs[kept]) if existing else None,
        absence_factor(amounts) if len(amounts) else None,
        amounts,
    )


def spread(whole: Members, departments: Departments, amounts: Ints) -> Spread:
    """Return outward contact by department. An account is no head and no voice; its pairs are its department's."""
    people = whole.people
    inside = people[departments.entry]
    counts = np.bincount(departments.department[inside], minlength=len(departments.names))
    return Spread(
        departments.sums(people),
        departments.sums(amounts > 0, people),
        departments.sums(amounts),
        counts > 0,
        counts.astype(np.int64),
    )


def concentration(heads: Floats, amounts: Floats) -> float | None:
    """Return the Gini coefficient of contact over departments by their heads; None without contact.

    The Lorenz curve runs over departments from the least contact per head to the most: 0 where every department has
    contact in proportion to its people, near 1 where a small one has all. Equals the Gini coefficient of people who each
    have their department's mean.
    """
    whole = math.fsum(amounts.tolist())
    if whole <= 0:
        return None
    order = np.argsort(amounts / heads, kind="stable")
    return max(0.0, math.fsum((amounts[order] / whole * ranks(heads[order])).tolist()))


def ranks(heads: Floats) -> Floats:
    """Return how far above the middle each department stands among heads in order, from -1 to 1."""
    upto = np.cumsum(heads)
    return np.asarray((2 * upto - heads) / upto[-1] - 1, np.float64)


def _named(whole: Members, outward: Outward) -> tuple[int, int] | None:
    """Return cross-company ties that people carry, and all; None without a tie, or where no rank is known."""
    if whole.accounts is None or not outward.tied.any():
        return None
    ties = outward.place[outward.tied]
    return int(np.count_nonzero(~whole.accounts[ties])), len(ties)


class Quarter(NamedTuple):
    """A calendar quarter: days of it in the window, departments active, people with a voice, the largest share of days."""

    name: str
    days: int
    active: int
    people: int
    largest: float | None
    contacts: int


def quarters(seen: Picture, first_day: int, last_day: int) -> list[Quarter]:
    """Return the diffusion curve: per calendar quarter how many departments had somebody with an outward interaction."""
    place, day = seen.whole.outward.moments
    known, days = np.unique(_quarter(np.arange(first_day, last_day + 1)), return_counts=True)
    own = _quarter(day)
    return [_told(seen, one, many, place[own == one]) for one, many in zip(known.tolist(), days.tolist(), strict=True)]


def _told(seen: Picture, quarter: int, days: int, place: Ints) -> Quarter:
    amounts = np.bincount(place, minlength=len(seen.whole.found.person)).astype(np.int64)
    parted = spread(seen.whole, seen.departments, amounts)
    people = int(np.count_nonzero((amounts > 0) & seen.whole.people))
    return Quarter(
        f"{quarter // 4}-Q{quarter % 4 + 1}",
        days,
        int(np.count_nonzero(parted.active)),
        people,
        parted.largest,
        len(place),
    )


def _quarter(day: Ints) -> Ints:
    months = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return np.asarray((months // 3) + 1970 * 4, np.int64)
