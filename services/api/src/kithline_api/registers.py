"""The files that speak of no person and their resources: registers and cells."""

from typing import Any, Final

from kithline_core.db.cells import contributions, group_activity, group_ties, waits
from kithline_core.db.registers import barriers, decisions, ideas, incidents, interventions, outcomes, roadmap
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

# Path, name in operations, scope of keys, row, what takes it, what gives it.
FILES: Final[tuple[tuple[str, str, str, Any, Any, Any], ...]] = (
    ("incidents", "Incidents", "registers", IncidentRow, incidents.upsert, incidents.page),
    ("ideas", "Ideas", "registers", IdeaRow, ideas.upsert, ideas.page),
    ("decisions", "Decisions", "registers", DecisionRow, decisions.upsert, decisions.page),
    ("outcomes", "Outcomes", "registers", OutcomeRow, outcomes.upsert, outcomes.page),
    ("roadmap", "Roadmap", "registers", RoadmapRow, roadmap.upsert, roadmap.page),
    ("barriers", "Barriers", "registers", BarrierRow, barriers.upsert, barriers.page),
    ("interventions", "Interventions", "registers", InterventionRow, interventions.upsert, interventions.page),
    ("group-ties", "GroupTies", "ties", GroupTieRow, group_ties.upsert, group_ties.page),
    ("group-activity", "GroupActivity", "ties", GroupActivityRow, group_activity.upsert, group_activity.page),
    ("waits", "Waits", "ties", WaitRow, waits.upsert, waits.page),
    ("contributions", "Contributions", "ties", ContributionRow, contributions.upsert, contributions.page),
)  # fmt: skip
