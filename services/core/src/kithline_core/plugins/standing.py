"""What the checks on real tenants said of plugin versions, as the operator published it: a file in the store."""

import os
import tempfile
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final

import msgspec

from kithline_core.engine.composite import benchmark
from kithline_core.engine.constructs.checks import Check, Verdict, verdict
from kithline_core.errors import Invalid
from kithline_core.plugins.current import terms
from kithline_core.settings import adopted

FILE: Final = "constructs.json"
# Fewer tenants that come or go leave a published figure as it is, for a year: the difference of two would be theirs.
MOVED: Final = 5
YEAR: Final = 365
# What a version that failed is called, wherever it is shown.
EXPERIMENTAL: Final = "experimental"


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """A plugin version with its checks, as of a day. `label`: "experimental" where one fails, else ""."""

    plugin: str
    version: str
    checked_on: date
    verdict: Verdict
    checks: list[Check]

    @property
    def label(self) -> str:
        """What stands beside the version."""
        return EXPERIMENTAL if self.verdict == "fails" else ""


def published() -> dict[tuple[str, str], Checked]:
    """Return what was published, by plugin and version; nothing where there is no store or nothing was."""
    found = terms(adopted())
    if found is None:
        return {}
    file = found.folder / FILE
    try:
        held = file.stat()
    except OSError:
        return {}
    return _read(file, (held.st_mtime_ns, held.st_size, held.st_ino))


def label(plugin: str, version: str) -> str:
    """Return what stands beside a version: "experimental" where a check fails, else ""."""
    found = published().get((plugin, version))
    return "" if found is None else found.label


def settled(store: Path, new: Iterable[Checked]) -> list[Checked]:
    """Return what was found, but figures as they were published where fewer than five tenants came or went since."""
    held = {(one.plugin, one.version): one.checks for one in _held(store / FILE)}
    return [_settled(one, held.get((one.plugin, one.version), [])) for one in new]


def _settled(new: Checked, held: Sequence[Check]) -> Checked:
    before = {_place(one): one for one in held if one.tenants is not None}
    checks = [_stands(one, before.get(_place(one)), new.checked_on) for one in new.checks]
    return msgspec.structs.replace(new, checks=checks, verdict=verdict(checks))


def _place(one: Check) -> tuple[str, str, tuple[str, ...]]:
    """Return what a check is of: beside which other dimension it was held may change."""
    return one.check, one.dimension, tuple(one.measures[:2])


def _stands(new: Check, held: Check | None, today: date) -> Check:
    """Return the check as it was published, or as it is from today on."""
    if held is not None and held.since is not None and (today - held.since).days < YEAR and _moved(new, held) < MOVED:
        return held
    return msgspec.structs.replace(new, since=today)


def _moved(new: Check, held: Check) -> int:
    """Return by how many tenants at least two checks differ; of too few it is not told how many they are."""
    now, before = (benchmark.TENANTS - 1 if one.tenants is None else one.tenants for one in (new, held))
    return abs(now - before)


def publish(store: Path, new: Sequence[Checked]) -> None:
    """Write down what was found; versions that were not looked at again keep what was found before."""
    held = {(one.plugin, one.version): one for one in _held(store / FILE)}
    told = held | {(one.plugin, one.version): one for one in new}
    store.mkdir(parents=True, exist_ok=True)
    # Whoever reads meanwhile sees the old file or the new one.
    handle, name = tempfile.mkstemp(dir=store, prefix=".new-")
    with os.fdopen(handle, "wb") as opened:
        opened.write(msgspec.json.format(msgspec.json.encode([told[key] for key in sorted(told)])) + b"\n")
    Path(name).chmod(0o644)
    Path(name).replace(store / FILE)


@lru_cache(maxsize=1)
def _read(file: Path, _: tuple[int, int, int]) -> dict[tuple[str, str], Checked]:
    try:
        return {(one.plugin, one.version): one for one in _held(file)}
    except Invalid:
        # A label that cannot be read stops nobody: `publish` says what is wrong with it.
        return {}


def _held(file: Path) -> list[Checked]:
    try:
        return msgspec.json.decode(file.read_bytes(), type=list[Checked])
    except FileNotFoundError:
        return []
    except (OSError, msgspec.MsgspecError) as error:
        raise Invalid(f"{file} cannot be read: {error}; remove it and publish again") from None
