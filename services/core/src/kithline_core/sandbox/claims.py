"""Which tier this host gives: what stands is tried by our own escapes, and a wall that one gets through is not claimed."""

import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from kithline_core.plugins import Tier
from kithline_core.sandbox import interpreters, parcel
from kithline_core.sandbox.confinement import Inside, Wall, command
from kithline_core.sandbox.environment import PINNED
from kithline_core.sandbox.tiers import LAYERS

PROGRAM: Final = "kithline_core.sandbox.far.canaries"
TRIED: Final[tuple[Tier, ...]] = ("full", "process", "syscall")
SECONDS: Final = 20
LINES: Final = 3  # what got out of a spare, while loading, and of a run

Try = Callable[[Tier], str]


class Claim(Struct, frozen=True):
    """The tier that is claimed, why each stronger one is not, and the wall that it stands for.

    They differ in a virtual machine alone: within it stands what its kernel gives.
    """

    tier: Tier
    missing: dict[Tier, str] = {}
    within: Tier | None = None

    @property
    def wall(self) -> Tier:
        """The tier whose layers are put around a plugin."""
        return self.within or self.tier


def made(attempt: Try, tried: Sequence[Tier] = TRIED, *, vm: bool = False) -> Claim:
    """Return the strongest of these tiers against which an attempt finds nothing (""), else none."""
    missing: dict[Tier, str] = {}
    for tier in tried:
        why = attempt(tier)
        if not why:
            return Claim("vm", missing, within=tier) if vm else Claim(tier, missing)
        missing[tier] = why
    return Claim("none", missing)


@cache
def here(only: Tier | None = None, *, vm: bool = False) -> Claim:
    """Return what this host gives, or whether it gives one tier; tried once per process."""
    if only == "none":
        return Claim("none", dict.fromkeys(TRIED, "the operator has set tier none"))
    with parcel.unpacked() as far:
        return made(lambda tier: hole(tier, far), [only] if only else TRIED, vm=vm)


def hole(tier: Tier, far: Path) -> str:
    """Return why a tier cannot be claimed: what is missing for it, or which escapes succeeded; "" when it stands."""
    wall = Wall(tier, far, PINNED)
    inside = Inside(sys.executable, interpreters.readable(sys.executable, far, development=True))
    namespaces = "yes" if LAYERS[tier].namespaces else "no"
    try:
        said = subprocess.run(  # noqa: S603 - our own program and no shell
            [*command(wall, inside, PROGRAM, 3), namespaces],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
            cwd="/",
            env=wall.variables,
            start_new_session=True,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return _judged(said.stdout, said.stderr)


def _judged(told: bytes, complaint: bytes) -> str:
    lines = told.splitlines()
    if out := [name for line in lines for name in msgspec.json.decode(line, type=list[str])]:
        return f"a canary got out: {', '.join(out)}"
    if len(lines) == LINES:
        return ""
    return complaint.decode(errors="replace").strip().rpartition("\n")[2] or "the canaries ended without a word"
