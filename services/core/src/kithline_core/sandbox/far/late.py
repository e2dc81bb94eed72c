"""Imports early what would be imported late: a run opens no file, so what is not there by then is missing."""

import encodings
import pkgutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from importlib import import_module
from typing import Final

# What the standard library and numpy import in the middle of a call.
LATE: Final = (
    "_strptime", "bisect", "calendar", "copy", "csv", "datetime", "decimal", "encodings.ascii", "encodings.idna",
    "encodings.latin_1", "encodings.utf_16", "encodings.utf_8_sig", "fractions", "json", "linecache", "locale",
    "numpy.fft", "numpy.linalg", "numpy.ma", "numpy.polynomial", "numpy.random", "stringprep", "traceback",
    "unicodedata", "uuid", "zlib",
)  # fmt: skip


def load(preload: Sequence[str], *, text: bool) -> None:
    """Import these modules and the usual ones; with `text` every encoding, for files of others come in any.

    Raises ImportError for a module of the plugin's own list that is not there.
    """
    for name in (*LATE, *preload):
        import_module(name)
    for name in _encodings() if text else ():
        with suppress(ImportError):  # those of another operating system
            import_module(name)


def _encodings() -> Iterator[str]:
    return (f"encodings.{found.name}" for found in pkgutil.iter_modules(encodings.__path__))
