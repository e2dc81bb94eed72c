"""Paths over whatever a scorer publishes: what is unknown is named, and what cannot be reached says why."""

from datetime import UTC, datetime
from uuid import UUID

import msgspec
import pytest

from kithline_core.engine.document import Document
from kithline_core.engine.gates import model
from kithline_core.model.results import Result
from kithline_core.questions import pathing, supposing

NOW = datetime(2026, 1, 1, tzinfo=UTC)
GATE = {"gate": "a", "level": 2, "kind": "level", "what": "share of a", "have": 0.5, "need": 0.7}
STEP = {"step": "s", "choice": "s", "gate": "a", "adds": 0.3, "effort": 1.0, "what": "do it"}
ANSWER = {"questionnaire": "q", "version": "1", "item": "i", "answer": 4.0, "evidence": 1, "outside": 0, "keeps": 0}


def shown(gates=(GATE,), steps=(STEP,), **more):
    plain = {
        "scorer": "any.scorer", "version": "1.0.0", "status": "ok", "reasons": [], "score": 50.0, "unit": "points",
        "level": 1, "level_name": "one", "level_probability": None, "interval": (40.0, 60.0), "bounds": None, "coverage": 1.0,
        "concentration": None, "window": ("2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z"), "measures": {}, "intervals": {},
        "tables": {"gates": list(gates), "steps": list(steps)}, "findings": [], "drivers": [], "missing": [],
        "recommendations": [], "lineage": [], "not_for": [], "key": "sha256:0",
    }  # fmt: skip
    return Document(**{**plain, **more})


RESULT = Result(
    id=UUID("019b8d8b-9a87-7ae0-a7c2-1c6f9d0a3b51"), run_id=None, task_id=None,
    scope_id=None, scorer="any.scorer", version="1.0.0", status="ok", score=50.0, level=1, key="k", sha256="s", attempt=1,
    tier="none", seconds=0.0, window_start=NOW, window_end=NOW, published=None, stale_since=None, created_at=NOW, grounds=[],
    reads=[], origin="here", snapshot_at=None, lapsed=False,
)  # fmt: skip


def told(document):
    return pathing.told(RESULT, document, pathing.solve(document), [])


def test_a_step_of_unknown_effort_is_left_out_named_and_never_free():
    found = told(shown(steps=[{**STEP, "effort": None}]))

    assert (found.reachable, found.effort) == (False, None)
    assert [(one.step, one.effort) for one in found.unknown] == [("s", None)]
    assert found.why == "nothing in the model brings share of a to 0.7; steps that would help have no declared effort"


def test_a_step_of_unknown_effort_beside_one_of_known_effort_is_named_too():
    solved = pathing.solve(shown(steps=[STEP, {**STEP, "step": "free", "choice": "free", "effort": None}]))

    assert [[one.name for one in steps] for steps in solved.found.sets] == [["s"]]
    assert [one.name for one in solved.unknown] == ["free"]


def test_what_nobody_knows_comes_first():
    found = told(shown(gates=[GATE, {**GATE, "gate": "b", "what": "question b", "have": None}]))

    assert found.why == "nobody knows question b: answer it first"
    assert found.proof is None


def test_gates_that_only_one_choice_helps_with_are_not_met_at_once():
    steps = [{**STEP, "choice": "one"}, {**STEP, "step": "t", "choice": "one", "gate": "b"}]

    found = told(shown(gates=[GATE, {**GATE, "gate": "b"}], steps=steps))

    assert found.why.startswith("no set of steps meets all gates at once")
    assert found.proof.proven
    assert found.proof.statement.startswith("no set of steps meets the gates")


def test_where_every_gate_is_met_there_is_no_next_level():
    found = told(shown(gates=[{**GATE, "have": 0.7}]))

    assert (found.why, found.next_level, found.unmet) == (pathing.AT_THE_TOP, None, [])
    assert told(shown(tables={})).why == pathing.NO_GATES


def test_only_the_next_level_is_looked_at_and_a_ceiling_comes_first():
    gates = [GATE, {**GATE, "gate": "c", "kind": "ceiling"}, {**GATE, "gate": "far", "level": 3}]

    found = told(shown(gates=gates, steps=[{**STEP, "gate": "c"}]))

    assert (found.kind, found.next_level, found.next_name) == ("ceiling", 2, None)
    assert [one.gate for one in found.unmet] == ["c"]
    assert [one.gate for one in found.then] == ["a"]


def _steps(*rows):
    return model.steps(msgspec.convert([{**STEP, **row} for row in rows], list[model.StepRow]))


def test_steps_about_one_item_are_tried_out_as_one_answer():
    overlay = pathing.trial(
        _steps({**ANSWER, "step": "confirm", "answer": 3.0, "outside": 1, "keeps": 1, "evidence": 0}, ANSWER)
    )

    (one,) = overlay.answers
    assert (one.item, one.value, one.evidence, one.confirmed) == ("i", 4.0, True, True)


def test_a_step_that_is_no_answer_cannot_be_tried_out():
    assert pathing.trial(_steps({})) is None


@pytest.mark.parametrize(
    ("before", "after", "score", "interval"),
    [
        ({}, {"score": None}, None, "unquantified: one of the two has no score"),
        (
            {},
            {"score": 60.0, "interval": "unquantified: x"},
            10.0,
            "unquantified: one of the two scores has no interval",
        ),
        ({}, {"score": 60.0, "interval": (50.0, 70.0)}, 10.0, (-4.1, 24.1)),
    ],
)
def test_a_difference_has_an_interval_where_both_scores_have_one(before, after, score, interval):
    found = supposing.difference(shown(**before), shown(**after))

    assert (found.score, found.interval) == (score, interval)


def test_a_difference_of_levels_needs_both():
    assert supposing.difference(shown(), shown(level=3)).level == 2
    assert supposing.difference(shown(level=None), shown()).level is None
