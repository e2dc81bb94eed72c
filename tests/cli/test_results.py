"""What is stored, without a run: from here and from the tenant's own site."""

import json
import os

import pytest

from helpers.tenants import Tenant
from kithline_cli import results
from kithline_cli.client import Client
from kithline_core.dataset import write


@pytest.fixture
def both(kithline, tmp_path):
    """A tenant with results of a run, and one that its site sent for the same window."""
    write.write(tmp_path / "data", Tenant(53).dataset)
    with Client(os.environ["KITHLINE_URL"], os.environ["KITHLINE_KEY"]) as client:
        client.ask("POST", "/v1/grounds", {"template": "synthetic"})
    window = ("--to", "2026-01-01")
    for command in (
        ("import", tmp_path / "data"),
        ("run", *window),
        ("findings", "keygen", "--out", tmp_path / "site.pem"),
        ("findings", "register", tmp_path / "site.pem"),
        (
            "findings",
            "send",
            tmp_path / "data",
            "--sign-with",
            tmp_path / "site.pem",
            "--scorer",
            "silos.internal",
            *window,
        ),
    ):
        done = kithline(*command)
        assert done.exit_code == 0, done.output
    return kithline


def test_each_result_says_whether_it_was_computed_at_the_tenants_site(both, tmp_path):
    done = both("results", "--html", tmp_path / "report.html")

    assert done.exit_code == 0, done.output
    rows = {line.split()[1]: line for line in done.stdout.splitlines() if line.startswith("│")}
    assert {name for name, line in rows.items() if "computed at your site" in line} == {"silos.internal"}
    assert len(rows) > 2
    html = (tmp_path / "report.html").read_text()
    assert html.count(">computed at your site<") == 1
    assert f"report: {tmp_path / 'report.html'}" in done.stdout


def test_what_changed_since_is_said_in_the_report_and_on_stderr(both, tmp_path):
    with Client(os.environ["KITHLINE_URL"], os.environ["KITHLINE_KEY"]) as client:
        client.ask("POST", "/v1/organisations:bulk", [{"organisation": "new", "role": "supplier"}])

    done = both("results", "--scorer", "supply.collaboration", "--html", tmp_path / "report.html", "--json")

    assert [json.loads(line)["scorer"] for line in done.stdout.splitlines()] == ["supply.collaboration"]
    assert "what supply.collaboration counted has changed since: run again" in done.stderr
    assert f"report: {tmp_path / 'report.html'}" in done.stderr
    assert "run again" in (tmp_path / "report.html").read_text()


def test_of_each_index_the_latest_window_counts_and_of_that_the_newest():
    class Server:
        def ask(self, _, path, params=None):
            if path == "/v1/scorers":
                return {"data": [{"key": "b"}, {"key": "a"}, {"key": "never run"}]}
            ends = {
                "a": ["2026-01-01T00:00:00Z", "2026-02-01T00:00:00.5Z", "2026-02-01T00:00:00.500Z"],
                "b": ["2025-01-01T00:00:00Z"],
            }
            return {
                "data": [
                    {"id": n, "scorer": params["scorer"], "window_end": end}
                    for n, end in enumerate(ends.get(params["scorer"], []))
                ]
            }

    assert [(one["scorer"], one["id"]) for one in results.latest(Server())] == [("a", 1), ("b", 0)]
    assert [one["scorer"] for one in results.latest(Server(), ["b"])] == ["b"]
