"""The reporting tree: who is at the top, who leads, who is under the top, which accounts are assistants' (rulings 3.5)."""

from typing import NamedTuple

import numpy as np

from kithline_network.leadership.params import LeadershipParams
from kithline_sdk import Snapshot
from kithline_sdk.people import Held, held
from kithline_sdk.snapshot import Bools, Ints, Table
from kithline_sdk.staff import last_days, place_in, staff


class Tree(NamedTuple):
    """Leaders, others and assistants as ascending numbers of people; whose assistant; reporting lines; heads.

    `under` counts people below the top, `outside` members of the staff who are not in the tree.
    """

    leaders: Ints
    others: Ints
    assistants: Ints
    leader_of: Ints
    reports: Ints
    managers: Ints
    under: int
    outside: int


class _Nodes(NamedTuple):
    """Everybody listed: manager's place (the own one: none), who is at the top, who is at the top or under it."""

    person: Ints
    days: Ints
    parent: Ints
    tops: Bools
    inside: Bools


def tree(snapshot: Snapshot, params: LeadershipParams) -> Tree:
    """Return the tree as of each one's last active day in the window."""
    table, found = snapshot["memberships"], staff(snapshot)
    managers = table.ints("manager")[table.present("manager")]
    person = np.unique(np.r_[table.ints("person"), managers])
    days = last_days(snapshot, person)
    lines = held(table, "manager", person, days)
    nodes = _nodes(person, days, lines, found.person)
    said = _said(table, person, days)
    assists = _assists(table, nodes, params)
    leads = _leaders(nodes, said, assists)
    assists = assists & leads[nodes.parent] & ~leads
    others = nodes.inside & ~leads & ~assists
    own = ~np.isin(person[lines.query], person[assists]) & nodes.inside[lines.query]
    apart = own & (lines.code != person[lines.query])
    return Tree(
        person[leads], person[others], person[assists], person[nodes.parent[assists]],
        person[lines.query[apart]], lines.code[apart], int((nodes.inside & ~nodes.tops).sum()),
        int((~np.isin(found.person, person[nodes.inside])).sum()),
    )  # fmt: skip


def _nodes(person: Ints, days: Ints, lines: Held, members: Ints) -> _Nodes:
    """Return the tree under the top: no manager, or the own one, and the most people below; of equals each.

    Where nobody reports to anybody, every member of the staff is inside, and nobody at the top.
    """
    many, place = len(person), np.arange(len(person))
    manager = place_in(person, lines.first(many)) if many else place
    parent = np.where(manager >= 0, manager, place)
    ancestor = parent
    for _ in range(max(1, many).bit_length()):
        ancestor = ancestor[ancestor]
    rooted = parent[ancestor] == ancestor
    below = np.bincount(ancestor[rooted], minlength=many) - 1
    if not many or below.max() < 1:
        none = np.zeros(many, np.bool_)
        return _Nodes(person, days, parent, none, np.isin(person, members))
    # Whoever lies on a ring of managers is at no top: nobody is rooted there.
    tops = (parent == place) & (below == below[parent == place].max())
    return _Nodes(person, days, parent, tops, np.asarray(rooted & tops[ancestor], np.bool_))


def _leaders(nodes: _Nodes, said: Ints, assists: Bools) -> Bools:
    """Return who leads: exactly those said to where somebody is, else the top and its direct reports; none who is denied."""
    if (said[nodes.inside] == 1).any():
        return np.asarray(nodes.inside & (said == 1), np.bool_)
    by_tree = nodes.inside & nodes.tops[nodes.parent] & ~assists
    return np.asarray(by_tree & (said != 0), np.bool_)


def _said(table: Table, person: Ints, days: Ints) -> Ints:
    """Return what people.csv says of each: 1 leads, 0 does not, -1 nothing; one yes of several is a yes."""
    told = held(table, "leader", person, days)
    found = np.full(len(person), -1)
    np.maximum.at(found, told.query, told.code)
    return found


def _assists(table: Table, nodes: _Nodes, params: LeadershipParams) -> Bools:
    """Return who has an assistant's rank and a manager."""
    labels = [label.strip().casefold() in params.assistants for label in table.labels("rank")]
    rank = held(table, "rank", nodes.person, nodes.days).first(len(nodes.person))
    named = np.array([*labels, False], np.bool_)[rank]
    return np.asarray(named & (nodes.parent != np.arange(len(nodes.person))), np.bool_)
