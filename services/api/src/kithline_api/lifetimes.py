"""How long a new key may live: as long as the key it was made with, and never for ever."""

from datetime import UTC, datetime, timedelta
from typing import Final

from kithline_core.db.keys import YEAR
from kithline_core.errors import Invalid
from kithline_core.model.keys import Principal

# Two years, a leap day included.
LONGEST: Final = 2 * YEAR + timedelta(days=1)


def until(asked: datetime | None, maker: Principal) -> datetime:
    """Return when a key of this maker's ends: as asked, else in a year or with the maker's own. Raises Invalid."""
    now = datetime.now(UTC)
    if asked is None:
        return min(now + YEAR, maker.expires_at or now + YEAR)
    if asked <= now:
        raise Invalid("a key cannot end in the past", pointer="/expires_at")
    if asked > now + LONGEST:
        raise Invalid("a key lives for two years at most", pointer="/expires_at")
    if maker.expires_at is not None and asked > maker.expires_at:
        words = f"a key ends with the key it is made with, at {maker.expires_at:%Y-%m-%dT%H:%M:%SZ}"
        raise Invalid(words, pointer="/expires_at")
    return asked
