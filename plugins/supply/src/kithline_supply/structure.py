"""Raw measures of one organisation graph, and how far each moves when one organisation is left out."""

from typing import NamedTuple

import numpy as np

from kithline_sdk.snapshot import Bools, Ints
from kithline_sdk.stats import graphs, pielou, wilson
from kithline_supply.network import Network, connected

Range = tuple[float, float]


class Measured(NamedTuple):
    """Values by measure, and for each that cannot be computed the reason."""

    values: dict[str, float | int]
    absent: dict[str, str]

    def add(self, name: str, value: float | None, reason: str) -> None:
        """Publish a measure, or say why it is absent."""
        if value is None:
            self.absent[name] = reason
        else:
            self.values[name] = value


def measured(found: Network, *, aimed: bool) -> Measured:
    """Return the structure of a network; `aimed` says whether the direction of contact is known at all."""
    known = Measured({}, {})
    known.values["organisations"] = int(found.present.sum())
    known.values["organisation_ties"] = len(found.edges.low)
    known.values["suppliers"] = int(found.suppliers.sum())
    _links(known, found, aimed=aimed)
    known.add("supplier_density", density(found), "too_few_suppliers")
    _hub(known, found)
    known.add("evenness", evenness(found), "no_supplier_ties")
    return known


def _links(known: Measured, found: Network, *, aimed: bool) -> None:
    suppliers = int(found.suppliers.sum())
    if found.hub is None or not suppliers:
        names = ("link_coverage", "link_coverage_one_way", "two_way", "one_way_suppliers")
        known.absent.update(dict.fromkeys(names, "no_suppliers" if found.hub is not None else "no_focal_organisation"))
        return
    touched, linked, both, sure = links(found)
    known.values["link_coverage"] = len(linked) / suppliers
    known.values["link_coverage_one_way"] = len(touched) / suppliers
    known.values["one_way_suppliers"] = len(touched) - len(linked)
    reason = "direction_unknown" if len(linked) else "no_linked_supplier"
    known.add("two_way", len(both) / len(sure) if aimed and len(sure) else None, reason)


def links(found: Network) -> tuple[Ints, Ints, Ints, Ints]:
    """Return the suppliers with any tie to the hub, those linked, those two-way, those linked whose direction is known."""
    near = found.edges.where((found.edges.low == found.hub) | (found.edges.high == found.hub))
    other = np.where(near.low == found.hub, near.high, near.low)
    supplier = found.suppliers[other]
    near, other = near.where(supplier), other[supplier]
    return other, other[near.linked], other[near.two_way], other[near.linked & (near.two_way | ~near.vague)]


def density(found: Network) -> float | None:
    """Return ties among suppliers over possible ones, pairs that compete left out of both."""
    pairs = possible(found)
    return len(found.advised().low) / pairs if pairs else None


def possible(found: Network) -> int:
    """Return the pairs of suppliers that do not compete."""
    return _pairs(int(found.suppliers.sum())) - len(found.rival_suppliers()[0])


def _hub(known: Measured, found: Network) -> None:
    pairs = _pairs(int(found.suppliers.sum()))
    apart, whole = connected(found.without_hub(), found), connected(found.edges, found)
    known.add("hub_independence", apart / pairs if pairs else None, "too_few_suppliers")
    if found.hub is None:
        known.absent.update(dict.fromkeys(("hub_dependence", "hub_constraint"), "no_focal_organisation"))
        return
    known.add("hub_dependence", (whole - apart) / pairs if pairs else None, "too_few_suppliers")
    held = float(graphs.constraint(found.edges.low, found.edges.high, found.size)[found.hub])
    known.add("hub_constraint", None if np.isnan(held) else held, "hub_without_ties")


def evenness(found: Network) -> float | None:
    """Return Pielou's evenness of the suppliers' summed tie weight to other suppliers, over ln S (rulings 2.4)."""
    edges, suppliers = found.among_suppliers(), int(found.suppliers.sum())
    strength = np.bincount(edges.low, edges.weight, found.size) + np.bincount(edges.high, edges.weight, found.size)
    return pielou(strength.tolist(), suppliers) if suppliers > 1 and strength.any() else None


def shares(found: Network, *, aimed: bool) -> dict[str, Range]:
    """Return the Wilson intervals of link coverage and of the two-way share."""
    suppliers = int(found.suppliers.sum())
    if found.hub is None or not suppliers:
        return {}
    touched, linked, both, sure = links(found)
    spans = {
        "link_coverage": wilson(len(linked), suppliers),
        "link_coverage_one_way": wilson(len(touched), suppliers),
    }
    return spans | ({"two_way": wilson(len(both), len(sure))} if aimed and len(sure) else {})


def density_range(found: Network) -> Range | None:
    """Return the lowest and highest supplier density with one supplier left out."""
    return span(density(found), without_one(found))


def without_one(found: Network) -> list[float]:
    """Return the supplier density without each supplier in turn."""
    who, edges, rivals = np.flatnonzero(found.suppliers), found.advised(), found.rival_suppliers()
    pairs = _pairs(len(who) - 1) - len(rivals[0]) + graphs.degrees(*rivals, found.size)[who]
    ties = len(edges.low) - graphs.degrees(edges.low, edges.high, found.size)[who]
    usable = pairs > 0
    return [float(one) for one in ties[usable] / pairs[usable]]


def independence_range(found: Network) -> Range | None:
    """Return the lowest and highest hub independence with one organisation (not the hub) left out."""
    edges, suppliers = found.without_hub(), int(found.suppliers.sum())
    root = graphs.components(edges.low, edges.high, found.size)
    sizes = np.bincount(root[found.suppliers], minlength=found.size)
    whole, degree = graphs.connected_pairs(root, found.suppliers), graphs.degrees(edges.low, edges.high, found.size)
    left = []
    for one in np.flatnonzero(found.suppliers | (degree > 1)).tolist():
        counted = found.suppliers.copy()
        counted[one] = False
        pairs = _pairs(int(counted.sum()))
        if pairs:
            # Somebody with one tie at most stands on nobody's way.
            ends = int(sizes[root[one]]) - 1
            apart = whole - ends if degree[one] < 2 else _apart(found, one, counted)  # noqa: PLR2004 - one tie
            left.append(apart / pairs)
    return span(whole / _pairs(suppliers) if suppliers > 1 else None, left)


def _apart(found: Network, one: int, counted: Bools) -> int:
    edges = found.without_hub()
    rest = edges.where((edges.low != one) & (edges.high != one))
    return graphs.connected_pairs(graphs.components(rest.low, rest.high, found.size), counted)


def span(value: float | None, others: list[float]) -> Range | None:
    """Return the range of a value and what it became elsewhere, None when there is no value."""
    return None if value is None else (min([value, *others]), max([value, *others]))


def _pairs(count: int) -> int:
    return count * (count - 1) // 2
