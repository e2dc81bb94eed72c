"""Applies an overlay to a snapshot."""

from collections.abc import Iterator
from typing import NamedTuple

from kithline_core.engine.overlay import answers, purposes, rows, talks
from kithline_core.engine.overlay.talks import Pair
from kithline_core.errors import Invalid
from kithline_core.model.overlays import Added, Overlay
from kithline_sdk.snapshot import Snapshot


class Laid(NamedTuple):
    """A snapshot of data that do not exist, what was done to it, and which pairs of people each talk is of."""

    snapshot: Snapshot
    added: list[Added]
    pairs: list[list[Pair]]


def lay(snapshot: Snapshot, overlay: Overlay, k: int) -> Laid:
    """Return the snapshot as if the overlay were so; `k` is the privacy floor in force.

    Raises Invalid where it does not fit the data, TooFew where it would tell of fewer than k people.
    """
    if overlay.empty:
        raise Invalid("the overlay supposes nothing", pointer="/overlay")
    snapshot, said = answers.answered(snapshot, overlay.answers, k)
    snapshot, declared = answers.capped(snapshot, overlay.ceilings, k)
    snapshot, reworded = purposes.reworded(snapshot, overlay.purposes, k)
    snapshot, sides = purposes.declared(snapshot, overlay.interfaces, k)
    snapshot, spoken, pairs = talks.talking(snapshot, overlay.talks, k)
    return Laid(rows.numbered(snapshot), [*said, *declared, *reworded, *sides, *spoken], pairs)


def words(overlay: Overlay) -> Iterator[tuple[str, str]]:
    """Yield every text that an overlay brings along, with where it stands: none of them may be somebody's id."""
    for place, one in enumerate(overlay.purposes):
        for name in purposes.FIELDS:
            if text := getattr(one, name):
                yield text, f"/overlay/purposes/{place}/{name}"
    for place, said in enumerate(overlay.interfaces):
        for name, text in (("side_a", said.side_a), ("side_b", said.side_b), ("why", said.why)):
            if text:
                yield text, f"/overlay/interfaces/{place}/{name}"
    for place, talk in enumerate(overlay.talks):
        for name, side in (("between", talk.between), ("and", talk.and_)):
            if side is not None:
                yield side.name, f"/overlay/talks/{place}/{name}/name"
