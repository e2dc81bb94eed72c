"""The grid of card 18: four beneficiaries by three activities, each ok, unknown or not applicable with a reason."""

from typing import Final, NamedTuple

from kithline_maturity.readings import DEPTH, SILOS, SUPPLY, Reading

OK: Final = "ok"
UNKNOWN: Final = "unknown"
NOT_APPLICABLE: Final = "not applicable"
BENEFICIARIES: Final = {
    "customers": ("customer",),
    "employees": ("employee",),
    "owners": ("shareholder",),
    "partners": ("partner", "supplier"),
}
# Engagement is being recommended (level 2), sharing is transparency (3), collaboration is level 4 of the ladder.
ACTIVITIES: Final = {"collaboration": 4, "engagement": 2, "sharing": 3}
# Behaviour that also speaks for collaboration.
BEHAVIOUR: Final = {"employees": SILOS, "partners": SUPPLY}


class Cell(NamedTuple):
    """One cell: whether anything is known, where it was read and why it was not."""

    beneficiary: str
    activity: str
    state: str
    source: str | None
    value: float | None
    reason: str


def grid(readings: dict[str, Reading]) -> list[Cell]:
    """Return the twelve cells, by beneficiary and activity."""
    return [_cell(readings, who, what) for who in BENEFICIARIES for what in ACTIVITIES]


def _cell(readings: dict[str, Reading], who: str, what: str) -> Cell:
    level = ACTIVITIES[what]
    for group in BENEFICIARIES[who]:
        value = readings[DEPTH].measure(f"group_attainment.{group}.{level}")
        if value is not None:
            return Cell(
                who, what, OK, f"group_attainment.{group}.{level}", value, f"answers about {group}, level {level}"
            )
    scorer = BEHAVIOUR.get(who) if what == "collaboration" else None
    if scorer is not None and readings[scorer].scored:
        return Cell(who, what, OK, scorer, readings[scorer].number("score"), f"behaviour, {scorer}")
    if scorer is not None and readings[scorer].status == "not_applicable":
        return Cell(who, what, NOT_APPLICABLE, scorer, None, f"{scorer} does not apply here")
    groups = " or ".join(BENEFICIARIES[who])
    return Cell(who, what, UNKNOWN, None, None, f"no answer about {groups} on level {level}")
