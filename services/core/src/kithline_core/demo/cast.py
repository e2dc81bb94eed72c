"""Who there is: the carmaker, its departments, suppliers in tiers and circles, dealers, customers, shareholders."""

from typing import Final

from kithline_core.model.rows import OrganisationRow, PersonRow, PopulationRow

FOCAL: Final = "auren"
DEPARTMENTS: Final = {
    "production": 300, "engineering": 160, "logistics": 110, "quality": 90, "sales": 100, "after-sales": 80,
    "purchasing": 70, "design": 60, "it": 60, "finance": 50, "marketing": 40, "people": 40, "legal": 20, "board": 20,
}  # fmt: skip
CIRCLES: Final = ("battery", "body", "chassis", "electronics", "interior", "powertrain")
SUPPLIERS: Final = 60
PER_SUPPLIER: Final = 4
DEALERS: Final = 20
CUSTOMERS: Final = 400
SHAREHOLDERS: Final = 20
BOTS: Final = ("bot-builds", "bot-mail", "bot-welcome")


def supplier(number: int) -> str:
    """Return a supplier's id; numbers start at 0 and go round the circles."""
    return f"sup{number + 1:02d}"


def circle(number: int) -> str:
    """Return a supplier's circle: ten suppliers each."""
    return CIRCLES[number % len(CIRCLES)]


def organisations() -> list[OrganisationRow]:
    """Return the focal company, 60 suppliers, 20 dealers, a pension fund and a neutral host."""
    rows = [OrganisationRow(organisation=FOCAL, name="Auren Motors (synthetic)", role="focal", owner="auren-group")]
    rows += [_supplier(number) for number in range(SUPPLIERS)]
    rows += [
        OrganisationRow(organisation=f"dealer{n + 1:02d}", name=f"Dealer {n + 1}", role="partner")
        for n in range(DEALERS)
    ]
    rows.append(OrganisationRow(organisation="pension-fund", name="Harbour Pension Fund", role="shareholder"))
    rows.append(OrganisationRow(organisation="parts-foundation", name="Open Parts Foundation", role="neutral"))
    return rows


def _supplier(number: int) -> OrganisationRow:
    tier = 1 if number < 20 else 2 if number < 45 else 3
    rival = supplier((number + len(CIRCLES)) % SUPPLIERS) if number % 20 == 0 else None
    # Two of them belong to one family: they count as one.
    owner = "kessel-family" if number in {7, 13} else f"owner-{number + 1:02d}"
    return OrganisationRow(
        organisation=supplier(number), name=f"Supplier {number + 1} Works", role="supplier", tier=tier, owner=owner,
        circles=circle(number), competing=rival,
    )  # fmt: skip


def employees() -> dict[str, list[str]]:
    """Return the employees' ids by department."""
    return {
        d: [f"{d[:3]}-{n + 1:03d}" if d != "production" else f"prd-{n + 1:03d}" for n in range(size)]
        for d, size in DEPARTMENTS.items()
    }


def people() -> list[PersonRow]:
    """Return everybody's memberships; department heads lead, the first of the board is the top."""
    rows: list[PersonRow] = []
    for department, ids in employees().items():
        rows += [_employee(department, place, ids) for place in range(len(ids))]
    for number in range(SUPPLIERS):
        rows += [
            PersonRow(person=one, group="supplier", organisation=supplier(number)) for one in supplier_people(number)
        ]
    rows += [
        PersonRow(person=f"dlr-{n + 1:03d}", group="partner", organisation=f"dealer{n % DEALERS + 1:02d}")
        for n in range(3 * DEALERS)
    ]
    rows += [PersonRow(person=f"cus-{n + 1:03d}", group="customer") for n in range(CUSTOMERS)]
    rows += [
        PersonRow(person=f"shr-{n + 1:03d}", group="shareholder", organisation="pension-fund")
        for n in range(SHAREHOLDERS)
    ]
    rows += [PersonRow(person=bot, group="other", bot=True) for bot in BOTS]
    return rows


def _employee(department: str, place: int, ids: list[str]) -> PersonRow:
    top = employees_head("board")
    head = place == 0
    manager = None if ids[place] == top else top if head else ids[0]
    rank = "board" if department == "board" else "head" if head else "lead" if place % 12 == 0 else "staff"
    return PersonRow(
        person=ids[place], group="employee", organisation=FOCAL, department=department, rank=rank, manager=manager,
        leader=head or department == "board",
    )  # fmt: skip


def employees_head(department: str) -> str:
    """Return the id of a department's head."""
    return employees()[department][0]


def supplier_people(number: int) -> list[str]:
    """Return the ids of one supplier's people."""
    return [f"{supplier(number)}-{letter}" for letter in "abcd"[:PER_SUPPLIER]]


def populations() -> list[PopulationRow]:
    """Return how many people there are, active or not."""
    staff = [PopulationRow(group="employee", department=d, count=size) for d, size in DEPARTMENTS.items()]
    return [
        *staff,
        PopulationRow(group="supplier", count=SUPPLIERS * PER_SUPPLIER),
        PopulationRow(group="partner", count=3 * DEALERS),
        PopulationRow(group="customer", count=50_000),
        PopulationRow(group="shareholder", count=2_000),
    ]
