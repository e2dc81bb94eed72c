import math
import warnings
from collections.abc import Callable
from typing import Any

import pytest

from kithline_sdk import Finding
from kithline_sdk.testing import declared, run, scorer_entry, snapshot
from kithline_survey.quality.scorer import Quality
from kithline_survey.raters.scorer import Raters

WINDOW = ("2026-01-01", "2026-04-01")

with warnings.catch_warnings():
    # What the oracles' own imports warn of is not ours.
    warnings.simplefilter("ignore")
    import girth  # noqa: F401
    import pingouin  # noqa: F401


def entry(key: str) -> dict[str, Any]:
    return scorer_entry("kithline_survey", key)


@pytest.fixture(scope="session")
def answered() -> Callable[..., list[dict[str, object]]]:
    """Make answers of a table of people by items; None is a gap."""

    def made(table, dimension="d", questionnaire="q", items=None, **more):
        return [
            {"questionnaire": questionnaire, "version": "1", "assessment": "a", "respondent": f"p{place:04}",
             "item": items[at] if items else f"i{at:02}", "dimension": dimension, "value": float(value), **more}
            for place, row in enumerate(table)
            for at, value in enumerate(row)
            if value is not None and not math.isnan(value)
        ]  # fmt: skip

    return made


@pytest.fixture(scope="session")
def quality() -> Callable[..., Finding]:
    def scored(answers, items=(), **parameters):
        given = snapshot({"answers": answers, "items": list(items)}, WINDOW)
        return run(Quality(), declared(given, entry("instrument.quality")), **parameters)

    return scored


@pytest.fixture(scope="session")
def rated() -> Callable[..., Finding]:
    """Score a block of objects by items by raters, or of objects by raters."""

    def scored(block, **parameters):
        rows = [
            {"object": f"o{o:03}", "item": f"i{i}", "rater": f"r{r}", "value": float(value)}
            for o, one in enumerate(block)
            for i, ratings in enumerate(one if hasattr(one[0], "__len__") else [one])
            for r, value in enumerate(ratings)
            if not math.isnan(value)
        ]
        return run(Raters(), declared(snapshot({"ratings": rows}, WINDOW), entry("raters.agreement")), **parameters)

    return scored
