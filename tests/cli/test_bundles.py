"""Failure bundles on the command line: released by one, reproduced by another."""

import base64
import hashlib
import json
import zipfile

import pytest

from helpers.bugs import world
from helpers.bugs.installing import project
from kithline_core import twin
from kithline_core.engine.keys import GENERAL
from kithline_core.twin import bundle
from kithline_core.twin.failing import Failure

CRASH = Failure("crash", "ZeroDivisionError")


def made(failure=CRASH, scorer="bugs.self_tie"):
    """Return the file of a bundle."""
    data = twin.twin(world.planted("self_tie"), 5, 1).encode()
    told = bundle.Record(
        scorer=scorer, version="1.0.0", plugin="planted-bugs", plugin_version="1.0.0", engine="2", floor=5,
        parameters=GENERAL, failure=failure, reproduces=True, sha256=hashlib.sha256(data).hexdigest(),
    )  # fmt: skip
    return bundle.packed(told, data)


def answer(reproduces):
    return json.dumps(
        {
            "result": "res_x", "scorer": "bugs.self_tie", "version": "1.0.0", "plugin": "planted-bugs", "plugin_version": "1.0.0",
            "failure": {"code": "crash", "error": "ZeroDivisionError"}, "reproduces": reproduces, "sha256": "0",
            "bundle": base64.b64encode(made()).decode(),
        }
    ).encode()  # fmt: skip


@pytest.mark.parametrize(
    ("reproduces", "words"),
    [(True, "fails alike over the twin"), (False, "no twin was found"), (None, "not installed there")],
)
def test_a_bundle_becomes_a_file_and_what_it_holds_is_told(reproduces, words, offline, answering, tmp_path):
    url, file = answering(200, answer(reproduces)), tmp_path / "failure.zip"

    done = offline("plugins", "bundle", "res_x", "-o", file, "--yes", "--url", url, "--key", "k")

    assert done.exit_code == 0, done.output
    assert "bugs.self_tie 1.0.0 of planted-bugs 1.0.0, crash (ZeroDivisionError)" in done.stdout
    assert words in done.stdout
    assert zipfile.is_zipfile(file)


def test_nothing_is_released_without_a_yes(offline, answering, tmp_path):
    url, file = answering(200, answer(True)), tmp_path / "failure.zip"

    done = offline("plugins", "bundle", "res_x", "-o", file, "--url", url, "--key", "k")

    assert (done.exit_code, file.exists()) == (1, False)


def test_the_author_sees_the_failure_again_until_it_is_mended(offline, tmp_path):
    (tmp_path / "failure.zip").write_bytes(made())
    folder = project(tmp_path / "project")
    command = ("plugins", "reproduce", tmp_path / "failure.zip", "--plugin", folder)

    told, then = offline(*command), offline(*command, "--json")
    code = folder / "src" / "planted_bugs" / "__init__.py"
    code.write_text(
        code.read_text().replace("[1 / distance for distance in apart]", "[1 / max(1, one) for one in apart]")
    )
    mended = offline(*command)

    assert (told.exit_code, "it fails alike" in told.stdout) == (0, True), told.output
    assert "ZeroDivisionError: division by zero" in told.stdout
    assert json.loads(then.stdout)["alike"] is True
    assert (mended.exit_code, "now:  no failure" in mended.stdout) == (1, True), mended.output


@pytest.mark.parametrize("content", [b"no bundle", None])
def test_a_file_that_is_no_bundle_is_refused(content, offline, tmp_path):
    if content is not None:
        (tmp_path / "failure.zip").write_bytes(content)

    done = offline("plugins", "reproduce", tmp_path / "failure.zip")

    assert done.exit_code == 3


def test_a_failure_without_a_class_is_told_by_its_code(offline, tmp_path):
    (tmp_path / "failure.zip").write_bytes(made(Failure("timeout"), "silos.internal"))

    done = offline("plugins", "reproduce", tmp_path / "failure.zip")

    assert (done.exit_code, "then: timeout in 1.0.0" in done.stdout) == (1, True), done.output
