"""`kithline indices`: five numbers with their parts; a total stands below them, never alone."""

import json
import os

import pytest

from helpers.tenants import Tenant
from kithline_cli.client import Client
from kithline_core.dataset import write

PART = {
    "part": "reach.ecosystem", "status": "ok", "reasons": [], "score": 40.0, "interval": [30.0, 50.0], "result": "res_1",
}  # fmt: skip
LACKING = {
    "part": "voice.everyone", "status": "insufficient", "reasons": ["no_result"], "score": None, "interval": None,
    "result": None,
}  # fmt: skip
INDEX = {
    "title": {"en": "Network"}, "status": "provisional", "reasons": ["no_result"], "score": 40.0, "interval": [31.0, 49.0],
    "parts": [PART, LACKING], "measures": {"leave_one_out_shift.reach%2Eecosystem": -3.25},
}  # fmt: skip
TOTAL = {
    "variant": "board", "title": None, "status": "ok", "reasons": [], "score": 44.0, "interval": [38.0, 51.0],
    "aggregation": "geometric", "weighting": "equal", "weights": {"depth": 0.5, "network": 0.5}, "parts": [INDEX],
    "measures": {"sobol_total.parts": 0.81, "sobol_total.inclusion": 0.2},
    "field": [
        {"rank": 2, "rank_interval": [1, 2], "band": 1, "holds": None},
        {"rank": 1, "rank_interval": [1, 2], "band": 1, "holds": 0.912},
    ],
}  # fmt: skip


def lines(done):
    assert done.exit_code == 0, done.output
    return [" ".join(line.replace("│", " ").split()) for line in done.stdout.splitlines()]


@pytest.fixture
def server(offline, answering):
    """The command against a server that answers with this, whatever is asked."""

    def told(answer):
        address = answering(200, json.dumps(answer).encode(), **{"content-type": "application/json"})
        return lambda *more: offline("indices", "--url", address, "--key", "k", *more)

    return told


def test_each_index_stands_above_its_parts_with_interval_status_and_what_moves_it(server):
    told = lines(server({"indices": [INDEX]})())

    assert "Network 40.0 31.0 to 49.0 provisional (no_result)" in told
    assert "reach.ecosystem 40.0 30.0 to 50.0 ok -3.2" in told
    assert "voice.everyone unknown - insufficient (no_result)" in told


def test_a_total_stands_below_its_indices_with_what_it_hangs_on(server):
    told = lines(server(TOTAL)("--variant", "board"))

    assert told.index("Network 40.0 31.0 to 49.0 provisional (no_result)") < told.index("board: 44.0 (38.0 to 51.0) ok")
    assert told[-3:] == [
        "geometric mean, equal: depth 50 %, network 50 %",
        "hangs on: what was measured 81 %, which indices count 20 % (shares of its variance, together with others)",
        "rank 1 (1 to 2) among 2 windows, above the next in 91 % of draws",
    ]


def test_where_ranks_say_too_little_a_band_is_told(server):
    field = [{"rank": None, "rank_interval": [1, 3], "band": band} for band in (2, 1, 1)]

    told = lines(server({**TOTAL, "title": "Ours\x1b[2J", "field": field})("--variant", "board"))

    assert told[-1] == "band 1 of 2 among 3 windows"
    assert any(line.startswith("Ours?[2J: 44.0") for line in told)


def test_an_unknown_total_says_so_and_nothing_else(server):
    nothing = {"score": None, "interval": None, "status": "insufficient", "reasons": ["no_result"], "measures": {},
               "field": []}  # fmt: skip

    told = lines(server({**TOTAL, **nothing})("--variant", "board"))

    assert told[-2:] == [
        "board: unknown (-) insufficient (no_result)", "geometric mean, equal: depth 50 %, network 50 %",
    ]  # fmt: skip


def test_as_json_it_is_the_servers_answer(server):
    done = server(TOTAL)("--variant", "board", "--json")

    assert json.loads(done.stdout) == TOTAL


def test_from_data_to_indices_and_a_total(kithline, tmp_path):
    write.write(tmp_path / "data", Tenant(53).dataset)
    assert kithline("indices").stdout.count("unknown") > 5
    with Client(os.environ["KITHLINE_URL"], os.environ["KITHLINE_KEY"]) as client:
        client.ask("POST", "/v1/grounds", {"template": "synthetic"})
        client.ask("PUT", "/v1/index-variants/ours", {"reason": "r", "indices": ["depth", "supply"]})
    asked = ("run", "--to", "2026-01-01", "--scorer", "maturity.depth", "--scorer", "supply.collaboration")
    for command in (("import", tmp_path / "data"), asked):
        done = kithline(*command)
        assert done.exit_code == 0, done.output

    found = json.loads(kithline("indices", "--to", "2026-01-01", "--json").stdout)
    before = json.loads(kithline("indices", "--to", "2025-01-01", "--json").stdout)
    total = kithline("indices", "--variant", "ours")
    strange = kithline("indices", "--variant", "theirs")

    scores = {one["index"]: one["score"] for one in found["indices"]}
    assert scores["depth"] is not None
    assert scores["supply"] is not None
    assert {one["score"] for one in before["indices"]} == {None}
    assert "ours: " in total.stdout
    assert "supply.collaboration" in total.stdout
    assert (strange.exit_code, "no such object" in strange.stderr) == (1, True)
