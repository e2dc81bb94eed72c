"""Instants on the command line: RFC 3339, or a date, which is midnight UTC."""

from datetime import UTC, datetime
from typing import Final

import rich_click as click


class Moment(click.ParamType[datetime]):
    """Reads an instant; without a zone it is UTC."""

    name = "date"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Return an aware datetime, or fail with what is expected."""
        try:
            found = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no date like 2026-01-01 or 2026-01-01T12:00:00Z", param, ctx)
        return found if found.tzinfo else found.replace(tzinfo=UTC)


MOMENT: Final = Moment()


def check(start: datetime | None, end: datetime | None, *, everything: bool = False) -> None:
    """Make sure that a window is one. Raises UsageError."""
    if everything and (start is not None or end is not None):
        raise click.UsageError("--all is a window of its own; leave --from and --to out, or --all")
    if start is not None and end is not None and start >= end:
        raise click.UsageError(
            "the window ends before it begins; --from is the first moment inside, --to the first outside"
        )
