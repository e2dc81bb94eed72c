"""Plaintext keys: `kithline_live_<keyid12>_<secret43>_<crc6>`, told from noise offline by their checksum."""

import hashlib
import hmac
import re
import secrets
import string
import zlib
from typing import Final, NamedTuple

ALPHABET: Final = string.digits + string.ascii_uppercase + string.ascii_lowercase
SCANNER: Final = re.compile(r"kithline_(?:live|test)_[0-9A-Za-z]{12}_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}")


class Token(NamedTuple):
    """A key in plain text, its public part and its secret."""

    plaintext: str
    key_id: str
    secret: str


def make() -> Token:
    """Return a fresh token: 256 bits of secret."""
    key_id, secret = (_random(12), _random(43))
    body = f"kithline_live_{key_id}_{secret}"
    return Token(f"{body}_{checksum(body)}", key_id, secret)


def read(plaintext: str) -> Token | None:
    """Return the parts of a token, None when it cannot be one."""
    if not SCANNER.fullmatch(plaintext):
        return None
    body, _, tail = plaintext.rpartition("_")
    if tail != checksum(body):
        return None
    _, _, key_id, secret = body.split("_")
    return Token(plaintext, key_id, secret)


def checksum(body: str) -> str:
    """Return the CRC32 of a token's body as six base62 digits."""
    return _base62(zlib.crc32(body.encode()), 6)


def digest(secret: str, pepper: bytes) -> bytes:
    """Return what is stored: 256 random bits need no slow hash, and the pepper is not in the database."""
    return hmac.new(pepper, secret.encode(), hashlib.sha256).digest()


def _random(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def _base62(number: int, width: int) -> str:
    digits = []
    for _ in range(width):
        number, digit = divmod(number, 62)
        digits.append(ALPHABET[digit])
    return "".join(reversed(digits))
