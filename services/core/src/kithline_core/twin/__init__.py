"""Synthetic twins of snapshots: same schema, sizes and shapes; nobody's wiring, names or numbers."""

from kithline_core.twin.drawing import Drawer
from kithline_core.twin.shapes import SnapshotShape
from kithline_core.twin.telling import Teller
from kithline_core.twin.words import CLOSED
from kithline_sdk.snapshot import Snapshot

__all__ = ["CLOSED", "shape", "twin"]


def shape(snapshot: Snapshot, floor: int, vocabulary: frozenset[str] = CLOSED, salt: int = 0) -> SnapshotShape:
    """Return what may be told of a snapshot: figures and words that `floor` people share, and classes.

    `vocabulary` holds words that are published and stay as they are. `salt` decides which values stand for others; it should
    be secret, and the same for every twin of one snapshot.
    """
    return Teller(snapshot, floor, vocabulary, salt).snapshot(snapshot)


def twin(snapshot: Snapshot, floor: int, seed: int, vocabulary: frozenset[str] = CLOSED, salt: int = 0) -> Snapshot:
    """Return a twin drawn with a seed, which should be random: a function of the shape and the seed alone."""
    return drawn(shape(snapshot, floor, vocabulary, salt), seed)


def drawn(told: SnapshotShape, seed: int) -> Snapshot:
    """Return a twin of a shape."""
    return Drawer(told, seed).snapshot()
