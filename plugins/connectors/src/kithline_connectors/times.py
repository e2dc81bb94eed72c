"""Times as other systems write them, as RFC 3339 in UTC."""

from datetime import UTC, datetime
from typing import Final

# Discourse and Viva Engage put the zone behind a space and as a word.
_ZONES: Final = (" UTC", " Z")
_DAY_FIRST: Final = ("%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y")


class Unfit(ValueError):
    """Something that cannot be taken, in words that quote nothing of it."""


def instant(said: str) -> str:
    """Return a time; one without a zone is UTC. Raises Unfit."""
    text = said.strip()
    for zone in _ZONES:
        text = text.removesuffix(zone)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Unfit(
            "a time cannot be read; write 2026-01-13T09:30:00Z, or for a day 2026-01-13 or 13.01.2026"
        ) from None
    return shown(found if found.tzinfo else found.replace(tzinfo=UTC))


def day(said: str) -> str:
    """Return midnight UTC of a date, ISO or day first. Raises Unfit for any other, month first included."""
    text = said.strip()
    for form in _DAY_FIRST:
        try:
            return shown(datetime.strptime(text, form).replace(tzinfo=UTC))
        except ValueError:
            continue
    return instant(text)


def epoch(seconds: str | float) -> str:
    """Return the instant of seconds since 1970. Raises Unfit."""
    whole, _, part = str(seconds).partition(".")
    try:
        return shown(datetime.fromtimestamp(int(whole), UTC).replace(microsecond=int(part[:6].ljust(6, "0") or 0)))
    except (ValueError, OverflowError, OSError):
        raise Unfit("a time cannot be read; write the seconds since 1970") from None


def shown(moment: datetime) -> str:
    """Return an instant as it is sent."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
