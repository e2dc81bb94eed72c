"""How a scorer failed is told by a code and a class that anybody may know; not a word of its message is."""

from pathlib import Path

import msgspec
import pytest

from kithline_core.engine import document, judge
from kithline_core.plugins import Manifest, Plugin, installed
from kithline_core.twin import failing
from kithline_core.twin.failing import Failure
from kithline_core.twin.places import Place
from kithline_sdk.snapshot import Snapshot, Window

SPEC = msgspec.structs.replace(installed().find("silos.internal")[1], inputs=[])
EMPTY = Snapshot(Window(0, 0), [])


@pytest.fixture
def plugin(tmp_path: Path) -> Plugin:
    tmp_path = tmp_path / "own_files"
    tmp_path.mkdir()
    (tmp_path / "own.py").write_text("class DepartmentMissing(KeyError):\n    pass\n")
    (tmp_path / "broken.py").write_text("class (")
    (tmp_path / "huge.py").write_text("\n" * 2_000_001)
    return Plugin("own", tmp_path, Manifest(plugin="own", version="1", api_version="1"))


def failed(code: str, words: str) -> bytes:
    return document.encode(judge.failed(SPEC, EMPTY, "sha256:0", code, words))


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ("KeyError: 'anna@werk.example'", "KeyError"),
        ("StatisticsError: mean requires at least one data point", "StatisticsError"),
        ("DepartmentMissing: sales", "DepartmentMissing"),
        ("anna_at_werk: whoever makes classes of data", "other"),
        ("killed by SIGSEGV", "SIGSEGV"),
        ("killed by anna", ""),
        ("it ended without an answer", ""),
        ("the plugin cannot be loaded: ImportError: no", ""),
    ],
)
def test_of_a_crash_only_a_class_that_others_know_is_told(words, error, plugin):
    assert failing.of(failed("crash", words), plugin) == Failure("crash", error)


@pytest.mark.parametrize(
    ("end", "place"),
    [
        ("inner:5", Place("{}/inner.py", 5, "deep")),
        ("inner:6", Place("{}/inner.py", 6, "outer")),
        ("inner:1", Place("{}/inner.py", 1, "<module>")),
        ("inner:8", None), ("inner:0", None), ("inner:1000000", None), ("broken:1", None), ("absent:1", None), ("huge:1", None),
        (".inner:5", None), ("..inner:5", None), ("inner.:5", None), ("inner:5\n", None), ("anna werk:5", None),
    ],
)  # fmt: skip
def test_a_place_is_told_only_where_the_plugins_own_files_have_it(end, place, plugin):
    (plugin.folder / "inner.py").write_text(
        "import os\n\ndef outer():\n    def deep():\n        return 1\n    return deep\n"
    )
    own = plugin.folder.name
    words = f"KeyError: 'anna@werk.example' [{own}.{end}]"
    told = failing.of(failed("crash", words), plugin)

    wanted = place and msgspec.structs.replace(place, file=place.file.format(own))
    assert told == Failure("crash", "KeyError", wanted)


def test_a_place_in_somebody_elses_package_or_without_its_plugin_is_not_told(plugin):
    for words, one in (("KeyError: 1 [numpy:1]", plugin), (f"KeyError: 1 [{plugin.folder.name}.own:1]", None)):
        assert failing.of(failed("crash", words), one) == Failure("crash", "KeyError")


def test_a_failure_is_alike_as_far_as_the_first_tells_of_it():
    here, there, gone = (Failure("crash", "KeyError", Place("a.py", *one)) for one in ((1, "f"), (2, "f"), (1, "g")))
    untold = Failure("crash", "KeyError")

    assert [here.alike(one, moved=False) for one in (here, there, gone, untold, None)] == [True, *[False] * 4]
    assert [here.alike(one, moved=True) for one in (here, there, gone, untold)] == [True, True, False, False]
    assert [untold.alike(one, moved=False) for one in (here, untold)] == [True, True]


def test_without_its_plugin_only_what_is_built_in_is_told():
    assert failing.of(failed("crash", "DepartmentMissing: sales"), None) == Failure("crash", "other")


@pytest.mark.parametrize(("code", "told"), [("timeout", "timeout"), ("too_large", "too_large"), ("anna", "other")])
def test_of_other_failures_the_code_is_told_and_no_word(code, told, plugin):
    assert failing.of(failed(code, "KeyError: it took longer than 10 s"), plugin) == Failure(told, "")


def test_a_finding_is_no_failure(plugin):
    assert failing.of(document.encode(judge.empty(SPEC, EMPTY, "sha256:0")), plugin) is None
