"""What became of one line of a bulk request."""

from typing import Literal

from msgspec import Struct

VerdictStatus = Literal["accepted", "updated", "duplicate", "conflict", "rejected"]


class Verdict(Struct, frozen=True, omit_defaults=True):
    """The fate of the line at `index` (from 0); `code`, `detail` and `pointer` say why when it was refused."""

    index: int
    status: VerdictStatus
    code: str | None = None
    detail: str | None = None
    pointer: str | None = None
