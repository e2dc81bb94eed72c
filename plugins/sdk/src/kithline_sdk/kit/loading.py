"""Imports a plugin through its entry points and asks what it offers, in the process that checks it."""

import importlib
from collections.abc import Iterable, Mapping
from typing import Final

import pluggy

from kithline_sdk import hooks
from kithline_sdk.contract import Scorer

# What the engine imports before any run, since the standard library and numpy import it in the middle of a call.
LATE: Final = (
    "_strptime", "bisect", "calendar", "copy", "csv", "datetime", "decimal", "encodings.ascii", "encodings.idna",
    "encodings.latin_1", "encodings.utf_16", "encodings.utf_8_sig", "fractions", "json", "linecache", "locale",
    "numpy.fft", "numpy.linalg", "numpy.ma", "numpy.polynomial", "numpy.random", "stringprep", "traceback",
    "unicodedata", "uuid", "zlib",
)  # fmt: skip


def usual() -> None:
    """Import what the engine imports before any plugin."""
    for name in LATE:
        importlib.import_module(name)


def scorers(entry_points: Mapping[str, str], preload: Iterable[str] = ()) -> dict[str, Scorer]:
    """Return the plugin's scorers by key. Raises whatever its import raises, and ValueError for hooks that are not."""
    for name in preload:
        importlib.import_module(name)
    manager = pluggy.PluginManager(hooks.PROJECT)
    manager.add_hookspecs(hooks)
    for name, place in entry_points.items():
        module, _, attribute = place.partition(":")
        found = importlib.import_module(module)
        manager.register(getattr(found, attribute) if attribute else found, name)
    try:
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        raise ValueError(f"it implements a hook that does not exist: {error}") from None
    return {scorer.key: scorer for offered in manager.hook.kithline_scorers() for scorer in offered}
