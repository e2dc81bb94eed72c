"""Where they meet, and who must talk to whom."""

from datetime import UTC, datetime
from typing import Final

import msgspec

from kithline_core.model.rows import CommunityRow, InterfaceRow

# Planted: these two must talk, and nobody of one writes to anybody of the other.
SILENT: Final = ("after-sales", "design")
# Planted: a place without a purpose in which hardly anybody stays.
PRAYED: Final = "future-lounge"

_LAUNCH = datetime(2024, 9, 2, tzinfo=UTC)


def _place(community: str, name: str, kind: str, invited: int, access: str, purpose: str, **slots: str) -> CommunityRow:
    said = {
        "community": community, "name": name, "kind": kind, "invited": invited, "access": access, "purpose": purpose,
        "visibility": "public" if access == "open" else "members", "launched_at": _LAUNCH, "language": "en",
    }  # fmt: skip
    return msgspec.convert({**said, **slots}, CommunityRow)


# Seven with a purpose worth the word, and a vague one.
PURPOSEFUL: Final = (
    _place(
        "supplier-exchange", "Supplier Exchange", "practice", 240, "members",
        "Suppliers in our six part families lose weeks to faults that a neighbour has already solved. Here quality and process "
        "engineers of all 60 suppliers post one proven fix a quarter, ask the author and report the result, so that returned "
        "parts fall from 120 to 80 per million by December 2026 and everyone saves test time.",
        audience="quality and process engineers of suppliers", activity="post and reuse proven fixes", object="part faults",
        outcome="fewer returned parts", measure="80 returned parts per million by 2026-12-31",
    ),
    _place(
        "quality-circle", "Quality Circle", "practice", 160, "members",
        "Line leaders and quality staff find the cause of the ten costliest defects together, because each shift meets them alone today. "
        "Every Tuesday one defect is opened, one test agreed and the saving of at least 5,000 euro a month is shared with the team.",
        audience="line leaders and quality staff", activity="find causes", object="defects", outcome="savings",
        measure="5,000 euro a month",
    ),
    _place(
        "owners-garage", "Owners' Garage", "customer", 12_000, "open",
        "Owners of the Auren E3 help each other with charging, winter range and small repairs, since the workshop is often an hour away. "
        "Ask a question, get an answer from another owner or an engineer within 24 hours, and save the trip: 600 solved cases in 2025.",
        audience="owners of the E3", activity="answer each other's questions", object="charging and repairs",
        outcome="trips saved", measure="600 solved cases in 2025",
    ),
    _place(
        "drive-ideas", "Drive Ideas", "customer", 8_000, "open",
        "Drivers propose improvements to the E3 and vote on them; each month the product team answers the five highest and builds at least "
        "one a quarter, so that you see your idea on the road and the next car has fewer gaps.",
        audience="drivers", activity="propose and vote", object="improvements", outcome="built ideas", measure="one a quarter",
    ),
    _place(
        "dealer-desk", "Dealer Desk", "support", 60, "members",
        "Dealers need delivery dates they can promise. Sales and logistics answer every question on an order within one working day, and the "
        "desk publishes the week's delays each Friday, so that fewer customers cancel.",
        audience="dealers", activity="ask and answer", object="delivery dates", outcome="fewer cancellations", measure="one working day",
    ),
    _place(
        "engineering-commons", "Engineering Commons", "project", 400, "members",
        "Engineers of chassis, software and design reuse each other's calculations instead of starting again. Publish a calculation with its test, "
        "review one a month and cut the time from change request to release from 9 to 6 weeks by October 2026.",
        audience="engineers", activity="publish and review", object="calculations", outcome="shorter releases",
        measure="6 weeks by October 2026",
    ),
    _place(
        "works-town", "Works Town", "practice", 1_200, "members",
        "A space for everybody to connect, share and engage with great content and exciting news across the whole company.",
    ),
    _place(
        "investor-room", "Investor Room", "support", 200, "restricted",
        "Shareholders ask about the supply chain and strategy; finance answers in public within five days before each quarterly report, so that "
        "owners judge us on the same facts.",
        audience="shareholders", activity="ask and answer", object="strategy", outcome="same facts for all", measure="five days",
    ),
)  # fmt: skip


def communities() -> list[CommunityRow]:
    """Return nine places; the last is provided and prayed for."""
    lounge = CommunityRow(
        community=PRAYED, name="Future Lounge", kind="practice", invited=900, access="restricted",
        visibility="restricted", launched_at=datetime(2025, 6, 2, tzinfo=UTC), language="en",
    )  # fmt: skip
    return [*PURPOSEFUL, lounge]


MUST_TALK: Final = (
    ("engineering", "production", "start of series"), ("engineering", "quality", "fault analysis"),
    ("engineering", "purchasing", "make or buy"), ("engineering", "design", "package"), ("engineering", "it", "vehicle software"),
    ("logistics", "production", "line supply"), ("logistics", "purchasing", "call-offs"), ("quality", "production", "line stops"),
    ("quality", "purchasing", "supplier quality"), ("sales", "marketing", "launches"), ("sales", "logistics", "delivery dates"),
    ("after-sales", "quality", "field faults"), ("after-sales", "engineering", "repair methods"), ("finance", "purchasing", "prices"),
    ("people", "production", "shifts"), ("legal", "purchasing", "contracts"),
)  # fmt: skip


def interfaces() -> list[InterfaceRow]:
    """Return the declared pairs; the silent one weighs most."""
    rows = [InterfaceRow(side_a=a, side_b=b, why=why, weight=1.0, source="process map") for a, b, why in MUST_TALK]
    return [
        *rows,
        InterfaceRow(
            side_a=SILENT[0], side_b=SILENT[1], why="service-friendly design", weight=3.0, source="process map"
        ),
    ]
