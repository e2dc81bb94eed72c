"""Watches what a plugin does while it is imported and while it scores: files, sockets, processes, late imports."""

import builtins
import sys
import sysconfig
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, Final

from kithline_sdk.kit import bans

_STANDARD: Final = sysconfig.get_paths()["stdlib"]
_INSTALLED: Final = ("site-packages", "dist-packages")


_hooked: list[bool] = []
_listeners: list["Watch"] = []


class Watch:
    """What was seen of a package's doings."""

    def __init__(self, package: Path) -> None:
        self.package = str(package)
        self.seen: list[str] = []
        self.late: list[str] = []
        self._importing = self._scoring = False

    @contextmanager
    def importing(self) -> Iterator[None]:
        """While the plugin is imported it may read files, and nothing else that is banned."""
        with _heeded(self._imported), _listening(self):
            self._importing = True
            try:
                yield
            finally:
                self._importing = False

    @contextmanager
    def scoring(self) -> Iterator[None]:
        """While it scores it may open no file and import nothing anew."""
        with _listening(self):
            self._scoring = True
            try:
                yield
            finally:
                self._scoring = False

    def hear(
        self, event: str, args: tuple[Any, ...], frame: FrameType
    ) -> None:  # pragma: no cover - nothing traces an audit hook
        """Note what an audit event from this frame means."""
        if event == "import":
            if self._scoring and not _in_import(frame):
                self.late.append(str(args[0]))
            return
        ban = bans.of_event(event) if self._scoring or self._importing else None
        if ban is not None and self._matters(event, args, frame):
            what = f"{event} {args[0]!r}" if args else event
            self.seen.append(f"{what[:200]}: {ban.why}; use {ban.instead}")

    def _matters(self, event: str, args: tuple[Any, ...], frame: FrameType) -> bool:  # pragma: no cover - as above
        """Say whether it is the plugin's doing; what the import machinery does is told as the import that began it."""
        if self._scoring:
            return not _in_import(frame)
        reads = event in {"os.listdir", "os.scandir"} or (event == "open" and not _writes(args))
        return not reads and self._by_plugin(frame)

    def _imported(self, name: str, importer: str) -> None:
        ban = bans.of_module(name)
        if ban is not None and importer.startswith(self.package):
            self.seen.append(f"import of {name}: {ban.why}; use {ban.instead}")

    def _by_plugin(self, frame: FrameType | None) -> bool:  # pragma: no cover - as above
        """Return whether the first frame that is not the standard library's belongs to the plugin."""
        while frame is not None:
            file = frame.f_code.co_filename
            if any(one in file for one in _INSTALLED) and not file.startswith(self.package):
                return False
            if not file.startswith((_STANDARD, "<frozen")):
                return file.startswith(self.package)
            frame = frame.f_back
        return False


@contextmanager
def _listening(watch: Watch) -> Iterator[None]:
    """Let a watch hear. An audit hook cannot be taken away, so there is one in a process, which is mostly idle."""
    if not _hooked:
        sys.addaudithook(_overheard)
        _hooked.append(True)
    _listeners.append(watch)
    try:
        yield
    finally:
        _listeners.remove(watch)


def _overheard(event: str, args: tuple[Any, ...]) -> None:  # pragma: no cover - as above
    # Looking at a frame is an event too: nothing is looked at before the event is known to matter.
    if _listeners and (event == "import" or bans.of_event(event)):
        for one in _listeners:
            one.hear(event, args, sys._getframe(1))  # noqa: SLF001 - there is no other way to the caller


def _writes(args: tuple[Any, ...]) -> bool:  # pragma: no cover - as above
    """Return whether an `open` event asks to write."""
    mode = args[1] if len(args) > 1 else "r"
    return isinstance(mode, str) and any(one in mode for one in "wax+")


def _in_import(frame: FrameType | None) -> bool:  # pragma: no cover - as above
    """Return whether an import is under way."""
    while frame is not None:
        if frame.f_code.co_name == "_find_and_load" and frame.f_code.co_filename.startswith("<frozen"):
            return True
        frame = frame.f_back
    return False


@contextmanager
def _heeded(heard: Callable[[str, str], None]) -> Iterator[None]:
    """Report every import statement that is run, of modules that are there already too."""
    ours = builtins.__import__

    def imported(name: str, globals: Any = None, *rest: Any, **named: Any) -> Any:  # noqa: A002, ANN401 - as the builtin
        heard(name, str((globals or {}).get("__file__", "")))
        return ours(name, globals, *rest, **named)

    builtins.__import__ = imported
    try:
        yield
    finally:
        builtins.__import__ = ours
