"""Plugins from the command line: what the tenant uses, chosen with a reason, with parameters that the plugin took."""

import json

import pytest

NETWORK, SILOS = "kithline-network", "silos.internal"
WHY = ("--reason", "a test")
SPREAD = {"n": 40, "min": -1.25, "p05": -0.5, "median": 0.0, "p95": 0.125, "max": 0.25}
COMPARED = {
    "scorer": "a.b", "version": "1", "candidate": "2", "compared": 40, "waiting": 2, "identical": 31, "status_changed": 0.1,
    "level_changed": None, "statuses": [{"before": "ok", "after": "insufficient", "count": 4}, {"before": "ok", "after": "ok", "count": 36}],
    "levels": [{"before": 1, "after": 2, "count": 3}], "score": SPREAD, "doubt": "unquantified: counted", "reason": None,
}  # fmt: skip
REPORT = {
    "plugin": "a", "in_force": "1", "candidate": "2", "decision": None, "reason": None, "started_at": "", "ended_at": None,
    "scorers": [COMPARED, {**COMPARED, "scorer": "a.c", "compared": 0, "reason": "version 2 offers no such scorer"},
                {**COMPARED, "scorer": "a.d", "compared": 0, "waiting": 0, "identical": 0, "statuses": [], "levels": [], "score": None}],
}  # fmt: skip


def answer(done):
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_plugins_are_listed_as_the_tenant_uses_them(kithline):
    lines = kithline("plugins", "used").stdout.splitlines()

    assert f"{NETWORK} 1.0.0  enabled; here: 1.0.0" in lines
    assert NETWORK in {one["plugin"] for one in answer(kithline("plugins", "used", "--json"))}


def test_a_plugin_is_disabled_enabled_pinned_and_unpinned(kithline):
    off = kithline("plugins", "disable", NETWORK, *WHY)
    refused = kithline("run", "--scorer", SILOS, "--use", "research")
    on = answer(kithline("plugins", "enable", NETWORK, *WHY, "--json"))
    pinned = kithline("plugins", "pin", NETWORK, "1.0.0", *WHY)
    unpinned = answer(kithline("plugins", "unpin", NETWORK, *WHY, "--json"))

    assert off.stdout == f"{NETWORK} 1.0.0  not enabled; here: 1.0.0\n"
    assert refused.exit_code == 1
    assert f"kithline plugins enable {NETWORK}" in refused.stderr
    assert (on["enabled"], on["reason"]) == (True, "a test")
    assert pinned.stdout == f"{NETWORK} 1.0.0  enabled, pinned to 1.0.0; here: 1.0.0\n"
    assert unpinned["pinned"] is None


def test_what_is_not_here_is_not_chosen(kithline):
    plugin, version = kithline("plugins", "enable", "no-such", *WHY), kithline("plugins", "pin", NETWORK, "9.9", *WHY)

    assert (plugin.exit_code, version.exit_code) == (1, 3)
    assert "there is no plugin 'no-such'" in plugin.stderr
    assert "is not installed in version '9.9'; there is 1.0.0" in version.stderr


def test_parameters_are_shown_set_and_unset_and_asked_of_the_plugin_itself(kithline):
    before = kithline("plugins", "params", SILOS)
    done = kithline("plugins", "params", SILOS, "--set", "min_events=3", "--set", "floor=7", *WHY)
    after = answer(kithline("plugins", "params", SILOS, "--unset", "floor", *WHY, "--json"))

    assert "  min_events = 2\n" in before.stdout
    assert "  min_events = 3  (set by you)\n" in done.stdout
    assert (after["own"], after["in_force"]["floor"], after["in_force"]["min_events"]) == ({"min_events": 3}, 5, 3)


@pytest.mark.parametrize(
    ("setting", "words"),
    [("nonsense=1", "has no parameter 'nonsense'"), ("min_events=many", "min_events is a int"), ("min_events=0", "min_events")],
)  # fmt: skip
def test_a_parameter_that_does_not_fit_is_invalid_input(kithline, setting, words):
    done = kithline("plugins", "params", SILOS, "--set", setting, *WHY)

    assert done.exit_code == 3
    assert words in done.stderr
    assert answer(kithline("plugins", "params", SILOS, "--json"))["own"] == {}


