"""A wheel is read without running anything of it, and refused for whatever is wrong with it."""

import json
import struct
import sys
import warnings
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.wheels import changed, manifest, wheel, zipped
from kithline_core.errors import Invalid
from kithline_core.plugins.wheel import archive, metadata, reading

INFO = "acme_echo-1.0.0.dist-info"
QUESTIONS = json.dumps({"questionnaire": "acme.asks", "version": "1", "items": [{"item": "a", "text": {"en": "?"}}]})


def told(path):
    with pytest.raises(Invalid) as refusal:
        reading.read(path)
    return refusal.value.detail


def test_a_sound_wheel_is_read_and_not_imported(sound):
    found = reading.read(sound)

    assert (found.about.name, found.about.version, found.module) == ("acme-echo", "1.0.0", "acme_echo")
    assert found.hooks == ("kithline_scorers",)
    assert [spec.key for spec in found.manifest.scorers] == ["acme.echo"]
    assert found.lock is None
    assert len(found.digest) == 64
    assert "acme_echo" not in sys.modules


def test_what_the_manifest_names_may_lie_in_folders(tmp_path):
    scorer = {**manifest()["scorers"][0], "word_lists": ["words/de.txt"]}
    path = wheel(
        tmp_path, scorers=[scorer], questionnaires=["asks.json"],
        files={"acme_echo/words/de.txt": "wort", "acme_echo/asks.json": QUESTIONS},
    )  # fmt: skip

    assert reading.read(path).manifest.questionnaires == ["asks.json"]


