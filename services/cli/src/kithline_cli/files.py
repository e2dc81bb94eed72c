"""Files and folders that a command writes."""

from pathlib import Path
from typing import Final

import rich_click as click

from kithline_core.errors import DatasetError


class NewFile(click.Path):
    """A file to write: no folder, and in a folder that exists, so that nobody waits for a run and gets no report."""

    def __init__(self) -> None:
        super().__init__(path_type=Path, dir_okay=False, writable=True)

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Return the path, or fail with what is expected."""
        path = Path(str(super().convert(str(value), param, ctx)))
        if not path.absolute().parent.is_dir():
            self.fail(f"the folder {path.absolute().parent} does not exist; make it first", param, ctx)
        return path


NEW_FILE: Final = NewFile()


def empty(folder: Path) -> None:
    """Make sure that a folder holds nothing yet. Raises DatasetError."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise DatasetError([f"{folder} already holds something; name a new folder"])
