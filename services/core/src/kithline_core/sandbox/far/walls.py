"""What shuts a run in, taken before a plugin is loaded: later it may have put something else in its place."""

import os
import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final

from kithline_core.sandbox.far import kernel, seccomp

STDERR: Final = 2

Tighten = Callable[[float, int, Sequence[int]], None]


def taken(*, filtered: bool) -> Tighten:
    """Return what confines this process to one run: its seconds, its MiB of memory, the descriptors that it keeps.

    A plugin that finds it all the same and undoes it is left with what it was loaded behind, in one run of its own.
    """
    closerange, limits, confine, used = os.closerange, kernel.limits, kernel.confine, time.process_time
    install, last = seccomp.prepared(seccomp.RUNNING) if filtered else None, os.sysconf("SC_OPEN_MAX")

    def tighten(seconds: float, memory_mb: int, kept: Sequence[int]) -> None:
        for start, end in gaps(kept, last):
            closerange(start, end)
        confine(limits(seconds, memory_mb, used()))
        if install is not None:
            install()

    return tighten


def gaps(kept: Sequence[int], end: int) -> list[tuple[int, int]]:
    """Return the ranges of descriptors between these and the standard ones: what an import opened is no run's business."""
    edges = [STDERR, *sorted(kept), end]
    return [(before + 1, after) for before, after in pairwise(edges)]
