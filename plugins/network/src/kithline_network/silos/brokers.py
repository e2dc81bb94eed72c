"""Who connects departments: Burt's constraint and effective size, bridges by role, pairs that hang on one person."""

from typing import Final, NamedTuple

import numpy as np

from kithline_network.silos.cells import Cells
from kithline_network.silos.mixing import Mixing
from kithline_sdk.colleagues import Graph, tied
from kithline_sdk.grouping import by_pair
from kithline_sdk.snapshot import Bools, Floats, Ints
from kithline_sdk.stats import graphs

BRIDGES: Final = 3


class Brokers(NamedTuple):
    """Per active person: constraint and effective size (NaN without ties), how many other departments ties reach."""

    constraint: Floats
    effective_size: Floats
    reached: Ints


class Bridge(NamedTuple):
    """A bridge by its role: department, rank (None where fewer than k hold it), other departments reached."""

    department: int
    rank: str | None
    reached: int


def brokers(graph: Graph, mix: Mixing) -> Brokers:
    """Return the brokers' figures: unweighted, over the whole network of members."""
    return Brokers(
        graphs.constraint(graph.low, graph.high, graph.people),
        graphs.effective_size(graph.low, graph.high, graph.people),
        _reached(graph, mix),
    )


def bridges(graph: Graph, who: Brokers, ranks: list[str | None], shown: Bools, k: int) -> list[Bridge]:
    """Return the three with the lowest constraint whose ties reach another department; shown departments only."""
    home = np.full(graph.people, -1)
    home[graph.entry[::-1]] = graph.department[::-1]
    wanted = np.flatnonzero((who.reached > 0) & shown[home])
    order = np.lexsort((home[wanted], -who.reached[wanted], who.constraint[wanted].round(12)))
    return [
        Bridge(int(home[one]), _rank(graph, int(graph.member[one]), int(home[one]), ranks, k), int(who.reached[one]))
        for one in wanted[order][:BRIDGES].tolist()
    ]


def carriers(graph: Graph, mix: Mixing, pairs: Cells) -> tuple[Ints, Ints]:
    """Return (pair, person) where all ties of a pair of departments meet in this one person."""
    ends = mix.ends
    cell = pairs.places.of(ends.a, ends.b)
    inside = cell >= 0
    tied = by_pair(cell[inside], ends.row[inside])
    ties = np.bincount(tied.one, minlength=pairs.places.total)
    ends_of = by_pair(np.r_[tied.one, tied.one], np.r_[graph.low[tied.other], graph.high[tied.other]])
    every = np.bincount(ends_of.of, minlength=ends_of.size) == ties[ends_of.one]
    return ends_of.one[every], ends_of.other[every]


def _reached(graph: Graph, mix: Mixing) -> Ints:
    ends, width = mix.ends, graph.departments
    to = np.r_[graph.low[ends.row] * width + ends.b, graph.high[ends.row] * width + ends.a]
    own = graph.entry * width + graph.department
    others = np.setdiff1d(to, own)
    return np.bincount(others // max(1, width), minlength=graph.people)


def _rank(graph: Graph, member: int, home: int, ranks: list[str | None], k: int) -> str | None:
    """Return a member's rank where at least k members of the department hold it who have a tie."""
    department, person = tied(graph)
    colleagues = graph.member[person[department == home]].tolist()
    holders = sum(ranks[one] == ranks[member] for one in colleagues)
    return ranks[member] if holders >= k else None
