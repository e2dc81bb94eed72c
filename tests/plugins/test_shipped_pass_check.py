"""What we ask of others we do ourselves: every shipped plugin of scorers passes `check`, as a folder and as a wheel."""

from pathlib import Path

import pytest

from helpers.pages import HOUSE
from helpers.repacked import built
from kithline_sdk.kit import page, static
from kithline_sdk.kit.checking import Wanted, check
from kithline_sdk.kit.subject import opened
from kithline_sdk.manifest import ScorerSpec

FOLDERS = sorted(path.parents[2] for path in HOUSE.glob("plugins/*/src/*/kithline.json"))
# Their findings are held by tests of their own; `make check` runs mypy on all of them at once.
ELSEWHERE = ["mypy"]


def scorers(folder: Path) -> list[ScorerSpec]:
    with opened(folder) as subject:
        return static.manifest(subject).scorers


WITH_SCORERS = [folder for folder in FOLDERS if scorers(folder)]


@pytest.mark.slow
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_shipped_plugin_passes_every_check(folder: Path):
    report = check(folder, Wanted(skip=ELSEWHERE))

    assert [(one.check, one.scorer, one.came) for one in report.checks if one.status == "failed"] == []
    assert report.counts["passed"] >= (16 if folder in WITH_SCORERS else 3)


@pytest.mark.parametrize("folder", WITH_SCORERS, ids=lambda folder: folder.name)
def test_what_a_scorer_is_exempt_from_has_a_reason_of_some_length(folder: Path):
    assert all(len(reason.split()) > 5 for one in scorers(folder) for reason in one.exempt.values())


@pytest.mark.slow
@pytest.mark.parametrize("folder", WITH_SCORERS, ids=lambda folder: folder.name)
def test_a_wheel_carries_the_method_pages(folder: Path, tmp_path: Path):
    with opened(built(folder, tmp_path)) as subject:
        pages = [page.find(subject, one.key) for one in static.manifest(subject).scorers]

        assert all(one is not None and page.lacking(one.read_text()) == [] for one in pages)
