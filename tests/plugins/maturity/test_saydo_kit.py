"""saydo.gap passes the checks that every scorer must pass."""

from kithline_maturity.saydo.scorer import Saydo
from kithline_sdk.testing import check_scorer, scorer_entry, snapshot

WINDOW = ("2025-01-01", "2026-07-01")
RESULTS = {
    ("supply.collaboration", "status"): "ok",
    ("supply.collaboration", "measure.survey"): 0.8,
    ("supply.collaboration", "measure.two_way"): 0.4,
    ("leadership.presence", "status"): "provisional",
    ("leadership.presence", "score"): 55.0,
    ("leadership.presence", "measure.self_reported"): 0.6,
}


def test_the_gap_passes_the_kit():
    rows = [
        {"scorer": scorer, "field": field, **({"text": one} if isinstance(one, str) else {"number": one})}
        for (scorer, field), one in RESULTS.items()
    ]
    answers = [
        {
            "questionnaire": "q",
            "item": "a",
            "respondent": f"p{n}",
            "rank": "director" if n < 10 else "clerk",
            "value": 2.0,
        }
        for n in range(16)
    ]
    items = [{"questionnaire": "q", "version": "1", "item": "a", "dimension": "supply", "minimum": 0.0, "maximum": 4.0}]
    snapshots = [
        snapshot({"findings": rows}, WINDOW),
        snapshot({"findings": rows, "answers": answers, "items": items}, WINDOW),
    ]

    findings = check_scorer(Saydo(), scorer_entry("kithline_maturity", "saydo.gap"), snapshots)

    assert [found.status for found in findings] == ["provisional", "provisional"]
    assert findings[1].measures["rank_gap.supply"] == 0.0
