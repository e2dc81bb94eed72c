"""Says in words what a cell has to look like where the decoder would show a pattern, or say only that it is wrong."""

import re
from collections.abc import Iterator
from typing import Final, Literal, get_args, get_origin

from kithline_core.model import cells, indices, registers, types, verbs

# What the API asks of the header `Idempotency-Key`.
IDEMPOTENCY: Final = r'^(?:[\x21\x23-\x7e]{1,255}|"(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\]){1,255}")$'
_SHA256: Final = "the 64 hexadecimal digits of a sha256, in small letters"
WORDS: Final[dict[str, str]] = {
    types.ID: "an id of one character or more, without NUL (U+0000), such as `p-17`",
    types.TEXT: "text without NUL (U+0000)",
    types.NAME: "a name without a slash and control characters, not `.` or `..`, such as `spring-2026`",
    types.VERB: f"a verb: {', '.join(types.CLOSED_VERBS)}, or one of your own that is registered, such as `custom:crm.called`",
    verbs.NAME: "a namespace, a dot and a verb in small letters, digits, `_` and `-`, such as `crm.called`",
    registers.DECIDES: f"one or more of {', '.join(registers.DECIDED)}, split by `;`, such as `policy;moderation`",
    cells.PERIOD: "a period: `2026`, `2026-Q1`, `2026-01`, or from the first day to the first day outside, such as "
    "`2026-01-01/2026-04-01`",
    indices.NAME: "a name of small letters, digits, `-` and `_` that begins with a letter or digit, such as `board`",
    r"^[A-Za-z-]+$": "a language as letters and `-`, such as `de` or `pt-BR`",
    r"^[A-Za-z0-9-]+$": "a language as letters, digits and `-`, such as `de` or `es-419`",
    r"^[A-Z]{2}$": "a country as two capital letters, such as `DE`",
    r"^[a-z]+:(read|write)$": "a scope, such as `people:read` or `events:write`",
    r"^[a-z_]+(?!\n)$": "the name of a file without its ending, such as `people` or `organisation_ties`",
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$": "a day, such as `2026-01-31`",
    r"^[0-9a-f]{64}$": _SHA256,
    r"^[0-9a-f]{64}(?!\n)$": _SHA256,
    r"^[A-Za-z0-9+/]{43}=(?!\n)$": "the 32 bytes of an Ed25519 public key in base64: 44 characters that end in `=`",
    r"^[A-Za-z0-9+/]{86}==(?!\n)$": "the 64 bytes of a signature in base64: 88 characters that end in `==`",
    IDEMPOTENCY: "a key of up to 255 printable ASCII characters without spaces, or quoted as RFC 8941 says",
}
_TOLD: Final = {f"`str` matching regex {pattern!r}": words for pattern, words in WORDS.items()}
_PATTERN: Final = re.compile(r"`str` matching regex (?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")")
_CHOICE: Final = re.compile(r"`str` matching regex '\^\((?:\?:)?([a-z_|]+)\)\$'")


_STRANGE: Final = re.compile(r"Invalid enum value .*?(?= - at `\$|$)", re.DOTALL)


def worded(problem: object, kind: object = None) -> str:
    """Return a message of the decoder's, with words in place of patterns and with the choices that a type leaves."""
    told = _PATTERN.sub(_words, str(problem))
    left = ", ".join(_choices(kind))
    return _STRANGE.sub(lambda found: f"{found[0]}; it is one of {left}", told) if left else told


def _choices(kind: object) -> Iterator[str]:
    if get_origin(kind) is Literal:
        yield from map(str, get_args(kind))
    else:
        for part in get_args(kind):
            yield from _choices(part)


def _words(found: re.Match[str]) -> str:
    if (choice := _CHOICE.fullmatch(found[0])) is not None:
        return f"one of {choice[1].replace('|', ', ')}"
    return _TOLD.get(found[0], found[0])
