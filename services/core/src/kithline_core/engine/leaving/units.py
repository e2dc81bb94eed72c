"""What can be left out of a snapshot, heaviest first, and the snapshot without it: as if the data had been so.

A person is left out as the bots are; an organisation or a department takes its people along. Nothing is left out that
tells of some people and of fewer than the floor, or of which one person makes nearly all. Where answers or ratings are
read, the floor is that of what people think.
"""

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

import numpy as np

from kithline_core.engine import answered, difference
from kithline_core.engine.difference import Side
from kithline_core.engine.overlay import answers, rows
from kithline_core.engine.tables import SUMS
from kithline_sdk import floor
from kithline_sdk.catalogue import CATALOGUE
from kithline_sdk.snapshot import Bools, Ints, Snapshot, Table

Kind = Literal["item", "community", "organisation", "department", "person"]
KINDS: Final[tuple[Kind, ...]] = ("item", "community", "organisation", "department", "person")

COLUMNS: Final[dict[Kind, tuple[str, ...]]] = {
    "item": ("item",),
    "community": ("community",),
    "organisation": ("organisation", "organisation_a", "organisation_b", "side_a", "side_b"),
    "department": ("department", "side_a", "side_b"),
    "person": (),
}
# Columns that say who did something, where others say whom it reached.
DOERS: Final = frozenset({"actor", "respondent", "rater", "asker", "answerer"})
# Tables of what people think.
SAYINGS: Final = ("answers", "ratings")


class Unit(NamedTuple):
    """One thing that can be left out; `name` of a person is empty."""

    kind: Kind
    name: str
    people: Ints
    questionnaire: str | None = None


class Units(NamedTuple):
    """What can be left out, heaviest first; how many may not be; or why none can be looked at."""

    units: list[Unit]
    withheld: int = 0
    why: str | None = None


def units(snapshot: Snapshot, kind: Kind, k: int) -> Units:
    """Return what of a kind can be left out; `k` is the privacy floor in force."""
    if kind == "item":
        return _items(snapshot, answered.wide(k))
    said = [snapshot[name] for name in SAYINGS if name in snapshot and snapshot[name].rows]
    if not said:
        return _units(snapshot, kind, k)
    k = answered.wide(k)
    if kind == "person" and any(0 < _sayers(table) < k for table in said):
        return Units([], why=f"what one person changes is withheld: there are fewer than {k} who answered or rated")
    found = _units(snapshot, kind, k)
    open_ = [one for one in found.units if kind == "person" or not any(_few_say(table, one, k) for table in said)]
    return found._replace(units=open_, withheld=found.withheld + len(found.units) - len(open_))


def _units(snapshot: Snapshot, kind: Kind, k: int) -> Units:
    if kind == "community":
        return _communities(snapshot, k)
    sums = sorted(name for name in SUMS if name in snapshot and snapshot[name].rows)
    if sums:
        return Units([], why=f"the data are sums ({', '.join(sums)}): nobody and no part of the staff can be taken out")
    return _people(snapshot, k) if kind == "person" else _members(snapshot, kind, k)


def without(snapshot: Snapshot, unit: Unit) -> Snapshot:
    """Return a snapshot without a unit, in canonical form."""
    left = [table.where(~_hit(table, unit)) for table in snapshot.tables.values()]
    return rows.numbered(Snapshot(snapshot.window, left))


def _hit(table: Table, unit: Unit) -> Bools:
    hit = np.zeros(table.rows, np.bool_)
    if unit.kind == "item":
        if table.name in ("answers", "items") and "item" in table:
            hit = rows.says(table, "item", unit.name)
            if unit.questionnaire is not None:
                hit &= rows.says(table, "questionnaire", unit.questionnaire)
        return hit
    for column in COLUMNS[unit.kind]:
        if column in table and table.name != "focal":
            hit |= rows.says(table, column, unit.name)
    for column in _persons(table):
        hit |= table.present(column) & np.isin(table.ints(column), unit.people)
    return hit


