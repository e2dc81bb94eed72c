"""The tables behind the pictures: missing pairs and surplus pairs, as far as they may be shown."""

from kithline_network.congruence.cells import shown_surplus
from kithline_network.congruence.params import CongruenceParams
from kithline_network.congruence.picture import Pair, Picture
from kithline_network.congruence.roles import people, roles
from kithline_sdk.contract import Value
from kithline_sdk.snapshot import Bools

Rows = list[dict[str, Value]]
MOST = 500


def tables(seen: Picture, shown: Bools, params: CongruenceParams) -> dict[str, Rows]:
    """Return the missing pairs, heaviest first, and the surplus pairs; no direction known: none."""
    if seen.ties is None:
        return {}
    lacking = [pair for pair, open_ in zip(seen.pairs, shown.tolist(), strict=True) if open_ and not pair.met]
    ordered = sorted(lacking, key=lambda pair: (-pair.weight, pair.need.a, pair.need.b))
    extra = [(seen.known.ids[a], seen.known.ids[b]) for a, b in shown_surplus(seen, params)]
    found: dict[str, Rows] = {
        "missing": [_row(seen, pair, params) for pair in ordered[:MOST]],
        "surplus": [{"a": a, "b": b} for a, b in extra[:MOST]],
    }
    return {name: rows for name, rows in found.items() if rows}


def _row(seen: Picture, pair: Pair, params: CongruenceParams) -> dict[str, Value]:
    a, b = pair.need.a, pair.need.b
    return {
        "a": a,
        "b": b,
        "why": pair.need.why,
        "weight": pair.weight,
        "people_a": people(seen, a, params),
        "people_b": people(seen, b, params),
        "roles_a": ", ".join(roles(seen, a, params)) or None,
        "roles_b": ", ".join(roles(seen, b, params)) or None,
        "competing": pair.rival,
    }
