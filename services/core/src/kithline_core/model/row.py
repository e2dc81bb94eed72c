"""The manner of rows: strict, frozen, an absent cell is not known."""

from datetime import UTC, datetime
from functools import cache
from typing import Final, get_args, get_type_hints

from msgspec import Struct

from kithline_core.model.types import Id, Name, Time

# A day short of what a datetime can hold: in any zone it still has its instant in UTC, and none means "for ever".
FIRST: Final = datetime(1, 1, 2, tzinfo=UTC)
LAST: Final = datetime(9999, 12, 30, tzinfo=UTC)
ID_BYTES: Final = 200
ASCII_SAFE: Final = ID_BYTES // 4  # no character takes more than four bytes


class Row(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A row of a file. An absent or empty cell is null: not known."""

    def __post_init__(self) -> None:
        """Refuse what types cannot: ids over 200 bytes, instants at the edge of time. Raises ValueError."""
        ids, instants = _looked_at(type(self))
        for name in ids:
            cell = getattr(self, name)
            if cell is not None and len(cell) > ASCII_SAFE and len(cell.encode()) > ID_BYTES:
                raise ValueError(f"{name} is longer than {ID_BYTES} bytes")
        for name in instants:
            cell = getattr(self, name)
            if cell is not None and not FIRST <= cell <= LAST:
                raise ValueError(f"{name} lies outside the years 1 to 9999")


def ids_of(kind: type[Row]) -> tuple[str, ...]:
    """Return the columns that hold ids."""
    return _looked_at(kind)[0]


@cache
def _looked_at(kind: type[Row]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the columns that hold ids, and those that hold instants."""
    hints = get_type_hints(kind, include_extras=True)
    ids, instants = (
        tuple(name for name, hint in hints.items() if any(one in wanted for one in (hint, *get_args(hint))))
        for wanted in ((Id, Name), (Time,))
    )
    return ids, instants
