"""What to score, in which order and over which window."""

from collections.abc import Iterable

from kithline_core.errors import Invalid
from kithline_core.plugins import ScorerSpec
from kithline_sdk.snapshot import DAY, Window


def window(spec: ScorerSpec, end: int) -> Window:
    """Return the scorer's own window, up to `end` (microseconds)."""
    return Window(end - spec.window_days * DAY, end)


def order(specs: Iterable[ScorerSpec]) -> list[ScorerSpec]:
    """Return scorers so that each stands behind those it reads. Raises Invalid when they go round in a circle."""
    waiting = {spec.key: spec for spec in sorted(specs, key=lambda spec: spec.key)}
    ordered: list[ScorerSpec] = []
    while waiting:
        ready = [spec for spec in waiting.values() if not set(spec.after) & set(waiting)]
        if not ready:
            raise Invalid(f"these scorers wait for each other: {', '.join(waiting)}")
        ordered += ready
        waiting = {key: spec for key, spec in waiting.items() if spec not in ready}
    return ordered
