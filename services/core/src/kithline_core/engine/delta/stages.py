"""Builds the snapshots between two: step by step, whatever changed for one cause after the other."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from kithline_core.engine import difference
from kithline_core.engine.delta.aligned import Both, behind, built
from kithline_core.engine.delta.causes import Cause, Moves
from kithline_core.engine.difference import Side
from kithline_core.engine.facts import Words
from kithline_core.engine.telling import ENDS, ROLES
from kithline_sdk.snapshot import Bools, Snapshot, Table


def stage(both: Both, moves: Moves, until: Cause) -> Snapshot:
    """Return the snapshot in which everything up to a cause is as after, and the rest as before."""
    keep = {name: (moved.gone < 0, moved.came < 0) for name, moved in moves.items()}
    for name, moved in moves.items():
        waits, came = moved.gone > until, (moved.came >= 0) & (moved.came <= until)
        # Rows that stay are in both: they are taken from before.
        keep[name] = (keep[name][0] | waits, came)
    return built(both, keep, both.windows[1])


def start(both: Both) -> Snapshot:
    """Return the snapshot before anything changed."""
    keep = {
        name: (np.ones(table.rows, np.bool_), np.zeros(both.after[name].rows, np.bool_))
        for name, table in both.before.items()
    }
    return built(both, keep, both.windows[0])


def tables(moves: Moves, cause: Cause) -> list[str]:
    """Return the tables in which something changed for a cause."""
    return [name for name, moved in moves.items() if (moved.gone == cause).any() or (moved.came == cause).any()]


class Limits(NamedTuple):
    """How many people something has to concern before it is told, and who counts (None: everybody)."""

    floor: int
    known: Words | None = None


def enough(both: Both, moves: Moves, causes: Sequence[Cause], limits: Limits) -> bool:
    """Say whether what changed for these causes may be told by itself: it concerns nobody, or enough people.

    What both could select is held to the floor on either side and by kind, what only one could by itself: as between
    two publications.
    """
    inside = [_side(both, moves, causes, side, outside=False) for side in (0, 1)]
    beyond = [_side(both, moves, causes, side, outside=True) for side in (0, 1)]
    return difference.apart_enough((inside[0], inside[1]), *limits) and all(
        difference.together_enough(one, *limits) for one in beyond
    )


def _side(both: Both, moves: Moves, causes: Sequence[Cause], side: int, *, outside: bool) -> Side:
    parts = []
    for name, table in (both.before, both.after)[side].items():
        moved = moves[name]
        of, beyond = (moved.gone, moved.gone_outside) if side == 0 else (moved.came, moved.came_outside)
        chosen = np.isin(of, causes) & (beyond == outside)
        if side == 0 and not outside:
            # A row of which there is more now is still there: only the rest of it is told of, where it came.
            chosen &= of != Cause.NEW
        parts += _facts(table.where(chosen), both.people)
    one, other, belongs = (np.concatenate(column) for column in zip(_nobody(), *parts, strict=True))
    return Side(one, other, belongs)


def _nobody() -> Side:
    return Side(np.zeros(0, np.uint64), np.zeros(0, np.uint64), np.zeros(0, np.bool_))


def _facts(table: Table, people: Words) -> list[Side]:
    """Return whom rows are about: pairs, and single people as pairs of themselves."""
    ends = [name for name in ENDS.get(table.name, ()) if name in table]
    if not ends:
        return []
    table = table.where(_own(table))
    one, last = behind(people, table.columns[ends[0]]), table.columns[ends[-1]]
    other = np.where(last.present, behind(people, last), one)
    belongs = np.full(table.rows, table.name == "memberships", np.bool_)
    found = [Side(one, other, belongs)]
    for name, column in table.columns.items():
        if column.kind == "person" and name not in ends:
            here = column.present
            found.append(Side(one[here], behind(people, column)[here], belongs[here]))
    return found


def _own(table: Table) -> Bools:
    """Say which rows are somebody's own: not answers given in a role, nor means over the answers of many."""
    keep = np.ones(table.rows, np.bool_)
    if table.name == "answers" and "role" in table:
        keep &= ~np.isin(np.array([role or "" for role in table.texts("role")], str), ROLES)
    if table.name == "answers" and "respondents" in table:
        keep &= ~table.present("respondents")
    return keep
