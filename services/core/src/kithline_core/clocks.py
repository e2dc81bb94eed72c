"""Sets times right that a sender's clock got wrong, as far as that can be known.

That something was sent after it arrived no delay explains: there the clock is ahead, by what is measured. That it
was sent before it arrived is as it should be, however long before; a clock that is behind is not told from a delay.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Final

import msgspec

from kithline_core.model.rows import EventRow
from kithline_core.model.verdicts import Verdict

# Within this a clock is called right.
AHEAD: Final = timedelta(seconds=60)
# Beyond this nothing that the clock says can be used.
FAR: Final = timedelta(hours=24)
# What happened may lie so far ahead of our clock, and no farther.
SOON: Final = timedelta(minutes=5)
_FIRST_YEAR: Final = 1
_OCCURRED: Final = attrgetter("occurred_at")
_SENT: Final = attrgetter("sent_at")


class Clocked(msgspec.Struct, frozen=True):
    """Events by our clock, verdicts for those whose times cannot be used, and how far each source's clock is ahead."""

    rows: Sequence[EventRow]
    refused: dict[int, Verdict]
    ahead: dict[str, timedelta]


def corrected(rows: Sequence[EventRow], now: datetime) -> Clocked:
    """Return the events of a batch that arrived now, with the times of clocks that are ahead set back.

    A source is ahead by its latest `sent_at`, when that lies more than 60 seconds and at most 24 hours after now; all
    its events of the batch that carry one are set back by as much.
    """
    if not _doubtful(rows, now):
        return Clocked(rows, {}, {})
    refused = {index: _far(index) for index, row in enumerate(rows) if row.sent_at and row.sent_at > now + FAR}
    ahead = _measured([row for index, row in enumerate(rows) if index not in refused], now)
    right = [row if index in refused else _set_back(row, ahead) for index, row in enumerate(rows)]
    for index, row in enumerate(right):
        if row.occurred_at > now + SOON:
            refused.setdefault(index, _early(index))
    return Clocked(right, refused, ahead)


def _doubtful(rows: Sequence[EventRow], now: datetime) -> bool:
    sent = [moment for moment in map(_SENT, rows) if moment is not None]
    return max(map(_OCCURRED, rows)) > now + SOON or (bool(sent) and max(sent) > now + AHEAD)


def _measured(rows: Sequence[EventRow], now: datetime) -> dict[str, timedelta]:
    latest: dict[str, datetime] = {}
    for row in rows:
        if row.sent_at is not None:
            name = row.source or ""
            latest[name] = max(latest.get(name, row.sent_at), row.sent_at)
    return {name: sent - now for name, sent in latest.items() if sent > now + AHEAD}


def _set_back(row: EventRow, ahead: dict[str, timedelta]) -> EventRow:
    by = ahead.get(row.source or "")
    if by is None or row.sent_at is None or min(row.occurred_at, row.sent_at).year <= _FIRST_YEAR:
        return row
    return msgspec.structs.replace(row, occurred_at=row.occurred_at - by, sent_at=row.sent_at - by)


def _far(index: int) -> Verdict:
    why = "it was sent more than 24 hours from now; set the sender's clock, or leave sent_at out"
    return Verdict(index, "rejected", "clock_skew", why, "/sent_at")


def _early(index: int) -> Verdict:
    why = "it happens more than 5 minutes from now; an event is something that happened"
    return Verdict(index, "rejected", "in_the_future", why, "/occurred_at")
