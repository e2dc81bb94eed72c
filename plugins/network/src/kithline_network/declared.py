"""Declared interfaces: who must talk to whom, once per pair of sides."""

from typing import NamedTuple

import numpy as np

from kithline_sdk.snapshot import Snapshot


class Needed(NamedTuple):
    """A declared pair of different sides, a < b by code point: its weight and why (of the heaviest declaration)."""

    a: str
    b: str
    weight: float
    why: str | None


def needed(snapshot: Snapshot) -> list[Needed]:
    """Return the declared pairs in the order of their sides; no weight is 1, of several the heaviest holds."""
    table = snapshot["interfaces"]
    weights = np.where(table.present("weight"), table.floats("weight"), 1.0).tolist()
    rows = zip(table.texts("side_a"), table.texts("side_b"), weights, table.texts("why"), strict=True)
    found: dict[tuple[str, str], Needed] = {}
    for one, other, weight, why in rows:
        if one is None or other is None or one == other:
            continue
        pair = (min(one, other), max(one, other))
        before = found.get(pair, Needed(*pair, 0.0, None))
        said = why if why and (before.why is None or weight > before.weight) else before.why
        found[pair] = Needed(*pair, max(before.weight, weight), said)
    return [found[pair] for pair in sorted(found)]
