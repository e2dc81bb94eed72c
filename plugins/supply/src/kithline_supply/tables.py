"""The tables behind the pictures: circles, and the graph of organisations."""

from typing import Final

import numpy as np

from kithline_sdk import Missing
from kithline_sdk.contract import Value
from kithline_supply.picture import Picture

MOST: Final = 2_000
Rows = list[dict[str, Value]]


def tables(seen: Picture) -> tuple[dict[str, Rows], list[Missing]]:
    """Return circles, organisations and ties, and what was left out of them: the 2,000 heaviest ties are shown."""
    edges = seen.network.edges
    shown = np.sort(np.lexsort((edges.high, edges.low, -edges.weight))[:MOST])
    units = np.flatnonzero(seen.network.present | seen.network.suppliers)
    found = {
        "circles": [_circle(seen, one) for one in range(len(seen.circles.labels))][:MOST],
        "organisations": [_organisation(seen, one) for one in units[:MOST].tolist()],
        "ties": [_tie(seen, one) for one in shown.tolist()],
    }
    sizes = {"organisations": len(units), "ties": len(edges.low), "circles": len(seen.circles.labels)}
    over = [
        Missing(what=f"rows of {name}", reason="too_many_rows", have=MOST, need=size)
        for name, size in sizes.items()
        if size > MOST
    ]
    return {name: rows for name, rows in found.items() if rows}, over


def _circle(seen: Picture, one: int) -> dict[str, Value]:
    inside = seen.inside
    return {
        "circle": seen.circles.labels[one],
        "suppliers": int(inside.members[one]),
        "ties": int(inside.ties[one]),
        "pairs": int(inside.possible[one]),
        "density": float(inside.density[one]) if inside.possible[one] else None,
    }


def _organisation(seen: Picture, one: int) -> dict[str, Value]:
    return {
        "organisation": seen.known.ids[one],
        "role": seen.known.roles[one] or None,
        "circles": ";".join(sorted(seen.known.circles[one])) or None,
        "practices": float(seen.practice.shared[one]),
    }


def _tie(seen: Picture, one: int) -> dict[str, Value]:
    edges = seen.network.edges
    return {
        "a": seen.known.ids[int(edges.low[one])],
        "b": seen.known.ids[int(edges.high[one])],
        "weight": float(edges.weight[one]),
        "two_way": None if edges.vague[one] and not edges.two_way[one] else bool(edges.two_way[one]),
    }
