"""The quickstart's commands do what the page says, in its order. `make demo` and `make test` are check-fresh's."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from helpers import pages

PAGE = pages.read("quickstart.md")


def commands(heading: str) -> list[str]:
    (block,) = pages.blocks(pages.section(PAGE, heading), "sh")
    return block.splitlines()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder in which `.venv` is this environment."""
    (tmp_path / ".venv").symlink_to(sys.prefix)
    return tmp_path


def run(place: Path, command: str, **environment: str) -> str:
    """Run one line in a shell and return what it printed; it must succeed."""
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=place,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout


def test_every_block_is_run_by_a_test():
    told = ["Quickstart", "Your own data, without a server", "Your own data, with a server", "Over REST"]

    assert pages.headings(PAGE) == told
    assert len(pages.blocks(PAGE, "sh")) == len(told)


def test_a_folder_is_made_checked_and_scored_without_a_server(place: Path):
    new, validate, score = commands("Your own data, without a server")

    assert "my-data/events.csv" in run(place, new)
    assert "silos.internal: can run" in run(place, validate)
    assert "insufficient" in run(place, score, COLUMNS="160")
    assert (place / "report.html").read_text().startswith("<!")


@pytest.mark.slow
def test_a_folder_is_sent_and_scored_with_a_server(place: Path, root: Path):
    here = {"KITHLINE_HOME": str(root), "COLUMNS": "160"}
    up, import_, ask, down = commands("Your own data, with a server")
    run(place, ".venv/bin/kithline dataset new my-data")

    assert "Kithline is up at" in run(place, up, **here)
    assert "people: 5 accepted" in run(place, import_, **here)
    assert "insufficient" in run(place, ask, **here)
    if shutil.which("curl"):
        kept = json.loads((root / "credentials.json").read_text())
        (curl,) = commands("Over REST")
        told = run(place, curl, KITHLINE_URL=kept["url"], KITHLINE_KEY=kept["tenant_key"])
        assert "silos.internal" in told
    assert "stopped" in run(place, down, **here)
