"""The guide is true: every block is run, in order, in a fresh environment that holds the wheel of the SDK."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from helpers import pages
from helpers.repacked import SDK, built, repack, with_needs
from kithline_sdk.kit import bans, rules
from kithline_sdk.kit.outcomes import Outcome, Report

PAGE = pages.read("plugin-guide.md")
BLOCK = re.compile(r'^```(sh|\w+ title="([^"]+)")\n(.*?)^```', re.DOTALL | re.MULTILINE)
TEN_MINUTES = 600


def script() -> str:
    """What a reader does: runs what is a command, writes what is a file."""
    steps = []
    for block in BLOCK.finditer(PAGE):
        if block[2]:
            steps.append(f"mkdir -p $(dirname {block[2]})\ncat > {block[2]} <<'END OF FILE'\n{block[3]}END OF FILE\n")
        else:
            steps.append(block[3])
    return "set -e\n" + "\n".join(steps)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of wheels instead of a registry: the SDK as it is built, all else as it is installed here."""
    folder = tmp_path_factory.mktemp("wheels")
    built(SDK, folder)
    tools = ("pytest", "hypothesis", "hatchling", "editables", "mypy", "ruff", "msgspec", "numpy", "pluggy")
    for name in with_needs(tools):
        repack(name, folder)
    return folder


@pytest.mark.slow
def test_a_newcomer_has_a_result_of_a_plugin_of_their_own_in_ten_minutes(shelf: Path, tmp_path: Path, root: Path):
    began = time.monotonic()
    done = subprocess.run(
        ["bash", "-c", script()],
        cwd=tmp_path,
        env={
            "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
            "HOME": str(tmp_path),
            "KITHLINE_HOME": str(root),
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(shelf),
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            **{name: value for name, value in os.environ.items() if name.startswith(("COVERAGE", "LC_", "LANG"))},
        },
        capture_output=True,
        text=True,
        timeout=TEN_MINUTES,
        check=False,
    )

    sys.stdout.write(f"{done.stdout}\n{done.stderr}\nthe guide took {time.monotonic() - began:.0f} s\n")
    assert done.returncode == 0
    assert done.stdout.count("It holds") == 3
    offline, _, online = done.stdout.rpartition("loaded")[2].partition("Kithline is up at")
    assert re.search(r"voices\.answers .* 75\.0 ", offline)
    assert re.search(r"voices\.answers .* 75\.0 ", online)


def test_every_check_is_listed_with_what_it_expects():
    listed = pages.rows(pages.section(PAGE, "What `check` looks at"))

    assert [(row[0].strip("`"), row[1]) for row in listed] == [(one.name, one.expected) for one in rules.ALL]


def test_everything_banned_is_listed_with_the_way_round():
    listed = pages.rows(pages.section(PAGE, "What is banned, and the way round"))
    told = {name: (row[1], row[2]) for row in listed for name in pages.codes(row[0])}

    assert told == {name: tuple(ban) for name, ban in {**bans.MODULES, **bans.NAMES}.items()}


def test_the_fields_of_the_json_are_listed():
    text = pages.section(PAGE, "Exit codes and JSON")
    rows = {name: row[1] for row in pages.rows(text) for name in pages.codes(row[0])}

    assert list(rows) == list(Report.__struct_fields__)
    assert sorted(pages.codes(rows["checks"])) == sorted(Outcome.__struct_fields__)
