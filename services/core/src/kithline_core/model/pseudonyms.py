"""Keyed hashes of people's ids: a tenant's own secret, so that nobody can try names against what is stored."""

import base64
import hashlib
import hmac
import re
from typing import Final

_PURPOSE: Final = b"person\0"
_FORM: Final = re.compile(r"p-[a-z2-7]{26}")


def digest(secret: bytes, person: str) -> bytes:
    """Return the 32 bytes that stand for a person where the id itself may not be kept."""
    return hmac.new(secret, _PURPOSE + person.encode(), hashlib.sha256).digest()


def digests(secret: bytes, person: str) -> tuple[bytes, ...]:
    """Return the digests under which somebody may be on record: of the id, and of the pseudonym that stands for it.

    A tenant may change its mode, so whoever writes somebody down here writes down all of them.
    """
    return tuple(digest(secret, name) for name in {person, pseudonym(secret, person)})


def shown(secret: bytes, person: str) -> str:
    """Return the digest in hexadecimal, for receipts and audit events."""
    return digest(secret, person).hex()


def pseudonym(secret: bytes, person: str) -> str:
    """Return the id under which a pseudonymous tenant keeps a person; one that is a pseudonym stays as it is."""
    if _FORM.fullmatch(person):
        return person
    return "p-" + base64.b32encode(digest(secret, person)).decode().lower()[:26]
