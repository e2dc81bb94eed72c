"""The first keys: `credentials.json`, 0600, which the CLI reads after --url and --key and the environment."""

from pathlib import Path

import msgspec

from kithline_core.stack import folders


class Credentials(msgspec.Struct, frozen=True, kw_only=True):
    """The address and the keys of a stack on this machine; empty where a key was not made by it."""

    url: str
    operator_key: str = ""
    partner_key: str = ""
    tenant: str = ""
    tenant_key: str = ""


def read(file: Path) -> Credentials | None:
    """Return the credentials, or None when there is no file that can be read."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=Credentials)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def complete(file: Path) -> bool:
    """Say whether the first keys are here; an operator's key can make every other."""
    known = read(file)
    return known is not None and bool(known.operator_key)


def keep(file: Path, url: str, made: bytes) -> Credentials:
    """Write the address and keys just made (JSON; empty when they were made earlier) and return all."""
    known = read(file) or Credentials(url=url)
    changes = msgspec.json.decode(made, type=dict[str, str]) if made.strip() else {}
    kept = msgspec.structs.replace(known, **{**changes, "url": url})
    folders.write(file, msgspec.json.format(msgspec.json.encode(kept)).decode() + "\n")
    return kept
