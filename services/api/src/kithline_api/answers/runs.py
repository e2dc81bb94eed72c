"""Answers about runs, their results, and questions about results."""

from collections.abc import Sequence
from typing import Final

from kithline_api.answers.shared import FROM, LATER, NOT_FOR, TO, Json
from kithline_api.examples import AT, HASH, named


def _stage(name: str, part: int = 0, tables: Sequence[str] = (), score: float | None = None) -> Json:
    status = None if score is None else "ok"
    return {
        "stage": name, "changed": score is not None, "part": part, "told_with": None, "reason": None, "tables": list(tables),
        "status": status, "score": score, "level": None, "level_name": None,
    }  # fmt: skip


_WINDOWS: Final = (["2025-07-09T00:00:00Z", "2025-10-07T00:00:00Z"], [FROM, TO])
_RUN: Final[Json] = {
    "id": named("run"), "state": "queued", "intended_use": "organisation_development", "scope_id": None,
    "scope": None, "scope_version": None, "created_at": AT, "started_at": None, "finished_at": None,
    "links": {
        "self": f"/v1/runs/{named('run')}",
        "results": f"/v1/results?run={named('run')}",
        "cancel": f"/v1/runs/{named('run')}/cancel",
    },
}  # fmt: skip
_TASK: Final[Json] = {
    "id": named("task"), "scorer": "silos.internal", "version": "1.0.0", "plugin": "kithline-network",
    "plugin_version": "1.0.0", "state": "queued", "attempt": 0, "tier": None, "reason": None, "waits_for": None, "parameters": {},
    "window_start": FROM, "window_end": TO, "finished_at": None,
}  # fmt: skip
_RESULT: Final[Json] = {
    "id": named("result"), "run_id": named("run"), "task_id": named("task"), "scope_id": None,
    "scorer": "silos.internal", "version": "1.0.0", "status": "ok", "score": 62.5, "level": None,
    "interval": [55.1, 69.4], "level_probability": None, "level_held": None, "key": f"sha256:{HASH}",
    "method": {"version": "1.0.0", "parameters": HASH, "word_lists": "", "engine": "1+0a1b2c3d4e5f"}, "sha256": HASH, "attempt": 1, "tier": "none", "seconds": 0.21,
    "window_start": FROM, "window_end": TO, "origin": "here", "stale_since": None, "created_at": LATER,
    "grounds": [named("ground")], "reasons": [],
}  # fmt: skip
_FINDING: Final[Json] = {
    "scorer": "silos.internal", "version": "1.0.0", "status": "ok", "reasons": [], "score": 62.5, "unit": "points",
    "level": None, "level_name": None, "level_probability": None, "interval": [55.1, 69.4], "bounds": None,
    "coverage": 0.83, "concentration": None, "window": [FROM, TO],
    "measures": {"departments": 6, "internal_ties": 214}, "intervals": {}, "tables": {},
    "findings": [{"code": "silent_pair", "clause": "fewer ties than chance", "evidence": "purchasing.sales", "date": None}],
    "drivers": [
        {"name": "ties_across", "raw": 0.31, "sub_score": 0.625, "weight": 1.0, "contribution": 62.5, "gain": None}
    ],
    "missing": [], "recommendations": [],
    "lineage": [{"table": "tie_day", "filter": "", "window": [FROM, TO], "count": 1204, "ids_hash": HASH}],
    "not_for": NOT_FOR, "key": f"sha256:{HASH}",
}  # fmt: skip