def _persons(table: Table) -> list[str]:
    """Return the columns that hold people; whose manager somebody is says nothing of what they did."""
    kinds = CATALOGUE[table.name]
    return [name for name in table.columns if kinds[name] == "person" and name != "manager"]


def _items(snapshot: Snapshot, k: int) -> Units:
    if "answers" not in snapshot or "item" not in snapshot["answers"]:
        return Units([], why="the scorer reads no questionnaire")
    table = snapshot["answers"]
    keys = [table.texts("questionnaire") if "questionnaire" in table else [None] * table.rows, table.texts("item")]
    counts: dict[tuple[str | None, str], int] = {}
    for questionnaire, item in zip(*keys, strict=True):
        if item is not None:
            counts[questionnaire, item] = counts.get((questionnaire, item), 0) + 1
    asked = _asked(snapshot)
    known = [key for key in counts if asked is None or key[1] in asked]
    none = np.zeros(0, np.int64)
    made = [Unit("item", item, none, name) for name, item in sorted(known, key=lambda key: (-counts[key], str(key)))]
    open_ = [one for one in made if not _few_say(table, one, k)]
    return Units(open_, len(made) - len(open_), None if made else "no question of a questionnaire was answered")


def _asked(snapshot: Snapshot) -> set[str | None] | None:
    """Return which items are questions: a declared cap is answered, and is none."""
    return set(snapshot["items"].texts("item")) if "items" in snapshot and "item" in snapshot["items"] else None


def _few_say(table: Table, unit: Unit, k: int) -> bool:
    hit = _hit(table, unit)
    gone, stay = (_sayers(one) for one in (table.where(hit), table.where(~hit)))
    return 0 < gone < k or (gone > 0 and 0 < stay < k)


def _sayers(table: Table) -> int:
    """Return how many people say what they think; what somebody answers in a role is none of it."""
    if table.name == "answers":
        return answers.respondents(table)
    return len(np.unique(table.ints("rater")[table.present("rater")])) if "rater" in table else 0


def _communities(snapshot: Snapshot, k: int) -> Units:
    tables = [table for table in snapshot.tables.values() if "community" in table]
    sizes: dict[str, int] = {}
    for table in tables:
        labels, found = table.labels("community"), table.codes("community")
        for label, count in zip(labels, np.bincount(found[found >= 0], minlength=len(labels)).tolist(), strict=True):
            sizes[label] = sizes.get(label, 0) + count
    none = np.zeros(0, np.int64)
    made = [Unit("community", name, none) for name in sorted(sizes, key=lambda name: (-sizes[name], name))]
    open_ = [one for one in made if _apart(snapshot, one, k)]
    return Units(open_, len(made) - len(open_), None if made else "the scorer counts no communities apart")


def _apart(snapshot: Snapshot, unit: Unit, k: int) -> bool:
    """Say whether what goes and what stays is each the matter of nobody or of at least k people, none of them dominant."""
    hits = {table.name: _hit(table, unit) for table in snapshot.tables.values() if table.name != "memberships"}
    gone = [snapshot[name].where(hit) for name, hit in hits.items()]
    left = [snapshot[name].where(~hit) for name, hit in hits.items()]
    return all(_covered(side, k) in (0, k) for side in (gone, left)) and not _dominated(gone)


def _covered(tables: Sequence[Table], k: int) -> int:
    """Return how many people it takes to explain some rows, counted up to k."""
    ends = [_ends(table) for table in tables if _persons(table)]
    pairs = np.sort(np.concatenate([np.zeros((0, 2), np.int64), *ends]), axis=1).astype(np.uint64)
    side = Side(pairs[:, 0], pairs[:, 1], np.zeros(len(pairs), np.bool_))
    return min(k, difference.cover(side, k))


def _ends(table: Table) -> Ints:
    """Return whom each row is about, n x 2; of one person twice the same."""
    names = _persons(table)
    first, last = names[0], names[-1]
    here = table.present(first) | table.present(last)
    one, other = (np.where(table.present(a), table.ints(a), table.ints(b)) for a, b in ((first, last), (last, first)))
    return np.stack([one, other], axis=1)[here]


