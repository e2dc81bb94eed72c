"""What the page says of tables is so: all are there with the kinds of their columns, and uses of items come about as told."""

import re
from datetime import UTC, datetime

from helpers import pages
from kithline_core.engine.rollups import roll_up
from kithline_core.model.rows import EventRow
from kithline_sdk.catalogue import CATALOGUE
from kithline_sdk.testing import snapshot

PAGE = pages.read("plugin-tables.md")


def test_every_table_is_there_with_the_kinds_of_its_columns():
    told = {
        row[0].strip("`"): {
            column: kind for names, kind in re.findall(r"((?:`\w+`,? ?)+): (\w+)", row[2]) for column in pages.codes(names)
        }
        for row in pages.rows(PAGE)
    }  # fmt: skip

    kinds = {
        table: {one: kind for one, kind in columns.items() if kind != "str"} for table, columns in CATALOGUE.items()
    }
    assert told == kinds


def event(name: str, actor: str, day: int, **more: object) -> EventRow:
    return EventRow(id=name, occurred_at=datetime(2026, 2, day, tzinfo=UTC), actor=actor, verb="posted", **more)


def uses(*events: EventRow) -> list[tuple[object, ...]]:
    """(item, day of the month, author, user) of each row."""
    table = roll_up(events)["item_use"]
    first = (datetime(2026, 2, 1, tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)).days - 1
    rows = zip(table["item"], table["day"], table["actor"], table["used_by"], strict=True)
    return [(item, day - first, actor, user) for item, day, actor, user in rows]


def test_an_item_is_shared_once_and_used_by_others_as_often_as_events_say():
    found = uses(
        event("a", "ann", 1, kind="practice"),
        event("b", "bob", 3, parent="a", count=7),
        event("c", "bob", 3, parent="a"),
        event("d", "ann", 4, parent="a"),
        event("e", "cem", 5, kind="answer"),
        event("f", "bob", 6, parent="e"),
    )

    assert found == [("/a", 1, "ann", None), ("/a", 3, "ann", "bob"), ("/a", 3, "ann", "bob")]


def test_a_use_may_come_before_the_item_and_an_item_use_another():
    found = uses(
        event("a", "ann", 5, kind="practice"),
        event("b", "bob", 2, kind="practice", parent="a"),
        event("c", "cem", 7, parent="b"),
    )

    assert found == [("/b", 2, "bob", None), ("/a", 2, "ann", "bob"), ("/a", 5, "ann", None), ("/b", 7, "bob", "cem")]


def test_what_is_not_known_reads_as_the_page_says():
    table = snapshot({"item_use": [{"day": "2026-02-01", "actor": "a"}]}, ("2026-01-01", "2026-04-01"))["item_use"]

    assert (table.ints("used_by").tolist(), table.texts("item"), table.present("used_by").tolist()) == (
        [0],
        [None],
        [False],
    )
