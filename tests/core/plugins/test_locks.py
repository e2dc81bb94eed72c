"""A plugin's lock: exact versions with hashes, satisfied from a folder of wheels, or refused with what to do."""

import hashlib
import sys

import pytest

from helpers.wheels import wheel, zipped
from kithline_core.errors import Conflict, Invalid
from kithline_core.plugins.store import base, compiling, installing, sound
from kithline_core.plugins.wheel import locking

HASH = f"--hash=sha256:{'0' * 64}"


def library(folder, name, version="1.0", *, needs=(), files=None, tag="py3-none-any", python=">=3.11"):
    """Write the wheel of a library."""
    info = f"{name.replace('-', '_')}-{version}.dist-info"
    told = [f"Name: {name}", f"Version: {version}", f"Requires-Python: {python}"]
    content = {
        f"{name.replace('-', '_')}/__init__.py": f"__version__ = '{version}'\n",
        f"{info}/METADATA": "\n".join([*told, *(f"Requires-Dist: {one}" for one in needs)]) + "\n",
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n",
        f"{info}/entry_points.txt": f"[console_scripts]\n{name} = {name.replace('-', '_')}:main\n",
        **(files or {}),
    }
    return zipped(folder / f"{name.replace('-', '_')}-{version}-{tag}.whl", content, info)


def pin(*wheels):
    """Return lines of a lock that name these wheels."""
    return "".join(
        f"{one.name.split('-')[0].replace('_', '-')}=={one.name.split('-')[1]} \\\n"
        f"    --hash=sha256:{hashlib.sha256(one.read_bytes()).hexdigest()}\n"
        for one in wheels
    )


@pytest.fixture
def house(tmp_path):
    """Wheels of everything a plugin needs but the SDK."""
    return [library(tmp_path / "wheels", name, "9.0") for name in ("msgspec", "numpy", "pluggy")]


@pytest.fixture
def install(tmp_path, fresh):
    """Install a plugin with this lock out of the folder of wheels."""

    def put(lock, **how):
        path = wheel(tmp_path / "dist", lock=lock, **how)
        return installing.install(fresh, path, tmp_path / "wheels")

    return put


def test_a_lock_is_read_as_requirements_with_hashes():
    text = f"# libraries\nnumpy==2.0 \\\n  {HASH} \\\n  --hash=sha256:{'1' * 64}  # two wheels\n\nMsg_Spec==1 ; python_version>'3' {HASH}\r\n"

    numpy, msgspec = locking.pins(text)

    assert (numpy.name, str(numpy.version), len(numpy.hashes)) == ("numpy", "2.0", 2)
    assert (msgspec.name, msgspec.hashes) == ("msg-spec", {"0" * 64})


def test_what_is_not_for_this_machine_is_left_out():
    assert locking.pins(f"pywin32==1 ; sys_platform == 'win32' {HASH}") == []


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("numpy", "without one exact version"),
        (f"numpy>=2 {HASH}", "without one exact version"),
        (f"numpy==2.* {HASH}", "without one exact version"),
        (f"numpy==2,>1 {HASH}", "without one exact version"),
        (f"numpy @ file:///numpy.whl {HASH}", "without one exact version"),
        ("numpy==2", "without a hash"),
        ("numpy==2 --hash=md5:0", "without a hash"),
        ("--index-url somewhere", "no library with a version"),
        ("-r others.txt", "no library with a version"),
        (f"numpy==2 {HASH}\nNumPy==2 {HASH}", "names numpy twice"),
    ],
)
def test_a_line_that_pins_nothing_is_refused(line, words):
    with pytest.raises(Invalid, match=words):
        locking.pins(line)


def test_the_environment_holds_what_the_lock_says_and_the_sdk_of_this_host(house, install):
    made = install(pin(*house))

    assert made.record.locked
    assert {name: made.record.libraries[name] for name in ("numpy", "msgspec", "pluggy")} == {
        "numpy": "9.0", "msgspec": "9.0", "pluggy": "9.0",
    }  # fmt: skip
    assert "9.0" in (made.site / "numpy" / "__init__.py").read_text()
    assert (made.site / "kithline_sdk" / "__init__.py").exists()
    assert not list(made.environment.rglob("bin/numpy"))


def test_an_sdk_in_the_lock_stands_in_for_that_of_this_host(house, install, tmp_path):
    sdk = library(tmp_path / "wheels", "kithline-sdk", "1.5")

    assert install(pin(*house, sdk)).record.libraries["kithline-sdk"] == "1.5"


def test_a_wheel_with_another_hash_is_not_taken(house, install):
    lock = pin(*house)
    house[1].write_bytes(house[1].read_bytes() + b"\0")

    with pytest.raises(Invalid, match=r"numpy-9\.0.* has another hash"):
        install(lock)


def test_a_wheel_that_is_not_there_is_named(house, install, tmp_path):
    lock = pin(*house)
    house[2].unlink()

    with pytest.raises(Invalid, match=r"asks for pluggy 9\.0: .* holds no wheel of it"):
        install(lock)
    with pytest.raises(Invalid, match="--wheels FOLDER"):
        installing.install(tmp_path / "plugins", wheel(tmp_path / "dist", lock=lock))


