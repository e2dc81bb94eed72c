"""How a plugin's process confines itself before it reads the first line of anybody else's code."""

import json
import os
from typing import NamedTuple, Self

from kithline_core.sandbox.far import kernel, landlock, seccomp


class Boot(NamedTuple):
    """What a plugin's process is told at its start. `user` 0: stay who you are; `host` 0: the parent is another one.

    `apart`: it only forks, and never runs a byte of the plugin; `base` is where the host's own copies of the libraries lie
    that it may load before, "" for none; `text`: the plugin reads files of others; `seconds`: the longest that a run takes;
    `watched`: what a spare asks for is looked at, where nothing else hides what is there.
    """

    module: str
    folder: str
    preload: list[str]
    memory_mb: int
    processes: int
    control: int
    host: int
    user: int
    landlock: bool
    seccomp: bool
    readable: list[str]
    apart: bool = False
    base: str = ""
    text: bool = False
    seconds: float = 0.0
    watched: bool = False

    @classmethod
    def read(cls, words: str) -> Self:
        """Read it back from an argument of the command."""
        return cls(**json.loads(words))

    def words(self) -> str:
        """Return it as an argument of the command."""
        return json.dumps(self._asdict())


def confine(boot: Boot) -> None:
    """Give up for good whatever a plugin has no business with. Raises OSError when a layer that was asked for fails."""
    os.closerange(3, boot.control)
    os.closerange(boot.control + 1, os.sysconf("SC_OPEN_MAX"))
    kernel.confine(kernel.lasting(boot.memory_mb, boot.processes))
    if boot.user:
        kernel.become(boot.user)
    kernel.give_up_capabilities()
    kernel.die_with(boot.host or os.getppid())  # only now: a change of user makes the kernel forget it
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)
    for path in boot.readable:
        if not os.access(path, os.R_OK):  # it would be missed later, with less telling words
            raise PermissionError(f"its user may not read {path}")
    if boot.landlock:
        landlock.restrict(boot.readable)
    if boot.seccomp:
        (seccomp.for_keeping if boot.watched else seccomp.for_loading)()
