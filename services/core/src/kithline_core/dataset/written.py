"""The example's registers and cells: what somebody wrote down, and figures about at least five people each."""

from datetime import datetime, timedelta

from kithline_core.model.cells import ContributionRow, GroupActivityRow, GroupTieRow, WaitRow
from kithline_core.model.registers import (
    BarrierRow,
    DecisionRow,
    IdeaRow,
    IncidentRow,
    InterventionRow,
    OutcomeRow,
    RoadmapRow,
)
from kithline_core.model.rows import Row


def rows(day: datetime) -> dict[str, list[Row]]:
    """Return a row of every register and of every file of cells."""
    return {
        "incidents": [IncidentRow(incident="wrong-torque", occurred_at=day, acknowledged_at=day, public=True)],
        "ideas": [
            IdeaRow(idea="blue-locking", submitted_at=day, group="supplier", community="fix-it", status="accepted")
        ],
        "decisions": [
            DecisionRow(
                decision="lock-all-m8", decided_at=day + timedelta(hours=2), department="quality", cites="blue-locking"
            )
        ],
        "outcomes": [OutcomeRow(outcome="fewer-stops", dated=day, kind="process", ours=True, theirs=True)],
        "roadmap": [RoadmapRow(purpose="no line stops", order=1, community="fix-it", decides="technology;policy")],
        "barriers": [BarrierRow(barrier="who-owns-it", code="property", strength="medium", open=True)],
        "interventions": [
            InterventionRow(intervention="weekly-call", started_at=day, kind="meeting", aim="supply.collaboration")
        ],
        **_cells(),
    }


def _cells() -> dict[str, list[Row]]:
    period = "2025-Q4"
    return {
        "group_ties": [
            GroupTieRow(
                period=period,
                level="group",
                a="employee",
                b="supplier",
                people_a=6,
                people_b=9,
                ties=11.0,
                forward=80,
                backward=75,
            )
        ],
        "group_activity": [
            GroupActivityRow(period=period, group="supplier", contributors=9, contributions=130, events=160)
        ],
        "waits": [WaitRow(period=period, group="supplier", people=7, openings=20, answered=17, within_24h=12)],
        "contributions": [
            ContributionRow(period=period, group="supplier", least=8, most=31, contributors=9, contributions=130)
        ],
    }
