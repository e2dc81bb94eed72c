"""Which tenant is meant: the stack's own unless another is named, and never another by accident."""

import json
import os
import stat
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from msgspec.structs import replace

from kithline_cli import client as module
from kithline_cli import demo, runs, tenants
from kithline_core.dataset import example as example_folder
from kithline_core.demo import make

DEMO = "demo-of-tenants"


@pytest.fixture
def stack(kithline, installation, monkeypatch):
    """The command as somebody types it on this machine: no key is named. Its own tenant is one that holds nothing."""
    own = os.environ["KITHLINE_KEY"]
    for name in ("KITHLINE_URL", "KITHLINE_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setattr(module, "stored", lambda: replace(installation.credentials, tenant_key=own))
    (installation.home / "tenants.json").unlink(missing_ok=True)
    return kithline


@pytest.fixture
def after_the_demo(stack, monkeypatch):
    """The same after `kithline demo`, in small."""
    monkeypatch.setattr(make, "make", lambda _: example_folder.dataset())
    monkeypatch.setattr(demo, "TENANT", DEMO)
    told = stack("demo")
    assert told.exit_code == 0, told.output
    assert f"kithline results --tenant {DEMO}" in told.stdout
    return stack


def test_after_the_demo_its_tenant_is_one_option_away(after_the_demo, tmp_path):
    shown = after_the_demo("results", "--tenant", DEMO)
    again = after_the_demo("run", "--tenant", DEMO, "--scorer", "silos.internal", "--json")
    back = after_the_demo("export", tmp_path / "back", "--tenant", DEMO)

    assert [shown.exit_code, again.exit_code, back.exit_code] == [0, 0, 0], shown.output + again.output + back.output
    assert "silos.internal" in shown.stdout
    assert json.loads(again.stdout)["scorer"] == "silos.internal"
    assert "people: 5 rows" in back.stdout
    assert "no other was named" not in shown.stderr + again.stderr + back.stderr


def test_without_it_what_finds_nothing_says_where_to_look(after_the_demo, tmp_path):
    told = [
        after_the_demo("run", "--scorer", "silos.internal"),
        after_the_demo("results", "--scorer", "supply.collaboration"),
        after_the_demo("export", tmp_path / "none"),
    ]

    said = ["nothing was counted", "there is no result", "there are no rows"]
    assert [one.exit_code for one in told] == [0, 0, 0]
    for one, words in zip(told, said, strict=True):
        assert f"{words} in this stack's own tenant" in one.stderr
        assert f"there is also {DEMO}: add --tenant {DEMO}" in one.stderr


def test_before_any_other_tenant_was_used_the_next_step_is_to_send_data(stack):
    told = stack("results").stderr

    assert "there is no result in this stack's own tenant" in told
    assert "`kithline import` sends data" in told


def test_where_something_was_counted_or_a_key_is_named_nothing_is_said(stack, example, installation, monkeypatch):
    assert stack("import", example).exit_code == 0
    counted = stack("run", "--to", "2026-04-01")
    monkeypatch.setenv("KITHLINE_KEY", installation.tenant("empty-and-named")["KITHLINE_KEY"])
    named = stack("results")

    assert counted.exit_code == named.exit_code == 0
    assert "no other was named" not in counted.stderr + named.stderr


def test_what_is_withheld_may_have_been_counted():
    bare = {"scorer": "a", "version": "1", "reasons": [], "score": None, "unit": "points", "level": None,
            "level_name": None, "level_probability": None, "interval": None, "bounds": None, "coverage": None,
            "concentration": None, "window": ["a", "b"], "measures": {}, "intervals": {}, "tables": {}, "findings": [],
            "drivers": [], "missing": [], "recommendations": [], "not_for": [], "key": "k"}  # fmt: skip
    line = {"table": "people", "filter": "", "window": ["a", "b"], "ids_hash": ""}
    kinds = [("withheld", []), ("ok", [{**line, "count": 3}]), ("insufficient", [{**line, "count": 0}])]

    told = [runs.counted([msgspec.json.encode({**bare, "status": kind, "lineage": rows})]) for kind, rows in kinds]

    assert told == [True, True, False]


def test_the_stacks_own_tenant_can_be_named_too(stack, installation):
    assert stack("results", "--tenant", installation.credentials.tenant).exit_code == 0
    assert tenants.known() == {}


def test_a_tenant_that_is_not_there_is_not_found(stack):
    done = stack("results", "--tenant", "no/such tenant")

    assert done.exit_code == 1
    assert "has no tenant 'no/such tenant'; it has " in done.stderr


def test_a_tenant_and_a_key_or_another_address_exclude_each_other(stack):
    named = [("--key", "k"), ("--url", "http://127.0.0.1:9")]

    for more in named:
        done = stack("results", "--tenant", DEMO, *more)
        assert done.exit_code == 3
        assert "that key decides" in done.stderr


def test_where_no_stack_was_started_there_is_no_tenant(offline):
    done = offline("results", "--tenant", "demo")

    assert done.exit_code == 4
    assert "kithline up" in done.stderr


def test_a_kept_key_is_its_owners_and_used_until_it_is_about_to_end(stack, installation):
    name = "kept"
    installation.tenant(name)
    file = installation.home / "tenants.json"

    stack("results", "--tenant", name)
    first = tenants.known()[name]
    stack("results", "--tenant", name)
    same = tenants.known()[name]
    tenants.keep(name, first.key, datetime.now(UTC) + timedelta(minutes=5))
    stack("results", "--tenant", name)

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert same == first
    assert tenants.known()[name].key != first.key
    assert first.expires_at < datetime.now(UTC) + timedelta(days=1, minutes=1)


def test_a_torn_file_of_keys_is_none(stack, installation):
    (installation.home / "tenants.json").write_text("{")

    assert tenants.known() == {}
    assert stack("results").exit_code == 0