def test_a_setting_is_a_name_and_a_value(offline, answering):
    body = json.dumps({"data": [{"key": SILOS, "own": {}, "in_force": {}}]}).encode()

    for setting in ("min_events", "=3"):
        done = offline("plugins", "params", SILOS, "--set", setting, *WHY, "--url", answering(200, body), "--key", "k")
        assert done.exit_code == 3
        assert "--set wants PARAM=VALUE" in done.stderr


def test_a_change_wants_a_reason_and_a_shadow_is_started_or_ended(offline):
    for words in (
        ("params", SILOS, "--set", "a=1"),
        ("shadow", NETWORK, "--decide", "pin"),
        ("shadow", NETWORK, "--decide", "pin", "--version", "2", *WHY),
        ("enable", NETWORK),
    ):
        assert offline("plugins", *words).exit_code == 2


def test_a_scorer_that_is_not_there_is_named(kithline):
    done = kithline("plugins", "params", "no.such")

    assert done.exit_code == 1
    assert "no scorer named 'no.such' is installed" in done.stderr


def test_parameters_that_do_not_fit_the_version_in_force_are_told(offline, answering):
    body = json.dumps({"data": [{"key": SILOS, "own": {"old": 1}, "in_force": None}]}).encode()

    done = offline("plugins", "params", SILOS, "--url", answering(200, body), "--key", "k")

    assert done.stdout == f"{SILOS}: what you set does not fit the version in force\n  old = 1\n"


def test_what_is_in_force_is_not_compared_with_itself_and_nothing_is_decided_about_nothing(kithline):
    start = kithline("plugins", "shadow", NETWORK, "--version", "1.0.0")
    look = kithline("plugins", "shadow", NETWORK)
    end = kithline("plugins", "shadow", NETWORK, "--decide", "accept", *WHY)

    assert (start.exit_code, look.exit_code, end.exit_code) == (1, 1, 1)
    assert "is in force already" in start.stderr
    assert "has run in the shadow" in look.stderr


def test_a_comparison_is_told_in_words(offline, answering):
    server = ("--url", answering(200, json.dumps(REPORT).encode()), "--key", "k")

    told = offline("plugins", "shadow", "a", *server)

    assert told.stdout.splitlines() == [
        "a 2 beside 1  runs in the shadow",
        "  a.b: 40 snapshots, 31 with identical findings, 2 more waiting",
        "    statuses ok -> insufficient: 4",
        "    levels 1 -> 2: 3",
        "    points of 40 scores: min -1.25, p05 -0.5, median +0, p95 +0.125, max +0.25 (unquantified: counted)",
        "  a.c: not compared, version 2 offers no such scorer",
        "  a.d: 0 snapshots, 0 with identical findings",
    ]
    assert answer(offline("plugins", "shadow", "a", "--json", *server)) == REPORT


def test_a_decision_is_told_with_its_reason(offline, answering):
    body = json.dumps({**REPORT, "decision": "pin", "reason": "too new", "scorers": []}).encode()

    done = offline("plugins", "shadow", "a", "--decide", "pin", *WHY, "--url", answering(200, body), "--key", "k")

    assert done.stdout == "a 2 beside 1  ended with pin: too new\n"


def test_cautions_and_shadows_stand_below_their_plugin(offline, answering):
    one = {
        "plugin": "a", "enabled": True, "pinned": "1", "in_force": None, "versions": [{"version": "2"}], "shadow": "2",
        "cautions": [{"code": "version_missing", "words": "version 1 is gone"}],
    }  # fmt: skip

    done = offline("plugins", "used", "--url", answering(200, json.dumps({"data": [one]}).encode()), "--key", "k")
    none = offline("plugins", "used", "--url", answering(200, b'{"data":[]}'), "--key", "k")

    assert done.stdout == "a in no version  enabled, pinned to 1; here: 2; 2 runs in the shadow\n  version 1 is gone\n"
    assert none.stdout == "none is installed\n"
