"""A kept snapshot that is unfolded when it is first read."""

from functools import cached_property

from kithline_sdk.snapshot import Snapshot


class Folded:
    """A kept snapshot as bytes: to unfold a large one takes a while, and not every page needs it."""

    def __init__(self, data: bytes | None) -> None:
        self.data = data

    @cached_property
    def snapshot(self) -> Snapshot | None:
        """Return it; None: it is not there, or was not asked for."""
        return None if self.data is None else Snapshot.decode(self.data)
