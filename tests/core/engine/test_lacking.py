"""What is missing is told with how much more it takes; a recommendation without its reasons is refused."""

import pytest

from kithline_core.engine import advice, lacking
from kithline_sdk.contract import Finding, Missing, Recommendation
from kithline_sdk.manifest import MeasureSpec, Minimum, ScorerSpec

SPEC = ScorerSpec(
    key="s", version="1", title={}, question={}, unit="none", aggregation="none", levels=[], window_days=90, inputs=[],
    not_for=[],
    minimum=[
        Minimum(what="interactions", measure="interactions", at_least=30, reason="few"),
        Minimum(what="suppliers", measure="suppliers", at_least=5, reason="few"),
        Minimum(what="things", measure="unheard", at_least=5, reason="few"),
    ],
    measures={
        "interactions": MeasureSpec(label={"en": "i"}, additive=True), "suppliers": MeasureSpec(label={"en": "s"}),
    },
)  # fmt: skip


@pytest.mark.parametrize(
    ("lack", "told"),
    [
        (Missing(what="a language", reason="no_list"), "a language"),
        (Missing(what="answers", reason="x", have=3, need=5), "answers (3 of 5: 2 more)"),
        (Missing(what="answers", reason="x", need=5), "answers (none of 5: 5 more)"),
        (Missing(what="answers", reason="x", have=5, need=5), "answers (5 of 5)"),
        (Missing(what="coverage", reason="x", have=0.41234567, need=0.6), "coverage (0.4123 of 0.6: 0.1877 more)"),
        (Missing(what="a tier", reason="x", have="none", need="full"), "a tier (none of full)"),
        (Missing(what="interactions", reason="few", have=24, need=30), "interactions (24 of 30: 6 more, or 3 more weeks like these)"),
        (Missing(what="interactions", reason="few", have=29, need=30), "interactions (29 of 30: 1 more, or 1 more week like these)"),
        (Missing(what="interactions", reason="few", have=0, need=30), "interactions (0 of 30: 30 more)"),
        (Missing(what="suppliers", reason="few", have=4, need=5), "suppliers (4 of 5: 1 more)"),
        (Missing(what="things", reason="few", have=4, need=5), "things (4 of 5: 1 more)"),
    ],
)  # fmt: skip
def test_a_lack_says_how_much_more_and_how_long_that_takes_where_it_adds_up(lack, told):
    assert lacking.told(lack, SPEC, 90.0) == told


def test_without_its_manifest_no_pace_is_guessed():
    assert (
        lacking.told(Missing(what="interactions", reason="few", have=24, need=30)) == "interactions (24 of 30: 6 more)"
    )


def step(**more):
    told = {
        "code": "do",
        "text": "Talk.",
        "evidence": "nobody does",
        "gain": (0.1, 0.2),
        "effort": "low",
        "refuted_by": "x",
    }
    return Finding(recommendations=[Recommendation(**{**told, **more})])


def test_a_recommendation_needs_evidence_a_gain_with_its_interval_and_what_would_refute_it():
    assert advice.fault(step()) is None
    assert advice.fault(step(gain="unquantified: nobody tried")) is None
    for lacks in ("evidence", "refuted_by", "text"):
        assert advice.fault(step(**{lacks: " "})) == f"the recommendation 'do' has no {lacks}"
    assert "two ends" in advice.fault(step(gain="much"))
    assert "two ends" in advice.fault(step(gain="unquantified: "))
    assert "ends before it begins" in advice.fault(step(gain=(0.2, 0.1)))
