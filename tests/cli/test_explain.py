"""Why results differ and whether they come out the same again, on the command line."""

import json
import os

import pytest

from helpers.tenants import Tenant
from kithline_cli import explain
from kithline_cli.client import Client
from kithline_core.dataset import write

SILOS = "silos.internal"


@pytest.fixture
def twice(kithline, tmp_path):
    """A tenant with two results of one scorer; which they are."""
    write.write(tmp_path / "data", Tenant(9).dataset)
    with Client(os.environ["KITHLINE_URL"], os.environ["KITHLINE_KEY"]) as client:
        client.ask("POST", "/v1/grounds", {"template": "synthetic"})
        for command in (
            ("import", tmp_path / "data"),
            *(("run", "--scorer", SILOS, "--to", f"2026-01-0{day}") for day in (1, 2)),
        ):
            done = kithline(*command)
            assert done.exit_code == 0, done.output
        found = client.ask("GET", "/v1/results", params={"scorer": SILOS})["data"]
    return kithline, [one["id"] for one in reversed(found)]


def test_two_results_are_told_apart_replayed_and_bridged(twice):
    kithline, (before, after) = twice

    told, again = (kithline("results", "delta", before, after, *more) for more in ((), ("--json",)))
    replayed = kithline("results", "replay", before)
    bridged = kithline("results", "bridge", SILOS, "--from", "0.9.0", "--to", "1.0.0")
    refused = kithline("results", "bridge", SILOS, "--from", "1.0.0", "--to", "9.0.0")

    assert told.exit_code == 0, told.output
    assert told.stdout.splitlines()[1].startswith("  new data       ")
    assert told.stdout.splitlines()[-1].endswith(f"kithline evidence {after}")
    found = json.loads(again.stdout)
    assert sum(one["part"] for one in found["stages"]) == found["difference"]
    assert (replayed.exit_code, replayed.stdout) == (0, f"{before}: the same, byte for byte\n")
    assert (bridged.exit_code, len(bridged.stdout.splitlines())) == (0, 2)
    assert (refused.exit_code, "is not installed" in refused.stderr) == (3, True)


def end(score):
    return {"status": "insufficient" if score is None else "ok", "score": score}


def stage(name, **more):
    plain = {"stage": name, "changed": True, "part": None, "told_with": None, "reason": None, "tables": []}
    return {**plain, "status": "ok", "score": None, **more}


def test_a_difference_reads_line_by_line():
    found = {
        "scorer": SILOS, "before": end(58.0), "after": end(62.5), "difference": 45_000_000, "notes": ["by the way"],
        "stages": [
            stage("new_data", told_with="affiliation", reason="few_people"),
            stage("affiliation", part=45_000_000, tables=["memberships", "ties"], score=62.5),
            stage("scope", changed=False),
        ],
    }  # fmt: skip

    assert explain.lines(found) == [
        "silos.internal: 58 to 62.5, +4.5000000 points",
        "  new data       told with affiliation: it concerns fewer people than the privacy floor",
        "  affiliation    +4.5000000 points, then 62.5 (memberships, ties)",
        "note: by the way",
    ]


def test_without_a_score_the_states_are_told_and_where_nothing_changed_that():
    found = {"scorer": SILOS, "before": end(None), "after": end(62.5), "difference": None, "notes": []}

    told = explain.lines({**found, "stages": [stage("new_data")]})

    assert told == ["silos.internal: insufficient to 62.5", "  new data       no part, then ok"]
    assert explain.lines({**found, "stages": []})[1:] == ["  nothing changed"]


@pytest.mark.parametrize(
    ("outcome", "more", "said"),
    [
        ("differs", {"path": "/score"}, "res_1: differs at /score"),
        ("differs", {"path": ""}, "res_1: differs at its very bytes"),
        ("impossible", {"path": None, "detail": "it is gone"}, "res_1: cannot be computed again: it is gone"),
    ],
)
def test_whatever_does_not_come_out_the_same_ends_with_one(offline, answering, outcome, more, said):
    body = json.dumps({"result": "res_1", "outcome": outcome, "detail": None, **more}).encode()

    done = offline("results", "replay", "res_1", "--url", answering(200, body), "--key", "k")

    assert (done.exit_code, done.stdout.strip()) == (1, said)


def test_a_bridge_reads_span_by_span(offline, answering):
    plain = {
        "window": ["2026-01-01T00:00:00Z", "2026-04-01T00:00:00Z"], "version": "1.0.0", "reason": None, "change": None,
        "method": None, "bridged_status": "insufficient", "bridged_score": None, **end(50.0),
    }  # fmt: skip
    spans = [
        plain,
        {**plain, "reason": "inputs_gone"},
        {**plain, "bridged_score": 49.0, "method": -10_000_000, "change": {"data": 5_000_000, "method": -1_000_000}},
    ]
    url = answering(200, json.dumps({"spans": spans}).encode())

    done = offline("results", "bridge", "a.b", "--from", "1", "--to", "2", "--url", url, "--key", "k")
    none = offline(
        "results", "bridge", "a.b", "--from", "1", "--to", "2", "--url", answering(200, b'{"spans":[]}'), "--key", "k"
    )

    assert done.stdout.splitlines() == [
        "2026-04-01  1.0.0  50, by the newer rule insufficient",
        "2026-04-01  1.0.0  50; what it was computed from is not kept",
        (
            "2026-04-01  1.0.0  50, by the newer rule 49 (-1.0000000 points by the method); since: data +0.5000000 points, "
            "method -0.1000000 points"
        ),
    ]
    assert "no result of a.b by either version" in none.stdout
