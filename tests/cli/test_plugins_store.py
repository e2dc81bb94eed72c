"""`kithline plugins`: from a wheel to a score, and back out again."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from helpers import pages
from helpers.shelves import base_layer as base_layer  # noqa: PLC0414 - a fixture of this module
from helpers.shelves import shelf
from helpers.sigstore import Sigstore
from helpers.wheels import wheel
from kithline_cli.main import cli
from kithline_core.plugins import deprecations
from kithline_core.settings import adopt, adopted


@pytest.fixture(autouse=True)
def home(tmp_path, base_layer, monkeypatch):
    """A data folder of the test's own; whatever the process looked at before comes back afterwards."""
    before = adopted()
    shelf(tmp_path / "home" / "plugins", base_layer)
    monkeypatch.setenv("KITHLINE_HOME", str(tmp_path / "home"))
    yield tmp_path / "home"
    adopt(before)


def kithline(*words, code=0):
    done = CliRunner().invoke(cli, ["plugins", *map(str, words)])
    assert done.exit_code == code, done.output
    return done


def told(*words, code=0):
    return json.loads(kithline(*words, "--json", code=code).stdout)


@pytest.fixture
def ties(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "ties.csv").write_text("actor,target\n" + "".join(f"p{n},p{n + 1}\n" for n in range(12)))
    return folder


def test_what_a_plugin_uses_that_is_on_its_way_out_is_told_with_its_last_day(sound, monkeypatch):
    going = deprecations.Deprecation("hook", "kithline_scorers", "1", "2", "2027-01-01", "implement kithline_measures")
    kithline("install", sound)
    kithline("allow", "acme-echo", "--reason", "read")
    before = kithline("list").stdout + kithline("doctor").stdout
    monkeypatch.setattr(deprecations, "DEPRECATED", (going,))

    (listed,) = [one for one in told("list") if one["name"] == "acme-echo"]
    (looked,) = [one for one in told("doctor")["plugins"] if one["plugin"] == "acme-echo 1.0.0"]

    assert "kithline_scorers is deprecated" not in before
    assert listed["deprecated"] == [going.told]
    assert (looked["state"], looked["found"]) == ("warn", going.told)
    assert "since 1 and goes with 2, its last day is 2027-01-01: implement kithline_measures" in kithline("list").stdout
    assert "its last day is 2027-01-01" in kithline("doctor").stdout


def test_from_a_wheel_to_a_score_and_out_again(sound, ties, home):
    made = kithline("install", sound).stdout
    assert "kithline plugins allow" in made
    assert "not on the operator's list" in kithline("list").stdout
    kithline("doctor", code=1)

    kithline("allow", "acme-echo", "--reason", "read")
    (mine,) = [one for one in told("list") if one["name"] == "acme-echo"]
    done = CliRunner().invoke(cli, ["score", str(ties), "--scorer", "acme.echo", "--json"])

    assert (mine["status"], mine["answers"]) == ("loaded", ["acme.echo"])
    assert json.loads(done.stdout)["measures"]["ties"] == 12
    assert "acme-echo 1.0.0  loaded" in kithline("list").stdout
    assert "as it came" in kithline("doctor").stdout
    assert "is installed" in kithline("install", sound).stdout
    kithline("remove", "acme-echo")
    refused = CliRunner().invoke(cli, ["score", str(ties), "--scorer", "acme.echo"])
    assert "no scorer named 'acme.echo'" in refused.stderr
    assert {one.name for one in (home / "plugins").iterdir()} == {"base", "lock", "allowed.json"}


@pytest.fixture
def sound(tmp_path):
    return wheel(tmp_path / "dist", minimum_tier="none", lifecycle={"status": "active", "sunset": "2999-01-01"})


def test_each_step_says_as_json_what_it_did(sound):
    made = told("install", sound)
    assert (made["name"], made["version"], made["allowed"]) == ("acme-echo", "1.0.0", False)
    assert told("allow", sound, "--reason", "read", "--who", "ann")["who"] == "ann"
    assert told("install", sound)["allowed"]
    assert told("verify", "acme-echo") == {
        "name": "acme-echo", "version": "1.0.0", "digest": made["digest"], "attestation": "none", "allowed": True,
        "faults": [],
    }  # fmt: skip
    assert told("allow", f"sha256:{made['digest']}", "--reason", "a fault", "--withdraw")["allowed"] is False
    assert told("remove", made["digest"][:12])["version"] == "1.0.0"


def test_a_refused_wheel_says_why_with_its_exit_code(tmp_path):
    assert "version '9'" in kithline("install", wheel(tmp_path, api_version="9"), code=3).stderr
    assert "holds no plugin" in kithline("remove", "acme", code=1).stderr
    assert "cannot be read" in kithline("install", tmp_path / "no.whl", code=3).stderr
    assert "no such command" in kithline("frobnicate", code=2).output.lower()


