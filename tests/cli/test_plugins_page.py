"""The page on plugins in operation says what happens: its commands are run, its limits are those of the code."""

import shlex

import pytest
from click.testing import CliRunner

from helpers import pages
from helpers.shelves import base_layer as base_layer  # noqa: PLC0414 - a fixture of this module
from helpers.shelves import shelf
from helpers.wheels import wheel
from kithline_cli.main import cli
from kithline_core.plugins import deprecations, found
from kithline_core.plugins.store import base
from kithline_core.plugins.wheel import archive
from kithline_core.settings import adopt, adopted

PAGE = pages.read("plugin-operations.md")


@pytest.fixture
def place(tmp_path, base_layer, monkeypatch):
    """A folder with a wheel, a dataset and a store."""
    before = adopted()
    monkeypatch.setenv("KITHLINE_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    shelf(tmp_path / "home" / "plugins", base_layer)
    wheel(tmp_path)
    wheel(tmp_path / "dist")
    (tmp_path / "my-data").mkdir()
    (tmp_path / "my-data" / "ties.csv").write_text("actor,target\nann,bob\n")
    yield tmp_path
    adopt(before)


@pytest.mark.parametrize("heading", ["From a wheel to a score", "An index to host"])
def test_the_commands_of_the_page_work_one_after_the_other(place, heading):
    (block, *_) = pages.blocks(pages.section(PAGE, heading), "sh")

    for line in block.strip().splitlines():
        done = CliRunner().invoke(cli, shlex.split(line)[1:])
        assert done.exit_code == 0, (line, done.output)


def test_the_limits_are_those_of_the_code():
    text, caps = pages.section(PAGE, "What is refused"), archive.PLUGIN

    for told in (
        f"larger than {caps.file_bytes // archive.MIB} MiB",
        f"more than {caps.unpacked_bytes // archive.MIB} MiB, {caps.entries:,} files or {archive.RATIO} times",
    ):
        assert told in text


def test_the_table_of_versions_knows_every_lifecycle():
    told = [pages.codes(row[0])[0] for row in pages.rows(pages.section(PAGE, "Versions"))]

    assert set(told) == set(found.STANDING)


def test_the_base_layer_is_what_the_page_says():
    text = pages.section(PAGE, "Libraries")

    assert all(name.removeprefix("kithline-").replace("sdk", "SDK") in text for name in base.LIBRARIES)


def test_nothing_is_deprecated_as_long_as_the_page_says_so():
    assert ("nothing is deprecated" in PAGE) is (not deprecations.DEPRECATED)
