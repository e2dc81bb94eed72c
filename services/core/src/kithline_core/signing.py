"""Ed25519 signatures of finding documents: made at the tenant's site, checked here."""

import base64
import hashlib
import os
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from kithline_core.errors import Conflict, Invalid

# What is signed says what it is, so that no signature made for something else fits.
PREFIX: Final = b"kithline finding v1\0"
KEY_BYTES, SIGNATURE_BYTES = 32, 64


def generate(path: Path) -> str:
    """Write a new private key that only its owner may read, and return the public one. Raises Conflict for a file."""
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Conflict(f"{path} exists; a key is never written over") from None
    with os.fdopen(handle, "wb") as file:
        file.write(pem)
    return public(key)


def load(path: Path) -> Ed25519PrivateKey:
    """Read a private key. Raises Invalid."""
    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise Invalid(f"{path} is no private key: {error}; `kithline findings keygen --out FILE` makes one") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise Invalid(f"{path} is a key of another kind; `kithline findings keygen --out FILE` makes one of Ed25519")
    return key


def public(key: Ed25519PrivateKey) -> str:
    """Return the public key in base64."""
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


def sign(key: Ed25519PrivateKey, document: bytes) -> bytes:
    """Return the 64 bytes that vouch for a finding document."""
    return key.sign(PREFIX + document)


def fits(public_key: bytes, document: bytes, signature: bytes) -> bool:
    """Say whether a signature is this key's, over this document."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, PREFIX + document)
    except InvalidSignature:
        return False
    return True


def sha256(document: bytes) -> str:
    """Return the document's hash in hex: what names it on the wire."""
    return hashlib.sha256(document).hexdigest()
