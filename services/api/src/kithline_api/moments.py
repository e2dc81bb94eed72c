"""Moments and days in queries: with a zone, in years that somebody can mean."""

from datetime import date, datetime
from typing import Annotated, Final

from litestar.params import QueryParameter

from kithline_core.errors import Invalid

_FIRST_YEAR: Final = 1900
_LAST_YEAR: Final = 2999

Start = Annotated[datetime | None, QueryParameter(name="from", description="The first moment inside")]
End = Annotated[datetime | None, QueryParameter(name="to", description="The first moment outside")]


def vetted(name: str, given: datetime | None) -> datetime | None:
    """Return a moment somebody can mean. Raises Invalid."""
    if given is not None and (given.tzinfo is None or not _FIRST_YEAR <= given.year <= _LAST_YEAR):
        words = f"a moment has a zone and lies in the years {_FIRST_YEAR} to {_LAST_YEAR}"
        raise Invalid(words, pointer=f"/query/{name}")
    return given


def day(name: str, given: str | None) -> date | None:
    """Return a day that is in the calendar. Raises Invalid."""
    try:
        return None if given is None else date.fromisoformat(given)
    except ValueError:
        raise Invalid("this day is in no calendar; days read 2026-01-31", pointer=f"/query/{name}") from None
