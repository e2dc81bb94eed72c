"""The store: one environment a version, in or out in one move, loaded only when its digest is allowed."""

import json
import marshal
import os
import platform
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from helpers.wheels import wheel
from kithline_core.errors import Conflict, Invalid, NotFound
from kithline_core.plugins import current
from kithline_core.plugins.found import Plugin, Quarantined
from kithline_core.plugins.store import allowed, base, compiler, compiling, folder, installing, loading, sound
from kithline_core.plugins.store.allowed import Decision
from kithline_core.plugins.store.loading import Terms


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A store with version 1 of a plugin, allowed."""
    place = tmp_path_factory.mktemp("kithline") / "plugins"
    install(place, wheel(tmp_path_factory.mktemp("dist")))
    return place


def install(place, path, *, allow=True, **more):
    made = installing.install(place, path, **more)
    if allow:
        decide(place, made.record.digest)
    return made


def decide(place, digest, *, yes=True):
    allowed.decide(place, Decision(digest=digest, allowed=yes, who="ann", when=datetime.now(UTC), reason="read"))


def loaded(place, **terms):
    found = loading.load(Terms(place, **terms))
    return [one for one in found if isinstance(one, Plugin)], [one for one in found if isinstance(one, Quarantined)]


def reason(place, **terms):
    (), (left_out,) = loaded(place, **terms)
    return left_out.reason


def files(place):
    return {str(one.relative_to(place)) for one in place.rglob("*")}


def test_an_installed_and_allowed_plugin_is_loaded_with_an_environment_of_its_own(store):
    (plugin,), left_out = loaded(store)

    assert (plugin.name, plugin.manifest.version, left_out) == ("acme-echo", "1.0.0", [])
    assert plugin.folder.is_relative_to(store)
    assert set(plugin.libraries) == {"acme-echo", "kithline-sdk", "msgspec", "numpy", "pluggy", "python"}
    asked = "import acme_echo, numpy, kithline_sdk, sys; print(numpy.__file__, kithline_sdk.__file__, *sys.path)"
    done = subprocess.run([plugin.python, "-I", "-B", "-c", asked], env={}, capture_output=True, text=True, check=True)
    seen = [one for one in done.stdout.split() if "site-packages" in one]
    assert seen
    assert all(Path(one).is_relative_to(store) for one in seen)


def test_an_installation_holds_files_that_nobody_writes_and_everybody_reads(store):
    for path in store.rglob("*"):
        mode, own = path.lstat().st_mode & 0o777, path.name in {"allowed.json", "lock"}
        assert path.is_symlink() or own or mode in {0o755, 0o444, 0o555}, path
    assert (store / "allowed.json").stat().st_mode & 0o777 == 0o600


def test_two_plugins_share_the_files_of_the_base_layer(store, tmp_path):
    one, other = (installing.install(store, wheel(tmp_path, f"acme-{name}", key=f"acme.{name}")) for name in "ab")

    places = [found.site / "numpy" / "__init__.py" for found in (one, other)]
    assert len({place.stat().st_ino for place in places}) == 1
    for found in (one, other):
        folder.take_out(found.folder)
    assert len(list((store / "base").iterdir())) == 1


def test_installing_again_changes_nothing(store, tmp_path):
    before = loading.stamp(Terms(store))

    again = installing.install(store, wheel(tmp_path))

    assert loading.stamp(Terms(store)) == before
    assert again.record.version == "1.0.0"


def test_a_version_comes_once_with_one_content(store, tmp_path):
    with pytest.raises(Conflict, match=r"another wheel of acme-echo 1\.0\.0"):
        installing.install(store, wheel(tmp_path, build=2))


def test_a_version_that_stands_beside_kithline_is_not_installed(fresh, tmp_path, store):
    with pytest.raises(Conflict, match=r"version 1\.0\.0 of acme-echo is installed already"):
        installing.install(fresh, wheel(tmp_path, build=2), others=loaded(store)[0])


def test_two_versions_stand_side_by_side(fresh, tmp_path):
    for version in ("1.0.0", "1.10.0", "1.9.0"):
        install(fresh, wheel(tmp_path, version=version))

    found = current.look(Terms(fresh))
    mine = [one.manifest.version for one in found.plugins if one.name == "acme-echo"]

    assert mine == ["1.0.0", "1.9.0", "1.10.0"]
    assert found.find("acme.echo")[0].manifest.version == "1.10.0"
    assert found.find("acme.echo", "1.9.0")[0].manifest.version == "1.9.0"


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"name": "echo", "module": "acme_echo", "key": "other.key"}, "its module acme_echo is that of acme-echo"),
        ({"name": "echo"}, "acme.echo belongs to acme-echo"),
    ],
)
def test_what_belongs_to_another_plugin_is_not_taken(store, tmp_path, how, words):
    others, _ = loaded(store)
    before = files(store)

    with pytest.raises(Conflict, match=words):
        installing.install(store, wheel(tmp_path, **how), others=others)

    assert files(store) == before


def test_a_questionnaire_belongs_to_one_plugin(fresh, tmp_path):
    asks = {"questionnaire": "asks", "version": "1", "items": [{"item": "a", "text": {"en": "?"}}]}
    bring = {"questionnaires": ["a.json"]}
    for name in ("acme-a", "acme-b"):
        text = {f"{name.replace('-', '_')}/a.json": json.dumps(asks)}
        install(fresh, wheel(tmp_path, name, key=f"{name}.x", files=text, **bring))

    found = current.look(Terms(fresh))

    assert [one.reason for one in found.quarantined] == ["the questionnaire asks belongs to acme-a"]


def test_a_questionnaire_that_is_gone_stops_no_other_plugin(fresh, tmp_path):
    asks = {"questionnaire": "asks", "version": "1", "items": [{"item": "a", "text": {"en": "?"}}]}
    made = install(fresh, wheel(tmp_path, questionnaires=["a.json"], files={"acme_echo/a.json": json.dumps(asks)}))
    (made.site / "acme_echo" / "a.json").unlink()

    found = current.look(Terms(fresh))

    assert "a questionnaire of it cannot be read" in found.quarantined[0].reason
    assert "silos.internal" in {spec.key for spec in found.scorers()}


def test_who_came_first_keeps_a_key(fresh, tmp_path):
    for name in ("zeta", "alpha"):
        install(fresh, wheel(tmp_path, name))

    found = current.look(Terms(fresh))

    assert [(one.module, one.reason) for one in found.quarantined] == [("alpha", "acme.echo belongs to zeta")]
    assert found.find("acme.echo")[0].name == "zeta"


def test_a_plugin_that_nobody_allowed_is_left_out_with_what_to_do(fresh, sound_wheel):
    made = install(fresh, sound_wheel, allow=False)

    assert f"kithline plugins allow {made.record.digest[:12]}" in reason(fresh)


def test_what_was_allowed_can_be_withdrawn_and_both_stay_on_record(fresh, sound_wheel):
    made = install(fresh, sound_wheel)
    decide(fresh, made.record.digest, yes=False)

    assert "not on the operator's list" in reason(fresh)
    assert [one.allowed for one in allowed.read(fresh).decisions] == [True, False]


def test_a_list_that_cannot_be_trusted_allows_nothing(fresh, sound_wheel):
    install(fresh, sound_wheel)

    (fresh / "allowed.json").chmod(0o666)
    assert "can be written by others" in reason(fresh)
    (fresh / "allowed.json").chmod(0o600)
    (fresh / "allowed.json").write_text("{")
    assert "cannot be read" in reason(fresh)


def test_what_is_no_digest_is_not_allowed(fresh):
    with pytest.raises(Invalid, match="no sha256"):
        decide(fresh, "acme")


def test_a_changed_wheel_is_left_out_at_once(fresh, sound_wheel):
    made = install(fresh, sound_wheel)
    before = loading.stamp(Terms(fresh))
    made.wheel.chmod(0o644)
    made.wheel.write_bytes(made.wheel.read_bytes() + b"\0")

    assert loading.stamp(Terms(fresh)) != before
    assert reason(fresh) == "its wheel is not the one that was installed"
    made.wheel.unlink()
    assert reason(fresh) == "its wheel is gone"


def test_a_wheel_that_cannot_be_read_is_left_out(fresh, sound_wheel):
    made = install(fresh, sound_wheel)
    made.wheel.unlink()
    made.wheel.mkdir()

    assert reason(fresh) == "its wheel is gone"


def test_a_plugin_without_its_interpreter_is_left_out(fresh, sound_wheel):
    made = install(fresh, sound_wheel)
    for one in (made.environment / "bin").iterdir():
        one.unlink()

    assert reason(fresh) == "its interpreter is gone"


def test_a_record_that_cannot_be_read_stops_no_other_plugin(fresh, tmp_path):
    for version in ("1.0.0", "2.0.0"):
        made = install(fresh, wheel(tmp_path, version=version))
    (made.folder / "stored.json").unlink()

    plugins, (left_out,) = loaded(fresh)

    assert [one.manifest.version for one in plugins] == ["1.0.0"]
    assert "stored.json cannot be read" in left_out.reason


def test_a_host_that_no_longer_speaks_the_contract_leaves_the_plugin_out(fresh, sound_wheel, monkeypatch):
    install(fresh, sound_wheel)
    monkeypatch.setattr("kithline_core.plugins.declared.SUPPORTED", ("2",))

    assert "this host speaks 2" in reason(fresh)


def test_an_attestation_that_is_asked_for_and_lacks_leaves_the_plugin_out(fresh, sound_wheel):
    install(fresh, sound_wheel)

    assert "has no attestation" in reason(fresh, attestation="any")


def test_removing_takes_the_plugin_and_nothing_else(fresh, tmp_path, sound_wheel):
    install(fresh, sound_wheel)
    before = files(fresh)
    made = install(fresh, wheel(tmp_path, version="2.0.0"))

    folder.take_out(folder.named(fresh, "acme-echo==2.0.0").folder)

    assert not made.folder.exists()
    assert files(fresh) == before


def test_a_plugin_is_named_by_name_version_or_digest(fresh, tmp_path):
    one, two = (install(fresh, wheel(tmp_path, version=version)) for version in ("1.0.0", "2.0.0"))

    assert folder.named(fresh, "acme-echo==2.0.0") == two
    assert folder.named(fresh, f"sha256:{one.record.digest}") == folder.named(fresh, one.record.digest[:12]) == one
    with pytest.raises(Conflict, match="means several"):
        folder.named(fresh, "acme-echo")
    for unknown in ("acme", one.record.digest[:11]):
        with pytest.raises(NotFound):
            folder.named(fresh, unknown)


def test_a_refused_wheel_leaves_nothing_behind(fresh, tmp_path):
    before = files(fresh)
    for how in ({"api_version": "9"}, {"needs": ["scipy"]}, {"tag": "cp27-cp27m-win32"}, {"lock": "nonsense =="}):
        with pytest.raises(Invalid):
            installing.install(fresh, wheel(tmp_path, **how))

    assert files(fresh) - before <= {"lock"}


def test_a_wheel_for_this_very_python_is_taken(fresh, tmp_path):
    asked = f">={platform.python_version()}"

    assert installing.install(fresh, wheel(tmp_path, about={"Requires-Python": asked})).record.version == "1.0.0"


def test_a_new_base_layer_takes_the_place_of_the_old_one_and_plugins_keep_their_files(tmp_path, monkeypatch):
    store = tmp_path / "plugins"
    old = install(store, wheel(tmp_path))
    monkeypatch.setattr(base, "_name", lambda _: "another")

    install(store, wheel(tmp_path, version="2.0.0"))

    assert [one.name for one in (store / "base").iterdir()] == ["another"]
    assert sound.faults(old) == []


def test_a_wheel_for_another_python_is_refused(fresh, tmp_path):
    with pytest.raises(Invalid, match=r"is for Python <3; this is 3\."):
        installing.install(fresh, wheel(tmp_path, about={"Requires-Python": "<3"}))


def test_a_wheel_that_changes_while_it_is_read_is_refused(fresh, sound_wheel, monkeypatch):
    monkeypatch.setattr(
        "kithline_core.plugins.store.installing.fitting", lambda found: found.path.write_bytes(b"another")
    )

    with pytest.raises(Conflict, match="changed while it was read"):
        installing.install(fresh, sound_wheel)


def test_installations_at_once_give_one_plugin_each(fresh, tmp_path):
    paths = [wheel(tmp_path, version=f"{number}.0.0") for number in (1, 2)] * 3
    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(lambda path: installing.install(fresh, path), paths))

    assert {one.record.version for one in made} == {"1.0.0", "2.0.0"}
    assert len(folder.folders(fresh)) == 2


def test_nobody_ever_sees_half_an_installation(fresh, sound_wheel):
    seen, done = [], threading.Event()

    def watch():
        while not done.is_set():
            seen.extend(
                one.name for one in folder.folders(fresh) if folder.stored(fresh) == [] or not (one / "env").is_dir()
            )

    watcher = threading.Thread(target=watch)
    watcher.start()
    install(fresh, sound_wheel)
    done.set()
    watcher.join()

    assert seen == []
    assert len(folder.folders(fresh)) == 1


def test_what_a_killed_installation_left_goes_with_the_next(fresh, sound_wheel):
    for left in (".new-1", ".gone-acme"):
        (fresh / left / "env").mkdir(parents=True)

    install(fresh, sound_wheel)

    assert [one.name for one in fresh.iterdir() if one.name.startswith(".")] == []


def test_a_killed_installation_leaves_no_plugin(fresh, sound_wheel):
    program = (
        "import os, sys; from pathlib import Path; from kithline_core.plugins.store import environment, installing\n"
        "environment.put = lambda *_: os._exit(9)\n"
        "installing.install(Path(sys.argv[1]), Path(sys.argv[2]))"
    )

    done = subprocess.run([sys.executable, "-c", program, fresh, sound_wheel], check=False)

    assert done.returncode == 9
    assert folder.folders(fresh) == []
    assert install(fresh, sound_wheel).folder.exists()


def test_without_links_the_files_are_copied(fresh, sound_wheel, monkeypatch):
    def refuse(*_):
        raise PermissionError

    monkeypatch.setattr(os, "link", refuse)
    made = installing.install(fresh, sound_wheel)

    assert (made.site / "numpy" / "__init__.py").stat().st_nlink == 1


def test_a_layer_that_differs_from_what_was_recorded_here_is_not_made(tmp_path, monkeypatch):
    found = base._parts(base.distribution("pluggy"))
    monkeypatch.setattr(base, "LIBRARIES", ("pluggy",))
    monkeypatch.setattr(base, "_parts", lambda _: (found[0], {**found[1], "pluggy/__init__.py": "sha256=other"}))

    with pytest.raises(Conflict, match="not as its RECORD says"):
        base.layer(tmp_path / "plugins")


def test_a_store_that_cannot_be_read_is_told_of(tmp_path):
    (tmp_path / "plugins").touch()

    assert "cannot be read: Not a directory" in reason(tmp_path / "plugins")


def test_a_version_written_otherwise_is_the_same_version(fresh, tmp_path):
    install(fresh, wheel(tmp_path / "a"))
    other = wheel(tmp_path / "b", version="1.0", about={"Version": "1.0"})

    with pytest.raises(Conflict, match=r"another wheel of acme-echo 1\.0"):
        installing.install(fresh, other)


def test_a_name_that_stands_beside_kithline_is_inherited_with_its_package_only(fresh, tmp_path):
    beside = current.look(None).plugins
    stranger = wheel(tmp_path, "kithline-network", "9.0.0", module="acme_network", key="acme.silos")

    with pytest.raises(Conflict, match="stands beside Kithline with the package kithline_network"):
        installing.install(fresh, stranger, others=beside)
    heir = wheel(tmp_path, "kithline-network", "9.1.0", key="silos.internal")
    install(fresh, heir, others=beside)
    assert current.look(Terms(fresh)).find("silos.internal")[0].manifest.version == "9.1.0"


@pytest.mark.parametrize(("user", "mode"), [(0, 0o711), (1000, 0o700)])
def test_the_data_folder_is_made_as_the_servers_would_make_it(tmp_path, monkeypatch, user, mode):
    monkeypatch.setattr(os, "geteuid", lambda: user)
    folder.make(tmp_path / "home" / "plugins")

    assert (tmp_path / "home").stat().st_mode & 0o777 == mode
    assert (tmp_path / "home" / "plugins").stat().st_mode & 0o777 == 0o755


def test_a_store_that_is_not_there_holds_nothing(tmp_path):
    assert loading.load(Terms(tmp_path / "none")) == []
    assert loading.stamp(Terms(tmp_path / "none")) == ()


def test_a_plugin_that_goes_while_it_is_looked_at_is_not_there(store, monkeypatch, tmp_path):
    monkeypatch.setattr(folder, "folders", lambda _: [tmp_path / "gone"])

    assert [one[0] for one in loading.stamp(Terms(store))] == [str(store / "allowed.json")]


def test_what_was_unpacked_is_as_it_came(store):
    (one,) = folder.stored(store)

    assert sound.faults(one) == []


def tamper(made, name, text):
    """Change a file as whoever may write there could."""
    path = made.site / name
    if path.exists():
        path.unlink()  # a file of the base layer is shared: only this name of it is to change
    path.write_text(text)


def test_modules_are_compiled_when_they_are_installed_and_what_cannot_be_is_let_be(fresh, tmp_path):
    files = {"acme_echo/odd.py": "def (", "acme_echo/deep.py": "-" * 200_000 + "1", "acme_echo/last.py": "last = 1"}
    made = install(fresh, wheel(tmp_path / "dist", files=files))
    cached = {one.name.partition(".")[0] for one in (made.site / "acme_echo" / "__pycache__").iterdir()}

    assert cached == {"__init__", "last"}
    assert sound.faults(made) == []


def test_bytecode_is_a_function_of_its_source_and_never_held_against_its_date(tmp_path):
    for number in range(2):
        folder_of = tmp_path / str(number)
        folder_of.mkdir()
        for name in ("first", "one")[number:]:
            (folder_of / f"{name}.py").write_text("kinds = 'one' in {'one', 'two', 'three'}\n")
    there = [
        dict(compiling.bytecode(one, sorted(p.name for p in one.glob("*.py")))) for one in sorted(tmp_path.iterdir())
    ]

    assert there[0]["one.py"] == there[1]["one.py"]
    assert there[0]["one.py"][4:8] == b"\1\0\0\0"
    assert there[0]["one.py"] == compiler.bytecode((tmp_path / "0" / "one.py").read_bytes(), "one.py")
    assert compiler.bytecode(b"'" + b"a" * compiler.LARGEST + b"'", "large.py") == b""
    assert compiler.bytecode(b"def (", "odd.py") == b""


def test_bytecode_that_does_something_else_than_its_source_is_named(fresh, sound_wheel):
    made = install(fresh, sound_wheel)
    cached = made.site / compiling.cached("acme_echo/__init__.py")
    cached.chmod(0o644)
    cached.write_bytes(cached.read_bytes()[:16] + marshal.dumps(compile("import os", "", "exec")))

    assert sound.faults(made) == [f"{cached.relative_to(made.site)} is not what acme_echo/__init__.py compiles to"]


def test_a_source_that_takes_the_compiler_down_costs_bytecode_alone(tmp_path, monkeypatch):
    (tmp_path / "one.py").write_text("")
    monkeypatch.setattr(compiling, "SECONDS", 0)

    compiling.put(tmp_path, ["one.py"])

    assert [one.name for one in tmp_path.iterdir()] == ["one.py"]


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("acme_echo/__init__.py", "import os", "was changed"),
        ("acme_echo/__init__.py", "import os", "is not what acme_echo/__init__.py compiles to"),
        ("acme_echo/more.py", "", "came with no wheel"),
        ("numpy/__init__.py", "", "was changed"),
        ("acme_echo-1.0.0.dist-info/RECORD", "a,b,c\n", "not recorded as the wheel brought it"),
        ("acme_echo-1.0.0.dist-info/RECORD", "a\n", "cannot be read"),
    ],
)
def test_a_file_that_changed_is_named(fresh, sound_wheel, name, text, words):
    made = install(fresh, sound_wheel)
    tamper(made, name, text)

    assert any(words in fault for fault in sound.faults(made))


@pytest.fixture
def sound_wheel(tmp_path):
    return wheel(tmp_path / "dist")


def test_a_file_that_is_gone_and_a_changed_wheel_are_named(fresh, sound_wheel):
    made = install(fresh, sound_wheel)
    (made.site / "acme_echo" / "kithline.json").unlink()
    assert sound.faults(made) == ["acme_echo/kithline.json is gone"]

    made.wheel.chmod(0o644)
    made.wheel.write_bytes(b"PK")
    assert sound.faults(made) == ["its wheel is not the one that was installed"]


def test_many_faults_are_told_in_a_few_lines(fresh, sound_wheel):
    made = install(fresh, sound_wheel)
    for number in range(9):
        (made.site / f"{number}.py").touch()

    assert sound.faults(made)[-1] == "and 4 more"


def test_an_interpreter_of_somebody_else_and_open_doors_are_named(fresh, sound_wheel):
    made = install(fresh, sound_wheel)
    for one in (made.environment / "bin").iterdir():
        one.unlink()
    made.python.symlink_to(__file__)
    config = made.environment / "pyvenv.cfg"
    config.chmod(0o644)
    config.write_text(config.read_text().replace("= false", "= true"))

    told = " ".join(sound.faults(made))
    assert "its interpreter is" in told
    assert "sees libraries outside itself" in told
