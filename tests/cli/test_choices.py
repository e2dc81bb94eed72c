"""What a tenant chose about methods travels in its folder: scored elsewhere, it gives the keys that are stored."""

import json
from itertools import count

import pytest

from kithline_cli.choices import WHY

NETWORK, SILOS = "kithline-network", "silos.internal"
NUMBERS = count(1)


@pytest.fixture
def chosen(kithline, example):
    """A tenant with an own parameter, a pinned version and a named total."""
    assert kithline("import", example).exit_code == 0
    for words in (
        ("pin", NETWORK, "1.0.0", "--reason", "until the report is out"),
        ("params", SILOS, "--set", "min_events=3", "--reason", "once is no tie"),
    ):
        assert kithline("plugins", *words).exit_code == 0
    (example / "choices.json").write_text(json.dumps({"indices": {"board": {"reason": "asked for"}}}))
    assert kithline("import", example).exit_code == 0
    return kithline


@pytest.fixture
def acting(installation, monkeypatch):
    """Let the command act for another tenant, of its own or with fewer scopes."""

    def act(scopes=None):
        tenant = installation.tenant(f"chosen-{next(NUMBERS)}")
        if scopes is not None:
            with installation.client(tenant) as client:
                made = client.ask("POST", "/v1/api-keys", {"title": "narrow", "scopes": scopes})
            tenant["KITHLINE_KEY"] = made["key"]
        for name, value in tenant.items():
            monkeypatch.setenv(name, value)

    return act


def test_an_exported_folder_gives_the_stored_keys_with_own_parameters(chosen, tmp_path):
    stored = chosen("run", "--scorer", SILOS, "--to", "2026-04-01", "--json").stdout
    assert chosen("export", tmp_path / "out").exit_code == 0

    again = chosen("score", tmp_path / "out", "--scorer", SILOS, "--to", "2026-04-01", "--json").stdout
    other = chosen(
        "score", tmp_path / "out", "--scorer", SILOS, "--to", "2026-04-01", "--set", f"{SILOS}.min_events=2", "--json"
    ).stdout

    assert json.loads(stored)["key"].startswith("sha256:")
    assert again == stored
    assert json.loads(other)["key"] != json.loads(stored)["key"]


def test_choices_come_back_where_the_folder_is_imported(chosen, acting, tmp_path):
    chosen("export", tmp_path / "one")
    acting()
    assert chosen("import", tmp_path / "one").exit_code == 0
    chosen("export", tmp_path / "two")
    again = chosen("import", tmp_path / "one")

    first, second = (json.loads((tmp_path / name / "choices.json").read_bytes()) for name in ("one", "two"))
    assert first == second
    assert (first["parameters"], first["pinned"], list(first["indices"])) == (
        {SILOS: {"min_events": 3}}, {NETWORK: "1.0.0"}, ["board"],
    )  # fmt: skip
    (used,) = [one for one in json.loads(chosen("plugins", "used", "--json").stdout) if one["plugin"] == NETWORK]
    assert (used["reason"], again.exit_code) == (WHY, 0)


def test_a_choice_that_cannot_be_kept_is_refused_before_any_row_is_sent(kithline, example):
    (example / "choices.json").write_text(json.dumps({"pinned": {NETWORK: "9.9"}}))

    refused = kithline("import", example)

    assert refused.exit_code == 3
    assert "choices.json: " in refused.stderr
    assert "9.9" in refused.stderr
    assert json.loads(kithline("export", example.with_name("none"), "--json").stdout)["rows"] == {}


def test_a_key_that_may_not_read_choices_says_that_they_stay_behind(kithline, acting, tmp_path):
    acting([f"{one}:read" for one in (
        "answers", "communities", "datasets", "events", "findings", "identities", "interfaces", "organisations", "people",
        "questionnaires", "registers", "ties",
    )])  # fmt: skip

    told = json.loads(kithline("export", tmp_path / "out", "--json").stdout)

    assert "own parameters" in told["left_behind"]["choices"]
    assert not (tmp_path / "out" / "choices.json").exists()


def test_a_folder_says_what_is_wrong_with_its_choices(offline, example):
    (example / "choices.json").write_text('{"parameter": {}}')

    refused = offline("validate", example)

    assert refused.exit_code == 3
    assert "choices.json" in refused.output
