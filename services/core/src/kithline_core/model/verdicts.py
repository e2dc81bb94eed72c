"""What became of one line of a bulk request."""

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

VerdictStatus = Literal["accepted", "updated", "duplicate", "conflict", "rejected"]


class Difference(Struct, frozen=True, omit_defaults=True):
    """Where a line differs from what is here under its id; `here` is what stands here, for keys that may read it."""

    pointer: str
    here: str | int | UnsetType | None = UNSET


class Verdict(Struct, frozen=True, omit_defaults=True):
    """The fate of the line at `index` (from 0); `code`, `detail` and `pointer` say why when it was refused."""

    index: int
    status: VerdictStatus
    code: str | None = None
    detail: str | None = None
    pointer: str | None = None
    diff: list[Difference] | None = None
