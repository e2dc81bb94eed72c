"""What the company wrote down about itself: ideas and what became of them, decisions, outcomes, mistakes, barriers, its road-map."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from kithline_core.demo.stream import END, START
from kithline_core.model.registers import (
    BarrierRow,
    DecisionRow,
    IdeaRow,
    IncidentRow,
    InterventionRow,
    OutcomeRow,
    RoadmapRow,
)
from kithline_core.model.row import Row
from kithline_core.model.rows import RatingRow

IDEAS: Final = 60
# Planted: of what is built most came from outside, and suppliers wait longest for a word.
ORIGINS: Final = ("customer", "customer", "supplier", "employee")
FATES: Final = {
    "customer": ("implemented", "accepted", "rejected", "open", "implemented"),
    "supplier": ("accepted", "open", "rejected"),
    "employee": ("rejected", "open", "implemented", "rejected"),
}
WAITS: Final = {"customer": 40, "supplier": 150, "employee": 90}
# Planted: purchasing decides without ever citing anybody.
DECIDERS: Final = ("engineering", "quality", "purchasing", "sales")
# Planted: outcomes come from four departments, half of them from engineering.
OUTCOMES: Final = (
    ("engineering", "product"), ("engineering", "process"), ("quality", "supply"), ("engineering", "product"),
    ("sales", "marketing"), ("engineering", "product"), ("logistics", "supply"), ("engineering", "process"),
)  # fmt: skip


def registers() -> dict[str, Sequence[Row]]:
    """Return every register."""
    return {
        "ideas": [_idea(number) for number in range(IDEAS)],
        "decisions": [_decision(number) for number in range(24)],
        "outcomes": [_outcome(number) for number in range(16)],
        "incidents": [_incident(number) for number in range(4)],
        "barriers": _barriers(),
        "roadmap": _roadmap(),
        "interventions": [
            InterventionRow(
                intervention="open-the-circles", started_at=_day(181), kind="practice", aim="supply.collaboration",
                department="purchasing", community="supplier-exchange", owner="head of purchasing",
            )
        ],
        "ratings": _ratings(),
    }  # fmt: skip


def _day(number: int) -> datetime:
    return START + timedelta(days=number, hours=10)


def _idea(number: int) -> IdeaRow:
    group = ORIGINS[number % len(ORIGINS)]
    status = FATES[group][number // len(ORIGINS) % len(FATES[group])]
    submitted = _day(5 + 5 * number)
    decided = submitted + timedelta(days=WAITS[group] + number % 7)
    said = {"idea": f"idea-{number + 1:02d}", "submitted_at": submitted, "group": group, "community": "drive-ideas"}
    if status == "open" or decided >= END:
        return msgspec.convert({**said, "status": "open"}, IdeaRow)
    said |= {"status": status, "decided_at": decided, "evidence": f"https://intranet.example/ideas/{number + 1}"}
    if status == "implemented":
        built = min(decided + timedelta(days=60), END - timedelta(days=1))
        said |= {"implemented_at": built, "implementer": "engineering"}
    return msgspec.convert(said, IdeaRow)


def _decision(number: int) -> DecisionRow:
    department = DECIDERS[number % len(DECIDERS)]
    cited = None if department == "purchasing" or number % 3 == 1 else f"idea-{number + 1:02d};idea-{number + 2:02d}"
    return DecisionRow(
        decision=f"dec-{number + 1:02d}", decided_at=_day(14 * number + 12), department=department, cites=cited,
        evidence=f"https://intranet.example/minutes/{number + 1}",
    )  # fmt: skip


def _outcome(number: int) -> OutcomeRow:
    department, kind = OUTCOMES[number % len(OUTCOMES)]
    said = {
        "outcome": f"out-{number + 1:02d}", "dated": _day(20 * number + 30), "kind": kind, "department": department,
        "community": "supplier-exchange" if kind == "supply" else "drive-ideas", "verified": number % 4 != 3,
        # Planted: of what suppliers gained nobody kept a record.
        "ours": True, "theirs": None if kind == "supply" else number % 2 == 0,
        "evidence": f"https://intranet.example/outcomes/{number + 1}",
    }  # fmt: skip
    return msgspec.convert(said, OutcomeRow)


def _incident(number: int) -> IncidentRow:
    happened = _day(60 + 80 * number)
    # Planted: the third took three weeks until anybody said a word in public.
    spoke = happened + timedelta(days=21 if number == 2 else 1)
    return IncidentRow(
        incident=f"inc-{number + 1}", occurred_at=happened, acknowledged_at=spoke, remedied_at=spoke + timedelta(days=9), public=True,
        community="owners-garage", evidence=f"https://example.org/notices/{number + 1}",
    )  # fmt: skip


def _barriers() -> list[BarrierRow]:
    said = (
        ("lost-working-time", "productivity", "low", "people", "half an hour a week is agreed", "internal", False),
        ("drawings-leave-the-house", "property", "high", None, None, "external", True),
        ("phones-on-the-line", "security", "medium", "it", "a terminal at each line", "internal", True),
        ("names-of-customers", "privacy", "medium", "legal", "consent on joining", "external", False),
        ("who-may-answer", "authority", "high", "sales", "a written mandate for ten people", "external", True),
        ("works-council", "compliance", "low", "people", "agreement of 2024", "internal", False),
    )
    names = ("barrier", "code", "strength", "owner", "countermeasure", "gate", "open")
    return [msgspec.convert(dict(zip(names, row, strict=True)), BarrierRow) for row in said]


def _roadmap() -> list[RoadmapRow]:
    said = (
        (
            "fewer returned parts",
            "supplier-exchange",
            "board;head of purchasing;head of quality",
            "technology;moderation",
        ),
        ("trips saved", "owners-garage", "board;head of after-sales", "technology;communications"),
        ("shorter releases", "engineering-commons", "head of engineering", "technology;seeding"),
    )
    return [
        RoadmapRow(
            purpose=purpose, order=place + 1, community=community, horizon="2026", value="high", risk="low",
            investment="medium", signed_by=signed, decides=decides,
        )
        for place, (purpose, community, signed, decides) in enumerate(said)
    ]  # fmt: skip


def _ratings() -> list[RatingRow]:
    """Return three assessors' marks of twelve papers; planted: the third is a point stricter and sees the same order."""
    merits = (1, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5)
    return [
        RatingRow(object=f"paper-{place + 1:02d}", rater=f"assessor-{one + 1}", item="evidence", value=float(max(0, merit - (one == 2))))
        for place, merit in enumerate(merits)
        for one in range(3)
    ]  # fmt: skip
