"""Builds the environment of one plugin: an interpreter and files. Nothing of what is put there is run."""

import shutil
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.metadata import distributions
from pathlib import Path
from types import SimpleNamespace
from typing import BinaryIO
from venv import EnvBuilder

from installer import install
from installer.destinations import SchemeDictionaryDestination
from installer.records import RecordEntry
from installer.sources import WheelFile
from installer.utils import Scheme
from packaging.utils import canonicalize_name

from kithline_core.errors import Conflict, Invalid
from kithline_core.plugins.store import base, compiling
from kithline_core.plugins.store.folder import site
from kithline_core.plugins.wheel import archive

IMPORTED = ("purelib", "platlib")
# The engine's keys count these, whatever else there is.
PYTHON = "python"


class Bare(EnvBuilder):
    """An environment with an interpreter and nothing to activate it: those scripts would name the place it was built in."""

    def setup_scripts(self, context: SimpleNamespace) -> None:
        """Write none."""


class Files(SchemeDictionaryDestination):
    """Takes what can be imported and leaves out programs, headers and data: nobody calls them here."""

    def write_file(self, scheme: Scheme, path: object, stream: BinaryIO, is_executable: bool) -> RecordEntry:
        """Write what can be imported."""
        if scheme not in IMPORTED:
            return RecordEntry(str(path), None, None)
        return super().write_file(scheme, str(path), stream, is_executable)

    def write_script(self, name: str, module: str, attr: str, section: str) -> RecordEntry:  # noqa: ARG002 - the signature is the library's
        """Write none."""
        return RecordEntry(name, None, None)

    def finalize_installation(
        self, scheme: Scheme, record_file_path: str, records: Iterable[tuple[Scheme, RecordEntry]]
    ) -> None:
        """Write the RECORD of what was written."""
        written = [(place, entry) for place, entry in records if place in IMPORTED]
        super().finalize_installation(scheme, record_file_path, written)


def build(folder: Path) -> Path:
    """Make an empty environment and return where its importable files go."""
    Bare(symlinks=True, with_pip=False).create(folder)
    told = (folder / "pyvenv.cfg").read_text().splitlines()
    # The command that made it names a folder that is about to be called otherwise.
    (folder / "pyvenv.cfg").write_text("".join(f"{line}\n" for line in told if not line.startswith("command")))
    shutil.rmtree(folder / "include", ignore_errors=True)
    return site(folder, base.python())


def put(wheel: Path, place: Path) -> None:
    """Unpack a wheel, held against its RECORD, and compile its modules. Raises Invalid, Conflict."""
    destination = Files(dict.fromkeys(IMPORTED, str(place)), "", "posix")
    with archive.opened(wheel, archive.LIBRARY) as file, WheelFile.open(wheel) as source, _refusals(wheel):
        install(source, destination, {})
        names = sorted(file.namelist())
    compiling.put(place, [name for name in names if name.endswith(".py") and (place / name).is_file()])


@contextmanager
def _refusals(wheel: Path) -> Iterator[None]:
    try:
        with warnings.catch_warnings(action="ignore"):  # that bytecode in a wheel is left out, as it should be
            yield
    except FileExistsError as error:
        name = Path(str(error)).name
        raise Conflict(f"{wheel.name} holds {name}, which another wheel of this environment holds too") from None
    except Exception as error:  # noqa: BLE001 - a stranger's bytes: the library asserts, and parses with more than one parser
        raise Invalid(f"{wheel.name} cannot be unpacked: {str(error) or type(error).__name__}") from None


def libraries(place: Path) -> dict[str, str]:
    """Return what can be imported there, name → version, with Python's own."""
    found = {canonicalize_name(one.name): one.version for one in distributions(path=[str(place)])}
    return {PYTHON: base.python(), **dict(sorted(found.items()))}
