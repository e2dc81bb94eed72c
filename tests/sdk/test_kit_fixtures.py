"""The fixtures for authors: a factory, the checks, golden findings."""

from pathlib import Path

import pytest

from helpers.sharing import ENTRY, Share, bench
from kithline_sdk.kit import golden as fixtures

pytest_plugins = ["kithline_sdk.pytest"]


def test_the_factory_and_the_checks_go_together(snapshot_factory, check_scorer):
    (found,) = check_scorer(Share(), ENTRY, [snapshot_factory(ENTRY, "small", 1)])

    assert found.score is not None


@pytest.fixture
def root(tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(request.config, "_rootpath", tmp_path)
    return tmp_path


def test_golden_findings_are_compared_where_there_are_some(root, golden):
    fixtures.write(bench(), root / "golden" / "toy.share")
    golden(Share())

    (root / "golden" / "toy.share" / "few@1.0.0.finding").write_bytes(b"{}")
    with pytest.raises(AssertionError, match="differs from few"):
        golden(Share())


def test_without_golden_findings_the_test_is_skipped_and_says_how_to_write_them(root, golden):
    with pytest.raises(pytest.skip.Exception, match=r"check \. --update-golden"):
        golden(Share())
