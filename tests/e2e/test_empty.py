"""A tenant that has sent nothing: a run says what is missing, and nobody is called a zero."""

import msgspec
import pytest

from helpers.scorers import SHIPPED, UNSCORED


@pytest.fixture(scope="module")
def empty(installation):
    return installation.tenant("empty")


@pytest.fixture(scope="module")
def coverage(installation, empty):
    """What the API says before any run."""
    with installation.client(empty) as client:
        return {one["scorer"]: one for one in client.ask("GET", "/v1/coverage")["scorers"]}


@pytest.fixture(scope="module")
def documents(installation, empty, coverage):
    found = installation.findings("run", **empty)
    return {scorer: msgspec.json.decode(document) for scorer, document in found.items()}


def test_the_run_of_an_empty_tenant_succeeds_with_insufficient_for_every_scorer(documents):
    assert {scorer: one["status"] for scorer, one in documents.items()} == dict.fromkeys(SHIPPED, "insufficient")


def test_nothing_is_scored_levelled_or_measured_as_nought_or_hundred(documents):
    for one in documents.values():
        unknown = ("score", "level", "level_name", "level_probability", "interval", "bounds", "concentration")
        assert {one[field] for field in unknown} == {None}
        assert one["drivers"] == []
        numbers = {name for name, value in one["measures"].items() if not isinstance(value, str)}
        assert numbers <= {"days_of_data"}, "a count of days is known without data"


def test_every_scorer_says_what_is_missing_and_how_much_more(documents):
    for scorer, one in documents.items():
        assert one["missing"], scorer
        for lack in one["missing"]:
            assert lack["what"], scorer
            assert lack["reason"], scorer
        assert all(lack["have"] < lack["need"] for lack in one["missing"] if lack["need"] is not None), scorer
        assert any(lack["need"] is not None for lack in one["missing"]), scorer


@pytest.mark.parametrize("scorer", sorted(SHIPPED))
def test_coverage_says_the_same_without_a_run(coverage, documents, scorer):
    assert coverage[scorer]["missing"] == documents[scorer]["missing"]
    assert coverage[scorer]["state"] == "insufficient"


def test_the_table_calls_the_unknown_unknown(installation, empty):
    shown = installation.run("run", **empty).decode()

    rows = [line for line in shown.splitlines() if line.startswith("│")]
    assert len(rows) == len(SHIPPED) - 1
    assert sum("unknown" in row for row in rows) == len(SHIPPED - UNSCORED)
    assert " 0.0" not in shown
    assert "missing: " in shown
