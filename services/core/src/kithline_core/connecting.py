"""Reads another system's export through a connector: rows judged line by line, written into a new dataset folder."""

import os
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any, Final

import msgspec

from kithline_core import plugins
from kithline_core.errors import DatasetError, Invalid
from kithline_core.model.rows import FILES, EventRow
from kithline_core.sandbox import Sandbox
from kithline_core.sandbox.far.reading import Broken, Ended, Line
from kithline_sdk.connecting import Entry, Fault, Progress

KEPT: Final = 10_000  # faults that are listed one by one
Tell = Callable[[int, int], None]


class Read(msgspec.Struct, kw_only=True):
    """What came of an export: rows per file, what was refused, what was left out by design, and the first of both."""

    rows: Counter[str] = msgspec.field(default_factory=Counter)
    refused: int = 0
    left_out: int = 0
    faults: list[Fault] = msgspec.field(default_factory=list)


class Export(msgspec.Struct, frozen=True, kw_only=True):
    """What to read: a file, through which connector, with which options."""

    path: Path
    connector: str
    options: Mapping[str, Any]


async def read(export: Export, sandbox: Sandbox, folder: Path | None, tell: Tell) -> Read:
    """Read an export into a new folder (None: only say what would come of it) and return what came of it.

    Raises Invalid for an unknown connector or option, DatasetError when the export cannot be read: no folder is left then.
    """
    found = Read()
    with ExitStack() as stack:
        writer = _Writer(folder, stack)
        try:
            async for line in _said(export, sandbox):
                _take(line, found, writer, tell)
        except BaseException:
            stack.close()
            writer.forget()
            raise
    return found


async def _said(export: Export, sandbox: Sandbox) -> AsyncIterator[Line]:
    plugin, spec = plugins.installed().connector(export.connector)
    try:
        descriptor = os.open(export.path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise DatasetError([f"{export.path}: {error.strerror}; name the export's file"]) from None
    try:
        async for line in sandbox.read(plugin, spec, descriptor, dict(export.options), export.path.name):
            yield line
    finally:
        os.close(descriptor)


def _take(line: Line, found: Read, writer: "_Writer", tell: Tell) -> None:
    match line:
        case Entry():
            fault = writer.write(line)
            if fault is None:
                found.rows[line.file] += 1
            else:
                _refuse(found, fault)
        case Fault():
            _refuse(found, line)
        case Progress():
            tell(line.done, line.total)
        case Broken(code="invalid_option"):
            todo = "give each as --option NAME=VALUE, and a mapping with --mapping FILE"
            raise Invalid(f"the options do not fit the connector: {line.reason}; {todo}")
        case Broken():
            raise DatasetError([f"the export cannot be read ({line.code}): {line.reason}"])
        case Ended():
            tell(1, 1)


def _refuse(found: Read, fault: Fault) -> None:
    # Private messages and the like are in every export: leaving them out is what was asked for, and no failure.
    if fault.code == "left_out":
        found.left_out += 1
    else:
        found.refused += 1
    if len(found.faults) < KEPT:
        found.faults.append(fault)


class _Writer:
    """Judges rows and writes them as lines of NDJSON; without a folder it only judges."""

    def __init__(self, folder: Path | None, stack: ExitStack) -> None:
        self._folder, self._stack = folder, stack
        self._files: dict[str, IO[bytes]] = {}
        self._events: set[tuple[str | None, str]] = set()
        self._seen: Counter[str] = Counter()
        self._encode = msgspec.json.Encoder().encode

    def write(self, entry: Entry) -> Fault | None:
        """Write a row; return what is wrong with it instead."""
        self._seen[entry.file] += 1
        where = f"{entry.file[:40]}, row {self._seen[entry.file]}"
        try:
            row = msgspec.convert(entry.row, FILES[entry.file])
        except KeyError:
            return Fault(where, "unknown_file", "the connector names a file that does not exist")
        except msgspec.ValidationError as error:
            return Fault(where, "invalid", str(error)[:300])
        if isinstance(row, EventRow) and not self._first(row):
            return Fault(where, "duplicate", "the export holds an event of this source and id already")
        if self._folder is not None:
            self._open(self._folder, entry.file).write(self._encode(row) + b"\n")
        return None

    def forget(self) -> None:
        """Leave nothing of the folder behind."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _first(self, row: EventRow) -> bool:
        name, before = (row.source, row.id), len(self._events)
        self._events.add(name)
        return len(self._events) > before

    def _open(self, folder: Path, stem: str) -> IO[bytes]:
        if stem not in self._files:
            folder.mkdir(parents=True, exist_ok=True)
            self._files[stem] = self._stack.enter_context((folder / f"{stem}.ndjson").open("wb"))
        return self._files[stem]


def settings(options: Mapping[str, str], mapping: Path | None) -> dict[str, Any]:
    """Return a connector's options as typed by hand, with the mapping file's text. Raises DatasetError."""
    if mapping is None:
        return dict(options)
    try:
        return {**options, "mapping": mapping.read_text(encoding="utf-8-sig")}
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError([f"{mapping}: cannot be read: {error}"]) from None
