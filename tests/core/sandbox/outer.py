"""Takes layers away from a process and all it starts, and lets it say which tier it claims then.

Called as `python outer.py LAYER...`: `namespaces`, `landlock`, `seccomp` are refused by a filter of our own from here on,
as an old kernel or a container's profile refuses them.
"""

import json
import sys

from kithline_core.sandbox import claims
from kithline_core.sandbox.far import seccomp
from kithline_core.sandbox.far.calls import CLONE, PRCTL
from kithline_core.sandbox.far.seccomp import ABSENT, ALLOW, ANY_BIT, EQUAL, FIRST, INSTRUCTION, LOAD, REFUSE, RETURN

UNSHARE, CLONE3, SETNS, SECCOMP = 272, 435, 308, 317
NEW_NAMESPACES = 0x7E020000
SET_SECCOMP = 22
LINES = {
    "namespaces": [
        *[(EQUAL, 0, 4, CLONE), (LOAD, 0, 0, FIRST), (ANY_BIT, 0, 1, NEW_NAMESPACES), (RETURN, 0, 0, REFUSE), (RETURN, 0, 0, ALLOW)],
        *[(EQUAL, 0, 1, UNSHARE), (RETURN, 0, 0, REFUSE), (EQUAL, 0, 1, SETNS), (RETURN, 0, 0, REFUSE)],
        *[(EQUAL, 0, 1, CLONE3), (RETURN, 0, 0, ABSENT)],
    ],
    "landlock": [line for number in (444, 445, 446) for line in ((EQUAL, 0, 1, number), (RETURN, 0, 0, ABSENT))],
    "seccomp": [
        *[(EQUAL, 0, 1, SECCOMP), (RETURN, 0, 0, ABSENT)],
        *[(EQUAL, 0, 4, PRCTL), (LOAD, 0, 0, FIRST), (EQUAL, 0, 1, SET_SECCOMP), (RETURN, 0, 0, REFUSE), (RETURN, 0, 0, ALLOW)],
    ],
}  # fmt: skip


def take_away(layers: list[str]) -> None:
    """Refuse the calls of these layers."""
    lines = [(LOAD, 0, 0, seccomp.NUMBER_AT), *(line for layer in layers for line in LINES[layer])]
    seccomp.install(b"".join(INSTRUCTION.pack(*line) for line in [*lines, (RETURN, 0, 0, ALLOW)]))


if __name__ == "__main__":
    take_away(sys.argv[1:])
    claim = claims.here()
    print(json.dumps([claim.tier, claim.missing]))  # noqa: T201 - the caller reads it
