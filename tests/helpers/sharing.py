"""A sound little scorer, and ways of breaking it: what the kit's tests plant."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import msgspec

from kithline_sdk import Driver, Finding, Missing, Snapshot
from kithline_sdk.kit.bench import Bench
from kithline_sdk.manifest import ScorerSpec
from kithline_sdk.stats import wilson

MEASURES = {name: {"label": {"en": name}} for name in ("staff", "active", "share", "events")}
ENTRY: dict[str, Any] = {
    "key": "toy.share",
    "version": "1.0.0",
    "title": {"en": "Share"},
    "question": {"en": "How many take part?"},
    "unit": "points",
    "aggregation": "arithmetic",
    "levels": [],
    "window_days": 90,
    "inputs": [
        {"table": "activity_day", "columns": ["day", "actor", "count"], "required": True},
        {"table": "memberships", "columns": ["person", "group"], "required": True},
    ],
    "minimum": [{"what": "staff", "measure": "staff", "at_least": 1, "reason": "few_people"}],
    "not_for": ["appraisal"],
    "monotone": {"raises": ["activity_day"]},
    "measures": {**MEASURES, "events": {"label": {"en": "Events"}, "additive": True}},
}


class Params(msgspec.Struct, frozen=True, kw_only=True):
    persons: bool = False
    floor: int = 5
    no_floor: bool = False


class Share:
    """The share of the staff who did something."""

    key: ClassVar[str] = "toy.share"
    version: ClassVar[str] = "1.0.0"
    Params: ClassVar[type[msgspec.Struct]] = Params

    def score(self, snapshot: Snapshot, params: Any, seed: int) -> Finding:
        staff, did = people(snapshot), set(snapshot["activity_day"].ints("actor").tolist())
        if not staff or not did:
            lacking = Missing(what="people", reason="no_people")
            return Finding(status="insufficient", reasons=["no_people"], missing=[lacking])
        return told(snapshot, len(staff), len(set(staff) & did))


def people(snapshot: Snapshot) -> list[int]:
    """Return the staff, each once."""
    rows = zip(snapshot["memberships"].ints("person").tolist(), snapshot["memberships"].texts("group"), strict=True)
    return sorted({person for person, group in rows if group == "employee"})


def told(snapshot: Snapshot, staff: int, active: int, **changes: Any) -> Finding:
    """Return the finding for so many of so many."""
    share = active / staff
    events = int(snapshot["activity_day"].ints("count").sum())
    found = Finding(
        score=share,
        interval=wilson(active, staff),
        concentration=1 / staff,
        measures={"staff": staff, "active": active, "share": share, "events": events},
        drivers=[Driver(name="active", raw=active, contribution=share)],
    )
    return msgspec.structs.replace(found, **changes)


def changed(how: Callable[[Snapshot, Finding], Finding]) -> Share:
    """Return a scorer whose finding is changed where it has a score."""

    class Changed(Share):
        def score(self, snapshot: Snapshot, params: Any, seed: int) -> Finding:
            found = super().score(snapshot, params, seed)
            return found if found.score is None else how(snapshot, found)

    return Changed()


def bench(scorer: Share | None = None, golden: Path | None = None, **changes: Any) -> Bench:
    """Return a scorer on the bench; its manifest entry may be changed."""
    entry = {**ENTRY, **changes}
    return Bench(scorer or Share(), msgspec.convert(entry, ScorerSpec), entry, golden=golden)
