"""Answers about indices and totals as the OpenAPI document shows them."""

from typing import Final

from kithline_api.answers.shared import FROM, NOT_FOR, TO, Json
from kithline_api.examples import AT, BY_NAME, HASH, named

_WINDOW: Final = [FROM, TO]
_SHIFTS: Final = [-1.1, 1.2]

_PART: Final[Json] = {
    "part": "supply.collaboration", "status": "ok", "reasons": [], "necessary": True, "score": 62.5,
    "interval": [55.1, 69.4], "spread": None, "nominal_weight": 0.5, "weight": 1.0, "result": named("result"),
    "version": "1.0.0", "window": _WINDOW, "stale_since": None,
}  # fmt: skip
_UNKNOWN: Final[Json] = {
    **_PART, "part": "cocreation.funnel", "status": "insufficient", "reasons": ["no_result"], "necessary": False,
    "score": None, "interval": None, "weight": None, "result": None, "version": None, "window": None,
}  # fmt: skip
_INDEX: Final[Json] = {
    "index": "supply", "title": {"en": "Supply", "de": "Lieferkette"}, "status": "provisional", "reasons": ["no_result"],
    "score": 62.5, "unit": "points", "interval": [55.3, 69.2], "bounds": [31.3, 81.3], "coverage": 0.5,
    "parts": [_PART, _UNKNOWN],
    "measures": {"score": 62.5, "effective_weight.supply%2Ecollaboration": 1.0},
    "intervals": {"score": [55.3, 69.2], "effective_weight.supply%2Ecollaboration": [1.0, 1.0]},
    "drivers": [
        {"name": "supply.collaboration", "raw": 62.5, "sub_score": 0.625, "weight": 1.0, "contribution": 62.5, "gain": None}
    ],
    "missing": [{"what": "a result of cocreation.funnel", "reason": "no_result", "have": None, "need": None}],
    "not_for": NOT_FOR, "map": 1, "key": f"sha256:{HASH}",
}  # fmt: skip
_DEPTH: Final[Json] = {
    **_INDEX, "index": "depth", "title": {"en": "Depth", "de": "Tiefe"}, "status": "ok", "reasons": [], "bounds": None,
    "coverage": 1.0, "parts": [{**_PART, "part": "maturity.depth", "nominal_weight": 1.0}], "missing": [],
    "measures": {"score": 62.5}, "intervals": {"score": [55.3, 69.2]}, "drivers": [],
}  # fmt: skip

ANSWERS: Final[dict[str, Json]] = {
    "Indices": {"map": 1, "map_sha256": HASH, "window_end": _WINDOW[1], "indices": [_DEPTH, _INDEX]},
    "IndexVariant": {
        **BY_NAME["NewIndexVariant"], "variant": "board", "weights": {"depth": 0.54, "supply": 0.46}, "created_at": AT,
        "changed_at": AT,
    },
    "IndexTotal": {
        "variant": "board", "title": "For the board", "status": "provisional", "reasons": ["no_result"], "score": 62.5,
        "unit": "points", "interval": [56.0, 68.7], "aggregation": "geometric",
        "weighting": "budget of 5 people: minutes of 2026-01-02", "weights": {"depth": 0.54, "supply": 0.46},
        "imputed": [], "imputed_share": 0.0, "parts": [_DEPTH, _INDEX], "field": [],
        "measures": {"score": 62.5, "leave_one_out_shift": 0.0, "sobol_first.parts": 0.83, "sobol_total.parts": 0.91},
        "intervals": {
            "score": [56.0, 68.7], "leave_one_out_shift": _SHIFTS, "sobol_first.parts": [0.79, 0.87],
            "sobol_total.parts": [0.87, 0.95],
        },
        "drivers": [], "not_for": NOT_FOR, "map": 1, "key": f"sha256:{HASH}",
        "missing": [{"what": "rank", "reason": "one_window", "have": None, "need": None}],
    },
}  # fmt: skip
