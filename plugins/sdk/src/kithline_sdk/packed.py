"""Modules that travel in one archive: a JSON object, path to text, compressed as a whole with bzip2.

One by one, in the zip that a wheel is, they would weigh a third more.
"""

import bz2
from importlib.abc import SourceLoader
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType

import msgspec


class Packed(SourceLoader):
    """Finds and loads the modules of one package out of its archive, and the data beside them (`pkgutil.get_data`)."""

    def __init__(self, package: str, archive: Path) -> None:
        self.package, self.archive = package, archive
        self.files = msgspec.json.decode(bz2.decompress(archive.read_bytes()), type=dict[str, str])

    def find_spec(self, name: str, path: object = None, target: ModuleType | None = None) -> ModuleSpec | None:  # noqa: ARG002 - the import system's
        """Return where a module of the package lies in the archive; None for any other."""
        package, _, rest = name.partition(f"{self.package}.")
        inside = rest.replace(".", "/")
        for file, places in ((f"{inside}.py", None), (f"{inside}/__init__.py", [])):
            if not package and file in self.files:
                where = self.archive / file
                return spec_from_file_location(name, where, loader=self, submodule_search_locations=places)
        return None

    def get_filename(self, fullname: str) -> str:
        """Return a module's path, archive and all. Raises ImportError."""
        spec = self.find_spec(fullname)
        if spec is None or spec.origin is None:
            raise ImportError(fullname, name=fullname)
        return spec.origin

    def get_data(self, path: str | bytes) -> bytes:
        """Return a file of the archive. Raises OSError."""
        file = Path(str(path)).relative_to(self.archive).as_posix()
        if file not in self.files:
            raise FileNotFoundError(path)
        return self.files[file].encode()
