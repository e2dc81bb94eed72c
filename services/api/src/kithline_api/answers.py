"""Answers as the OpenAPI document shows them, by schema name; a test decodes each as what it stands for."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from kithline_api import composites, supposed
from kithline_api.catalogue import KINDS
from kithline_api.examples import AT, BY_NAME, HASH, PUBLIC_KEY, named
from kithline_core.model.grounds import TEMPLATES
from kithline_core.model.questionnaires import Questionnaire
from kithline_core.model.value import ValueModel
from kithline_core.model.verbs import VERBS

Json = dict[str, Any]
_LATER: Final = "2026-01-05T09:00:04Z"
_FROM, _TO = "2025-10-07T00:00:00Z", "2026-01-05T00:00:00Z"
_LACKING: Final = {"what": "rows of people", "reason": "no_data", "have": 0, "need": 1}
_WINDOWS: Final = (["2025-07-09T00:00:00Z", "2025-10-07T00:00:00Z"], [_FROM, _TO])
_NOT_FOR: Final = ["appraisal", "pay", "dismissal", "award", "delisting"]


def _stage(name: str, part: int = 0, tables: Sequence[str] = (), score: float | None = None) -> Json:
    status = None if score is None else "ok"
    return {
        "stage": name, "changed": score is not None, "part": part, "told_with": None, "reason": None, "tables": list(tables),
        "status": status, "score": score, "level": None, "level_name": None,
    }  # fmt: skip


_KEY: Final[Json] = {
    "id": named("key"), "key_id": "c4k0ra2mve1t", "title": "importer", "scopes": ["events:write", "people:write"],
    "created_at": AT, "expires_at": "2027-01-05T09:00:00Z", "revoked_at": None, "last_used_at": None,
}  # fmt: skip
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
    "plugin_version": "1.0.0", "state": "queued", "attempt": 0, "reason": None, "waits_for": None, "parameters": {},
    "window_start": _FROM, "window_end": _TO, "finished_at": None,
}  # fmt: skip
_RESULT: Final[Json] = {
    "id": named("result"), "run_id": named("run"), "task_id": named("task"), "scope_id": None,
    "scorer": "silos.internal", "version": "1.0.0", "status": "ok", "score": 62.5, "level": None,
    "interval": [55.1, 69.4], "level_probability": None, "level_held": None, "key": f"sha256:{HASH}",
    "method": {"version": "1.0.0", "parameters": HASH, "word_lists": "", "engine": "1+0a1b2c3d4e5f"}, "sha256": HASH, "attempt": 1, "tier": "none", "seconds": 0.21,
    "window_start": _FROM, "window_end": _TO, "origin": "here", "stale_since": None, "created_at": _LATER,
    "grounds": [named("ground")], "reasons": [],
}  # fmt: skip
_FINDING: Final[Json] = {
    "scorer": "silos.internal", "version": "1.0.0", "status": "ok", "reasons": [], "score": 62.5, "unit": "points",
    "level": None, "level_name": None, "level_probability": None, "interval": [55.1, 69.4], "bounds": None,
    "coverage": 0.83, "concentration": None, "window": [_FROM, _TO],
    "measures": {"departments": 6, "internal_ties": 214}, "intervals": {}, "tables": {},
    "findings": [{"code": "silent_pair", "clause": "fewer ties than chance", "evidence": "purchasing.sales", "date": None}],
    "drivers": [
        {"name": "ties_across", "raw": 0.31, "sub_score": 0.625, "weight": 1.0, "contribution": 62.5, "gain": None}
    ],
    "missing": [], "recommendations": [],
    "lineage": [{"table": "tie_day", "filter": "", "window": [_FROM, _TO], "count": 1204, "ids_hash": HASH}],
    "not_for": _NOT_FOR, "key": f"sha256:{HASH}",
}  # fmt: skip
_SCORER: Final[Json] = {
    "key": "silos.internal", "version": "1.0.0", "plugin": "kithline-network", "plugin_version": "1.0.0",
    "lifecycle": {"status": "active", "sunset": "", "successor": ""},
    "enabled": True, "pinned": None, "versions": ["1.0.0"], "own": {"min_events": 3},
    "in_force": {"persons": False, "floor": 5, "no_floor": False, "min_events": 3},
    "title": {"en": "Silos", "de": "Silos"}, "question": {"en": "Do departments talk to each other?"},
    "unit": "points", "levels": [], "window_days": 90, "lookback_days": 0,
    "inputs": [{"table": "tie_day", "columns": ["day", "actor", "target"], "required": True, "where": {}}],
    "minimum": [
        {"what": "departments of 5 or more people", "measure": "departments_at_floor", "at_least": 2,
         "reason": "few_departments"}
    ],
    "parameters": {"min_events": 2}, "after": [], "not_for": _NOT_FOR,
    "measures": {
        "departments": {"label": {"en": "Departments"}, "unit": "departments", "direction": "none", "format": ".0f",
                        "chart": "none", "floor": "none", "cells": [], "additive": False}
    },
}  # fmt: skip
_LIFE: Final[Json] = {"status": "deprecated", "sunset": "2026-03-01", "successor": "kithline-network 2.0.0"}
_PLUGIN: Final[Json] = {
    "plugin": "kithline-network", "enabled": True, "chosen": None, "pinned": "1.0.0", "in_force": "1.0.0",
    "versions": [
        {"version": "1.0.0", "digest": "", "api_version": "1", "lifecycle": _LIFE, "scorers": ["silos.internal"]},
    ],
    "shadow": None,
    "cautions": [
        {"code": "sunset_in_90_days",
         "words": "kithline-network 1.0.0 is deprecated and has its last day on 2026-03-01, in 55 days; use kithline-network 2.0.0"},
    ],
    "reason": "2.0.0 is compared first", "changed_at": AT,
}  # fmt: skip
_NEEDS: Final[Json] = {
    "scorer": "silos.internal", "version": "1.0.0", "state": "insufficient", "window": [_FROM, _TO],
    "inputs": [{"table": "tie_day", "required": True, "rows": 0}], "missing": [_LACKING],
    "held_back": [{"reason": "below_floor", "words": "people: how much there is speaks of fewer than 5 people, and is not said"}],
    "result": None, "result_status": None,
}  # fmt: skip
_ISSUED: Final[Json] = {
    "id": named("paper"), "kind": "notice", "language": "en", "sha256": HASH, "issued_at": AT, "outdated_at": None,
}  # fmt: skip
TEXT: Final = "# Information for people whose data are processed\n"
_NO_GROUND: Final = KINDS["no_ground"]

_IDENTITY: Final[Json] = {
    "id": named("identity"), "kind": "person", "alias": "Anna.Weber", "same_as": "p-17", "confidence": 0.95,
    "rule": "same_form", "source": None, "created_at": AT, "undone_at": None,
}  # fmt: skip
_DISPUTED: Final[Json] = {"person": "p-17", "group": "employee", "organisation": "auren", "department": "purchasing"}
_CORRECTING: Final[Json] = {
    **_DISPUTED, "group": "supplier", "organisation": "staffing", "valid_from": AT,
    "source": "dispute/8f14e45fceea167a5a36dedd",
}  # fmt: skip
_DISPUTE: Final[Json] = {
    "id": named("dispute"), "kind": "person", "subject": "p-17", "about": _DISPUTED,
    "claimed": {"group": "supplier", "organisation": "staffing", "valid_from": AT, "valid_to": None},
    "reason": "works for an agency, not for the client", "opened_by": "the person", "state": "open", "decision": None,
    "created_at": AT, "decided_at": None,
}  # fmt: skip
_WITHHELD: Final[Json] = {"effect": "withheld", "why": "figures differ by fewer people than the floor"}

_OWN: Final[dict[str, Json]] = {
    **composites.ANSWERS,
    **supposed.ANSWERS,
    "Alive": {"status": "ok"},
    "Ready": {"status": "ok", "database": "ok", "migrations": "at head", "sandboxes": {"full": 2}, "replays": "ok"},
    "ErrorPage": {
        "code": _NO_GROUND.code, "status": _NO_GROUND.status, "title": _NO_GROUND.title, "meaning": _NO_GROUND.meaning,
        "remedy": _NO_GROUND.remedy,
    },
    "Caller": {"kind": "tenant", "key_id": _KEY["key_id"], "scopes": _KEY["scopes"], "tenant_id": named("tenant"),
               "partner_id": None},
    "Partner": {"id": named("partner"), "title": "Engage platform", "created_at": AT},
    "Grant": {
        "id": named("grant"), "partner_id": named("partner"), "given_by": "Auren Motors", "external_id": "auren",
        "document": "contract of 2026-01-02", "valid_from": AT, "valid_until": None,
    },
    "Tenant": {"id": named("tenant"), "external_id": "auren", "title": "Auren Motors", "created_at": AT},
    "Key": _KEY,
    "IssuedKey": {**_KEY, "key": "kithline_live_c4k0ra2mve1t_<43 characters, shown this once>_<6 of checksum>"},
    "Template": {"name": "employees", "ground": msgspec.to_builtins(TEMPLATES["employees"])},
    "Ground": {
        **msgspec.to_builtins(TEMPLATES["employees"]), "id": named("ground"), "signed_by": "the works council and the board",
        "documents": ["Balancing of interests of 2025-12-01"], "works_agreement": "Works agreement 12 of 2025-12-10",
        "impact_assessment": "DPIA 7 of 2025-12-04",
        "valid_from": AT, "created_at": AT,
    },
    "Report": {
        "accepted": 2, "updated": 0, "duplicates": 1, "conflicts": 0, "rejected": 1, "dry_run": False,
        "errors": [{"pointer": "/id", "code": "missing", "message": "This field is required", "line": 4}],
    },
    "Import": {
        "id": named("import"), "file": "events", "format": "ndjson", "batch": "forum-2025", "sha256": HASH,
        "state": "open", "bytes": 181_402_113, "position": 8_001_204, "lines": 50_000, "accepted": 49_970, "updated": 0,
        "duplicates": 12, "conflicts": 0, "rejected": 18, "listed": 18, "lines_per_second": 24_310.5, "created_at": AT,
        "moved_at": _LATER, "finished_at": None,
        "links": {
            "self": f"/v1/imports/{named('import')}", "rejects": f"/v1/imports/{named('import')}/rejects",
            "pause": f"/v1/imports/{named('import')}/pause", "resume": f"/v1/imports/{named('import')}/resume",
            "cancel": f"/v1/imports/{named('import')}/cancel",
        },
    },
    "Reject": {"line": 4, "pointer": "/id", "code": "missing", "message": "This field is required"},
    "Verb": msgspec.to_builtins(VERBS[0]),
    "Assessment": {
        "id": named("assessment"), "questionnaire": "quick-scan", "assessment": "2026-1", "version": "1", "title": None,
        "state": "open", "created_at": AT, "closed_at": None,
    },
    "Scope": {
        "id": named("scope"), "scope": "suppliers-only", "version": 1, "title": None, "owner": "head of purchasing",
        "reason": "other places hold no suppliers", "communities": ["battery"], "channels": None, "created_at": AT,
    },
    "Preview": {
        "scope": "suppliers-only", "version": 2, "window": [_FROM, _TO], "communities": ["battery"], "channels": None,
        "not_counted": [{"community": "batery", "reason": "unknown"}],
        "counted": {"version": 2, "events": 1200, "people": 85, "withheld": None},
        "before": {"version": 1, "events": None, "people": None, "withheld": "differencing"},
    },
    "Identity": _IDENTITY,
    "Suggestions": {
        "data": [{"kind": "person", "id": "Anna.Weber", "same_as": "p-17", "rule": "same_form", "confidence": 0.95}]
    },
    "Merger": {"kind": "person", "standing": "p-17", "memberships": [_DISPUTED], "organisations": [], **_WITHHELD},
    "Dispute": _DISPUTE,
    "Remedy": {
        "memberships": [_DISPUTED], "memberships_then": [{**_DISPUTED, "valid_to": AT}, _CORRECTING],
        "organisations": [], "organisations_then": [], **_WITHHELD,
    },
    "CorrectionEntry": {
        "id": named("correction"), "kind": "withdrawn", "file": "events", "batch": None, "reason": "sent twice",
        "made_by": "data steward (c4k0ra2mve1t)", "counts": {"events": 2, "not_found": 0}, "undoes_id": None,
        "undone_id": None, "created_at": AT,
    },
    "Batch": {"batch": "forum-2025", "opened_at": AT, "undone_at": None, "expired_at": None, "events": 181_402, "rows": 84},
    "Undone": {
        "batch": "forum-2025", "done": True, "expired": False, "events": 81_402, "removed": 80, "restored": 3, "left_alone": 1,
        "left": [{"file": "populations", "row": {"group": "employee", "department": "purchasing"}}],
        "stays": [{"what": "value_model", "words": "the lines of value.json: send the former ones"}],
    },
    "Questions": {
        "data": [{"community": "br", "name": "Betriebsrat Nord", "topic": "works council", "words": "betriebsrat"}]
    },
    "RunSummary": _RUN,
    "SigningKey": {
        "id": named("signing_key"), "title": "site of Auren Motors", "public_key": PUBLIC_KEY, "created_at": AT,
        "revoked_at": None,
    },
    "Run": {**_RUN, "tasks": [_TASK]},
    "ResultSummary": _RESULT,
    "Result": {**_RESULT, "finding": _FINDING},
    "Document": _FINDING,
    "IssuedPaper": _ISSUED,
    "Paper": {
        "kind": "notice", "language": "en", "sha256": HASH, "draft": True, "text": TEXT,
        "facts": {"controller": "Auren Motors", "retention": {"events": 90, "rollups": 396, "results": None}},
        "issued": _ISSUED, "outdated": True, "changed": [{"pointer": "/retention/events", "was": 180, "now": 90}],
    },
    "Scorers": {"data": [_SCORER], "quarantined": []},
    "PluginsInUse": {"data": [_PLUGIN]},
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
    "Questionnaire": msgspec.to_builtins(msgspec.convert(BY_NAME["Questionnaire"], Questionnaire)),
    "ValueModel": msgspec.to_builtins(msgspec.convert(BY_NAME["ValueModel"], ValueModel)),
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
    "Replay": {
        "result": named("result"), "outcome": "identical", "reason": None, "detail": None, "path": None,
        "key": f"sha256:{HASH}", "engine": "1+0a1b2c3d4e5f", "computed_by": "1+0a1b2c3d4e5f",
    },
    "Errand": {
        "id": named("errand"), "kind": "what_if", "state": "working", "answer": None, "created_at": AT,
        "finished_at": None, "expires_at": "2026-01-05T10:00:00Z",
    },
    "Job": {
        "id": named("job"), "kind": "privacy.erase", "subject": HASH, "state": "succeeded", "done": 117, "total": 117,
        "receipt": {"ids": 1, "rows": {"memberships": 1, "events": 214, "tie_day": 96}}, "reason": None,
        "created_at": AT, "started_at": AT, "finished_at": _LATER,
    },
    "AuditEvent": {
        "id": named("audit"), "action": "privacy.erase", "subject": HASH,
        "details": {"job": named("job"), "reason": "their letter of 2 January"}, "created_at": AT,
    },
    "Retention": {
        "chosen": False, "asked": {"events_days": 90, "rollups_days": 396},
        "holds": {"events_days": 90, "rollups_days": 396}, "shortened_by": [], "next_at": "2026-01-06T02:11:00Z",
        "last_at": None, "estimate": [{"table": "events", "rows": 3120, "oldest": "2025-10-02T07:30:00Z"}],
    },
    "Copy": {"subject": HASH, "data": [{"table": "ties", "row": {"actor": "p-17", "target": "p-4", "count": 12}}]},
    "Coverage": {
        "end": _TO, "scorers": [_NEEDS],
        "held_back": [{"reason": "rights", "words": "who objected, or asked for restriction, is left out of everything that is counted"}],
    },
}  # fmt: skip


def example(schema: Json) -> object:
    """Return an answer of this schema: by its name, a page or a list of it, else the beginning of /openapi.json."""
    name = schema.get("$ref", "").rpartition("/")[2]
    if name.startswith("Page_"):
        row = name.removeprefix("Page_").removesuffix("_")
        return {"data": [_one(row)], "has_more": False, "next_cursor": None}
    if name:
        return _one(name)
    return [example(schema["items"])] if "items" in schema else {"openapi": "3.1.0"}


def lines(schema: Json) -> str:
    """Return what a list looks like as NDJSON."""
    page = msgspec.convert(example(schema), dict[str, Any])
    return "".join(msgspec.json.encode(row).decode() + "\n" for row in page["data"])


def table(schema: Json) -> str:
    """Return what a list looks like as CSV."""
    page = msgspec.convert(example(schema), dict[str, Any])
    first = page["data"][0]
    return "".join(",".join(str(cell) for cell in row) + "\r\n" for row in (first, first.values()))


def _one(name: str) -> Json:
    return _OWN[name] if name in _OWN else BY_NAME[name]
