"""`kithline fairness` and `kithline plugins pooling`: what is apart, what is not told, and who lets theirs be counted."""

import json

import pytest

ITEM = {
    "scale": "level 2", "item": "L2.3", "flag": "C", "odds_ratio": 3.1, "odds_ratio_interval": [2.1, 4.6], "delta": -2.66,
    "delta_interval": [-3.58, -1.74], "p": 0.001, "reason": None,
}  # fmt: skip
EVEN = {**ITEM, "item": "L2.4", "flag": "A", "delta": 0.1}
UNKNOWN = {**dict.fromkeys(ITEM), "scale": "level 2", "item": "L2.5", "reason": "no_contrast"}
MODERATE = {**ITEM, "item": "L2.6", "flag": "B", "delta": 1.2, "delta_interval": [0.4, 2.0]}
FOUND = {
    "questionnaire": "depth", "status": "ok", "window": ["2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z"], "least": 10,
    "false_flags": 0.1,
    "compared": [
        {"attribute": "language", "reference": "en", "group": "de", "items": [ITEM, EVEN, UNKNOWN, MODERATE]},
    ],
    "withheld": [{"attribute": "rank", "groups": 2, "reason": "floor"}],
    "missing": [
        {"what": "a second rank", "reason": "one_rank", "have": 1, "need": 2},
        {"what": "respondents", "reason": "few_respondents", "have": None, "need": 200},
        {"what": "more change", "reason": "differencing", "have": None, "need": None},
    ],
}  # fmt: skip


@pytest.fixture
def server(offline, answering):
    """A command against a server that answers with this, whatever is asked."""

    def told(answer, *words):
        address = answering(200, json.dumps(answer).encode(), **{"content-type": "application/json"})
        return offline(*words, "--url", address, "--key", "k")

    return told


def test_items_that_equals_answer_apart_are_named_with_their_interval(server):
    done = server(FOUND, "fairness", "depth", "--to", "2026-01-01")

    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines() == [
        "depth: ok",
        "language de beside en: 2 of 3 items apart",
        "  L2.3 (level 2): C, large, answered lower than by equals; delta -2.66 (-3.58 to -1.74)",
        "  L2.6 (level 2): B, moderate, answered higher than by equals; delta 1.20 (0.40 to 2.00)",
        "rank: 2 withheld, of fewer than 10 respondents each",
        "missing: a second rank: 1 of 2 (one_rank)",
        "missing: respondents: 200 needed (few_respondents)",
        "missing: more change (differencing)",
    ]
    assert json.loads(server(FOUND, "fairness", "depth", "--json").stdout) == FOUND


def test_pooling_is_shown_and_decided_with_a_reason(server):
    held = {"agreed": False, "reason": None, "changed_at": None}
    agreed = {"agreed": True, "reason": "our contract", "changed_at": "2026-01-01T00:00:00Z"}

    assert server(held, "plugins", "pooling").stdout == "no pooled figure counts yours\n"
    decided = server(agreed, "plugins", "pooling", "--agree", "--reason", "our contract")
    assert decided.stdout == "pooled figures count yours (our contract)\n"
    assert server(agreed, "plugins", "pooling", "--agree").exit_code == 3
