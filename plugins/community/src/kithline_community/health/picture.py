"""Everything that was computed about the scope and about each community."""

from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kithline_community.health.lasting import Ends, Exchange, Stay, answered, exchange, stay
from kithline_community.health.pace import Pace, growth, pace, stickiness
from kithline_community.health.params import HealthParams
from kithline_community.health.rows import Rows, amounts, inside, rows, span
from kithline_sdk import Snapshot
from kithline_sdk.snapshot import Floats, Ints, Table, Window

NONE: Final = np.zeros(0, np.intp)
SUPPORTING: Final = frozenset({"support", "customer"})


class Place(NamedTuple):
    """A community, or the scope: rows of the window, of the look-back before it too, and what they come to."""

    window: Window
    days: int
    people: int
    given: Rows
    ever: Rows
    person: Ints
    amount: Floats
    pace: Pace
    stay: Stay
    own: Stay
    sticky: tuple[float, Ends] | None
    rate: tuple[float, Ends] | None
    soon: tuple[float, Ends] | None
    exchange: Exchange
    invited: int
    kind: str | None

    @property
    def contributors(self) -> int:
        """How many contributed in the window."""
        return len(self.person)


class Picture(NamedTuple):
    """The scope and its communities by id."""

    scope: Place
    places: Mapping[str, Place]

    @property
    def scored(self) -> Mapping[str, Place]:
        """What is scored: each community, the scope where nothing says of which community it is."""
        return self.places or {"": self.scope}


class _Data(NamedTuple):
    """Rows, ties, openings of the scope or of one community."""

    found: Rows
    ties: Table
    openings: Table


def picture(
    snapshot: Snapshot, params: HealthParams, without: int | None = None, known: Picture | None = None
) -> Picture:
    """Return everything; `without` leaves one person out of the places of `known` in which they contributed."""
    found, code, names = rows(snapshot)
    ties, openings = snapshot["tie_day"].where(inside(snapshot["tie_day"], snapshot.window)), snapshot["opening"]
    if without is not None:
        stays = found.person != without
        found, code = found.where(stays), code[stays]
        ties = ties.where((ties.ints("actor") != without) & (ties.ints("target") != without))
        answers = openings.present("answerer") & (openings.ints("answerer") == without)
        openings = openings.where((openings.ints("asker") != without) & ~answers)
    days = span(snapshot.window, found)
    declared = _declared(snapshot["communities"])
    everything = _Data(found, ties, openings)
    lone = next(iter(declared.values())) if len(declared) == 1 else (0, None)
    scope = known.scope if known and known.places else _place(snapshot, everything, days, lone, params)
    places = {}
    of_ties, of_openings = _split(ties), _split(openings)
    for number, name in enumerate(names):
        low, high = np.searchsorted(code, [number, number + 1])
        if known and name in known.places and without not in known.places[name].person:
            places[name] = known.places[name]
        elif high > low:
            mine = _Data(found.where(slice(low, high)), of_ties.get(name, _taken(ties, NONE)),
                         of_openings.get(name, _taken(openings, NONE)))  # fmt: skip
            places[name] = _place(snapshot, mine, days, declared.get(name, (0, None)), params)
    return Picture(scope, places)


def _split(table: Table) -> dict[str, Table]:
    """Return the rows of each community, in their order, by one sort over all."""
    code = table.codes("community")
    order = np.argsort(code, kind="stable")
    cuts = np.searchsorted(code[order], np.arange(len(table.labels("community")) + 1))
    return {
        name: _taken(table, order[low:high])
        for name, low, high in zip(table.labels("community"), cuts[:-1].tolist(), cuts[1:].tolist(), strict=True)
    }


def _taken(table: Table, index: NDArray[np.intp]) -> Table:
    return Table(table.name, {name: column.take(index) for name, column in table.columns.items()})


def _declared(table: Table) -> dict[str, tuple[int, str | None]]:
    names, kinds, invited = table.texts("community"), table.texts("kind"), table.ints("invited").tolist()
    return {name: (many, kind) for name, kind, many in zip(names, kinds, invited, strict=True) if name is not None}


def _place(snapshot: Snapshot, data: _Data, days: int, declared: tuple[int, str | None], params: HealthParams) -> Place:
    window, ever = snapshot.window, data.found.where(data.found.real)
    within = data.found.where(data.found.day >= 0)
    given = within.where(within.real)
    person, amount = amounts(within, params.reaction_weight)
    steps = pace(given.person, given.day, days)
    ends = [data.ties.ints("actor"), data.ties.ints("target")]
    # Where nothing was observed, ties are as they were declared.
    if not snapshot["tie_day"].rows:
        ends = [snapshot["ties"].ints("actor"), snapshot["ties"].ints("target")]
    return Place(
        window, days, len(np.unique(np.r_[within.person, ends[0], ends[1]])), given, ever, person, amount, steps,
        stay(given, days, window, params.lapse_days),
        stay(given, days, window, params.lapse_days, params.lapse_gaps),
        stickiness(steps), growth(steps), answered(data.openings, window, params.answer_days),
        exchange(*ends), *declared,
    )  # fmt: skip
