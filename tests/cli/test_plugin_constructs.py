"""`kithline plugins constructs`: checks on tenants that agreed, published where versions are shown."""

import json
from types import SimpleNamespace

import pytest

from kithline_cli.plugins import constructs as command
from kithline_core.engine.constructs.checks import Check
from kithline_core.plugins import standing


@pytest.fixture
def database(database_urls, monkeypatch, tmp_path):
    """A database in which nobody agreed, and a store of its own."""
    monkeypatch.setenv("KITHLINE_DATABASE_URL", database_urls.app)
    monkeypatch.setenv("KITHLINE_DISPATCHER_DATABASE_URL", database_urls.dispatcher)
    monkeypatch.setenv("KITHLINE_PLUGINS_DIR", str(tmp_path / "plugins"))


def test_before_ten_tenants_agreed_every_check_of_the_shipped_plugins_is_unknown(offline, database, tmp_path):
    done = offline("plugins", "constructs", "--publish")

    assert done.exit_code == 0, done.output
    assert "kithline-purpose 1.0.0: unknown" in done.stdout
    assert "  known groups, uptake (purpose.clarity: uptake): unknown (few_tenants)" in done.stdout
    held = json.loads((tmp_path / "plugins" / standing.FILE).read_bytes())
    assert {one["plugin"] for one in held} == {"kithline-maturity", "kithline-purpose", "kithline-supply"}
    assert {one["label"] for one in json.loads(offline("plugins", "constructs", "--json").stdout)} == {""}


def test_a_failing_check_is_told_with_its_interval_and_its_doubt():
    check = Check(
        check="convergent", dimension="trust", measures=["a.s: x", "a.s: y"], verdict="fails", value=0.21,
        interval=(-0.1, 0.48), tenants=30,
    )  # fmt: skip
    failing = SimpleNamespace(plugin="acme", version="1.0.0", verdict="fails", label="experimental", checks=[check])

    assert list(command._lines(failing)) == [
        "acme 1.0.0: fails, experimental",
        "  convergent, trust (a.s: x, a.s: y): fails, 0.21 (-0.10 to 0.48) over 30 tenants, though its interval leaves that open",
    ]


def test_without_a_database_it_says_what_to_set(offline, monkeypatch):
    monkeypatch.delenv("KITHLINE_DATABASE_URL", raising=False)

    assert offline("plugins", "constructs").exit_code == 4
