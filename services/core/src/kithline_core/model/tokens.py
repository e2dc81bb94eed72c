"""How a text travels once it is not kept: `hash:<base32>`, which also says whether the text was too short to answer anything."""

import base64
import re
from typing import Final, NamedTuple

# Whoever writes less than this answered nothing (card 11, gaming).
ENOUGH: Final = 10
TOKEN: Final = re.compile(r"hash:[a-z2-7]{52}")
_HEAD: Final = "hash:"
_ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz234567"
# 32 bytes leave four bits of the last character unused; the lowest of them says that the text was short.
_SPARE: Final = 0b1111


class Told(NamedTuple):
    """What a token tells: the hash of a text, and whether it is known to be short."""

    hash: bytes
    short: bool


def show(raw: bytes, *, short: bool = False) -> str:
    """Return the token of a hash: it stays the same through export and import, and so do identical texts."""
    told = base64.b32encode(raw).decode().rstrip("=").lower()
    return f"{_HEAD}{told[:-1]}{_ALPHABET[_ALPHABET.index(told[-1]) | short]}"


def read(text: str) -> Told | None:
    """Return what a token tells; None when the text only looks like one."""
    if not TOKEN.fullmatch(text):
        return None
    last = _ALPHABET.index(text[-1])
    if last & _SPARE not in (0, 1):
        return None
    whole = f"{text[len(_HEAD) : -1]}{_ALPHABET[last & ~_SPARE]}====".upper()
    return Told(base64.b32decode(whole), bool(last & 1))


def short(text: str | None, visibility: str | None) -> bool:
    """Say whether a text is known to be too short to answer anything; what is not public is not read at all."""
    if not text or visibility != "public":
        return False
    token = read(text)
    return len(text) < ENOUGH if token is None else token.short