ANSWERS: Final[dict[str, Json]] = {
    "RunSummary": _RUN,
    "Run": {**_RUN, "tasks": [_TASK]},
    "ResultSummary": _RESULT,
    "Result": {**_RESULT, "finding": _FINDING},
    "Document": _FINDING,
    "Trend": {
        "scorer": "silos.internal", "scope_id": None, "points": [
            {"window": ["2025-09-01T00:00:00Z", "2025-12-01T00:00:00Z"], "status": "ok", "score": 58.0,
             "interval": [51.2, 64.9], "level": None, "held": None, "breaks": [], "change": None, "alarm": False,
             "result": named("result")},
            {"window": ["2025-10-01T00:00:00Z", "2026-01-01T00:00:00Z"], "status": "ok", "score": 62.5,
             "interval": [55.1, 69.4], "level": None, "held": None, "breaks": [],
             "change": {"value": 4.5, "interval": [-5.5, 14.3], "different": False}, "alarm": False,
             "result": named("result")},
        ],
    },
    "Delta": {
        "scorer": "silos.internal", "unit": "points",
        "before": {
            "result": named("result"), "version": "1.0.0", "plugin_version": "1.0.0", "window": _WINDOWS[0], "status": "ok",
            "score": 58.0, "level": None, "value": 580_214_377, "exact": True,
        },
        "after": {
            "result": named("result"), "version": "1.0.0", "plugin_version": "1.0.0", "window": _WINDOWS[1], "status": "ok",
            "score": 62.5, "level": None, "value": 625_031_200, "exact": True,
        },
        "difference": 44_816_823,
        "stages": [
            _stage("new_data", part=41_200_000, tables=["tie_day", "activity_day"], score=62.1),
            {**_stage("corrected_data"), "changed": True, "part": None, "told_with": "affiliation", "reason": "few_people"},
            _stage("affiliation", part=3_616_823, tables=["tie_day", "memberships"], score=62.5),
            *(_stage(name) for name in ("scope", "exemptions", "parameters", "rule_version")),
        ],
        "notes": [],
    },
    "Bridge": {
        "scorer": "silos.internal", "from": "1.0.0", "to": "1.1.0", "spans": [{
            "result": named("result"), "scope": None, "version": "1.0.0", "window": _WINDOWS[1], "status": "ok", "score": 62.5,
            "level": None, "value": 625_031_200, "bridged_status": "ok", "bridged_score": 60.4, "bridged_level": None,
            "bridged_value": 604_120_000, "method": -20_911_200, "reason": None,
            "change": {"whole": 44_816_823, "data": 42_950_000, "method": 1_866_823},
        }],
    },
    "Evidence": {
        "result": named("result"), "scorer": "silos.internal", "version": "1.0.0", "stale_since": None,
        "measure": "department_ei.purchasing", "tables": [{
            "table": "events", "filter": "rolled up as tie_day; bots left out", "window": [FROM, TO], "count": 1204,
            "ids_hash": HASH, "ids": ["source", "id"], "recount": "same", "now": {"count": 1204, "ids_hash": HASH},
            "reasons": [], "held_back": None, "part": {
                "filter": "rolled up as tie_day; bots left out; the actor's department is purchasing", "count": 341,
                "ids_hash": HASH,
            },
        }],
    },
    "Source": {"id": ["forum", "m-1"], "at": AT, "verb": "replied", "result": None},
    "Replay": {
        "result": named("result"), "outcome": "identical", "reason": None, "detail": None, "path": None,
        "key": f"sha256:{HASH}", "engine": "1+0a1b2c3d4e5f", "computed_by": "1+0a1b2c3d4e5f",
    },
    "Released": {
        "result": named("result"), "scorer": "silos.internal", "version": "1.0.0", "plugin": "kithline-network",
        "plugin_version": "1.0.0", "reproduces": True,
        "failure": {
            "code": "crash", "error": "ZeroDivisionError",
            "place": {"file": "kithline_network/silos.py", "line": 41, "function": "score"},
        },
        "sha256": HASH, "bundle": "UEsDBBQAAAAIAAAAIQA=",
    },
    "Errand": {
        "id": named("errand"), "kind": "what_if", "state": "working", "answer": None, "created_at": AT,
        "finished_at": None, "expires_at": "2026-01-05T10:00:00Z",
    },
}  # fmt: skip
