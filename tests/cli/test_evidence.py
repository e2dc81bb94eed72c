"""Evidence on the command line: the ids behind a figure are listed, and counted again where they arrive."""

import json
import os

import pytest

from helpers.tenants import Tenant
from kithline_cli import evidence
from kithline_cli.client import Client
from kithline_core.dataset import write

SILOS = "silos.internal"


@pytest.fixture
def talking(kithline, tmp_path):
    """A tenant with a result over events."""
    write.write(tmp_path / "data", Tenant(9).dataset)
    with Client(os.environ["KITHLINE_URL"], os.environ["KITHLINE_KEY"]) as client:
        client.ask("POST", "/v1/grounds", {"template": "synthetic"})
    for command in (("import", tmp_path / "data"), ("run", "--scorer", SILOS, "--to", "2026-01-01")):
        done = kithline(*command)
        assert done.exit_code == 0, done.output
    return kithline


def test_a_result_leads_to_its_ids_and_they_recount(talking):
    told, again = talking("evidence", SILOS), talking("evidence", SILOS, "--json")
    found = json.loads(again.stdout)
    events = next(one for one in found["tables"] if one["table"] == "events")

    assert (told.exit_code, again.exit_code) == (0, 0)
    assert "events (rolled up as tie_day; bots left out), 2025-10-03 to 2026-01-01" in told.stdout
    listed = talking("evidence", found["result"], "events", "--json")
    rows = talking("evidence", SILOS, "populations")
    ids = json.loads(listed.stdout)
    assert (listed.exit_code, ids["same"], ids["count"], ids["ids_hash"]) == (
        0,
        True,
        events["count"],
        events["ids_hash"],
    )
    assert (rows.exit_code, rows.stdout.splitlines()[-1].endswith(": as they were counted")) == (0, True)


def test_what_leads_to_people_is_refused_with_its_reason(talking):
    refused = talking("evidence", SILOS, "memberships")
    unknown = talking("evidence", SILOS, "events", "--measure", "department_ei.nowhere")

    assert (refused.exit_code, "people are not listed" in refused.stderr) == (1, True)
    assert (unknown.exit_code, "has no measure" in unknown.stderr) == (1, True)


def test_what_changed_since_ends_with_1(talking):
    with Client(os.environ["KITHLINE_URL"], os.environ["KITHLINE_KEY"]) as client:
        late = {"id": "late", "occurred_at": "2025-12-01T09:00:00Z", "actor": "somebody", "verb": "posted"}
        client.ask("POST", "/v1/events:bulk", [late])

    told, listed = talking("evidence", SILOS), talking("evidence", SILOS, "events")

    assert (told.exit_code, listed.exit_code) == (1, 0)
    assert "changed (late); by how much is not told" in told.stdout
    assert listed.stdout.splitlines()[-1].endswith(": as they were counted")


def test_ids_that_are_not_those_that_were_counted_end_with_1(talking, monkeypatch):
    monkeypatch.setattr(evidence, "recounted", lambda *_, **__: {"count": 0, "ids_hash": "aa"})

    assert talking("evidence", SILOS, "events").exit_code == 1


def table(**more):
    plain = {
        "table": "events", "filter": "bots left out", "window": ["2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"], "count": 9,
        "ids_hash": "aa", "recount": "same", "now": {"count": 9, "ids_hash": "aa"}, "reasons": [], "held_back": None,
        "part": None,
    }  # fmt: skip
    return {**plain, **more}


def found(*tables, **more):
    return {"result": "res_1", "scorer": SILOS, "measure": None, "stale_since": None, "tables": tables, **more}


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, ["events (bots left out), 2026-01-01 to 2026-02-01", "  9 ids, sha256 aa: same"]),
        (
            {"filter": "", "recount": "changed", "now": None, "reasons": ["erased"], "held_back": "erased"},
            ["events, 2026-01-01 to 2026-02-01", "  9 ids, sha256 aa: changed (erased)", "  not listed: somebody in it was erased"],
        ),
        (
            {"recount": "changed", "now": {"count": 8, "ids_hash": "bb"}, "reasons": ["data_changed"]},
            ["events (bots left out), 2026-01-01 to 2026-02-01", "  9 ids, sha256 aa: changed, now 8 (data_changed)"],
        ),
        (
            {"recount": "changed", "now": None, "reasons": ["late"]},
            ["events (bots left out), 2026-01-01 to 2026-02-01",
             "  9 ids, sha256 aa: changed (late); by how much is not told, it could be one person"],
        ),
        (
            {"filter": "", "recount": "gone", "now": {"count": 0, "ids_hash": "bb"}, "reasons": ["retention"]},
            ["events, 2026-01-01 to 2026-02-01", "  9 ids, sha256 aa: gone, now 0 (retention)"],
        ),
        (
            {"filter": "", "recount": None, "part": {"filter": "community is a", "count": 4, "ids_hash": "cc"}},
            ["events, 2026-01-01 to 2026-02-01", "  9 ids, sha256 aa: cannot be counted again, now 9",
             "  of them 4 ids, sha256 cc: community is a"],
        ),
    ],
)  # fmt: skip
def test_a_table_reads_line_by_line(more, expected):
    assert evidence.lines(found(table(**more)))[1:] == expected


def test_a_measure_and_a_change_are_named_first():
    assert evidence.lines(found(measure="ei", stale_since="2026-02-03T00:00:00Z")) == [
        "res_1: silos.internal, ei (its data changed since 2026-02-03)"
    ]


def test_no_ids_have_a_hash_as_well():
    assert evidence.recounted([], of_events=False)["count"] == evidence.recounted([], of_events=True)["count"] == 0
