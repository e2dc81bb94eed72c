"""Contact among the people of the tree, counted once: events, pairs, first contacts, sending days."""

from typing import NamedTuple

import numpy as np

from kithline_network.leadership.params import LeadershipParams
from kithline_network.leadership.tree import Tree
from kithline_sdk import Column, Snapshot, Table
from kithline_sdk.grouping import by_pair
from kithline_sdk.snapshot import DAY, Bools, Ints
from kithline_sdk.ties import Contacts, Pairs, contacts, contributes, has_events, pairs

OTHER = 1
LEADER = 2
NEVER = np.iinfo(np.int64).max


class First(NamedTuple):
    """First contacts of others with a leader whose time to answer is over: the two, and whether it was answered."""

    other: Ints
    leader: Ints
    answered: Bools


class Flow(NamedTuple):
    """Counted contact between others and leaders, row by row: who, whether downward, how many events."""

    sender: Ints
    target: Ints
    down: Bools
    amount: Ints


class Contact(NamedTuple):
    """Role per person (0 none, 1 other, 2 leader), sending days (None: no events), pairs, first contacts, flow.

    `directed` says whether directions are known (rulings 2.3); `met` who is in the data at all.
    """

    role: Ints
    days: Ints | None
    pairs: Pairs
    first: First
    flow: Flow
    directed: bool
    met: Bools

    def without(self, person: int) -> "Contact":
        """Return the contact of everybody else, who stay leaders and others as they are."""
        role = self.role.copy()
        role[person] = 0
        kept = (self.pairs.low != person) & (self.pairs.high != person)
        first = (self.first.other != person) & (self.first.leader != person)
        flow = (self.flow.sender != person) & (self.flow.target != person)
        return self._replace(
            role=role,
            pairs=Pairs(*(one[kept] for one in self.pairs)),
            first=First(*(one[first] for one in self.first)),
            flow=Flow(*(one[flow] for one in self.flow)),
        )


class Raw(NamedTuple):
    """Counted contacts with the instant each row began, declared ties, sending days, before assistants are mapped."""

    observed: Contacts
    began: Ints
    declared: Table
    sent: tuple[Ints, Ints] | None
    size: int
    directed: bool
    end: int


def raw(snapshot: Snapshot, found: Tree, params: LeadershipParams) -> Raw:
    """Count contacts among the people of the tree, assistants included, once."""
    table, declared = snapshot["tie_day"], snapshot["ties"]
    inside = np.r_[found.leaders, found.others, found.assistants]
    ends = [table.ints("actor"), table.ints("target"), declared.ints("actor"), declared.ints("target")]
    activity = snapshot["activity_day"]
    source = activity if contributes(activity).any() else table
    senders = source.ints("actor")
    size = 1 + max((int(one.max()) for one in [*ends, inside, senders, found.managers] if len(one)), default=0)
    member = np.zeros(size, np.bool_)
    member[inside] = True
    observed = contacts(table, params.pair_day_cap, params.max_recipients, keep=member[ends[0]] & member[ends[1]])
    began = np.where(table.present("first_at"), table.ints("first_at"), table.ints("day") * DAY)[observed.row]
    own = declared.where(member[ends[2]] & member[ends[3]])
    real = contributes(source) & member[senders]
    sent = (senders[real], source.ints("day")[real]) if activity.rows or table.rows else None
    directed = has_events(snapshot) or _both_ways(own)
    return Raw(observed, began, own, sent, size, directed, snapshot.window.end)


def contact(snapshot_: Raw, found: Tree, params: LeadershipParams, *, mapped: bool) -> Contact:
    """Return the contact: assistants' accounts counted as their leader's, or left out."""
    alias = np.arange(snapshot_.size)
    if mapped:
        alias[found.assistants] = found.leader_of
    role = np.zeros(snapshot_.size, np.int64)
    role[found.others], role[found.leaders] = OTHER, LEADER
    observed, declared = snapshot_.observed, snapshot_.declared
    actor, target = alias[observed.actor], alias[observed.target]
    kept = (role[actor] > 0) & (role[target] > 0) & (actor != target)
    events = Contacts(observed.day[kept], actor[kept], target[kept], observed.count[kept], observed.row[kept])
    sums = _mapped(declared, alias, role)
    both = pairs(events, min_events=params.min_events, min_days=params.min_days, declared=sums)
    met = np.zeros(snapshot_.size, np.bool_)
    met[np.r_[events.actor, events.target, sums.ints("actor"), sums.ints("target")]] = True
    days = _days(snapshot_, alias, role)
    if days is not None:
        met |= days > 0
    first = _first(events, snapshot_.began[kept], role, snapshot_.end, params)
    return Contact(role, days, both, first, _flow(events, sums, role), snapshot_.directed, met)


def _days(found: Raw, alias: Ints, role: Ints) -> Ints | None:
    """Return on how many days each person of the tree sent anything; None without events."""
    if found.sent is None:
        return None
    person = alias[found.sent[0]]
    kept = role[person] > 0
    once = by_pair(person[kept], found.sent[1][kept])
    return np.bincount(once.one, minlength=found.size)


def _mapped(declared: Table, alias: Ints, role: Ints) -> Table:
    ends = {name: alias[declared.ints(name)] for name in ("actor", "target")}
    columns = {name: Column("person", values, declared.present(name)) for name, values in ends.items()}
    apart = (role[ends["actor"]] > 0) & (role[ends["target"]] > 0) & (ends["actor"] != ends["target"])
    return Table(declared.name, {**declared.columns, **columns}).where(apart)


def _both_ways(declared: Table) -> bool:
    """Say whether some pair of declared ties goes both ways."""
    found = pairs(Contacts(*(np.zeros(0, np.int64) for _ in range(5))), min_events=1, min_days=1, declared=declared)
    return bool(((found.forward > 0) & (found.backward > 0)).any())


def _flow(events: Contacts, sums: Table, role: Ints) -> Flow:
    count = np.where(sums.present("count"), sums.ints("count"), 1)
    actor, target = np.r_[events.actor, sums.ints("actor")], np.r_[events.target, sums.ints("target")]
    across = role[actor] + role[target] == OTHER + LEADER
    amount = np.r_[events.count, count]
    down = role[actor] == LEADER
    return Flow(actor[across], target[across], np.asarray(down[across], np.bool_), amount[across])


def _first(events: Contacts, began: Ints, role: Ints, end: int, params: LeadershipParams) -> First:
    """Return the first contacts: the first event between another and a leader in the window comes from the other."""
    up = (role[events.actor] == OTHER) & (role[events.target] == LEADER)
    down = (role[events.actor] == LEADER) & (role[events.target] == OTHER)
    either = up | down
    other = np.where(up, events.actor, events.target)[either]
    leader = np.where(up, events.target, events.actor)[either]
    found = by_pair(other, leader)
    asked, told = np.full(found.size, NEVER), np.full(found.size, NEVER)
    np.minimum.at(asked, found.of[up[either]], began[up])
    np.minimum.at(told, found.of[down[either]], began[down])
    within = params.answer_days * DAY
    opened = (asked < told) & (asked <= end - within)
    return First(found.one[opened], found.other[opened], np.asarray(told[opened] - within <= asked[opened], np.bool_))
