"""Answers about plugins and their scorers."""

from typing import Final

from kithline_api.answers.shared import NOT_FOR, Json
from kithline_api.examples import AT

_SCORER: Final[Json] = {
    "key": "silos.internal", "version": "1.0.0", "plugin": "kithline-network", "plugin_version": "1.0.0",
    "lifecycle": {"status": "active", "sunset": "", "successor": ""}, "label": "",
    "enabled": True, "pinned": None, "versions": ["1.0.0"], "own": {"min_events": 3},
    "in_force": {"persons": False, "floor": 5, "no_floor": False, "min_events": 3},
    "title": {"en": "Silos", "de": "Silos"}, "question": {"en": "Do departments talk to each other?"},
    "unit": "points", "levels": [], "window_days": 90, "lookback_days": 0,
    "inputs": [{"table": "tie_day", "columns": ["day", "actor", "target"], "required": True, "where": {}}],
    "minimum": [
        {"what": "departments of 5 or more people", "measure": "departments_at_floor", "at_least": 2,
         "reason": "few_departments"}
    ],
    "parameters": {"min_events": 2}, "after": [], "not_for": NOT_FOR,
    "measures": {
        "departments": {"label": {"en": "Departments"}, "unit": "departments", "direction": "none", "format": ".0f",
                        "chart": "none", "floor": "none", "cells": [], "additive": False}
    },
}  # fmt: skip
_LIFE: Final[Json] = {"status": "deprecated", "sunset": "2026-03-01", "successor": "kithline-network 2.0.0"}
_PLUGIN: Final[Json] = {
    "plugin": "kithline-network", "enabled": True, "chosen": None, "pinned": "1.0.0", "in_force": "1.0.0",
    "versions": [
        {"version": "1.0.0", "digest": "", "api_version": "1", "lifecycle": _LIFE, "label": "",
         "scorers": ["silos.internal"]},
    ],
    "shadow": None,
    "cautions": [
        {"code": "sunset_in_90_days",
         "words": "kithline-network 1.0.0 is deprecated and has its last day on 2026-03-01, in 55 days; use kithline-network 2.0.0"},
    ],
    "reason": "2.0.0 is compared first", "changed_at": AT,
}  # fmt: skip

ANSWERS: Final[dict[str, Json]] = {
    "Scorers": {"data": [_SCORER], "quarantined": []},
    "PluginsInUse": {"data": [_PLUGIN]},
    "PluginCounters": {
        "data": [{
            "began": "2026-01-05", "plugin": "kithline-network", "version": "1.0.0", "scorer": "silos.internal",
            "attempts": 121, "runs": 120, "tenants": 9, "outcomes": {"lost": 1, "ok": 118, "error:timeout": 2},
            "tiers": {"full": 121},
            "seconds": {"p50": [0.1, 0.25], "p95": [1.0, 2.5], "histogram": {"0.25": 80, "2.5": 40}},
        }]
    },
    "PluginInUse": _PLUGIN,
    "PluginsOfTenant": {
        "data": [{"plugin": "kithline-network", "enabled": True, "pinned": "1.0.0", "in_force": "1.0.0", "shadow": None}]
    },
    "ShadowReport": {
        "plugin": "kithline-network", "in_force": "1.0.0", "candidate": "2.0.0", "decision": None, "reason": None,
        "started_at": AT, "ended_at": None,
        "scorers": [{
            "scorer": "silos.internal", "version": "1.0.0", "candidate": "2.0.0", "compared": 40, "waiting": 0, "identical": 31,
            "status_changed": 0.0, "level_changed": None, "levels": [],
            "statuses": [{"before": "ok", "after": "ok", "count": 40}],
            "score": {"n": 40, "min": -1.25, "p05": -0.5, "median": 0.0, "p95": 0.125, "max": 0.25},
            "doubt": "unquantified: counted over these snapshots, which are no sample of those to come", "reason": None,
        }],
    },
    "Settled": {
        "state": "holding",
        "holding": {
            "scorer": "silos.internal", "plugin": "kithline-network", "plugin_version": "1.0.0",
            "own": {"min_events": 3},
            "in_force": {"persons": False, "floor": 5, "no_floor": False, "min_events": 3},
        },
    },
}  # fmt: skip
