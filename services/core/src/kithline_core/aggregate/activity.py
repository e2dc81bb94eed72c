"""Who took part where, and how contributions spread over people."""

from typing import Final, NamedTuple

import numpy as np

from kithline_core.model.cells import ContributionRow, GroupActivityRow
from kithline_sdk import floor
from kithline_sdk.people import held
from kithline_sdk.snapshot import Bools, Ints, Snapshot
from kithline_sdk.ties import contributes

EVERYWHERE: Final = -1


class Acts(NamedTuple):
    """Events by community and group: codes (-1: none known), who, how many, and whether they are contributions."""

    communities: tuple[str, ...]
    groups: tuple[str, ...]
    community: Ints
    group: Ints
    actor: Ints
    amount: Ints
    contributes: Bools


class Sums(NamedTuple):
    """Per community and group: who contributed, how much, how many events, people with any, dominated."""

    community: Ints
    group: Ints
    contributors: Ints
    contributions: Ints
    events: Ints
    people: Ints
    dominated: Bools
    of: Ints


def acts(seen: Snapshot) -> Acts:
    """Return the events of a window; somebody of several groups counts in each."""
    table = seen["activity_day"]
    found = held(seen["memberships"], "group", table.ints("actor"), table.ints("day"))
    known = np.zeros(table.rows, np.bool_)
    known[found.query] = True
    row = np.r_[found.query, np.flatnonzero(~known)]
    group = np.r_[found.code, np.full(int((~known).sum()), EVERYWHERE)]
    return Acts(
        table.labels("community"), seen["memberships"].labels("group"), table.codes("community")[row], group,
        table.ints("actor")[row], table.ints("count")[row], contributes(table)[row],
    )  # fmt: skip


def sums(found: Acts) -> Sums:
    """Add up by community and group."""
    width = len(found.groups) + 1
    key, of = np.unique((found.community + 1) * width + found.group + 1, return_inverse=True)
    of, size = of.reshape(-1), len(key)
    said = found.contributes
    return Sums(
        community=key // width - 1,
        group=key % width - 1,
        contributors=_people(of[said], found.actor[said], size),
        contributions=np.bincount(of[said], found.amount[said], size).astype(np.int64),
        events=np.bincount(of, found.amount, size).astype(np.int64),
        people=_people(of, found.actor, size),
        dominated=floor.dominated(of, found.actor, found.amount, size),
        of=of,
    )


def _people(of: Ints, actor: Ints, size: int) -> Ints:
    width = 1 + int(actor.max(initial=0))
    return np.bincount(np.unique(of * width + actor) // width, minlength=size).astype(np.int64)


def activity(seen: Snapshot, period: str, k: int) -> list[GroupActivityRow]:
    """Return the cells of communities and groups, then what groups did in all communities."""
    found = acts(seen)
    parts = _shown(found, sums(found), period, k)
    return [*parts, *_groups(found, period, k)]


def _shown(found: Acts, added: Sums, period: str, k: int) -> list[GroupActivityRow]:
    # Sums over a group's communities are told below, those over a community's groups could be told elsewhere.
    totals = [added.group == one for one in np.unique(added.group)]
    totals += [added.community == one for one in np.unique(added.community)]
    known = (added.community >= 0) & (added.group >= 0)
    few = (added.contributors < k) | added.dominated | ~known
    fit = floor.shown(added.people, k, dominated=few, totals=totals, members=(added.of, found.actor))
    return [_row(found, added, one, period) for one in np.flatnonzero(fit).tolist()]


def _groups(found: Acts, period: str, k: int) -> list[GroupActivityRow]:
    everywhere = found._replace(community=np.full(len(found.actor), EVERYWHERE))
    added = sums(everywhere)
    few = (added.contributors < k) | added.dominated | (added.group < 0)
    fit = floor.shown(added.people, k, dominated=few, members=(added.of, found.actor))
    return [_row(found, added, one, period) for one in np.flatnonzero(fit).tolist()]


def _row(found: Acts, added: Sums, one: int, period: str) -> GroupActivityRow:
    place, group = int(added.community[one]), int(added.group[one])
    return GroupActivityRow(
        period=period,
        community=found.communities[place] if place >= 0 else None,
        group=found.groups[group],  # type: ignore[arg-type]  # a membership's group
        contributors=int(added.contributors[one]),
        contributions=int(added.contributions[one]),
        events=int(added.events[one]),
    )


def contributions(seen: Snapshot, period: str, k: int) -> list[ContributionRow]:
    """Return how many people of a group made how many contributions, in steps that hold at least k people each."""
    found = acts(seen)
    rows: list[ContributionRow] = []
    for group, label in enumerate(found.groups):
        mine = (found.group == group) & found.contributes
        amount = np.bincount(found.actor[mine], found.amount[mine]).astype(np.int64)
        rows += [
            ContributionRow(
                period=period,
                group=label,  # type: ignore[arg-type]  # a membership's group
                least=step.least,
                most=step.most,
                contributors=len(step.amount),
                contributions=int(step.amount.sum()),
            )
            for step in steps(amount[amount > 0], k)
            if int(step.amount.max()) < floor.DOMINANCE * int(step.amount.sum())
        ]
    return rows


class Step(NamedTuple):
    """Amounts from `least` to `most` (None: and more)."""

    least: int
    most: int | None
    amount: Ints


def steps(amount: Ints, k: int) -> list[Step]:
    """Cut amounts at powers of two, so that no step has fewer than k people; fewer than k in all make no step.

    Its ends are powers of two, never what somebody made; the last one stays open.
    """
    found: list[Step] = []
    least, top = 1, int(amount.max(initial=0))
    end = 2
    while end <= top:
        inside = amount[(amount >= least) & (amount < end)]
        if len(inside) >= k and np.count_nonzero(amount >= end) >= k:
            found.append(Step(least, end - 1, inside))
            least = end
        end *= 2
    rest = amount[amount >= least]
    return [*found, Step(least, None, rest)] if len(rest) >= k else found
