"""How a scorer failed is told by a code and a class that anybody may know; not a word of its message is."""

from pathlib import Path

import msgspec
import pytest

from kithline_core.engine import document, judge
from kithline_core.plugins import Manifest, Plugin, installed
from kithline_core.twin import failing
from kithline_core.twin.failing import Failure
from kithline_sdk.snapshot import Snapshot, Window

SPEC = msgspec.structs.replace(installed().find("silos.internal")[1], inputs=[])
EMPTY = Snapshot(Window(0, 0), [])


@pytest.fixture
def plugin(tmp_path: Path) -> Plugin:
    (tmp_path / "own.py").write_text("class DepartmentMissing(KeyError):\n    pass\n")
    (tmp_path / "broken.py").write_text("class (")
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


def test_without_its_plugin_only_what_is_built_in_is_told():
    assert failing.of(failed("crash", "DepartmentMissing: sales"), None) == Failure("crash", "other")


@pytest.mark.parametrize(("code", "told"), [("timeout", "timeout"), ("too_large", "too_large"), ("anna", "other")])
def test_of_other_failures_the_code_is_told_and_no_word(code, told, plugin):
    assert failing.of(failed(code, "KeyError: it took longer than 10 s"), plugin) == Failure(told, "")


def test_a_finding_is_no_failure(plugin):
    assert failing.of(document.encode(judge.empty(SPEC, EMPTY, "sha256:0")), plugin) is None
