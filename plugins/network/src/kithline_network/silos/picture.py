"""Everything that was computed about one organisation."""

from typing import NamedTuple

from kithline_network.silos.brokers import Brokers
from kithline_network.silos.cells import Cells
from kithline_network.silos.interfaces import Interfaces
from kithline_network.silos.mixing import Mixing
from kithline_sdk.colleagues import Graph
from kithline_sdk.snapshot import Bools
from kithline_sdk.staff import Staff


class Picture(NamedTuple):
    """Members, ties, mixing, the departments that may be shown, pairs, declared interfaces and brokers."""

    found: Staff
    graph: Graph
    mix: Mixing
    departments: Bools
    pairs: Cells
    declared: Interfaces
    who: Brokers

    def names(self, cell: int) -> tuple[str, str]:
        """Return the two departments of a pair."""
        names = self.found.departments
        return names[int(self.pairs.a[cell])], names[int(self.pairs.b[cell])]

    def heads(self, cell: int) -> tuple[int, int]:
        """Return how many members the two departments of a pair have."""
        heads = self.found.heads
        return int(heads[self.pairs.a[cell]]), int(heads[self.pairs.b[cell]])