def _dominated(tables: Sequence[Table]) -> bool:
    """Say whether one person does nearly all of what some rows tell."""
    person, amount = _amounts(tables, DOERS)
    return len(person) > 0 and bool(floor.dominated(np.zeros(len(person), np.int64), person, amount, 1)[0])


def _amounts(tables: Sequence[Table], columns: frozenset[str] | None) -> tuple[Ints, Ints]:
    """Return row by row who did how much, in some columns or (None) in all that hold people."""
    people, counts = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for table in tables:
        for name in _persons(table):
            if table.name == "memberships" or (columns is not None and name not in columns):
                continue
            here = table.present(name)
            times = table.ints("count") if "count" in table else np.ones(table.rows, np.int64)
            people.append(table.ints(name)[here])
            counts.append(np.maximum(times[here], 1))
    return np.concatenate(people), np.concatenate(counts)


def _people(snapshot: Snapshot, k: int) -> Units:
    tables = list(snapshot.tables.values())
    person, amount = _amounts(tables, None)
    who, place = np.unique(person, return_inverse=True)
    if not len(who):
        return Units([], why="the scorer reads of nobody by themselves")
    if len(who) < k or _dominated(tables):
        why = f"there are fewer than {k}" if len(who) < k else "one of them makes 85 % or more of all that is counted"
        return Units([], why=f"what one person changes is withheld: {why}")
    weight = np.bincount(place.reshape(-1), amount)
    order = np.lexsort((who, -weight))
    return Units([Unit("person", "", who[one : one + 1]) for one in order.tolist()])


def _members(snapshot: Snapshot, kind: Kind, k: int) -> Units:
    """Return organisations or departments with all who ever belonged to them in the window."""
    members = _belonging(snapshot, kind)
    made = [
        Unit(kind, name, people) for name, people in sorted(members.items(), key=lambda one: (-len(one[1]), one[0]))
    ]
    if not made:
        return Units([], why=f"the data know no {kind} that can be left out")
    # Sums over organisations are exempt from the floor (rulings 1.11); a department is a group of people.
    open_ = made if kind == "organisation" else _shown(snapshot, made, k)
    return Units(open_, len(made) - len(open_))


def _belonging(snapshot: Snapshot, kind: Kind) -> dict[str, Ints]:
    """Return who belongs to what; organisations that only ties name have nobody, and the one in focus is none of them."""
    found: dict[str, Ints] = {}
    if kind == "organisation" and "organisation_ties" in snapshot:
        ties = snapshot["organisation_ties"]
        found |= {
            one: np.zeros(0, np.int64) for side in ("organisation_a", "organisation_b") for one in ties.labels(side)
        }
    table = snapshot.tables.get("memberships")
    if table is not None and kind in table:
        person = table.ints("person")
        found |= {one: np.unique(person[rows.says(table, kind, one)]) for one in table.labels(kind)}
    focal = set(snapshot["focal"].texts("organisation")) if "focal" in snapshot else set()
    return {name: people for name, people in found.items() if name not in focal}


def _shown(snapshot: Snapshot, made: Sequence[Unit], k: int) -> list[Unit]:
    """Return the departments of k people, with k beside them, none dominant and none nearly like another."""
    cell = np.repeat(np.arange(len(made)), [len(one.people) for one in made])
    person = np.concatenate([one.people for one in made])
    did, amount = _amounts(list(snapshot.tables.values()), DOERS)
    done = np.bincount(did, amount, int(max(person.max(initial=0), did.max(initial=0))) + 1)
    close = floor.dominated(cell, person, done[person], len(made)) | floor.near(cell, person, len(made), k)
    many, whole = np.bincount(cell, minlength=len(made)), len(np.unique(person))
    fit = (many >= k) & (whole - many >= k) & ~close
    return [one for one, may in zip(made, fit.tolist(), strict=True) if may]
