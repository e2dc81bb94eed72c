"""The operator's list: which wheels, by digest, may be loaded. Each decision stays, with who took it, when and why."""

import os
import re
import stat
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from kithline_core.errors import Invalid
from kithline_core.plugins.store import folder
from kithline_core.stack.folders import write

FILE: Final = "allowed.json"
DIGEST: Final = re.compile(r"[0-9a-f]{64}")
SHARED: Final = stat.S_IWGRP | stat.S_IWOTH


class Decision(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an operator decided about one wheel."""

    digest: str
    allowed: bool
    who: str
    when: datetime
    reason: str


class Decisions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of them, in their order; the last about a wheel is in force."""

    decisions: list[Decision] = []

    def about(self, digest: str) -> Decision | None:
        """Return the decision in force about a wheel, None where nobody took one."""
        return next((one for one in reversed(self.decisions) if one.digest == digest), None)

    def allows(self, digest: str) -> bool:
        """Return whether a wheel is on the list."""
        last = self.about(digest)
        return last is not None and last.allowed


def read(store: Path) -> Decisions:
    """Return the list; an empty one where there is none. Raises Invalid: a list that cannot be trusted allows nothing."""
    file = store / FILE
    try:
        with file.open("rb") as opened:
            if os.fstat(opened.fileno()).st_mode & SHARED:
                raise Invalid(f"{file} can be written by others; its owner should run `chmod 600` on it")
            return msgspec.json.decode(opened.read(), type=Decisions)
    except FileNotFoundError:
        return Decisions()
    except (OSError, msgspec.MsgspecError) as error:
        raise Invalid(f"the list of allowed plugins cannot be read: {error}") from None


def decide(store: Path, decision: Decision) -> None:
    """Write a decision down. Raises Invalid for what is no digest, or a list that cannot be read."""
    if not DIGEST.fullmatch(decision.digest):
        raise Invalid(f"{decision.digest!r} is no sha256 of a wheel")
    with folder.changing(store):
        told = Decisions([*read(store).decisions, decision])
        write(store / FILE, msgspec.json.format(msgspec.json.encode(told).decode()) + "\n")