def test_a_wheel_for_another_machine_is_not_taken(house, install, tmp_path):
    foreign = library(tmp_path / "wheels", "acme-lib", tag="cp27-cp27m-win32")

    with pytest.raises(Invalid, match="not for this machine"):
        install(pin(*house, foreign))


def test_the_best_of_several_wheels_is_taken(tmp_path):
    python = f"cp{sys.version_info.major}{sys.version_info.minor}"
    wheels = [library(tmp_path, "numpy", tag=tag) for tag in ("py3-none-any", f"{python}-none-any")]
    (tmp_path / "notes-whl.whl").touch()
    hashes = " ".join(f"--hash=sha256:{hashlib.sha256(one.read_bytes()).hexdigest()}" for one in wheels)

    assert locking.choose(locking.pins(f"numpy==1.0 {hashes}"), tmp_path) == [wheels[1]]


def test_a_library_for_another_python_is_refused(house, install, tmp_path):
    old = library(tmp_path / "wheels", "acme-lib", python="<3")

    with pytest.raises(Invalid, match=r"acme-lib 1\.0 is for Python <3"):
        install(pin(*house, old))


def test_what_a_library_needs_must_be_in_the_lock_too(house, install, tmp_path):
    needy = library(tmp_path / "wheels", "acme-lib", needs=["acme-deep>=1", "numpy<9"])

    with pytest.raises(Invalid, match=r"needs acme-deep>=1; acme-lib needs numpy<9, and numpy is 9\.0 there"):
        install(pin(*house, needy))


def test_a_lock_without_what_every_plugin_needs_is_refused(house, install):
    with pytest.raises(Invalid, match="leaves out numpy"):
        install(pin(house[0], house[2]), needs=[])


def test_a_wheel_that_needs_more_and_brings_no_lock_is_told_what_to_do(install):
    with pytest.raises(Invalid, match=r"acme-echo needs scipy.*brings no lock.*kithline\.lock.*--wheels"):
        install(None, needs=["kithline-sdk", "scipy>=1"])


def test_what_every_plugin_gets_may_be_named_without_a_lock(install):
    made = install(None, needs=["kithline-sdk>=1", "numpy>=2", "msgspec", "pluggy"])

    assert not made.record.locked
    assert set(base.LIBRARIES) <= made.record.libraries.keys()


def test_two_wheels_with_one_file_are_refused(house, install, tmp_path):
    thief = library(tmp_path / "wheels", "acme-lib", files={"numpy/__init__.py": "import os"})

    with pytest.raises(Conflict, match=r"__init__\.py, which another wheel"):
        install(pin(*house, thief))


def test_a_library_in_the_place_of_the_sdk_is_refused(house, install, tmp_path):
    thief = library(tmp_path / "wheels", "acme-lib", files={"kithline_sdk/__init__.py": "import os"})

    with pytest.raises(Conflict, match=r"kithline_sdk/__init__\.py of kithline-sdk is there already"):
        install(pin(*house, thief))


def test_a_library_with_code_that_runs_at_start_is_refused(house, install, tmp_path):
    eager = library(tmp_path / "wheels", "acme-lib", files={"acme.pth": "import os"})

    with pytest.raises(Invalid, match="whenever the interpreter starts"):
        install(pin(*house, eager))


def test_bytecode_of_a_library_is_left_out(house, install, tmp_path):
    cached = compiling.cached("acme_lib/__init__.py")
    brought = {"acme_lib/__pycache__/a.cpython-311.pyc": "code", cached: "code"}
    odd = library(tmp_path / "wheels", "acme-lib", files=brought)

    made = install(pin(*house, odd))

    assert list(made.site.glob("acme_lib/__pycache__/*")) == [made.site / cached]
    assert (made.site / cached).read_bytes() != b"code"
    assert sound.faults(made) == []


def test_what_cannot_be_imported_is_left_out(house, install, tmp_path):
    odd = library(tmp_path / "wheels", "acme-lib", files={"acme_lib-1.0.data/scripts/python": "#!/bin/sh\n"})

    made = install(pin(*house, odd))

    assert (made.environment / "bin" / "python").resolve().name.startswith("python")
    assert not list(made.environment.rglob("scripts"))
    assert "scripts" not in (made.site / "acme_lib-1.0.dist-info" / "RECORD").read_text()


@pytest.mark.parametrize(
    ("name", "text"), [("WHEEL", "Wheel-Version: 9\n"), ("entry_points.txt", "[console_scripts]\na = 9\n")]
)
def test_a_wheel_that_the_installer_cannot_read_is_refused(house, install, tmp_path, name, text):
    new = library(tmp_path / "wheels", "acme-lib", files={f"acme_lib-1.0.dist-info/{name}": text})

    with pytest.raises(Invalid, match="cannot be unpacked"):
        install(pin(*house, new))
