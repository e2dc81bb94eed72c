"""What is installed: beside Kithline and in the store, several versions of one, and which of them answers."""

from datetime import UTC, date, datetime
from importlib.metadata import EntryPoint
from pathlib import Path

import msgspec
import pytest

from helpers.wheels import manifest, wheel
from kithline_core import plugins
from kithline_core.engine import keys, questionnaires
from kithline_core.errors import Invalid, UnknownScorer
from kithline_core.plugins import beside, clashes, current, found
from kithline_core.plugins.found import Installed, Plugin
from kithline_core.plugins.store import allowed, installing
from kithline_core.plugins.store.allowed import Decision
from kithline_core.settings import Settings, adopt, adopted
from kithline_sdk.manifest import Manifest

CONNECTOR = {"key": "acme.export", "version": "1", "title": {"en": "x"}, "takes": [".zip"], "writes": ["events"]}


def plugin(version, status="active", sunset="", successor="", **more):
    told = manifest(version=version, lifecycle={"status": status, "sunset": sunset, "successor": successor}, **more)
    return Plugin("acme_echo", Path(), msgspec.convert(told, Manifest))


@pytest.fixture
def the_first_of_june(monkeypatch):
    monkeypatch.setattr(found, "today", lambda: date(2026, 6, 1))


@pytest.mark.parametrize(
    ("versions", "answers"),
    [
        ([plugin("1.0.0"), plugin("1.10.0"), plugin("1.9.0")], "1.10.0"),
        ([plugin("1.0.0"), plugin("2.0.0", "experimental")], "1.0.0"),
        ([plugin("1.0.0", "deprecated"), plugin("2.0.0", "experimental")], "1.0.0"),
        ([plugin("1.0.0"), plugin("2.0.0", "deprecated")], "1.0.0"),
        ([plugin("1.0.0", "experimental")], "1.0.0"),
        ([plugin("1.0.0"), plugin("nonsense")], "1.0.0"),
        ([plugin("1.0.0", "deprecated", "2026-06-01"), plugin("2.0.0", "experimental")], "1.0.0"),
        ([plugin("1.0.0", "deprecated", "2026-05-31"), plugin("2.0.0", "experimental")], "2.0.0"),
    ],
)
def test_the_newest_active_version_answers(the_first_of_june, versions, answers):
    for order in (versions, versions[::-1]):
        installed = Installed(order, [])
        assert installed.find("acme.echo")[0].manifest.version == answers
        assert [one.key for one in installed.scorers()] == ["acme.echo"]


def test_a_version_that_is_asked_for_answers_whatever_the_day(the_first_of_june):
    installed = Installed([plugin("1.0.0", "deprecated", "2026-01-01"), plugin("2.0.0")], [])

    assert installed.find("acme.echo", "1.0.0")[0].manifest.version == "1.0.0"
    with pytest.raises(
        UnknownScorer, match=r"not installed from version 3\.0\.0 of acme-echo; there is 2\.0\.0, 1\.0\.0"
    ):
        installed.find("acme.echo", "3.0.0")


def test_past_its_last_day_a_scorer_is_refused_and_its_successor_named(the_first_of_june):
    installed = Installed([plugin("1.0.0", "deprecated", "2026-05-31", "acme.call")], [])

    with pytest.raises(UnknownScorer, match=r"had its last day on 2026-05-31; use acme\.call"):
        installed.find("acme.echo")
    assert installed.scorers() == []
    assert [spec.key for _, spec in installed.known()] == ["acme.echo"]


def test_without_a_successor_that_is_said(the_first_of_june):
    with pytest.raises(UnknownScorer, match="names no successor"):
        Installed([plugin("1.0.0", "deprecated", "2026-05-31")], []).find("acme.echo")


def test_an_unknown_scorer_or_connector_is_refused():
    installed = Installed([plugin("1.0.0", connectors=[CONNECTOR], scorers=[])], [])

    assert installed.connector("acme.export")[1].takes == [".zip"]
    with pytest.raises(UnknownScorer):
        installed.find("acme.export")
    with pytest.raises(Invalid, match=r"there are acme\.export"):
        installed.connector("acme.other")


def test_a_connector_past_its_last_day_is_not_offered(the_first_of_june):
    installed = Installed([plugin("1.0.0", "deprecated", "2026-05-31", connectors=[CONNECTOR])], [])

    assert installed.connectors() == []


