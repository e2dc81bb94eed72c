"""Stores of plugins that share one base layer: building it costs more than most tests."""

from pathlib import Path

import pytest

from kithline_core.plugins.store import base, folder


@pytest.fixture(scope="session")
def base_layer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of base layers of a store that has nothing else."""
    place = tmp_path_factory.mktemp("shelves") / "plugins"
    with folder.changing(place):
        base.layer(place)
    return place / folder.BASE


def shelf(place: Path, base_layer: Path) -> Path:
    """Make a store that has the base layer already."""
    folder.make(place)
    (place / folder.BASE).symlink_to(base_layer)
    return place
