"""Every number points to what it came from: each table that a scorer reads leads to ids, which anybody can hash again."""

import hashlib

import msgspec
import pytest

from helpers.engine import Answering
from helpers.indices import finding
from kithline_core import plugins
from kithline_core.engine import lineage
from kithline_core.engine.document import decode
from kithline_core.engine.score import score_one
from kithline_core.engine.tables import build
from kithline_core.plugins import Input, ScorerSpec
from kithline_core.sandbox.outcomes import Scored
from kithline_sdk.catalogue import CATALOGUE
from kithline_sdk.contract import Finding
from kithline_sdk.snapshot import DAY, Column, Snapshot, Table, Window

WINDOW = Window(10 * DAY, 100 * DAY)
SHIPPED = plugins.installed().known()
CELLS = {"str": "x", "person": "p", "day": 20, "time": 20 * DAY, "int": 1, "float": 1.0, "bool": True}


def everything(spec: ScorerSpec):
    """Return a row in every table, such that the scorer reads it."""
    wanted = {one.table: {column: values[0] for column, values in one.where.items()} for one in spec.inputs}
    return build({
        name: {column: [wanted.get(name, {}).get(column, CELLS[kind])] for column, kind in columns.items()}
        for name, columns in CATALOGUE.items()
        if name not in ("people", "findings")
    })  # fmt: skip


@pytest.mark.anyio
@pytest.mark.parametrize("shipped", SHIPPED, ids=lambda one: one[1].key)
async def test_every_table_that_had_rows_is_told_by_the_engine_whatever_the_plugin_says(shipped):
    plugin, spec = shipped
    silent = Answering(Scored(Finding(status="insufficient")))

    judged = await score_one(plugin, spec, everything(spec), WINDOW, {}, silent, [finding("maturity.depth")])

    told = decode(judged.document).lineage
    cut = Snapshot.decode(judged.rested.snapshot)
    names = {one.table for one in told} | {one.filter.removeprefix("rolled up as ").partition(";")[0] for one in told}
    days = {"events", "event_day"} & names
    assert {name for name in cut.tables if name != "event_day"} <= names
    assert ("event_day" in cut) == bool(days)
    assert all(one.count > 0 and len(one.ids_hash) == 64 for one in told)


def rows(name, **cells):
    return Table(name, {column: Column.of(CATALOGUE[name][column], found) for column, found in cells.items()})


def test_rows_are_told_by_the_sorted_ids_that_name_nobody():
    answers = rows("answers", questionnaire=["q", "q"], assessment=["b", None], respondent=[1, 0], item=["i", "j"])
    days = rows("competitor_day", day=[1], community=["c"])
    dated = rows("organisations", organisation=["o"], valid_from=[DAY])

    assert lineage.ids(answers) == [["q", "b", "i"], ["q", "", "j"]]
    assert lineage.of_rows(answers) == (2, hashlib.sha256(b"q\0\0j\nq\0b\0i\n").hexdigest())
    assert lineage.ids(days) == [["1970-01-02", "c"]]
    assert lineage.ids(dated) == [["o", "1970-01-02T00:00:00Z"]]


def test_rows_that_only_people_tell_apart_are_told_by_all_of_them_but_the_people():
    one = rows("memberships", person=[0, 1], department=["a", "b"])
    renamed = rows("memberships", person=[1, 0], department=["b", "a"])
    moved = rows("memberships", person=[0, 1], department=["a", "a"])

    assert lineage.named(one) == []
    assert lineage.of_rows(one) == lineage.of_rows(renamed) != lineage.of_rows(moved)


def traced(inputs, *tables, lookback=0):
    spec = msgspec.structs.replace(plugins.installed().find("silos.internal")[1], inputs=inputs, lookback_days=lookback)
    return lineage.trace(spec, Snapshot(WINDOW, tables))


def test_days_of_events_are_told_even_where_nothing_that_is_rolled_up_is_read():
    columns = ["day", "count", "ids_hash"]
    hashed = rows("event_day", day=[11], count=[3], ids_hash=["aa"])
    bare = rows("event_day", day=[11, 12])

    (events,) = traced([Input(table="event_day", columns=columns)], hashed)
    (days,) = traced([Input(table="event_day", columns=["day"])], bare)

    assert (events.table, events.count, events.filter) == ("events", 3, "rolled up as event_day; bots left out")
    assert (days.table, days.count) == ("event_day", 2)
    assert days.ids_hash == hashlib.sha256(b"1970-01-12\n1970-01-13\n").hexdigest()


def test_the_window_of_what_was_read_has_the_look_back_in_it():
    (one,) = traced([Input(table="focal", columns=["organisation"])], rows("focal", organisation=["o"]), lookback=5)

    assert one.window == ("1970-01-06T00:00:00Z", "1970-04-11T00:00:00Z")
    assert one.filter == ""