def test_who_is_installed_does_not_hang_on_the_order_of_entry_points(monkeypatch):
    points = list(beside.entry_points(group=plugins.GROUP))
    told = []
    for order in (points, points[::-1]):
        monkeypatch.setattr(beside, "entry_points", lambda order=order, **_: order)
        told.append([one.name for one in current.look(None).plugins])

    assert told[0] == told[1] == sorted(told[0])
    assert len(told[0]) == len(points)


def test_a_broken_plugin_beside_kithline_stops_nobody(monkeypatch, tmp_path):
    points = list(beside.entry_points(group=plugins.GROUP))
    (tmp_path / "acme_broken").mkdir()
    (tmp_path / "acme_broken" / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    more = [EntryPoint(name, name, plugins.GROUP) for name in ("acme_gone", "acme_broken")]
    monkeypatch.setattr(beside, "entry_points", lambda **_: [*more, *points])

    seen = current.look(None)

    assert len(seen.plugins) == len(points)
    assert [one.module for one in seen.quarantined] == ["acme_broken", "acme_gone"]
    assert "cannot be read" in seen.quarantined[0].reason
    assert "not installed" in seen.quarantined[1].reason


def test_what_is_left_out_twice_is_told_once_with_its_reason():
    told = clashes.apart([plugins.Quarantined("acme", "broken"), plugin("1.0.0"), plugin("1.0.0")])

    assert [one.reason for one in told if isinstance(one, plugins.Quarantined)] == [
        "broken", "version 1.0.0 of acme-echo is installed already",
    ]  # fmt: skip


@pytest.fixture
def store(fresh):
    """A store that this process looks at."""
    before = adopted()
    adopt(Settings(plugins_dir=str(fresh)))
    yield fresh
    adopt(before)


def allow(store, digest):
    allowed.decide(store, Decision(digest=digest, allowed=True, who="ann", when=datetime.now(UTC), reason="read"))


def test_a_change_of_the_store_is_seen_without_a_restart_and_no_change_is_not_looked_at_twice(store, tmp_path):
    names = lambda: {one.name for one in plugins.installed().plugins}  # noqa: E731 - asked again and again
    assert "acme-echo" not in names()

    made = installing.install(store, wheel(tmp_path))
    assert [one.module for one in plugins.installed().quarantined] == ["acme_echo"]
    allow(store, made.record.digest)
    assert "acme-echo" in names()
    assert plugins.installed() is plugins.installed()
    made.wheel.chmod(0o644)
    made.wheel.write_bytes(b"PK")
    assert "acme-echo" not in names()


def test_a_key_counts_the_libraries_of_the_plugins_own_environment(store, tmp_path):
    made = installing.install(store, wheel(tmp_path))
    allow(store, made.record.digest)
    stored, _ = plugins.installed().find("acme.echo")

    assert keys.engine_version(stored) == keys.engine_version() == keys.engine_version(plugin("1.0.0"))
    for name in ("numpy", "msgspec", "python"):
        other = msgspec.structs.replace(stored, libraries={**stored.libraries, name: "0"})
        assert keys.engine_version(other) != keys.engine_version()
    other = msgspec.structs.replace(stored, libraries={**stored.libraries, "scipy": "0"})
    assert keys.engine_version(other) == keys.engine_version()


def test_questionnaires_of_the_store_are_shipped_too(store, tmp_path, monkeypatch):
    asks = {"questionnaire": "acme.asks", "version": "1", "items": [{"item": "a", "text": {"en": "?"}}]}
    path = wheel(tmp_path, questionnaires=["a.json"], files={"acme_echo/a.json": msgspec.json.encode(asks)})
    made = installing.install(store, path)
    assert "acme.asks" not in {one.questionnaire for one in questionnaires.shipped()}

    allow(store, made.record.digest)

    assert "acme.asks" in {one.questionnaire for one in questionnaires.shipped()}


def test_settings_say_where_plugins_are_stored(tmp_path, monkeypatch):
    def nowhere():
        raise RuntimeError

    assert Settings.from_env({"KITHLINE_HOME": str(tmp_path)}).plugins_dir == str(tmp_path / "plugins")
    assert Settings.from_env({"KITHLINE_PLUGINS_DIR": "elsewhere"}).plugins_dir == "elsewhere"
    monkeypatch.setattr(Path, "home", nowhere)
    assert Settings.from_env({}).plugins_dir == ""
    assert current.terms(Settings()) is None
