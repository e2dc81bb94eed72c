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

# What is signed says what it is and for which tenant, so that none made for something or somebody else fits.
PREFIX: Final = b"kithline finding v2\0"
OF_KEYS: Final = b"kithline signing key v1\0"
# Of the first form, which named no tenant: told apart, never taken.
BEFORE: Final = b"kithline finding v1\0"
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


def sign(key: Ed25519PrivateKey, tenant: str, document: bytes) -> bytes:
    """Return the 64 bytes that vouch for a finding document towards one tenant (its public id, `ten_...`)."""
    return key.sign(_said(PREFIX, tenant, document))


def fits(public_key: bytes, tenant: str, document: bytes, signature: bytes) -> bool:
    """Say whether a signature is this key's, over this document for this tenant."""
    return _verified(public_key, _said(PREFIX, tenant, document), signature)


def names_nobody(public_key: bytes, document: bytes, signature: bytes) -> bool:
    """Say whether a signature is this key's, of the first form, which would fit for any tenant."""
    return _verified(public_key, BEFORE + document, signature)


def prove(key: Ed25519PrivateKey, tenant: str) -> bytes:
    """Return the 64 bytes that show a tenant who holds the private half of a key."""
    return key.sign(_said(OF_KEYS, tenant, key.public_key().public_bytes_raw()))


def proven(public_key: bytes, tenant: str, proof: bytes) -> bool:
    """Say whether whoever made the proof held the private half, and meant this tenant."""
    return _verified(public_key, _said(OF_KEYS, tenant, public_key), proof)


def _said(what: bytes, tenant: str, content: bytes) -> bytes:
    # A public id has no zero byte, so that what is said can be cut in one way only.
    return what + tenant.encode() + b"\0" + content


def _verified(public_key: bytes, said: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, said)
    except (InvalidSignature, ValueError):
        return False
    return True


def sha256(document: bytes) -> str:
    """Return the document's hash in hex: what names it on the wire."""
    return hashlib.sha256(document).hexdigest()
