"""What the operator is shown: a list of all, and whatever is not as it should be."""

import json
from datetime import UTC, date, datetime

import pytest

from helpers.wheels import manifest, wheel
from kithline_core.plugins import current, deprecations, found
from kithline_core.plugins.deprecations import Deprecation
from kithline_core.plugins.examining import examine
from kithline_core.plugins.listing import listed
from kithline_core.plugins.store import allowed, installing
from kithline_core.plugins.store.allowed import Decision
from kithline_core.plugins.store.loading import Terms

OLD = Deprecation("hook", "kithline_scorers", "1", "2", "2027-01-01", "implement kithline_measures")
FIELD = Deprecation("field", "scorers.inputs.columns", "1", "2", "2027-01-01", "name them in `reads`")


@pytest.fixture
def terms(fresh):
    return Terms(fresh)


@pytest.fixture
def install(terms, tmp_path):
    """Install a plugin and allow it."""

    def put(*, allow=True, attestation=None, **how):
        made = installing.install(terms.folder, wheel(tmp_path / "dist", **how), attestation=attestation)
        if allow:
            decision = Decision(
                digest=made.record.digest, allowed=True, who="ann", when=datetime.now(UTC), reason="read"
            )
            allowed.decide(terms.folder, decision)
        return made

    return put


def ours(terms):
    return [one for one in listed(current.look(terms), terms) if one.name == "acme-echo"]


def told(terms):
    return {(one.state, one.found) for one in examine(current.look(terms), terms) if one.plugin.startswith("acme")}


def test_every_version_is_listed_with_what_an_operator_asks_for(terms, install):
    made = install(minimum_tier="full")
    install(version="2.0.0", lifecycle={"status": "experimental"})

    one, two = ours(terms)

    assert (one.version, one.status, one.scorers, one.answers) == ("1.0.0", "loaded", ["acme.echo"], ["acme.echo"])
    assert (one.hooks, one.digest, one.minimum_tier, one.attestation) == (
        ["kithline_scorers"], made.record.digest, "full", "none",
    )  # fmt: skip
    assert (one.python, one.numpy) == (made.record.libraries["python"], made.record.libraries["numpy"])
    assert (two.version, two.answers, two.lifecycle.status) == ("2.0.0", [], "experimental")


def test_a_plugin_beside_kithline_is_listed_too(terms):
    (supply,) = [one for one in listed(current.look(None), None) if one.name == "kithline-supply"]

    assert (supply.status, supply.scorers, supply.hooks) == ("beside", ["supply.collaboration"], ["kithline_scorers"])
    assert supply.numpy
    assert supply.python


def test_one_that_was_left_out_is_listed_with_what_to_do(terms, install):
    made = install(allow=False)

    (one,) = ours(terms)

    assert (one.status, one.version, one.digest) == ("quarantined", "1.0.0", made.record.digest)
    assert "kithline plugins allow" in one.remedy


def test_a_folder_that_is_no_plugin_is_listed_by_its_name(terms, install):
    install()
    (terms.folder / "acme-other-1").mkdir()

    (one,) = [one for one in listed(current.look(terms), terms) if one.name == "acme-other-1"]

    assert one.status == "quarantined"


def test_an_attestation_that_does_not_hold_is_told(terms, install, tmp_path):
    (tmp_path / "a.attestation").write_text("{}")
    install(attestation=tmp_path / "a.attestation")

    assert ours(terms)[0].attestation.startswith("refused: its attestation does not hold")
    ((state, words),) = told(terms)
    assert (state, "its attestation is refused" in words) == ("fail", True)


def test_a_sound_plugin_has_one_line(terms, install):
    install()

    assert told(terms) == {("ok", "as it came")}


def test_one_that_was_left_out_fails_with_its_reason(terms, install):
    install(allow=False)

    ((state, reason),) = told(terms)

    assert (state, "not on the operator's list" in reason) == ("fail", True)


def test_a_changed_file_fails(terms, install):
    made = install()
    (made.site / "acme_echo" / "more.py").touch()

    assert told(terms) == {("fail", "acme_echo/more.py came with no wheel")}


@pytest.mark.parametrize(
    ("sunset", "state", "words"),
    [
        ("2026-05-31", "warn", "its last day was 2026-05-31; new runs are refused"),
        ("2026-07-01", "warn", "deprecated, its last day is 2026-07-01"),
        ("2027-07-01", "ok", "deprecated, its last day is 2027-07-01"),
        ("", "ok", "deprecated, without a last day"),
    ],
)
def test_a_last_day_is_told_in_time(terms, install, monkeypatch, sunset, state, words):
    for module in (found, "kithline_core.plugins.examining"):
        target = module if isinstance(module, str) else module.__name__
        monkeypatch.setattr(f"{target}.today", lambda: date(2026, 6, 1))
    install(lifecycle={"status": "deprecated", "sunset": sunset, "successor": "acme.call"})

    assert told(terms) == {(state, words)}
    assert [one.advice for one in examine(current.look(terms), terms) if one.plugin == "acme-echo 1.0.0"] == [
        "move to acme.call"
    ]


def test_without_a_successor_the_author_is_asked(terms, install):
    install(lifecycle={"status": "deprecated"})

    (one,) = [one for one in examine(current.look(terms), terms) if one.plugin == "acme-echo 1.0.0"]

    assert one.advice == "ask its author what comes after it"


def test_a_hook_that_does_not_exist_fails(terms, install):
    install(files={"acme_echo/more.py": "@hookimpl(tryfirst=True)\n@other\nasync def kithline_scorerz():\n    pass\n"})

    assert told(terms) == {("fail", "it implements kithline_scorerz, which is no hook")}


def test_hooks_and_fields_that_are_on_their_way_out_are_told_per_plugin(terms, install, monkeypatch):
    install()
    monkeypatch.setattr(deprecations, "DEPRECATED", (OLD, FIELD))

    assert told(terms) == {("warn", OLD.told), ("warn", FIELD.told)}
    assert [one.deprecated for one in ours(terms)] == [[OLD.told, FIELD.told]]
    assert "goes with 2, its last day is 2027-01-01: implement kithline_measures" in OLD.told


def test_what_is_not_used_is_not_told(monkeypatch):
    monkeypatch.setattr(deprecations, "DEPRECATED", (OLD, FIELD))
    bare = json.dumps({**manifest(), "scorers": []}).encode()

    assert deprecations.used(["kithline_connectors"], bare) == []
    assert "kithline_scorers" in deprecations.specified()
