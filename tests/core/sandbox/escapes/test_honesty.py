"""A worker never claims a wall that is not there: walls are taken away in a process of its own, and it says what is left."""

import json
import subprocess
import sys

import pytest

from helpers.escapes import modes, without
from kithline_core.plugins import Tier
from kithline_core.sandbox import claims, tiers

# What the worker claims at its start, what a sandbox then says of itself, and why there is nothing stronger.
ASK = """
import asyncio, json
from kithline_core.sandbox import Sandbox, claims

async def main():
    async with Sandbox.open() as sandbox:
        claim = claims.here()
        print(json.dumps([claim.tier, sandbox.tier, claim.missing]))

asyncio.run(main())
"""
# The strongest that may be claimed. Less is honest too: as root an interpreter in a closed home needs a namespace to be shown.
LEFT: dict[tuple[str, ...], Tier] = {
    (): "full",
    ("namespaces",): "process",
    ("landlock",): "syscall",
    ("seccomp",): "none",
    ("landlock, pretended",): "syscall",
    ("seccomp, pretended",): "none",
    ("namespaces", "landlock"): "syscall",
    ("namespaces", "landlock", "seccomp"): "none",
}
FAST = ("landlock, pretended",)
SLOW = [pytest.param(taken, marks=pytest.mark.slow, id="+".join(taken) or "nothing") for taken in LEFT if taken != FAST]


def claimed(taken: tuple[str, ...]) -> tuple[Tier, Tier, dict[str, str]]:
    command = [sys.executable, without.__file__, *taken, "--", sys.executable, "-c", ASK]
    said = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert said.returncode == 0, said.stderr
    tier, told, missing = json.loads(said.stdout)
    return tier, told, missing


@pytest.mark.parametrize("taken", [*SLOW, FAST], ids=str)
def test_a_wall_that_is_missing_is_never_claimed(taken):
    tier, told, missing = claimed(taken)

    assert tier == told
    assert tiers.enough(LEFT[taken], tier)
    assert tier == claims.here().tier or taken
    assert all(missing.values())
    assert list(missing) == list(modes.TIERS[: len(missing)])
