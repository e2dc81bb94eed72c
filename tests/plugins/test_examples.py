"""The example plugin is one: its wheel passes every check, its own tests hold, and it scores a folder in the sandbox."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import msgspec
import pytest

from helpers import pages
from helpers.pages import HOUSE
from helpers.repacked import built
from kithline_sdk.kit.checking import Wanted, check

EXAMPLE = HOUSE / "plugins" / "examples" / "reused-answers"
# A law needs a counter-part in the data: nothing is monotone where a new answer may lower the share.
NOTHING_TO_TRY = {"duplicates", "monotone"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(EXAMPLE, tmp_path_factory.mktemp("example"))


@pytest.mark.slow
def test_its_wheel_passes_every_check_that_applies(wheel: Path):
    report = check(wheel, Wanted(validity=True))

    assert [(one.check, one.came) for one in report.checks if one.status == "failed"] == []
    # The folder carries the golden findings, the wheel does not: the next test compares them.
    assert {one.check for one in report.checks if one.status == "skipped"} == {*NOTHING_TO_TRY, "golden"}
    page = pages.read("plugin-example.md")
    assert [(one.verdict, f"{one.hours:g} hours" in page or f"for {one.hours:g}" in page) for one in report.prices] == [
        ("seen", True)
    ] * 2


@pytest.mark.slow
def test_its_own_tests_hold():
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=EXAMPLE,
        env={**os.environ, "PYTHONPATH": str(EXAMPLE / "src"), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout


def used_again(people: int) -> str:
    """Each of so many people writes three answers; two others use the first, one the second, nobody the third."""
    lines = ["id,occurred_at,actor,verb,kind,parent"]
    for one in range(people):
        lines += [f"a{one}-{n},2026-02-0{n + 1},p{one},answered,practice," for n in range(3)]
        lines += [
            f"u{one}-{answer}-{other},2026-02-1{other},p{(one + other) % people},shared,,a{one}-{answer}"
            for answer, other in ((0, 1), (0, 2), (1, 1))
        ]
    return "\n".join(lines)


def test_the_wheel_scores_a_folder_in_the_sandbox(wheel: Path, tmp_path: Path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "events.csv").write_text(used_again(10))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")

    done = subprocess.run(
        [Path(sys.executable).with_name("kithline"), "score", "data", "--scorer", "answers.reuse", "--to", "2026-04-01",
         "--set", "answers.reuse.value_likely=40", "--set", "answers.reuse.value_high=60", "--json"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip

    finding = msgspec.json.decode(done.stdout)
    assert (finding["status"], finding["score"]) == ("ok", 33.3), done.stderr
    assert finding["measures"]["avoided_cost"] == 30 * 40
    assert finding["intervals"]["avoided_cost"] == [0, 30 * 60]
    assert [(one["name"], one["raw"]) for one in finding["drivers"]] == [
        ("reused", 10), ("one_user_short", 10), ("unused", 10),
    ]  # fmt: skip
