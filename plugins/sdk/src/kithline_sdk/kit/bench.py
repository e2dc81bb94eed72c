"""One scorer on the bench: what every law about it needs."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from kithline_sdk.contract import Finding, Scorer
from kithline_sdk.kit.worlds import snapshot_factory
from kithline_sdk.manifest import ScorerSpec
from kithline_sdk.snapshot import Snapshot

# Four Monte Carlo errors of the difference of two shares that rest on so many draws each (rulings 3.8).
_ERRORS: Final = 4.0
_VARIANCE: Final = 0.5
SCORED: Final = frozenset({"ok", "provisional"})


class Bench(msgspec.Struct, frozen=True):
    """A scorer, its manifest entry (as a struct and as plain data), its questionnaires, its golden folder."""

    scorer: Scorer
    spec: ScorerSpec
    entry: Mapping[str, Any]
    questionnaires: Sequence[Mapping[str, Any]] = ()
    golden: Path | None = None
    update: bool = False

    @property
    def drawn(self) -> float:
        """How far a figure that rests on `draws` random numbers may move when people are named otherwise."""
        draws = self.spec.parameters.get("draws", 0)
        return _ERRORS * float(_VARIANCE / draws) ** 0.5 if draws else 0.0

    def world(self, people: int, seed: int) -> Snapshot:
        """Return a made-up organisation as this scorer would get it."""
        return snapshot_factory(self.entry, people, seed, questionnaires=self.questionnaires)

    def reads(self, *tables: str) -> bool:
        """Return whether the scorer reads any of these tables."""
        return any(one.table in tables for one in self.spec.inputs)


def scored(finding: Finding) -> bool:
    """Return whether there is a score that the engine would look at."""
    return finding.status in SCORED and finding.score is not None


def encoded(finding: Finding) -> bytes:
    """Return the bytes by which two findings are compared: floats with 12 significant digits, as they are published."""
    return msgspec.json.encode(_plain(msgspec.to_builtins(finding)))


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever JSON can hold
    if isinstance(value, float):
        return float(f"{value:.12g}")
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value
