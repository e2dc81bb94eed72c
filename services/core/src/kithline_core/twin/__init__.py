"""Synthetic twins of snapshots: same schema, sizes and shapes; nobody's wiring, names or numbers."""

from collections.abc import Iterable
from typing import NamedTuple

from kithline_core.twin.drawing import Drawer
from kithline_core.twin.shapes import SnapshotShape
from kithline_core.twin.telling import Teller
from kithline_core.twin.words import CLOSED, Vocabulary
from kithline_sdk.snapshot import Snapshot

__all__ = ["CLOSED", "SnapshotShape", "Twin", "Vocabulary", "drawn", "shape", "twin"]


class Twin(NamedTuple):
    """A twin, and what texts beside the data are in it."""

    snapshot: Snapshot
    texts: list[str]


def shape(
    snapshot: Snapshot, floor: int, vocabulary: Vocabulary = CLOSED, salt: int = 0, texts: Iterable[str] = ()
) -> SnapshotShape:
    """Return what may be told of a snapshot: figures and words that `floor` people share, and classes.

    `vocabulary` holds by column the words that are published and stay as they are. `salt` decides which values stand for
    others; it should be secret, and the same for every twin of one snapshot. `texts` stand beside the snapshot.
    """
    return Teller(snapshot, floor, vocabulary, salt).snapshot(snapshot, texts)


def drawn(told: SnapshotShape, seed: int) -> Twin:
    """Return a twin of a shape: a function of the shape and the seed alone."""
    drawer = Drawer(told, seed)
    return Twin(drawer.snapshot(), drawer.also)


def twin(snapshot: Snapshot, floor: int, seed: int) -> Snapshot:
    """Return a twin drawn with a seed, which should be random."""
    return drawn(shape(snapshot, floor), seed).snapshot
