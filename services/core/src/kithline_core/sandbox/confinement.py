"""The start of a plugin's process: its command, what it may read, and what it is told about confining itself."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from msgspec import Struct

from kithline_core.plugins import Plugin, Tier
from kithline_core.sandbox import base, bubblewrap, interpreters, parcel, users
from kithline_core.sandbox.far.boot import Boot
from kithline_core.sandbox.tiers import LAYERS

# -S: nothing of the plugin's environment runs before the wall stands. Not -I: it would ignore PYTHONHASHSEED; the
# environment holds nothing but what we put there, so -s and -P suffice.
OPTIONS: Final = ("-S", "-s", "-P", "-B", "-m")
PROCESSES: Final = 2  # the plugin's own and one run
APART: Final = 4  # what forks, a spare, its keeper, and the keeper before, on its way out


class Wall(Struct, frozen=True):
    """What is put around every plugin: the tier in force, the folder of the far side, the pinned environment."""

    tier: Tier
    far: Path
    environment: Mapping[str, str]

    @property
    def variables(self) -> dict[str, str]:
        """The whole environment of a process behind it."""
        return {**self.environment, "PYTHONPATH": str(self.far)}


class Inside(Struct, frozen=True):
    """What runs behind a wall: an interpreter and what it may read, a plugin and its needs.

    `apart`, `base`, `text` and `seconds` are as in Boot.
    """

    python: str
    readable: list[str]
    module: str = ""
    folder: str = ""
    preload: list[str] = []
    memory_mb: int = 256
    apart: bool = False
    base: str = ""
    text: bool = False
    seconds: float = 0.0

    @classmethod
    def of(cls, plugin: Plugin, wall: Wall) -> "Inside":
        """Return what a plugin needs."""
        folder, manifest, apart = plugin.folder.parent, plugin.manifest, bool(plugin.digest)
        shared = base.own() if apart and base.shared(plugin.python, folder) else {}
        paths = interpreters.readable(plugin.python, wall.far, folder, *shared.values(), development=not apart)
        limits = [*(one.limits for one in manifest.scorers), *(one.limits for one in manifest.connectors)]
        return cls(
            plugin.python, paths, plugin.module, str(folder), manifest.preload, manifest.memory_mb, apart,
            base=str(wall.far / parcel.BASE) if shared else "", text=bool(manifest.connectors),
            seconds=max((one.seconds for one in limits), default=0.0),
        )  # fmt: skip


def command(wall: Wall, inside: Inside, program: str, control: int) -> list[str]:
    """Return the command that starts a module of the far side behind the wall."""
    layers, user = LAYERS[wall.tier], users.pick() if wall.tier != "none" else 0
    shut = bubblewrap.closed(inside.readable) if user and not layers.namespaces else []
    boot = Boot(
        module=inside.module,
        folder=inside.folder,
        preload=inside.preload,
        memory_mb=inside.memory_mb,
        processes=(APART if inside.apart else PROCESSES) if users.alone(user) or layers.namespaces else 0,
        control=control,
        host=0 if layers.namespaces or shut else os.getpid(),
        user=user,
        landlock=layers.landlock,
        seccomp=layers.seccomp,
        readable=inside.readable,
        apart=inside.apart,
        base=inside.base,
        text=inside.text,
        seconds=inside.seconds,
        watched=inside.apart and layers.seccomp and not layers.namespaces,
    )
    inner = [inside.python, *OPTIONS, program, boot.words()]
    if layers.namespaces:
        return bubblewrap.apart(inside.readable, inner)
    return bubblewrap.opened(shut, inside.readable, inner) if shut else inner
