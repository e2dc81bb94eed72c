"""What is seen without running a plugin: what it names that it may not, its types, its pages, its manifest."""

import json
import zipfile
from pathlib import Path

import pytest

from kithline_sdk.kit import bans, page, rules, scanning, static
from kithline_sdk.kit.creating import create
from kithline_sdk.kit.outcomes import Skipped
from kithline_sdk.kit.subject import Unusable, opened


@pytest.fixture
def project(tmp_path: Path) -> Path:
    create("toy-share", "toy.share", tmp_path / "toy")
    return tmp_path / "toy"


def code(tmp_path: Path, text: str) -> list[str]:
    file = tmp_path / "scorer.py"
    file.write_text(text)
    return scanning.banned([file], tmp_path)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("import socket", "socket"),
        ("import urllib.request", "urllib.request"),
        ("from urllib import request", "urllib.request"),
        ("from requests import get", "requests.get"),
        ("from numpy import random", "numpy.random"),
        ("import numpy as np\nnp.random.default_rng(1)", "numpy.random"),
        ("import datetime as dt\ndt.datetime.now()", "datetime.datetime.now"),
        ("from datetime import date\ndate.today()", "datetime.date.today"),
        ("import time\ntime.time()", "time.time"),
        ("from time import monotonic", "time.monotonic"),
        ("import os\nos.environ['A']", "os.environ"),
        ("from os import system", "os.system"),
        ("def score(text):\n    return hash(text)", "hash"),
        ("eval('1')", "eval"),
        ("import concurrent.futures", "concurrent.futures"),
        ("import ctypes.util", "ctypes.util"),
    ],
)
def test_what_may_not_be_touched_is_found_with_the_reason_and_the_way_round(tmp_path, text, name):
    (told,) = code(tmp_path, text)
    ban = bans.of_module(name) or bans.of_name(name)

    assert ban is not None
    assert told == f"scorer.py:{text.count(chr(10)) + 1}: {name}: {ban.why}; use {ban.instead}"


@pytest.mark.parametrize(
    "text",
    [
        "from datetime import UTC, datetime\ndatetime(2026, 1, 1, tzinfo=UTC)",
        "import os.path\nos.path.join('a', 'b')",
        "import urllib.parse",
        "from kithline_sdk.stats import Draws\nDraws(1).uniform(2)",
        "from .parts import hash\nhash('a')",
        "from zlib import crc32 as hash\nhash(b'a')",
        "(lambda: 1)().real",
    ],
)
def test_what_is_harmless_is_left_alone(tmp_path, text):
    assert code(tmp_path, text) == []


def test_a_ban_covers_what_is_reached_through_it():
    assert bans.of_event("socket.connect") is bans.of_module("socket")
    assert bans.of_event("compile") is bans.of_module("numpy.linalg") is bans.of_name("numpy.sort") is None


def test_functions_without_types_are_told(tmp_path):
    file = tmp_path / "a.py"
    file.write_text(
        "class A:\n    def __init__(self, x: int): ...\n    def f(self, y, *rest): ...\nasync def g() -> None: ...\n"
    )

    assert scanning.untyped([file], tmp_path) == [
        "a.py:3: f() has no type for y, rest",
        "a.py:3: f() does not say what it returns",
    ]


def test_a_page_says_what_it_lacks(project):
    (path,) = project.glob("src/*/methods/*.md")
    text = path.read_text()

    assert page.lacking(text) == []
    assert page.lacking(text.replace("## Sources", "## Origins")) == ["no section about sources"]
    assert page.lacking(text.replace("Wilson 1927 for the interval.", "None.")) == [
        "the section about sources says nothing"
    ]


def test_a_page_may_lie_in_the_package_or_among_the_documentation(project):
    (path,) = project.glob("src/*/methods/*.md")
    with opened(project) as subject:
        assert page.find(subject, "toy.share") == path.resolve()
        docs = project / "docs" / "methods" / "toy.share.md"
        docs.parent.mkdir(parents=True)
        path.rename(docs)
        assert page.find(subject, "toy.share") == docs.resolve()
        docs.unlink()
        with pytest.raises(
            AssertionError, match=r"toy\.share has no page; it belongs into toy\.share\.md in `methods`"
        ):
            static.documented(subject, static.manifest(subject).scorers)
    with opened(project) as subject, pytest.raises(Skipped, match="it has no scorers"):
        static.documented(subject, [])


def manifest(project: Path, **changes) -> Path:
    (path,) = project.glob("src/*/kithline.json")
    told = json.loads(path.read_text())
    scorer = changes.pop("scorer", {})
    told["scorers"][0].update(scorer)
    path.write_text(json.dumps({**told, **changes}))
    return path


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"api_version": "2"}, "api_version is '2', this SDK speaks '1'"),
        ({"plugin": "other"}, "the wheel is toy-share 1.0.0, its manifest is of other 1.0.0"),
        ({"version": "2.0.0"}, "its manifest is of toy-share 2.0.0"),
        ({"questionnaires": ["poll@1.json"]}, "questionnaire poll@1.json: "),
        ({"scorer": {"key": "Share"}}, "the key 'Share' is not like `family.name`"),
        ({"scorer": {"not_for": []}}, "`not_for` is empty; every score can be misused"),
        ({"scorer": {"inputs": [{"table": "tie", "columns": []}]}}, "there is no table 'tie'"),
        ({"scorer": {"inputs": [{"table": "ties", "columns": ["weight"]}]}}, "ties has no column 'weight'"),
        ({"scorer": {"exempt": {"whales": "x"}}}, "no check is called 'whales'"),
        ({"scorer": {"monotone": {"lowers": ["waits"]}}}, "`monotone` names 'waits', which is not among the inputs"),
        ({"scorer": {"word_lists": ["words.json"]}}, "the word list words.json is not there"),
        ({"scorer": {"infers": ["emotion"]}}, "declares to infer feelings of people"),
        ({"scorer": {"mood": 1}}, "kithline.json cannot be read: Object contains unknown field `mood`"),
    ],
)
def test_a_manifest_that_names_what_is_not_there_is_told(project, changes, message):
    manifest(project, **changes)

    with opened(project) as subject, pytest.raises(AssertionError) as caught:
        static.sound(subject, set(rules.NAMES))
    assert message in str(caught.value)