# What is wrong → how the wheel is made, and words of the refusal.
UNSOUND = {
    "a file that nobody vouches for": ({"files": {"acme_echo/more.py": "x"}}, {"acme_echo/extra.py": b"x"}, "RECORD"),
    "a file that was changed": ({}, {"acme_echo/__init__.py": b"import os"}, "not as RECORD says"),
    "a weak hash": ({}, {f"{INFO}/RECORD": b"x,md5=a,1\n"}, "RECORD"),
    "a RECORD of other columns": ({}, {f"{INFO}/RECORD": b"x\n"}, "a line that is none"),
    "a RECORD that says things twice": ({}, {f"{INFO}/RECORD": b"x,,\nx,,\n"}, "twice"),
    "no manifest": ({"files": {"acme_echo/kithline.json": None}}, {}, "holds no acme_echo/kithline.json"),
    "a manifest that is none": ({"files": {"acme_echo/kithline.json": "{"}}, {}, "cannot be read"),
    "a manifest too large": ({"files": {"acme_echo/kithline.json": "x" * 5_000_000}}, {}, "larger than"),
    "another contract": ({"api_version": "2"}, {}, "version '2' of the contract"),
    "a last day that is no day": ({"lifecycle": {"sunset": "soon"}}, {}, "is no date"),
    "a key twice": ({"scorers": manifest()["scorers"] * 2}, {}, "acme.echo twice"),
    "more memory than anybody grants": ({"scorers": [{**manifest()["scorers"][0], "limits": {"memory_mb": 10**30}}]}, {},
                                        "acme.echo asks for limits.memory_mb of 10000"),
    "a finding that no host holds": ({"scorers": [{**manifest()["scorers"][0], "limits": {"output_bytes": 2**40}}]}, {},
                                     "limits.output_bytes of 1099511627776"),
    "no time": ({"scorers": [{**manifest()["scorers"][0], "limits": {"seconds": 0}}]}, {}, "more than 0 and at most 3600"),
    "too much to preload": ({"preload": ["json"] * 9000}, {}, "letters in all"),
    "another name in the manifest": ({"plugin": "other"}, {}, "its manifest is of 'other'"),
    "another version in the manifest": ({"files": {"acme_echo/kithline.json": json.dumps(manifest(version="2.0.0"))}}, {},
                                        "'2.0.0'"),
    "another name in METADATA": ({"about": {"Name": "other"}}, {}, "METADATA is about 'other'"),
    "METADATA that cannot be read": ({"about": {"Requires-Python": "=> three"}}, {}, "METADATA cannot be read"),
    "no entry point": ({"points": ""}, {}, "0 entry points"),
    "no entry points file": ({"files": {f"{INFO}/entry_points.txt": None}}, {}, "0 entry points"),
    "two entry points": ({"points": "[kithline]\na = acme_echo\nb = acme_other\n"}, {}, "2 entry points"),
    "an entry point of somebody else": ({"points": "[kithline]\na = kithline_network\n"}, {}, "which is no package"),
    "an entry point below": ({"points": "[kithline]\na = acme_echo.inner\n"}, {}, "which is no package"),
    "entry points that cannot be read": ({"points": "nonsense"}, {}, "cannot be read"),
    "our own module": ({"files": {"kithline_core/__init__.py": ""}}, {}, "in the place of kithline_core"),
    "a library's module": ({"files": {"numpy.py": ""}}, {}, "in the place of numpy"),
    "a module of Python": ({"files": {"json/__init__.py": ""}}, {}, "in the place of json"),
    "a word list that is not there": ({"scorers": [{**manifest()["scorers"][0], "word_lists": ["../a"]}]}, {},
                                      "'../a', which is not there"),
    "a questionnaire that is none": ({"questionnaires": ["a.json"], "files": {"acme_echo/a.json": "{}"}}, {},
                                     "is no questionnaire"),
    "files outside its package": ({"files": {"acme_echo-1.0.0.data/scripts/x": ""}}, {}, "outside its package"),
    "bytecode": ({"files": {"acme_echo/__pycache__/more.cpython-311.pyc": ""}}, {}, "is bytecode"),
    "code that runs at start": ({"files": {"acme.pth": "import os"}}, {}, "whenever the interpreter starts"),
    "a module that runs at start": ({"files": {"sitecustomize.py": ""}}, {}, "whenever the interpreter starts"),
    "a path out of it": ({"files": {"../acme.py": ""}}, {}, "leads out of the wheel"),
    "a path from the root": ({"files": {"/etc/acme": ""}}, {}, "leads out of the wheel"),
    "a path with a backslash": ({"files": {"a\\b": ""}}, {}, "no name for a file"),
    "a name that cannot be printed": ({"files": {"a\nb": ""}}, {}, "no name for a file"),
    "two names that are one elsewhere": ({"files": {"acme_echo/A.py": "", "acme_echo/a.py": ""}}, {}, "comes twice"),
    "two wheels in one": ({"files": {"b-1.dist-info/METADATA": ""}}, {}, "2 folders"),
    "feelings of employees": (
        {"scorers": [{**manifest()["scorers"][0], "key": "acme.mood", "inputs": [
            {"table": "tie_day", "columns": ["actor"]}]}]}, {}, "infer feelings"),
}  # fmt: skip


@pytest.mark.parametrize("what", UNSOUND)
def test_an_unsound_wheel_is_refused_in_words(tmp_path, what):
    how, change, words = UNSOUND[what]
    path = wheel(tmp_path, **how)

    assert words in told(changed(path, change) if change else path)


def test_a_file_named_after_another_wheel_is_refused(tmp_path, sound):
    for name in ("acme_echo-2.0.0-py3-none-any.whl", "other-1.0.0-py3-none-any.whl"):
        assert "another wheel's" in told(sound.rename(tmp_path / name))
        sound = tmp_path / name
    assert "no name of a wheel" in told(sound.rename(tmp_path / "acme.whl"))


def test_a_folder_named_after_no_version_is_refused(tmp_path):
    path = zipped(
        tmp_path / "acme_echo-1.0.0-py3-none-any.whl", {"acme_echo-x.dist-info/A": ""}, "acme_echo-x.dist-info"
    )

    assert "another wheel's" in told(path)


def test_a_wheel_that_is_not_there_or_no_zip_is_refused(tmp_path):
    path = tmp_path / "acme_echo-1.0.0-py3-none-any.whl"
    assert "cannot be read" in told(path)
    path.write_bytes(b"PK")
    assert "no wheel that can be read" in told(path)


