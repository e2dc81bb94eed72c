"""What an index says, and the signature over it."""

import base64
import binascii
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kithline_core.errors import Invalid, NotFound
from kithline_core.plugins.found import rank
from kithline_sdk.manifest import Lifecycle, Tier

FILE: Final = "index.json"
SIGNATURE: Final = "index.json.sig"
WHEELS: Final = "wheels"
# What is signed says what it is, so that no signature made for something else fits.
PREFIX: Final = b"kithline plugin index v1\0"
MOST_BYTES: Final = 16 * 1024 * 1024


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One wheel of an index. `title`: scorer → its title in English."""

    name: str
    version: str
    wheel: str
    digest: str
    size: int
    lifecycle: Lifecycle
    minimum_tier: Tier
    titles: dict[str, str]
    attested: bool


class Catalogue(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All of them, by name and version."""

    title: str
    issued_at: datetime
    plugins: list[Entry]

    def named(self, text: str) -> Entry:
        """Return the newest wheel of a plugin, or the one of `name==version`. Raises NotFound."""
        name, _, version = text.partition("==")
        found = [one for one in self.plugins if one.name == name and version in ("", one.version)]
        if not found:
            raise NotFound(
                f"the index holds no {text}; it holds {', '.join(sorted({one.name for one in self.plugins}))}"
            )
        lasting = [one for one in found if one.lifecycle.status != "experimental"]
        return max(found if version else lasting or found, key=lambda one: rank(one.version))


def write(folder: Path, catalogue: Catalogue, key: Ed25519PrivateKey) -> None:
    """Write an index and its signature."""
    said = msgspec.json.format(msgspec.json.encode(catalogue)) + b"\n"
    (folder / FILE).write_bytes(said)
    (folder / SIGNATURE).write_text(base64.b64encode(key.sign(PREFIX + said)).decode() + "\n")


def read(place: Path, publisher: str) -> tuple[Path, Catalogue]:
    """Return the folder of an index (a folder, or its index.json) and what it says, signed by this public key (base64).

    Raises Invalid when anything about it is not as it was signed.
    """
    file = place / FILE if place.is_dir() else place
    try:
        if file.stat().st_size > MOST_BYTES:
            raise Invalid(f"{file} is larger than an index may be")
        said, signature = file.read_bytes(), file.with_name(SIGNATURE).read_text()
    except OSError as error:
        raise Invalid(f"{place} is no index: {error}") from None
    _verify(said, signature, publisher, file)
    try:
        return file.parent, msgspec.json.decode(said, type=Catalogue)
    except msgspec.MsgspecError as error:
        raise Invalid(f"{file} cannot be read: {error}") from None


def _verify(said: bytes, signature: str, publisher: str, file: Path) -> None:
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(publisher, validate=True))
    except (binascii.Error, ValueError):
        raise Invalid(f"{publisher[:60]!r} is no public key; whoever signs the index prints it") from None
    try:
        key.verify(base64.b64decode(signature.strip(), validate=True), PREFIX + said)
    except (InvalidSignature, ValueError):
        raise Invalid(f"{file} was not signed with this key, or was changed since") from None
