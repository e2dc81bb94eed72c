"""Whether probabilities kept their word, on the command line: a tenant's own, and for who runs the installation."""

import json

import pytest

from kithline_cli import calibration

BIN = {
    "low": 0.8, "high": 0.9, "n": 41, "said": 0.84, "came": 0.71, "interval": [0.58, 0.81], "off": -0.13, "flagged": True,
    "by_chance": False,
}  # fmt: skip
ONE = {
    "scorer": "s", "version": "1.0.0", "prediction": "level_holds", "n": 41, "brier": 0.1924, "interval": [0.151, 0.233],
    "bins": [BIN], "flagged": True, "waiting": 3, "why": None,
}  # fmt: skip
POINTS = {"median": 5.5, "ninetieth": 9.1, "tenants": 10, "announced_on": "2026-01-01", "interval": "unquantified: few"}


def test_a_tenant_without_predictions_reads_that_they_are_unknown(kithline):
    done, told = kithline("calibration"), kithline("calibration", "--json")

    assert done.exit_code == 0, done.output
    assert "unknown: 0 predictions so far" in done.stdout
    assert {one["n"] for one in json.loads(told.stdout)["scorers"]} == {0}


def test_who_runs_the_installation_sees_what_is_pooled_and_may_announce(kithline):
    done, told = kithline("calibration", "--pooled"), kithline("calibration", "--pooled", "--announce", "--json")

    assert done.exit_code == 0, done.output
    assert told.exit_code == 0, told.output
    assert set(json.loads(told.stdout)) == {"scorers", "points"}


def test_announcing_stands_on_many_tenants(kithline):
    done = kithline("calibration", "--announce")

    assert done.exit_code == 3
    assert "--announce needs --pooled" in done.output


def test_without_a_database_nothing_is_pooled(offline, monkeypatch):
    for name in ("KITHLINE_DATABASE_URL", "KITHLINE_DISPATCHER_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)

    done = offline("calibration", "--pooled")

    assert done.exit_code == 4
    assert "no database" in done.output


def test_a_curve_is_a_line_for_each_bin():
    head, part = calibration.lines({"scorers": [ONE]})

    assert head == "s 1.0.0: Brier 0.192 (90 % 0.151 to 0.233), 41 predictions, 3 waiting"
    assert part == (
        "  0.8 to 0.9: said 0.84, came 0.71 (0.58 to 0.81) of 41; off by -0.13, more than .10, beyond chance"
    )


def test_what_is_pooled_tells_tenants_and_what_a_next_version_says():
    mild = {**BIN, "flagged": False, "by_chance": True}
    few = {**ONE, "interval": "unquantified: few", "tenants": 12, "bins": [mild],
           "refit": [{"low": 0.8, "high": 0.9, "fitted": 0.71, "interval": [0.58, 0.81]}]}  # fmt: skip

    head, part, step = calibration.lines({"scorers": [few]})

    assert head.endswith("Brier 0.192 (unquantified: few), 41 predictions of 12 tenants")
    assert part.endswith("off by -0.13")
    assert step == "  next version: 0.80 to 0.90 says 0.71 (0.58 to 0.81)"


@pytest.mark.parametrize(
    ("kept", "proposed", "why", "line"),
    [
        (
            [],
            POINTS,
            None,
            "s 1.0.0 reach: nothing announced; due: 0.5 at 5.5, 0.9 at 9.1 (2026-01-01; unquantified: few)",
        ),
        (
            [POINTS],
            None,
            "wait",
            "s 1.0.0 reach: announced 0.5 at 5.5, 0.9 at 9.1 (2026-01-01; unquantified: few); wait",
        ),
    ],
)
def test_control_points_are_one_line(kept, proposed, why, line):
    one = {"scorer": "s", "version": "1.0.0", "driver": "reach", "kept": kept, "proposed": proposed, "why": why}

    assert calibration.curves({"points": [one]}) == [line]
