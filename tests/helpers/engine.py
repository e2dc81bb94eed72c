"""A scorer as a manifest declares it, and a sandbox that answers what a test wants."""

from typing import Any

from kithline_core.plugins import Input, Limits, MeasureSpec, Minimum, Plugin, ScorerSpec
from kithline_core.sandbox.outcomes import Outcome


def spec(**changes: Any) -> ScorerSpec:
    """Return a scorer that reads ties and needs two of them."""
    plain: dict[str, Any] = {
        "key": "test.scorer",
        "version": "1.0.0",
        "title": {"en": "Test"},
        "question": {"en": "Does it?"},
        "unit": "points",
        "aggregation": "arithmetic",
        "levels": ["none", "some", "much"],
        "window_days": 90,
        "inputs": [Input(table="tie_day", columns=["day", "actor", "target", "verb", "count"], required=True)],
        "minimum": [Minimum(what="ties", measure="ties", at_least=2, reason="few_ties")],
        "parameters": {"min_events": 2},
        "limits": Limits(output_bytes=100_000),
        "not_for": ["pay"],
        "measures": {"ties": MeasureSpec(label={"en": "Ties"}), "lift.<a>.<b>": MeasureSpec(label={"en": "Lift"})},
    }
    return ScorerSpec(**{**plain, **changes})


class Answering:
    """A sandbox whose scorer answers what it was told to; it remembers what it was asked."""

    tier = "none"

    def __init__(self, outcome: Outcome) -> None:
        self.outcome, self.asked = outcome, list[tuple[str, bytes, dict[str, Any], int]]()

    def refusal(self, plugin: Plugin) -> None:
        """Let everybody in."""

    async def score(
        self, plugin: Plugin, spec: ScorerSpec, snapshot: bytes, params: dict[str, Any], seed: int
    ) -> Outcome:
        self.asked.append((spec.key, snapshot, params, seed))
        return self.outcome
