"""Answers about what was sent: reports of imports, batches, questionnaires, scopes."""

from typing import Final

import msgspec

from kithline_api.answers.shared import FROM, LATER, TO, Json
from kithline_api.examples import AT, BY_NAME, HASH, named
from kithline_core.model.questionnaires import Questionnaire
from kithline_core.model.value import ValueModel
from kithline_core.model.verbs import VERBS

_LACKING: Final = {"what": "rows of people", "reason": "no_data", "have": 0, "need": 1}
_NEEDS: Final[Json] = {
    "scorer": "silos.internal", "version": "1.0.0", "state": "insufficient", "window": [FROM, TO],
    "inputs": [{"table": "tie_day", "required": True, "rows": 0}], "missing": [_LACKING],
    "held_back": [{"reason": "below_floor", "words": "people: how much there is speaks of fewer than 5 people, and is not said"}],
    "result": None, "result_status": None,
}  # fmt: skip

ANSWERS: Final[dict[str, Json]] = {
    "Report": {
        "accepted": 2, "updated": 0, "duplicates": 1, "conflicts": 0, "rejected": 1, "dry_run": False,
        "errors": [{"pointer": "/id", "code": "missing", "message": "This field is required", "line": 4}],
    },
    "Import": {
        "id": named("import"), "file": "events", "format": "ndjson", "batch": "forum-2025", "sha256": HASH,
        "state": "open", "bytes": 181_402_113, "position": 8_001_204, "lines": 50_000, "accepted": 49_970, "updated": 0,
        "duplicates": 12, "conflicts": 0, "rejected": 18, "listed": 18, "lines_per_second": 24_310.5, "created_at": AT,
        "moved_at": LATER, "finished_at": None,
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
        "scope": "suppliers-only", "version": 2, "window": [FROM, TO], "communities": ["battery"], "channels": None,
        "not_counted": [{"community": "batery", "reason": "unknown"}],
        "counted": {"version": 2, "events": 1200, "people": 85, "withheld": None},
        "before": {"version": 1, "events": None, "people": None, "withheld": "differencing"},
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
    "Fairness": {
        "questionnaire": "quick-scan", "status": "ok", "window": [FROM, TO], "least": 10, "false_flags": 0.1,
        "compared": [{
            "attribute": "language", "reference": "en", "group": "de",
            "items": [
                {"scale": "level 2", "item": "L2.3", "flag": "C", "odds_ratio": 3.1, "odds_ratio_interval": [2.1, 4.6],
                 "delta": -2.66, "delta_interval": [-3.58, -1.74], "p": 2.1e-06, "reason": None},
            ],
        }],
        "withheld": [{"attribute": "rank", "groups": 1, "reason": "floor"}],
        "missing": [
            {"what": "a second rank among the respondents that 10 or more of them share", "reason": "one_rank", "have": 1,
             "need": 2},
        ],
    },
    "Questionnaire": msgspec.to_builtins(msgspec.convert(BY_NAME["Questionnaire"], Questionnaire)),
    "ValueModel": msgspec.to_builtins(msgspec.convert(BY_NAME["ValueModel"], ValueModel)),
    "Coverage": {
        "end": TO, "scorers": [_NEEDS],
        "held_back": [{"reason": "rights", "words": "who objected, or asked for restriction, is left out of everything that is counted"}],
    },
}  # fmt: skip
