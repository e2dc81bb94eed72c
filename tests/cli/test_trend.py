"""Series on the command line: of a folder, and of what a server has."""

import json
import os

import pytest
from rich.console import Console

from helpers.tenants import Tenant
from kithline_cli import series
from kithline_cli.client import Client
from kithline_core.dataset import write
from kithline_core.engine.series import Change, Point

WINDOW = ("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z")


def point(**more):
    plain = {"status": "ok", "score": 50.0, "interval": (45.0, 55.0), "level": 2, "held": 2}
    return Point(**{"window": WINDOW, **plain, "breaks": [], "change": None, "alarm": False, **more})


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, ["2026-01-31", "50.0", "45.0 to 55.0", "2", "-", ""]),
        ({"score": None, "interval": None, "held": None, "status": "insufficient"}, ["2026-01-31", "insufficient", "-", "-", "-", ""]),
        ({"held": 3}, ["2026-01-31", "50.0", "45.0 to 55.0", "3 (found 2, not sure)", "-", ""]),
        ({"breaks": ["engine"], "alarm": True}, ["2026-01-31", "50.0", "45.0 to 55.0", "2", "-", "new method: engine; the series has moved"]),
        ({"change": Change(value=4.0, interval=(1.0, 7.0), different=True)}, ["2026-01-31", "50.0", "45.0 to 55.0", "2", "+4.0 (+1.0 to +7.0)", ""]),
        ({"change": Change(value=4.0, interval=(-1.0, 7.0), different=False)}, ["2026-01-31", "50.0", "45.0 to 55.0", "2", "no more than chance (-1.0 to +7.0)", ""]),
    ],
)  # fmt: skip
def test_a_point_is_a_row(more, expected):
    assert series.row(point(**more)) == expected


def test_each_scorer_has_a_table_of_its_own(capsys):
    series.show(Console(width=120), {"silos.internal": [point()], "maturity.depth": [point()]})

    said = capsys.readouterr().out
    assert said.index("silos.internal") < said.index("maturity.depth")


def test_a_folder_is_scored_month_by_month(offline, example, tmp_path):
    command = (
        "score",
        example,
        "--scorer",
        "silos.internal",
        "--every",
        "month",
        "--from",
        "2025-10-15",
        "--to",
        "2026-01-02",
    )

    said = offline(*command, "--html", tmp_path / "report.html")
    documents = [json.loads(line) for line in offline(*command, "--json").stdout.splitlines()]

    assert [one["window"][1] for one in documents] == [
        f"{day}T00:00:00Z" for day in ("2025-11-01", "2025-12-01", "2026-01-01")
    ]
    assert [line.split()[1] for line in said.stdout.splitlines() if line.startswith("│")] == [
        "2025-10-31",
        "2025-11-30",
        "2025-12-31",
    ]
    assert (tmp_path / "report.html").exists()


def test_a_series_is_not_of_one_window(offline, example):
    done = offline("score", example, "--every", "month", "--all")

    assert done.exit_code == 2
    assert "--all is one window" in done.output


@pytest.fixture
def filled(kithline, tmp_path):
    write.write(tmp_path / "data", Tenant(53).dataset)
    with Client(os.environ["KITHLINE_URL"], os.environ["KITHLINE_KEY"]) as client:
        client.ask("POST", "/v1/grounds", {"template": "synthetic"})
    for command in (("import", tmp_path / "data"), ("run", "--scorer", "silos.internal", "--to", "2026-01-01")):
        assert kithline(*command).exit_code == 0
    return kithline


def test_a_server_shows_its_series(filled):
    table = filled("trend", "silos.internal", "--from", "2025-01-01")
    told = json.loads(filled("trend", "silos.internal", "--json").stdout)

    assert table.exit_code == 0, table.output
    assert "2025-12-31" in table.stdout
    assert [one["window"][1] for one in told["points"]] == ["2026-01-01T00:00:00Z"]