def test_a_name_twice_is_refused(sound):
    with zipfile.ZipFile(sound, "a") as file, warnings.catch_warnings(action="ignore"):
        file.writestr("acme_echo/__init__.py", "import os")

    assert "comes twice" in told(sound)


def test_a_link_is_refused(sound):
    link = zipfile.ZipInfo("acme_echo/passwd")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(sound, "a") as file:
        file.writestr(link, "/etc/passwd")

    assert "a link or encrypted" in told(sound)


def test_an_encrypted_file_is_refused(sound):
    content = bytearray(sound.read_bytes())
    content[content.rindex(b"acme_echo/kithline.json") - 46 + 8] |= 1  # the flags in the central directory
    sound.write_bytes(content)

    assert "a link or encrypted" in told(sound)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path, sound, monkeypatch):
    path = wheel(tmp_path, files={"acme_echo/zeros": b"\0" * 20_000_000})
    assert "times its size" in told(path)

    for caps in (archive.Caps(100, 10**9, 100), archive.Caps(10**9, 100, 100), archive.Caps(10**9, 10**9, 2)):
        monkeypatch.setattr(archive, "PLUGIN", caps)
        assert "larger than" in told(sound) or "too much" in told(sound)


def test_files_that_overlap_are_refused(tmp_path):
    path = wheel(tmp_path, files={"acme_echo/a": bytes(range(256)) * 40, "acme_echo/b": b"b"})
    with zipfile.ZipFile(path) as file:
        item = file.getinfo("acme_echo/b")
    content = path.read_bytes()
    place = content.rindex(b"acme_echo/b") - 46 + 20  # the compressed size in the central directory
    path.write_bytes(content[:place] + struct.pack("<I", item.compress_size + 10**6) + content[place + 4 :])

    assert "overlap" in told(path)


def test_a_size_that_lies_gives_no_more_than_it_says(tmp_path):
    path = wheel(tmp_path, files={"acme_echo/a": b"a" * 100_000})
    content = path.read_bytes()
    place = content.rindex(b"acme_echo/a") - 46 + 24  # the unpacked size in the central directory
    path.write_bytes(content[:place] + struct.pack("<I", 10) + content[place + 4 :])

    assert "no wheel that can be read" in told(path) or "not as RECORD says" in told(path)


@given(place=st.integers(0, 10_000), byte=st.integers(0, 255))
@settings(max_examples=150)
def test_a_byte_more_or_less_is_refused_or_changes_nothing(tmp_path_factory, place, byte):
    path = wheel(tmp_path_factory.mktemp("dist"))
    content = bytearray(path.read_bytes())
    content[place % len(content)] = byte
    path.write_bytes(content)

    try:
        found = reading.read(path)
    except Invalid:
        return
    assert found.about.name == "acme-echo"
    assert found.hooks == ("kithline_scorers",)


def test_needs_of_other_machines_and_of_extras_are_none(tmp_path):
    path = wheel(tmp_path, needs=["kithline-sdk", "scipy; extra == 'more'", "pywin32; sys_platform == 'win32'"])

    assert [one.name for one in reading.read(path).about.needs] == ["kithline-sdk"]


def test_a_wheel_of_a_library_is_no_plugin(tmp_path, sound):
    info = "acme_lib-1.0.dist-info"
    path = zipped(
        tmp_path / "acme_lib-1.0-py3-none-any.whl", {f"{info}/METADATA": "Name: acme-lib\nVersion: 1.0\n"}, info
    )

    assert [reading.offers(one) for one in (sound, path)] == [True, False]


def test_a_lock_is_read_with_the_wheel(tmp_path):
    assert reading.read(wheel(tmp_path, lock="numpy==1.0 --hash=sha256:0")).lock == "numpy==1.0 --hash=sha256:0"


def test_names_are_compared_as_the_ecosystem_does(tmp_path):
    path = wheel(tmp_path, about={"Name": "Acme.Echo", "Version": "1.0"}, plugin="ACME_echo")

    assert metadata.named(path).name == reading.read(path).about.name == "acme-echo"
