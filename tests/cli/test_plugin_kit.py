"""`kithline plugins new` and `check`: the kit of the SDK on the command line of the host."""

import json

from click.testing import CliRunner

from kithline_cli.main import cli
from kithline_sdk.kit import rules


def kithline(*words, code=0):
    done = CliRunner().invoke(cli, ["plugins", *map(str, words)])
    assert done.exit_code == code, done.output
    return done


def test_a_new_plugin_is_written_once(tmp_path):
    folder = tmp_path / "drift"
    made = json.loads(kithline("new", "topic-drift", "--folder", folder, "--json").stdout)

    assert str(folder / "src" / "topic_drift" / "kithline.json") in made
    assert "nothing is overwritten" in kithline("new", "topic-drift", "--folder", folder, code=3).stderr
    assert "a plugin is called like topic-drift" in kithline("new", "Topic", code=3).stderr


def test_a_plugin_is_checked_with_a_page_and_as_json(tmp_path):
    folder = tmp_path / "drift"
    assert "kithline.json" in kithline("new", "topic-drift", "--key", "topic.change", "--folder", folder).stdout
    told = json.loads(
        kithline(
            "check",
            folder,
            "--skip",
            "mypy",
            "--scorer",
            "topic.change",
            "--validity",
            "--html",
            tmp_path / "a.html",
            "--json",
        ).stdout
    )

    assert (told["passed"], told["scorers"]) == (True, ["topic.change"])
    assert [one["scorer"] for one in told["prices"]] == ["topic.change"] * 2
    assert [one["check"] for one in told["checks"]] == list(rules.NAMES)
    assert (tmp_path / "a.html").read_text().startswith("<!doctype html>")


def test_a_check_that_fails_is_exit_code_1_and_nothing_to_check_3(tmp_path):
    folder = tmp_path / "drift"
    kithline("new", "topic-drift", "--folder", folder)
    (folder / "src" / "topic_drift" / "kithline.json").write_text("{}")

    assert "It does not hold" in kithline("check", folder, "--skip", "mypy", code=1).stdout
    assert "has no pyproject.toml" in kithline("check", tmp_path, code=3).stderr


def test_golden_findings_are_written_on_request(tmp_path):
    folder = tmp_path / "drift"
    kithline("new", "topic-drift", "--folder", folder)
    kithline("check", folder, "--skip", "mypy", "--update-golden")

    assert len(list((folder / "golden" / "topic.drift").iterdir())) == 4
