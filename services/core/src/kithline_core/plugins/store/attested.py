"""Attestations (PEP 740): who published a wheel, vouched for by a certificate and a public log. Verified without a network."""

from functools import lru_cache
from pathlib import Path
from typing import Final

import msgspec

from kithline_core.errors import Invalid
from kithline_core.plugins.store.folder import Stored

ANY: Final = "any"
MOST_BYTES: Final = 1024 * 1024


class Publisher(msgspec.Struct, frozen=True):
    """Who published a wheel: the repository whose workflow did, else the account; `issuer` says who vouched for that."""

    name: str
    issuer: str


def demand(one: Stored, accepted: str, trust: str) -> Publisher:
    """Return who published a stored wheel. Raises Invalid without an attestation, or one of somebody else."""
    if not one.attestation.exists():
        raise Invalid("it has no attestation, and this host asks for one")
    found = publisher(one.attestation, one.record.wheel, one.record.digest, trust)
    if accepted != ANY and found.name not in accepted.split():
        raise Invalid(f"it was published by {found.name}, whom this host does not accept")
    return found


def publisher(file: Path, wheel: str, digest: str, trust: str = "") -> Publisher:
    """Return who published the wheel of this name and sha256, by an attestation in a file. Raises Invalid.

    `trust`: a file with the roots of trust, in Sigstore's form; "": those that came with the library.
    """
    try:
        changed = file.stat().st_mtime_ns, Path(trust).stat().st_mtime_ns if trust else 0
    except OSError as error:
        raise Invalid(f"{file.name} cannot be verified: {error}") from None
    return _publisher(file, wheel, digest, trust, changed)


@lru_cache(maxsize=512)
def _publisher(file: Path, wheel: str, digest: str, trust: str, _: tuple[int, int]) -> Publisher:
    # It takes most of a second to load, and few need it.
    from kithline_core.plugins.store import verification  # noqa: PLC0415 - see above

    if file.stat().st_size > MOST_BYTES:
        raise Invalid(f"{file.name} is no attestation: it is larger than {MOST_BYTES} bytes")
    return verification.verify(file.read_bytes(), wheel, digest, trust)
