"""The plugin on the page is real: its files are written, pass the kit and score a folder through the sandbox."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import msgspec
import pytest

from helpers import pages
from kithline_sdk import contract

PAGE = pages.read("plugins.md")


PARTS = {
    "The finding": contract.Finding,
    "A note": contract.Note,
    "A driver": contract.Driver,
    "What is missing": contract.Missing,
    "A recommendation": contract.Recommendation,
}


@pytest.mark.parametrize("heading", PARTS)
def test_a_part_of_a_finding_is_described_with_its_fields(heading: str):
    listed = [name for row in pages.rows(pages.section(PAGE, heading)) for name in pages.codes(row[0])]

    assert listed == [one.name for one in msgspec.structs.fields(PARTS[heading])]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The plugin as an author has it, with what an editable install would leave beside its code."""
    folder = tmp_path_factory.mktemp("echo")
    for name, text in pages.files(PAGE).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    project = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
    info = folder / "src" / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n")
    points = project["entry-points"]["kithline"].items()
    (info / "entry_points.txt").write_text("[kithline]\n" + "".join(f"{name} = {module}\n" for name, module in points))
    return folder


def run(wheel: Path, program: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a program of this environment where the plugin is installed too."""
    return subprocess.run(
        [Path(sys.executable).with_name(program), *words],
        cwd=wheel,
        env={**os.environ, "PYTHONPATH": str(wheel / "src")},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_plugin_passes_the_kit(wheel: Path):
    done = run(wheel, "pytest", "-q", "-p", "no:cacheprovider", "tests")

    assert done.returncode == 0, done.stdout


def test_the_installed_plugin_scores_a_folder_in_the_sandbox(wheel: Path):
    lines = ["id,occurred_at,actor,target,verb"]
    for pair in range(10):  # eight pairs answer each other, two do not
        ends = [(f"p{pair}", f"q{pair}"), (f"q{pair}", f"p{pair}") if pair < 8 else (f"p{pair}", f"q{pair}")]
        lines += [f"{pair}-{n},2026-02-0{n + 1},{a},{b},posted" for n, (a, b) in enumerate(ends)]
    data = wheel / "data"
    data.mkdir()
    (data / "events.csv").write_text("\n".join(lines))

    done = run(wheel, "kithline", "score", str(data), "--scorer", "echo.ties", "--json")

    finding = msgspec.json.decode(done.stdout)
    assert (finding["status"], finding["score"]) == ("ok", 80.0), done.stderr
    assert finding["measures"] == {"ties": 10, "two_way": 8}


def test_below_its_minimum_it_says_how_much_more(wheel: Path):
    data = wheel / "little"
    data.mkdir()
    lines = ["id,occurred_at,actor,target,verb"]
    for pair in range(5):  # fewer would be withheld
        lines += [f"{pair}{a}{b},2026-02-01,{a}{pair},{b}{pair},posted" for a, b in ("pq", "qp")]
    (data / "events.csv").write_text("\n".join(lines))

    done = run(wheel, "kithline", "score", str(data), "--scorer", "echo.ties", "--json")

    finding = msgspec.json.decode(done.stdout)
    assert (finding["status"], finding["score"], finding["measures"]["ties"]) == ("insufficient", None, 5)
    assert [(one["reason"], one["have"], one["need"]) for one in finding["missing"]] == [("few_ties", 5, 10)]
