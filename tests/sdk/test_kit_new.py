"""A new plugin is whole from the start, named soundly, and the same whoever renders it."""

import json
import os
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import copier
import pytest

from kithline_sdk.kit.creating import Refused, create
from kithline_sdk.kit.main import OK, USAGE, main
from kithline_sdk.kit.naming import words


def tree(folder: Path) -> dict[str, bytes]:
    return {str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()}


@pytest.mark.parametrize(
    ("name", "key"), [("topic-drift", ""), ("drift", ""), ("a-b-c", ""), ("voices", "voices.who_answers")]
)
def test_copier_renders_the_same_bytes(tmp_path, name, key):
    create(name, key, tmp_path / "ours")
    template = str(files("kithline_sdk.kit").joinpath("template"))
    told = {"name": name, **({"key": key} if key else {})}
    copier.run_copy(template, tmp_path / "theirs", data=told, defaults=True, quiet=True)

    assert tree(tmp_path / "ours") == tree(tmp_path / "theirs")


@pytest.mark.parametrize(
    ("name", "key", "told"),
    [
        ("topic-drift", "", ("topic_drift", "topic.drift", "TopicDrift", "Topic drift")),
        ("drift", "", ("drift", "drift.score", "DriftScore", "Drift")),
        ("a-b-c", "", ("a_b_c", "a.b_c", "ABC", "A b c")),
        ("voices", "voices.who_answers", ("voices", "voices.who_answers", "VoicesWhoAnswers", "Voices")),
    ],
)
def test_names_follow_from_the_name(name, key, told):
    found = words(name, key)

    assert tuple(found[one] for one in ("module", "key", "cls", "title")) == told


@pytest.mark.parametrize("name", ["Topic", "1st", "a--b", "-a", "a-", "topic drift", "../up", "a" * 61, ""])
def test_a_name_that_is_no_name_is_refused(name):
    with pytest.raises(Refused, match="a plugin is called like topic-drift"):
        words(name, "")


@pytest.mark.parametrize("name", ["json", "class", "numpy", "pytest"])
def test_a_name_that_is_taken_is_refused(name):
    with pytest.raises(Refused, match="is taken by something else"):
        words(name, "")


def test_names_of_our_own_are_not_for_others():
    with pytest.raises(Refused, match="begin with kithline"):
        words("kithline-echo", "")


@pytest.mark.parametrize("key", ["drift", "Topic.drift", "a.b.c", "a.", "../a.b", "a." + "b" * 60])
def test_a_key_that_is_no_key_is_refused(key):
    with pytest.raises(Refused, match="two words with a dot"):
        words("topic", key)


def test_nothing_is_overwritten(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["new", "topic-drift"]) == OK
    before = tree(tmp_path)
    assert main(["new", "topic-drift"]) == USAGE
    assert "topic-drift is there already; nothing is overwritten" in capsys.readouterr().err
    (tmp_path / "file").write_text("")
    assert main(["new", "topic-drift", "--folder", "file"]) == USAGE
    assert tree(tmp_path) == {**before, "file": b""}


def test_the_files_are_named_as_json_too(tmp_path, capsys):
    (tmp_path / "empty").mkdir()
    assert main(["new", "drift", "--folder", str(tmp_path / "empty"), "--json"]) == OK

    named = json.loads(capsys.readouterr().out)
    assert {Path(one) for one in named} == {one for one in (tmp_path / "empty").rglob("*") if one.is_file()}
    assert len(named) == 11


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("new") / "toy"
    create("toy-share", "", folder)
    return folder


def test_its_own_tests_pass(project):
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(project / "src")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout
    assert "4 passed, 1 skipped" in done.stdout


def test_ruff_finds_nothing_to_object(project):
    ruff = Path(sys.executable).with_name("ruff")
    for words_ in (["check", "."], ["format", "--check", "."]):
        done = subprocess.run([ruff, *words_, "--no-cache"], cwd=project, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_mypy_finds_nothing_to_object(project, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--cache-dir", str(tmp_path), "src"],
        cwd=project, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout
