"""What the SDK asks of those who only use it: a light wheel, a quick import, three libraries."""

import subprocess
import sys
import tomllib

import pytest

from helpers.repacked import SDK, built

HEAVIEST = 100_000  # bytes
SLOWEST = 100.0  # milliseconds beyond numpy's own
# The clock of a busy machine; the figure itself is printed.
PATIENCE = 3.0


def test_the_wheel_weighs_less_than_a_hundred_kilobytes(tmp_path):
    wheel = built(SDK, tmp_path)
    sys.stdout.write(f"the wheel of the SDK weighs {wheel.stat().st_size / 1000:.1f} kB\n")

    assert wheel.stat().st_size < HEAVIEST
    assert [one.name for one in tmp_path.iterdir()] == [wheel.name]


def milliseconds(statement: str) -> dict[str, float]:
    """Cumulative import times by module."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", statement], capture_output=True, text=True, check=True
    )
    rows = [line.removeprefix("import time:").split("|") for line in done.stderr.splitlines()[1:]]
    return {row[2].strip(): int(row[1]) / 1000 for row in rows if len(row) == 3}


def test_the_import_takes_less_than_a_tenth_of_a_second_beyond_numpy():
    found = [milliseconds("import kithline_sdk") for _ in range(5)]
    beyond = min(one["kithline_sdk"] - one["numpy"] for one in found)
    sys.stdout.write(f"importing the SDK takes {beyond:.0f} ms beyond numpy\n")

    assert beyond < SLOWEST * PATIENCE


@pytest.mark.parametrize("heavy", ["hypothesis", "pytest", "kithline_sdk.kit.checking", "scipy"])
def test_nothing_heavy_is_imported_with_it(heavy):
    done = subprocess.run(
        [sys.executable, "-c", f"import kithline_sdk, sys; print({heavy!r} in sys.modules)"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert done.stdout.strip() == "False"


def test_three_libraries_are_enough():
    needs = tomllib.loads((SDK / "pyproject.toml").read_text())["project"]["dependencies"]

    assert [one.partition(">")[0] for one in needs] == ["msgspec", "numpy", "pluggy"]
