"""Folders in memory, and where everybody is said to have been."""

from collections.abc import Callable
from typing import Any

import pytest

from kithline_core.dataset import door
from kithline_core.dataset.folder import Dataset
from kithline_core.engine.tables import moment
from kithline_core.model.datasets import Affiliation
from kithline_core.model.datasets import Dataset as Settings
from kithline_core.model.rows import Row

Rows = list[tuple[Any, ...]]


@pytest.fixture
def folder() -> Callable[..., Dataset]:
    """Make a folder of rows by file."""

    def made(said: Affiliation | None = None, **files: list[Row]) -> Dataset:
        dataset = Dataset(settings=Settings(affiliation=said or Affiliation()))
        dataset.rows.update(files)
        return dataset

    return made


@pytest.fixture
def seats(folder: Callable[..., Dataset]) -> Callable[..., Rows]:
    """Return the columns asked for of every membership as it counts, with its dates, sorted."""

    def read(*columns: str, said: Affiliation | None = None, **files: list[Row]) -> Rows:
        cells = door.data(folder(said, **files))["memberships"]
        dates = [[at and moment(at).date().isoformat() for at in cells[name]] for name in ("valid_from", "valid_to")]
        rows = zip(cells["person"], *(cells[name] for name in columns), *dates, strict=True)
        return sorted(rows, key=repr)

    return read
