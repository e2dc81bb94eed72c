"""Days as tests about affiliation write them."""

from datetime import UTC, datetime


def day(text: str) -> datetime:
    """Return midnight UTC of a date."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
