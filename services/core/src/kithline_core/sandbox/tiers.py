"""How strongly plugins are shut in: the tiers by rank, and the layers that make each."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from kithline_core.plugins import Tier

# The strongest first.
RANKED: Final[tuple[Tier, ...]] = ("vm", "full", "process", "syscall", "none")


class Layers(Struct, frozen=True):
    """What stands between a plugin and the host."""

    namespaces: bool = False
    landlock: bool = False
    seccomp: bool = False


# A virtual machine is around the worker: within it stands what that machine's kernel gives.
LAYERS: Final[Mapping[Tier, Layers]] = {
    "full": Layers(namespaces=True, landlock=True, seccomp=True),
    "process": Layers(landlock=True, seccomp=True),
    "syscall": Layers(seccomp=True),
    "none": Layers(),
}


def enough(tier: Tier, minimum: Tier) -> bool:
    """Return whether a tier is the minimum or stronger."""
    return RANKED.index(tier) <= RANKED.index(minimum)


def stronger(one: Tier, other: Tier) -> Tier:
    """Return the stronger of two tiers."""
    return one if enough(one, other) else other
