"""The index map of card 18: which parts make which index. Versioned data; no other composite is published."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Final, Literal

import msgspec

VERSION: Final = 1
_FOLDER: Final = Path(__file__).parent


class PartSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One part of an index: a scorer, or what is declared. Without a necessary part there is no index.

    `spread` names the measure by which the part's own units (communities) differ.
    """

    part: str
    necessary: bool = False
    source: Literal["scorer", "barriers"] = "scorer"
    spread: str | None = None


class IndexSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One index: the mean of its parts, which all weigh the same."""

    index: str
    title: dict[str, str]
    parts: list[PartSpec]


class IndexMap(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All indices of one version. `at_least`: the share of an index's weight that has to be known."""

    version: int
    at_least: float
    indices: list[IndexSpec]

    @property
    def scorers(self) -> list[str]:
        """Every scorer that is part of an index, by key."""
        return sorted(one.part for index in self.indices for one in index.parts if one.source == "scorer")

    @property
    def sha256(self) -> str:
        """What tells this map from every other: keys of indices hold it."""
        return hashlib.sha256(msgspec.json.encode(self, order="deterministic")).hexdigest()


@cache
def index_map(version: int = VERSION) -> IndexMap:
    """Return a version of the map as it is shipped. Raises OSError for one that never was."""
    return msgspec.json.decode((_FOLDER / f"index_map@{version}.json").read_bytes(), type=IndexMap)
