"""Answers about what-ifs, shortest paths, what a score hangs on and whether probabilities kept their word."""

from typing import Final

from kithline_api.answers.shared import Json
from kithline_api.examples import HASH, named

_NO_INTERVAL: Final = "unquantified: one of the two scores has no interval"
_STEP: Final = {
    "step": "improve.WF.2", "what": "Train staff in how to deal with people online.", "effort": 2.0, "item": "WF.2",
    "answer": 4.0, "evidence": True, "outside": False, "gates": ["ceiling.workforce"],
}  # fmt: skip
_LEFT_OUT: Final = {
    "kind": "item", "method": "one question at a time out of the questionnaire, with its answers", "tried": 57, "of": 57,
    "withheld": 0, "unscored": 0, "score": [49.1, 50.2], "change": [-0.9, 0.2], "levels": {"recommendable": 1.0},
    "level_holds": True, "most": {"name": "L2.8", "score": 49.1, "change": -0.9, "level": 2}, "why": None,
}  # fmt: skip

ANSWERS: Final[dict[str, Json]] = {
    "Supposed": {
        "hypothetical": True, "result": named("result"), "scorer": "maturity.depth", "version": "1.1.0",
        "added": [{"what": "answer to WF.2", "at": "/overlay/answers/0", "set_aside": 40, "rows": 1, "pairs": None,
                   "possible": None}],
        "before": {"status": "ok", "score": 50.0, "level": 2, "level_name": "recommendable", "level_probability": 0.93,
                   "interval": [50.0, 75.0]},
        "after": {"status": "ok", "score": 75.0, "level": 3, "level_name": "transparent", "level_probability": 0.81,
                  "interval": [50.0, 79.1]},
        "difference": {"score": 25.0, "level": 1, "interval": [-10.4, 25.3]},
        "drivers": [{"name": "level.3", "before": 0.0, "after": 25.0}],
        "finding": {"scorer": "maturity.depth", "status": "ok", "score": 75.0, "key": f"sha256:{HASH}"},
    },
    "Calibration": {
        "scorers": [{
            "scorer": "supply.collaboration", "version": "1.0.0", "prediction": "level_holds", "waiting": 3, "why": None,
            "n": 41, "brier": 0.192, "interval": [0.151, 0.233],
            "bins": [{"low": 0.8, "high": 0.9, "n": 41, "said": 0.84, "came": 0.71, "interval": [0.58, 0.81],
                      "off": -0.13, "flagged": True, "by_chance": False}],
            "flagged": True,
        }],
    },
    "Sensitivity": {
        "hypothetical": True, "result": named("result"), "scorer": "maturity.depth", "version": "1.1.0", "status": "ok",
        "score": 50.0, "level": 2, "next_level": 3,
        "alone": [{"name": "ceiling.workforce", "kind": "ceiling", "what": "mean of the questions about workforce",
                   "have": 0.41, "need": 0.5, "gain": 25.0, "interval": _NO_INTERVAL, "level": 3, "reaches": True,
                   "steps": ["Train staff in how to deal with people online."], "why": None}],
        "alone_why": None, "left_out": [_LEFT_OUT],
    },
    "Path": {
        "result": named("result"), "scorer": "maturity.depth", "version": "1.1.0", "level": 2, "next_level": 3,
        "next_name": "transparent", "kind": "ceiling", "reachable": True, "why": None,
        "unmet": [{"gate": "ceiling.workforce", "kind": "ceiling", "what": "mean of the questions about workforce",
                   "have": 0.41, "need": 0.5}],
        "then": [], "effort": 2.0, "sets": [{"steps": [_STEP], "gain": 25.0, "interval": _NO_INTERVAL, "level": 3}],
        "more": False, "unknown": [],
        "proof": {
            "proven": True,
            "statement": "no cheaper set of steps meets the gates: every set lies in one of 2 branches, of which 1 meet them at "
            "no lower cost, 1 cannot be completed for less, and 0 leave a gate unmet whatever is added",
            "branches": {"met": 1, "dear": 1, "unreachable": 0}, "sha256": HASH,
            "tree": [{"taken": ["improve.WF.2"], "why": "met", "gate": "", "prices": {}},
                     {"taken": ["not WF.2"], "why": "dear", "gate": "", "prices": {"ceiling.workforce": "1/45000"}}],
        },
    },
}  # fmt: skip
