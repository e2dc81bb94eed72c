"""Made-up organisations of any size, for scorers to be tried on."""

from kithline_sdk.kit.worlds.factory import SIZES, Size, snapshot_factory

__all__ = ["SIZES", "Size", "snapshot_factory"]
