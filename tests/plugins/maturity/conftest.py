"""Sheets and earlier findings from plain values, scored in process through the kit."""

import importlib.resources
import json

import pytest

from kithline_maturity.depth import Depth
from kithline_maturity.verdict import Verdict
from kithline_sdk.testing import declared, run, scorer_entry, snapshot

WINDOW = ("2025-01-01", "2026-07-01")
FACTORS = {"BM": "business_model", "WF": "workforce", "LD": "leadership"}


def question(item, **more):
    stem = item.partition(".")[0]
    level = int(stem[1:]) if stem[1:].isdigit() else None
    ceiling = FACTORS.get(stem)
    return {"questionnaire": "depth", "version": "1", "item": item, "level": level, "ceiling": ceiling, **more}


@pytest.fixture(scope="session")
def five():
    """Five plain questions for each level and each ceiling."""
    return [question(f"{stem}.{n}") for stem in ("L1", "L2", "L3", "L4", *FACTORS) for n in range(1, 6)]


@pytest.fixture(scope="session")
def shipped():
    """The rows of `items` that a shipped questionnaire gives."""

    def read(name):
        text = importlib.resources.files("kithline_maturity").joinpath(f"questionnaires/{name}@1.json").read_text()
        whole = json.loads(text)
        kept = ("level", "ceiling", "group", "weight", "mandatory", "effort", "minimum", "maximum", "reverse", "item")
        return [
            {"questionnaire": name, "version": "1", **{key: one[key] for key in kept},
             "text": one["text"]["en"], "improvement": one["improvement"]["en"]}
            for one in whole["items"]
        ]  # fmt: skip

    return read


def spread(values):
    """Turn {"L2": [4, 3, None], "WF.1": 2} into answers by item; a list counts the items from 1."""
    for stem, value in values.items():
        if isinstance(value, list):
            yield from ((f"{stem}.{n}", one) for n, one in enumerate(value, 1) if one is not None)
        else:
            yield stem, value


def said(values, *, evidence=True, **more):
    """Answers of one respondent; those above the middle carry evidence unless told otherwise."""
    return [
        {"questionnaire": "depth", "assessment": "a1", "item": item, "value": value,
         "evidence": "minutes" if evidence and value > 2 else None, **more}
        for item, value in spread(values)
    ]  # fmt: skip


@pytest.fixture(scope="session")
def answers():
    return said


@pytest.fixture(scope="session")
def depth():
    """Score questions and answers."""
    entry = scorer_entry("kithline_maturity", "maturity.depth")

    def score(items, rows, seed=7, **params):
        return run(Depth(), declared(snapshot({"items": items, "answers": rows}, WINDOW), entry), seed, **params)

    return score


@pytest.fixture(scope="session")
def verdict():
    """Put the verdict over findings given as {scorer: {field: value}} and days with events."""
    entry = scorer_entry("kithline_maturity", "kithline.verdict")

    def score(earlier, days=(), **params):
        rows = [
            {"scorer": scorer, "field": field, **({"text": value} if isinstance(value, str) else {"number": value})}
            for scorer, fields in earlier.items()
            for field, value in fields.items()
        ]
        tables = {"findings": rows, "event_day": [{"day": day, "count": 3} for day in days]}
        return run(Verdict(), declared(snapshot(tables, WINDOW), entry), **params)

    return score


@pytest.fixture(scope="session")
def as_fields():
    """Turn a depth finding into the fields that the engine would hand on."""

    def turn(found):
        fields = {"status": found.status}
        if found.score is not None:
            fields |= {"score": found.score * 100, "level": found.level}
        fields |= {f"measure.{name}": value for name, value in found.measures.items()}
        fields |= {f"finding.{note.code}": note.clause for note in found.findings}
        for place, step in enumerate(found.recommendations):
            fields |= {
                f"recommendation.{place}.{name}": getattr(step, name) for name in ("text", "code", "effort", "evidence")
            }
        return fields

    return turn


def at_heights(heights, *, ceiling=4, proven=5, status="ok", chance=0.995, **more):
    """A depth finding with groups at the given heights, each level passed or at .5."""
    fields = {"status": status, "score": 50.0, "level": float(min(max(heights.values(), default=0), ceiling))}
    fields |= {"measure.items_with_evidence": float(proven), "measure.ceiling": float(ceiling)}
    fields |= {"measure.binding": "workforce" if ceiling < 4 else "none", "measure.binds": float(ceiling < 4)}
    fields |= {"measure.cap.workforce": float(ceiling), "measure.p_cap.workforce": float(ceiling >= 3)}
    for k in (1, 2, 3, 4):
        reached = k <= max(heights.values(), default=0)
        fields |= {f"measure.attainment.{k}": 1.0 if reached else 0.5, f"measure.passed.{k}": float(reached)}
        fields |= {f"measure.p_pass.{k}": chance if reached else 1 - chance}
    for group, height in heights.items():
        fields[f"measure.ladder.{group}"] = float(min(height, ceiling))
        for k in (1, 2, 3, 4):
            fields[f"measure.group_attainment.{group}.{k}"] = 1.0 if k <= height else 0.5
            fields[f"measure.group_passed.{group}.{k}"] = float(k <= height)
            fields[f"measure.group_p.{group}.{k}"] = chance if k <= height else 1 - chance
    return {"maturity.depth": fields | more}


@pytest.fixture(scope="session")
def ladder():
    return at_heights