def test_a_questionnaire_that_can_be_read_is_in_order(project):
    path = manifest(project, questionnaires=["poll@1.json"])
    path.with_name("poll@1.json").write_text("{}")

    with opened(project) as subject:
        assert static.sound(subject, set(rules.NAMES))


def test_two_scorers_may_not_share_a_key(project):
    path = manifest(project)
    told = json.loads(path.read_text())
    path.write_text(json.dumps({**told, "scorers": told["scorers"] * 2}))

    with opened(project) as subject, pytest.raises(AssertionError, match=r"two scorers are called toy\.share"):
        static.sound(subject, set(rules.NAMES))


def test_a_manifest_in_order_says_what_it_holds(project):
    with opened(project) as subject:
        assert static.sound(subject, set(rules.NAMES)) == "1 scorers, 0 connectors"
        assert static.banned(subject) == "2 files name nothing banned"
        assert static.typed(subject) == "2 files are typed"


def test_the_marker_of_types_and_what_is_banned_are_looked_for(project):
    (package,) = project.glob("src/*")
    (package / "py.typed").unlink()
    (package / "more.py").write_text("import socket\ndef f(x): return x\n")

    with opened(project) as subject:
        with pytest.raises(AssertionError, match=r"more\.py:2: f\(\) has no type for x.*py\.typed: the marker"):
            static.typed(subject)
        with pytest.raises(AssertionError, match=r"more\.py:1: socket: there is no network"):
            static.banned(subject)


def test_mypy_is_asked_where_it_is_installed(project, monkeypatch):
    with opened(project) as subject:
        monkeypatch.setattr(static, "find_spec", lambda _: None)
        with pytest.raises(Skipped, match="mypy is not installed here"):
            static.mypy(subject)


@pytest.mark.parametrize(("returns", "held"), [(0, True), (1, False)])
def test_what_mypy_finds_is_told(project, monkeypatch, returns, held):
    class Done:
        returncode, stdout, stderr = returns, "a.py:1: error: wrong\n", ""

    monkeypatch.setattr(static.subprocess, "run", lambda *_, **__: Done())
    with opened(project) as subject:
        if held:
            assert static.mypy(subject) == "mypy --strict finds nothing"
        else:
            with pytest.raises(AssertionError, match=r"a\.py:1: error: wrong"):
                static.mypy(subject)


def test_the_entry_point_leads_to_the_package(project):
    path = project / "pyproject.toml"
    path.write_text(path.read_text().replace('toy_share = "toy_share"', 'toy_share = "toy_share.scorer"'))

    with (
        opened(project) as subject,
        pytest.raises(AssertionError, match=r"one entry point, toy_share, and has toy_share\."),
    ):
        static.sound(subject, set(rules.NAMES))
    path.write_text(path.read_text().replace("[project.entry-points.kithline]", "[project.entry-points.other]"))
    with opened(project) as subject, pytest.raises(AssertionError, match="and has none"):
        static.sound(subject, set(rules.NAMES))


def wheel(path: Path, **files: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


def test_a_wheel_is_unpacked_for_the_while(tmp_path):
    made = wheel(
        tmp_path / "toy.whl",
        **{
            "toy/kithline.json": "{}",
            "toy/__init__.py": "",
            "toy-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: toy\nVersion: 1\n",
            "toy-1.dist-info/entry_points.txt": "[kithline]\nA = toy\n[other]\nb = c\n",
        },
    )
    with opened(made) as subject:
        assert (subject.module, subject.wheel, subject.project) == ("toy", ("toy", "1"), None)
        assert list(subject.entry_points.values()) == ["toy"]
        assert page.places(subject, "a.b") == [subject.package / "methods" / "a.b.md"]
        place = subject.source
    assert not place.exists()


def test_a_wheel_may_lack_everything(tmp_path):
    with opened(wheel(tmp_path / "toy.whl", **{"toy/kithline.json": "{}"})) as subject:
        assert (subject.entry_points, subject.wheel) == ({}, ("", ""))


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "has no pyproject.toml"),
        ({"pyproject.toml": "["}, "cannot be read"),
        ({"pyproject.toml": ""}, "should have one package with a kithline.json in it, and has none"),
        ({"pyproject.toml": "", "a/kithline.json": "", "b/kithline.json": ""}, "and has a, b"),
    ],
)
def test_a_folder_that_is_no_plugin_is_refused(tmp_path, files, message):
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)

    with pytest.raises(Unusable, match=message), opened(tmp_path):
        pass


def test_what_is_neither_wheel_nor_folder_is_refused(tmp_path, monkeypatch):
    with pytest.raises(Unusable, match="is neither a wheel nor a folder"), opened(tmp_path / "no.whl"):
        pass
    monkeypatch.setattr("kithline_sdk.kit.subject._MOST_BYTES", 1)
    with pytest.raises(Unusable, match="unpacks to more than"), opened(wheel(tmp_path / "a.whl", a="long")):
        pass
