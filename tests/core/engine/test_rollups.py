"""Events become daily rows: what counts, how often, and what is said twice."""

from datetime import UTC, datetime, timedelta

from kithline_core.engine.rollups import roll_up
from kithline_core.model.rows import EventRow

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
DAY_NUMBER = 20_458


def event(number, actor="a", verb="posted", hours=0, **more):
    return EventRow(
        id=str(number), source="s", occurred_at=NOON + timedelta(hours=hours), actor=actor, verb=verb, **more
    )


def rows(table):
    return [dict(zip(table, cells, strict=True)) for cells in zip(*table.values(), strict=True)]


def test_counts_weigh_and_the_first_and_last_instants_stay():
    (row,) = rows(roll_up([event(1, count=3), event(2, hours=2)])["activity_day"])

    assert (row["day"], row["count"]) == (DAY_NUMBER, 4)
    assert row["last_at"] - row["first_at"] == 2 * 3_600_000_000


def test_a_message_to_many_knows_how_many_it_reached():
    sent = [event(n, target=f"t{n}", object="mail") for n in range(3)] + [event(9, target="t0")]

    found = rows(roll_up(sent)["tie_day"])

    assert sorted((row["target"], row["recipients"]) for row in found) == [("t0", 1), ("t0", 3), ("t1", 3), ("t2", 3)]


def test_each_message_counts_its_own_recipients():
    three = [event(n, target=f"t{n}", object="mail") for n in range(3)]
    two = [event(5 + n, target=f"u{n}", object="letter") for n in range(2)]

    found = rows(roll_up([*three, *two])["tie_day"])

    assert {(row["target"][0], row["recipients"]) for row in found} == {("t", 3), ("u", 2)}


def test_a_public_text_said_again_counts_once_unless_it_is_the_same_message():
    again = [
        event(1, visibility="public", text="hello", object="m", target="x"),
        event(2, visibility="public", text="hello", object="m", target="y"),
        event(3, visibility="public", text="hello", hours=1),
        event(4, visibility="members", text="hello", hours=2),
        event(5, actor="b", visibility="public", text="hello", hours=-1),
    ]

    assert sum(row["count"] for row in rows(roll_up(again[:4])["activity_day"])) == 3
    # The earliest is b's now: of the others only the text that may not be read still counts.
    assert sum(row["count"] for row in rows(roll_up(again)["activity_day"])) == 2


def test_a_practice_is_an_item_and_somebody_elses_reply_uses_it():
    shared = event(1, kind="practice")
    replies = [event(2, actor="b", parent="1"), event(3, actor="a", parent="1"), event(4, actor="c", parent="absent")]

    found = rows(roll_up([shared, *replies])["item_use"])

    assert [(row["item"], row["actor"], row["used_by"]) for row in found] == [("s/1", "a", None), ("s/1", "a", "b")]


def test_every_event_leaves_its_id_with_its_day():
    found = rows(roll_up([event(2), event(1), event(3, hours=24)])["event_day"])
    turned = rows(roll_up([event(1), event(2), event(3, hours=24)])["event_day"])

    assert [(row["day"], row["count"]) for row in found] == [(DAY_NUMBER, 2), (DAY_NUMBER + 1, 1)]
    assert found == turned


def test_no_events_give_empty_tables():
    assert all(not rows(table) for table in roll_up([]).values())
