import json

import pytest

KINDS = ("notice", "ropa", "dpia", "works-agreement")


@pytest.mark.parametrize("kind", KINDS)
def test_a_paper_is_printed_in_either_language(kithline, kind):
    english, german = (kithline("privacy", kind, "--lang", lang) for lang in ("en", "de"))

    assert (english.exit_code, german.exit_code) == (0, 0)
    assert "**Draft.**" in english.stdout
    assert "**Entwurf.**" in german.stdout


def test_a_paper_can_be_a_file_and_json(kithline, tmp_path):
    told = kithline("privacy", "notice", "--out", tmp_path / "notice.md", "--json")

    assert json.loads(told.stdout)["text"] == (tmp_path / "notice.md").read_text()
    assert f"written: {tmp_path / 'n.md'}" in kithline("privacy", "notice", "--out", tmp_path / "n.md").stdout


def test_an_issued_paper_that_is_no_longer_true_is_told(kithline, example):
    assert kithline("privacy", "ropa", "--issue").stderr == ""
    kithline("import", example)

    told = kithline("privacy", "ropa")

    assert told.exit_code == 0
    assert "is no longer true" in told.stderr
    assert "/grounds/" in told.stderr
