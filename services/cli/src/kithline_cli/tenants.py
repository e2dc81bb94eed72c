"""Keys of further tenants on this machine's stack, kept beside its own: `tenants.json`, 0600, for `--tenant`."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec
import rich_click as click

from kithline_core.stack import folders

LIFE: Final = timedelta(days=1)
# A command may take so long.
SPARE: Final = timedelta(hours=1)


class Held(msgspec.Struct, frozen=True):
    """A tenant's key and when it ends."""

    key: str
    expires_at: datetime


def known() -> dict[str, Held]:
    """Return what is kept, by the tenants' names; nothing where there is no file that can be read."""
    try:
        return msgspec.json.decode(_file().read_bytes(), type=dict[str, Held])
    except (FileNotFoundError, msgspec.DecodeError):
        return {}


def held(name: str) -> str | None:
    """Return a tenant's key that holds for another hour, None where a new one is needed."""
    found = known().get(name)
    return found.key if found is not None and found.expires_at > datetime.now(UTC) + SPARE else None


def keep(name: str, key: str, end: datetime) -> None:
    """Keep a tenant's key."""
    kept = msgspec.json.encode({**known(), name: Held(key, end)})
    folders.write(_file(), msgspec.json.format(kept).decode() + "\n")


def tell(nothing: str, key: str | None) -> None:
    """Say on stderr that nothing was found, and where data may be instead; not where a key or tenant was named."""
    if key is not None:
        return
    others = sorted(known())
    then = f"there is also {', '.join(others)}: add --tenant {others[0]}" if others else "`kithline import` sends data"
    click.echo(f"kithline: {nothing} in this stack's own tenant, and no other was named; {then}", err=True)


def _file() -> Path:
    return folders.locate(os.environ) / "tenants.json"
