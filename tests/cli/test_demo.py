import json

import pytest

from kithline_cli import demo, runs
from kithline_core.dataset import example
from kithline_core.demo import make
from kithline_core.stack import credentials


@pytest.fixture
def small(monkeypatch):
    """The demo with a handful of rows: what it says about the whole organisation is tested end to end."""
    monkeypatch.setattr(make, "make", lambda _: example.dataset())
    monkeypatch.setattr(demo, "TENANT", "demo-in-small")


@pytest.mark.usefixtures("small")
def test_the_demo_prints_the_verdict_first_a_table_and_the_reports_path(kithline, installation):
    done = kithline("demo")

    assert done.exit_code == 0, done.output
    assert "90 % interval" in done.stdout
    assert f"report: {installation.home / 'demo.html'}\n" in done.stdout
    assert "kithline down" in done.stdout
    assert "Example: social business report" in (installation.home / "demo.html").read_text()


@pytest.mark.usefixtures("small")
def test_the_demo_speaks_json(kithline, tmp_path):
    kithline("demo")

    told = json.loads(kithline("demo", "--json", "--report", tmp_path / "r.html").stdout)

    assert told["results"][0]["scorer"] == "kithline.verdict"
    assert {counts["accepted"] for counts in told["rows"].values()} == {0}
    assert told["report"] == str(tmp_path / "r.html")


@pytest.mark.usefixtures("small")
def test_a_demo_whose_run_fails_fails(kithline, monkeypatch):
    monkeypatch.setattr(runs, "finished", lambda *_: {"id": "run_x", "state": "failed"})
    monkeypatch.setattr(runs, "findings", lambda *_: [])

    assert kithline("demo").exit_code == 1


@pytest.mark.parametrize("kept", [None, credentials.Credentials(url="http://x")])
@pytest.mark.usefixtures("small")
def test_a_stack_without_credentials_says_what_to_do(kithline, monkeypatch, kept):
    monkeypatch.setattr(demo, "stored", lambda: kept)

    done = kithline("demo")

    assert done.exit_code == 4
    assert "move it away" in done.stderr
