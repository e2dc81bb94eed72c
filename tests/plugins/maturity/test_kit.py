"""Both scorers pass the checks that every plugin must pass, and stay as fast as their limits ask."""

import importlib.resources
import time

import msgspec
import pytest

import kithline_maturity
from kithline_core.model.questionnaires import Questionnaire
from kithline_core.plugins import read_manifest
from kithline_maturity.depth import Depth
from kithline_maturity.verdict import Verdict
from kithline_sdk.testing import check_scorer, scorer_entry, snapshot

WINDOW = ("2025-01-01", "2026-07-01")


def mixed(answers, people):
    shapes = {"L1": 4, "L2": 3, "L3": 2, "L4": 1, "BM": 3, "WF": 2, "LD": 4}
    return [
        row
        for n in range(people)
        for row in answers(
            {stem: [max(0, value - (n + m) % 3) for m in range(5)] for stem, value in shapes.items()},
            respondent=f"p{n:03}",
        )
    ]


def test_the_ladder_passes_the_kit(five, answers, shipped):
    entry = scorer_entry("kithline_maturity", "maturity.depth")
    quick = [
        {"questionnaire": "depth.quick", "assessment": "q", "item": one["item"], "value": 3}
        for one in shipped("depth.quick")
    ]
    snapshots = [
        snapshot({"items": five, "answers": mixed(answers, 1)}, WINDOW),
        snapshot({"items": five, "answers": mixed(answers, 12)}, WINDOW),
        snapshot({"items": shipped("depth.quick"), "answers": quick}, WINDOW),
    ]

    findings = check_scorer(Depth(), entry, snapshots, drawn=0.1)

    assert [found.status for found in findings] == ["ok", "ok", "provisional"]


def test_the_verdict_passes_the_kit(as_fields, depth, five, answers):
    entry = scorer_entry("kithline_maturity", "kithline.verdict")
    fields = as_fields(depth(five, mixed(answers, 1)))
    rows = [
        {
            "scorer": "maturity.depth",
            "field": field,
            **({"text": value} if isinstance(value, str) else {"number": value}),
        }
        for field, value in fields.items()
    ]

    (found,) = check_scorer(Verdict(), entry, [snapshot({"findings": rows}, WINDOW)])

    assert found.measures["label"] == "social media"


def test_the_hook_offers_both_scorers_and_the_manifest_names_them():
    folder = importlib.resources.files("kithline_maturity")
    manifest = read_manifest(folder)

    assert [one.key for one in kithline_maturity.kithline_scorers()] == [one.key for one in manifest.scorers]
    for one in manifest.scorers:
        assert all(set(measure.label) == {"en", "de"} for measure in one.measures.values())


@pytest.mark.parametrize("name", ["depth", "depth.quick"])
def test_the_host_reads_the_questionnaires(name):
    text = importlib.resources.files("kithline_maturity").joinpath(f"questionnaires/{name}@1.json").read_bytes()

    assert msgspec.json.decode(text, type=Questionnaire).questionnaire == name


def test_a_thousand_respondents_take_a_few_seconds(depth, five, answers):
    rows = mixed(answers, 1000)
    start = time.process_time()

    depth(five, rows)

    assert time.process_time() - start < 10
