"""The figures under their published names; what cannot be computed stays absent, with its reason."""

import numpy as np

from kithline_network.congruence import shares
from kithline_network.congruence.cells import shown_surplus
from kithline_network.congruence.params import CongruenceParams
from kithline_network.congruence.picture import Picture
from kithline_sdk import Missing, Snapshot
from kithline_sdk.names import name
from kithline_sdk.snapshot import Bools

Figures = dict[str, float | None]
SHARES = ("congruence", "congruence_unweighted", "congruence_without_one_low", "congruence_without_one_high")
# A repeating measure carries at most so many cells (rulings 1.6).
CELLS = 2_000


def measures(
    snapshot: Snapshot, seen: Picture, shown: Bools, params: CongruenceParams
) -> tuple[dict[str, float | int | str], list[Missing]]:
    """Return the measures and, for each that is absent, why."""
    figures = {**_counts(snapshot, seen), **_shares(seen)}
    lacking = [Missing(what=key, reason=_why(key, seen)) for key, value in figures.items() if value is None]
    cells = missing_pairs(seen, shown)
    figures |= dict(cells[:CELLS])
    return {key: _plain(value) for key, value in figures.items() if value is not None}, lacking + _withheld(
        seen, shown, len(cells), params
    )


def _plain(value: float) -> float | int:
    return int(value) if float(value).is_integer() else float(value)


def missing_pairs(seen: Picture, shown: Bools) -> list[tuple[str, float]]:
    """Return the weight of each pair that is not met and may be shown, heaviest first."""
    if seen.ties is None:
        return []
    found = [pair for pair, open_ in zip(seen.pairs, shown.tolist(), strict=True) if open_ and not pair.met]
    ordered = sorted(found, key=lambda pair: (-pair.weight, pair.need.a, pair.need.b))
    return [(name("missing", pair.need.a, pair.need.b), pair.weight) for pair in ordered]


def _counts(snapshot: Snapshot, seen: Picture) -> Figures:
    events = int(snapshot["activity_day"].ints("count").sum())
    directed = seen.ties is not None
    return {
        "events": events or None,
        "needed": len(seen.pairs),
        "unknown_sides": len(seen.unknown),
        "met": seen.met if directed and seen.pairs else None,
        "begun": sum(pair.begun and not pair.met for pair in seen.pairs) if directed and seen.pairs else None,
        "surplus": len(seen.surplus) if directed else None,
    }


def _shares(seen: Picture) -> Figures:
    if seen.ties is None or not seen.pairs:
        return dict.fromkeys(SHARES)
    low, high = shares.without_one(seen.pairs) or (None, None)
    values = (shares.congruence(seen.pairs), shares.unweighted(seen.pairs), low, high)
    return dict(zip(SHARES, values, strict=True))


def _why(measure: str, seen: Picture) -> str:
    if measure == "events":
        return "no_events"
    if not seen.pairs and measure != "surplus":
        return "no_interfaces"
    return "direction_unknown" if seen.ties is None else "one_interface"


def _withheld(seen: Picture, shown: Bools, missing: int, params: CongruenceParams) -> list[Missing]:
    """Say which sides nobody knows, and how many pairs are not shown, and why."""
    lacking = [
        Missing(what=f"the interface of {one.a} and {one.b}", reason="unknown_side") for one in seen.unknown[:CELLS]
    ]
    if not seen.pairs:
        return [*lacking, Missing(what="missing.<a>.<b>", reason="no_interfaces")]
    if seen.ties is None:
        return [*lacking, Missing(what="missing.<a>.<b>", reason="direction_unknown")]
    if hidden := int(np.count_nonzero(~shown)):
        lacking.append(Missing(what=f"{hidden} of {len(shown)} missing.<a>.<b>", reason="floor"))
    elif not missing:
        lacking.append(Missing(what="missing.<a>.<b>", reason="all_met"))
    if missing > CELLS:
        lacking.append(
            Missing(what="missing.<a>.<b> beyond the heaviest", reason="too_many_cells", have=CELLS, need=missing)
        )
    if hidden := len(seen.surplus) - len(shown_surplus(seen, params)):
        lacking.append(Missing(what=f"{hidden} of {len(seen.surplus)} rows of the table surplus", reason="floor"))
    return lacking
