"""When a plugin's process has had its time: after many runs, or when it holds more memory than it began with."""

from pathlib import Path
from typing import Final

RUNS: Final = 1_000
GROWTH_PAGES: Final = 16_384  # 64 MiB
STATM: Final = "/proc/{}/statm"


class Wear:
    """How often a process has run, and how it has grown since it was ready."""

    def __init__(self, pid: int) -> None:
        self.pid, self.runs, self.before = pid, 0, held(pid)

    def out(self) -> bool:
        """Count a run and say whether it was the last one."""
        self.runs += 1
        return self.runs >= RUNS or held(self.pid) - self.before > GROWTH_PAGES


def held(pid: int) -> int:
    """Return the pages that a process holds in memory, 0 of one that is gone."""
    try:
        return int(Path(STATM.format(pid)).read_text().split()[1])
    except OSError:
        return 0