def test_a_wheel_is_verified_before_anything_is_installed(sound, home):
    assert "not allowed" in kithline("verify", sound).stdout
    assert [one.name for one in (home / "plugins").iterdir()] == ["base"]


def test_a_changed_plugin_fails_where_it_is_looked_at(sound, home):
    kithline("install", sound)
    kithline("allow", "acme-echo", "--reason", "read")
    (code,) = home.glob("plugins/acme-echo-*/env/lib/*/site-packages/acme_echo/__init__.py")
    code.chmod(0o644)
    code.write_text("import os\n")

    assert "acme_echo/__init__.py was changed" in kithline("verify", "acme-echo", code=1).stdout
    assert "acme_echo/__init__.py was changed" in kithline("doctor", code=1).stdout
    # What was changed, and the bytecode that it does not compile to any more.
    found = [one["state"] for one in told("doctor", code=1)["plugins"] if one["plugin"] == "acme-echo 1.0.0"]
    assert found == ["fail", "fail"]


def test_an_index_is_made_with_a_key_and_read_with_its_public_half(sound, tmp_path):
    CliRunner().invoke(cli, ["findings", "keygen", "--out", str(tmp_path / "index.pem")])
    made = told("index", tmp_path / "public", sound, "--key", tmp_path / "index.pem")
    assert "--publisher" in kithline("index", tmp_path / "public", "--key", tmp_path / "index.pem").stdout

    kithline("install", "acme-echo", "--index", tmp_path / "public", code=2)
    kithline("install", "acme-echo", "--index", tmp_path / "public", "--publisher", "AAAA", code=3)
    kithline("install", "acme-echo", "--index", tmp_path / "public", "--publisher", made["publisher"])

    assert told("verify", "acme-echo==1.0.0")["digest"] == made["plugins"][0]["digest"]


def test_who_published_a_wheel_is_verified_and_shown(sound, tmp_path, monkeypatch):
    sigstore = Sigstore(tmp_path)
    monkeypatch.setenv("KITHLINE_PLUGINS_TRUST_ROOT", str(sigstore.roots))
    monkeypatch.setenv("KITHLINE_PLUGINS_REQUIRE_ATTESTATION", "https://code.example/acme/echo")
    attestation = sound.with_name(sound.name + ".publish.attestation")
    attestation.write_text("{}")
    assert "does not hold" in kithline("install", sound, code=3).stderr

    attestation.write_text(json.dumps(sigstore.attest(sound)))
    by = "https://code.example/acme/echo"
    assert by in kithline("verify", sound).stdout
    kithline("install", sound)
    kithline("allow", "acme-echo", "--reason", "read")
    assert by in kithline("verify", "acme-echo").stdout
    assert f"published by {by}" in kithline("list").stdout
    assert f"as it came, published by {by}" in kithline("doctor").stdout
    monkeypatch.setenv("KITHLINE_PLUGINS_TRUST_ROOT", str(Sigstore(tmp_path).roots))
    assert "attestation does not hold" in kithline("list").stdout


def test_a_folder_that_nobody_names_is_asked_for(monkeypatch):
    def nowhere():
        raise RuntimeError

    for name in ("KITHLINE_HOME", "XDG_DATA_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", nowhere)

    assert "KITHLINE_PLUGINS_DIR" in kithline("list", code=3).stderr


def test_help_lists_the_parts_without_loading_them():
    program = "import sys; from kithline_cli.plugins import plugins; sys.exit('kithline_core.plugins' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
    assert "install" in kithline("--help").stdout


def test_a_wheel_of_the_build_back_end_is_installed_from_a_clean_checkout(tmp_path, ties, home):
    """The plugin of the page on plugins, built as its author builds it."""
    page = (Path(__file__).parents[2] / "docs" / "plugins.md").read_text()
    for name, text in pages.files(page).items():
        (tmp_path / "echo" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "echo" / name).write_text(text)
    program = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", program, tmp_path], cwd=tmp_path / "echo", env=os.environ, check=True)

    kithline("install", *tmp_path.glob("*.whl"))
    kithline("allow", "echo-ties", "--reason", "read")
    rows = "".join(f"{n}a,2026-02-01,a{n},b{n},posted\n{n}b,2026-02-01,b{n},a{n},posted\n" for n in range(6))
    (ties / "events.csv").write_text(f"id,occurred_at,actor,target,verb\n{rows}")
    done = CliRunner().invoke(cli, ["score", str(ties), "--scorer", "echo.ties", "--json"])

    assert json.loads(done.stdout)["measures"]["two_way"] == 6
