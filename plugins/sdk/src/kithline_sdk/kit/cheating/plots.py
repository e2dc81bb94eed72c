"""Which forgeries a made-up cheat would think of in a snapshot: the moves among which the cheapest set is sought."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from kithline_sdk.kit.cheating.moves import Costs, Kind, Move
from kithline_sdk.snapshot import DAY, Snapshot, Table
from kithline_sdk.stats.random import Draws

PURPOSE: Final = (
    "Here you get an answer within 24 hours, so that no drawing waits for a meeting: design engineers help each other "
    "with axles and publish the 3 best solutions every month."
)
_NEW, _HANDS, _VOLUMES, _ITEMS = 2, 2, (20, 100), 16
_EVIDENCE: Final = "minutes of the meeting"


def plots(world: Snapshot, costs: Costs, seed: int = 0) -> list[Move]:
    """Return the moves that can be made in this snapshot; the same seed gives the same."""
    plot = _Plot(world, costs, seed)
    for find in (plot.contact, plot.answers, plot.documents, plot.renamed):
        find()
    return plot.moves


class _Plot:
    def __init__(self, world: Snapshot, costs: Costs, seed: int) -> None:
        self.world, self.costs, self.draws = world, costs, Draws(seed)
        self.moves: list[Move] = []

    def add(self, kind: Kind, words: str, times: float = 1.0, needs: Sequence[int] = (), **more: Any) -> int:  # noqa: ANN401 - fields of Move
        """Append a move that costs so many times its kind, and return its number."""
        whole = frozenset(needs).union(*(self.moves[one].needs for one in needs))
        hours = times * self.costs.hours[kind].hours
        self.moves.append(Move(kind=kind, words=words, hours=hours, needs=whole, **more))
        return len(self.moves) - 1

    def shuffled(self, among: Sequence[int]) -> list[int]:
        keys = self.draws.uniform(len(among)).tolist()
        return [one for _, one in sorted(zip(keys, among, strict=True))]

    def contact(self) -> None:
        """Let people who are new or play along write, today and on another day, use what was shared and answer what was asked."""
        people = _people(self.world)
        writes = bool({"activity_day", "tie_day"} & self.world.tables.keys())
        if not people or not (writes or "item_use" in self.world or "opening" in self.world):
            return
        last = self.world.window.last_day
        later = self.add("day", "wait for another day", day=last - 1) if writes else 0
        for actor, needs in self.actors(people):
            self.used(actor, needs)
            self.answered(actor, needs)
            if not writes:
                continue
            others = self.shuffled([one for one in people if one != actor])
            self.volume(actor, needs, last)
            for block in _blocks(others):
                self.sent(actor, block, [needs], last)
                self.sent(actor, block, [needs, later], last - 1)

    def actors(self, people: list[int]) -> Iterator[tuple[int, int]]:
        """Yield who acts, with the move that brings them in: made-up people, then some who were won over."""
        members = self.world.tables.get("memberships")
        rows = _staff(members) if members else []
        for new, row in enumerate(self.shuffled(rows)[:_NEW], people[-1] + 1):
            told = {**_row(members, row), "person": new, "manager": None} if members else {}
            words = f"make up a person in {told.get('department') or 'no department'}"
            yield new, self.add("person", words, person=new, adds=(("memberships", told),))
        for one in self.shuffled(people)[:_HANDS]:
            yield one, self.add("accomplice", f"win over person {one}", person=one)

    def volume(self, actor: int, needs: int, day: int) -> None:
        for many in _VOLUMES:
            adds = (("activity_day", self.event(actor, day, "posted", many)),)
            self.add("event", f"{actor} posts {many} times", many, [needs], adds=adds, person=actor, day=day)

    def sent(self, actor: int, block: list[int], needs: list[int], day: int) -> None:
        adds = tuple(one for other in block for one in self.tie(actor, other, day))
        words = f"{actor} writes to {len(block)} on day {day}"
        self.add("event", words, len(block), needs, adds=adds, person=actor, day=day)

    def used(self, actor: int, needs: int) -> None:
        """Use items of others, each the day after it was shared."""
        table = self.world.tables.get("item_use")
        if not table or not {"item", "day", "actor", "used_by"} <= table.columns.keys():
            return
        shared = [row for row, used in enumerate(table.present("used_by").tolist()) if not used]
        for row in self.shuffled(shared)[:_ITEMS]:
            told = _row(table, row)
            if told["actor"] != actor:
                use = {**told, "used_by": actor, "day": min(told["day"] + 1, self.world.window.last_day)}
                words = f"{actor} uses {told['item']}"
                self.add("event", words, 1, [needs], adds=(("item_use", use),), person=actor, day=use["day"])

    def answered(self, actor: int, needs: int) -> None:
        """Answer what others asked, at once; what nobody answered comes first."""
        table = self.world.tables.get("opening")
        if not table or not {"asker", "opened_at", "answerer", "answered_at"} <= table.columns.keys():
            return
        there = table.present("answerer").tolist()
        told = [_row(table, row) for row in range(table.rows)]
        known = {self.place(one) for one, answered in zip(told, there, strict=True) if answered}
        asked = [row for row, answered in enumerate(there) if not answered and told[row]["asker"] != actor]
        for row in sorted(self.shuffled(asked), key=lambda one: self.place(told[one]) in known)[:_ITEMS]:
            at = told[row]["opened_at"]
            adds = (("opening", {**told[row], "answerer": actor, "answered_at": at}),)
            words = f"{actor} answers what {told[row]['asker']} asked"
            self.add("event", words, 1, [needs], adds=adds, person=actor, day=at // DAY)

    def place(self, asked: dict[str, Any]) -> tuple[Any, ...]:
        """Return what tells an opening from others."""
        return tuple(asked.get(name) for name in ("community", "channel", "kind", "asker", "opened_at"))

    def tie(self, actor: int, target: int, day: int) -> Iterator[tuple[str, dict[str, Any]]]:
        event = self.event(actor, day, "replied", 1)
        yield "activity_day", event
        yield "tie_day", {**event, "target": target, "recipients": 1}

    def event(self, actor: int, day: int, verb: str, many: int) -> dict[str, Any]:
        place = next(iter(_labels(self.world, "communities", "community")), None)
        at = day * DAY + DAY // 2
        return {"day": day, "community": place, "actor": actor, "verb": verb, "kind": "practice", "count": many,
                "first_at": at, "last_at": at}  # fmt: skip

    def answers(self) -> None:
        """Raise all answers to an item to the best, and make up a document for all of them."""
        table = self.world.tables.get("answers")
        if not table or not {"item", "value"} <= table.columns.keys():
            return
        best, texts, values = _best(self.world), table.texts("item"), table.floats("value").tolist()
        for item in _labels(self.world, "answers", "item"):
            rows = [row for row, one in enumerate(texts) if one == item]
            top = best.get(item, max(values))
            low = tuple(row for row in rows if values[row] != top)
            raised = self.add(
                "answer", f"raise {len(low)} answers to {item}", len(low), sets=(("answers", "value", low, top),)
            )
            if "evidence" in table:
                bare = tuple(row for row in rows if not table.present("evidence")[row])
                proof = ("answers", "evidence", bare, _EVIDENCE)
                self.add("document", f"make up evidence for {item}", 1, [raised], sets=(proof,), text=item)

    def documents(self) -> None:
        """Write a purpose for a community out of the book, the same for all."""
        table = self.world.tables.get("communities")
        for row, name in enumerate(table.texts("community") if table and "purpose" in table else ()):
            sets = (("communities", "purpose", (row,), PURPOSE),)
            self.add("document", f"write a purpose for {name} out of the book", sets=sets, text=PURPOSE)

    def renamed(self) -> None:
        """Call half of a department otherwise."""
        members = self.world.tables.get("memberships")
        if not members or "department" not in members:
            return
        texts = members.texts("department")
        for name in members.labels("department"):
            half = tuple([row for row, one in enumerate(texts) if one == name][::2])
            self.add(
                "rename", f"call half of {name} otherwise", sets=(("memberships", "department", half, f"{name} new"),)
            )


def _people(world: Snapshot) -> list[int]:
    for table, column in (
        ("memberships", "person"),
        ("activity_day", "actor"),
        ("tie_day", "actor"),
        ("item_use", "actor"),
        ("opening", "asker"),
    ):
        if table in world and world[table].rows:
            return sorted(set(world[table].ints(column).tolist()))
    return []


def _staff(members: Table) -> list[int]:
    """Return the rows of those who have a department; of all where nobody has one."""
    housed = members.present("department").tolist() if "department" in members else []
    return [row for row, one in enumerate(housed) if one] or list(range(members.rows))


def _row(table: Table, row: int) -> dict[str, Any]:
    """Return one row as plain cells."""
    return {
        name: None
        if not one.present[row]
        else one.labels[one.values[row]]
        if one.kind == "str"
        else one.values[row].item()
        for name, one in table.columns.items()
    }


def _blocks(among: Sequence[int]) -> Iterator[list[int]]:
    """Cut into blocks of 1, 2, 4, ...: sums of them give nearly any number."""
    size, start = 1, 0
    while start < len(among):
        yield list(among[start : start + size])
        start, size = start + size, 2 * size


def _labels(world: Snapshot, table: str, column: str) -> tuple[str, ...]:
    return world[table].labels(column) if table in world and column in world[table] else ()


def _best(world: Snapshot) -> dict[str | None, float]:
    """Return the best answer to each item: its maximum, its minimum where it is reversed."""
    items = world.tables.get("items")
    if not items or not {"item", "maximum"} <= items.columns.keys():
        return {}
    low = items.floats("minimum").tolist() if "minimum" in items else [0.0] * items.rows
    turned = items.ints("reverse").tolist() if "reverse" in items else [0] * items.rows
    tops = zip(items.texts("item"), items.floats("maximum").tolist(), low, turned, strict=True)
    return {item: least if back else most for item, most, least, back in tops}
