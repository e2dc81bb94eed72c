"""What organisations did with each other: sums over organisations, which are no figures about people (rulings 1.11)."""

from typing import Final, NamedTuple

import msgspec
import numpy as np

from kithline_core.aggregate.cells import Cells, cells
from kithline_core.aggregate.view import met, spread
from kithline_core.model.rows import OrganisationRow, OrganisationTieRow
from kithline_sdk import floor
from kithline_sdk.people import held
from kithline_sdk.snapshot import Bools, Ints, Snapshot
from kithline_sdk.ties import contributes

SUPPLIER: Final = "supplier"
FOCAL: Final = "focal"
NEUTRAL: Final = "neutral"
OTHER: Final = "other"
# So many suppliers make a community a circle, where no circle is named.
CIRCLE: Final = 3


class Suppliers(NamedTuple):
    """Per label of the memberships' organisations: the code of its role (-1: a neutral host), and of its owner."""

    labels: tuple[str, ...]
    roles: tuple[str, ...]
    role: Ints
    unit: Ints

    @property
    def suppliers(self) -> Bools:
        """Return which labels are suppliers."""
        return np.array([code >= 0 and self.roles[code] == SUPPLIER for code in self.role[:-1].tolist()], np.bool_)


def suppliers(seen: Snapshot) -> Suppliers:
    """Return what organisations.csv says of the organisations people belong to; of several dated rows the latest."""
    table, labels = seen["organisations"], seen["memberships"].labels("organisation")
    since = np.where(table.present("valid_from"), table.ints("valid_from"), np.iinfo(np.int64).min)
    names, roles, owners = (table.texts(column) for column in ("organisation", "role", "owner"))
    said = {str(names[row]): (roles[row] or OTHER, owners[row]) for row in np.argsort(since, kind="stable").tolist()}
    focal = set(seen["focal"].texts("organisation"))
    role = [FOCAL if label in focal else said.get(label, (OTHER, None))[0] for label in labels]
    owner = [
        FOCAL if one == FOCAL else said.get(label, (OTHER, None))[1] or label
        for label, one in zip(labels, role, strict=True)
    ]
    known, units = tuple(sorted({*role} - {NEUTRAL})), sorted({*owner})
    codes = [known.index(one) if one != NEUTRAL else -1 for one in role]
    places = [units.index(unit) if one != NEUTRAL else -1 for unit, one in zip(owner, role, strict=True)]
    return Suppliers(labels, known, np.array([*codes, -1], np.int64), np.array([*places, -1], np.int64))


def ties(seen: Snapshot, period: str, k: int) -> list[OrganisationTieRow]:
    """Return which organisations have a tie, which way it was seen to go, and whether it was declared.

    The weight, pairs of people with a tie, is there only where at least k people stand behind it.
    """
    known = suppliers(seen)
    found = met(seen, orders=False)
    code = np.where(known.unit >= 0, np.arange(len(known.unit)), -1)
    code[-1] = -1
    ends = spread(seen, found, "organisation", code)
    apart = known.unit[ends.a] != known.unit[ends.b]
    # What has no tie is not told of, and covers nothing.
    sums = cells(found, ends._replace(row=ends.row[apart], a=ends.a[apart], b=ends.b[apart])).tied()
    weighed = floor.shown(sums.people, k, dominated=sums.dominated, totals=_of_roles(sums, known))
    return [_row(sums, one, known.labels, period, bool(weighed[one])) for one in range(len(sums.ties))]


def _of_roles(sums: Cells, known: Suppliers) -> list[Bools]:
    """Return the sums that the cells between roles tell: of each two roles, and of everything with suppliers."""
    one, other = (known.role[ends] for ends in (sums.low, sums.high))
    low, high = np.minimum(one, other), np.maximum(one, other)
    supplier = np.array([role == SUPPLIER for role in known.roles], np.bool_)
    pairs = sorted(set(zip(low.tolist(), high.tolist(), strict=True)))
    return [(low == a) & (high == b) for a, b in pairs] + [supplier[low] | supplier[high]]


def _row(sums: Cells, one: int, labels: tuple[str, ...], period: str, weighed: bool) -> OrganisationTieRow:
    low, high = labels[int(sums.low[one])], labels[int(sums.high[one])]
    ahead, back = bool(sums.forward[one]), bool(sums.backward[one])
    return OrganisationTieRow(
        organisation_a=low if ahead else high,
        organisation_b=high if ahead else low,
        weight=float(sums.ties[one]) if weighed else None,
        period=period,
        direction="both" if ahead and back else "forward",
        declared=bool(sums.declared[one]),
    )


def circled(rows: list[OrganisationRow], seen: Snapshot) -> list[OrganisationRow]:
    """Return the organisations with circles: as named or, where no supplier names one, the communities they share."""
    known = suppliers(seen)
    supplying = {label for label, one in zip(known.labels, known.suppliers.tolist(), strict=True) if one}
    if any(row.circles for row in rows if row.role == SUPPLIER):
        return rows
    places = _places(seen, known)
    return [
        msgspec.structs.replace(row, circles=";".join(places[row.organisation]))
        if row.organisation in supplying and row.organisation in places
        else row
        for row in rows
    ]


def _places(seen: Snapshot, known: Suppliers) -> dict[str, list[str]]:
    """Return the communities in which three or more suppliers contributed, per supplier."""
    activity = seen["activity_day"]
    table = activity.where(contributes(activity) & activity.present("community"))
    labels = table.labels("community")
    found = held(seen["memberships"], "organisation", table.ints("actor"), table.ints("day"))
    supplying = known.suppliers[found.code]
    met_in = {
        (int(place), int(one))
        for place, one in zip(table.codes("community")[found.query][supplying], found.code[supplying], strict=True)
    }
    units: dict[int, set[int]] = {}
    for place, one in met_in:
        units.setdefault(place, set()).add(int(known.unit[one]))
    kept = {place for place, many in units.items() if len(many) >= CIRCLE}
    places: dict[str, list[str]] = {}
    for place, one in sorted(met_in):
        # A name with the separator in it cannot stand in a list.
        if place in kept and ";" not in labels[place]:
            places.setdefault(known.labels[one], []).append(labels[place])
    return places
