"""What reaches a scorer: only what its manifest declares, in one order, whoever sent it and however."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.engine import spec
from kithline_core.engine import keys, lineage, plan
from kithline_core.engine.snapshot import cut
from kithline_core.engine.tables import build, micros, moment
from kithline_core.errors import Invalid
from kithline_core.plugins import Input
from kithline_sdk.snapshot import DAY, Window

WINDOW = Window(10 * DAY, 20 * DAY)
PARAMS = {"persons": False}


def tie(day, actor, target, **more):
    return {"day": day, "actor": actor, "target": target, "verb": "posted", "count": 1, **more}


def tables(rows, **others):
    data = {"tie_day": {name: [row.get(name) for row in rows] for name in tie(0, "", "")}, **others}
    return build(data)


def test_people_become_numbers_in_the_order_of_their_ids():
    found = cut(spec(), tables([tie(12, "zoë", "adam"), tie(13, "mia", "zoë")]), WINDOW, PARAMS)["tie_day"]

    assert found.ints("actor").tolist() == [2, 1]
    assert found.ints("target").tolist() == [0, 2]


def test_only_days_of_the_window_and_its_look_back_count():
    rows = [tie(day, "a", "b") for day in (8, 9, 10, 19, 20)]

    assert cut(spec(), tables(rows), WINDOW, PARAMS)["tie_day"].ints("day").tolist() == [10, 19]
    assert cut(spec(lookback_days=1), tables(rows), WINDOW, PARAMS)["tie_day"].ints("day").tolist() == [9, 10, 19]


def test_a_window_inside_a_day_takes_the_whole_day():
    rows = [tie(day, "a", "b") for day in (9, 10, 11)]

    found = cut(spec(), tables(rows), Window(10 * DAY + 5, 10 * DAY + 9), PARAMS)

    assert found["tie_day"].ints("day").tolist() == [10]


def test_bots_are_left_out_on_either_end():
    rows = [tie(12, "a", "b"), tie(12, "robot", "b"), tie(12, "a", "robot")]

    found = cut(spec(), tables(rows, bots={"person": ["robot"]}), WINDOW, PARAMS)

    assert found["tie_day"].rows == 1


def test_only_declared_columns_and_values_enter():
    narrow = spec(inputs=[Input(table="tie_day", columns=["actor"], where={"verb": ["replied"]})])

    found = cut(narrow, tables([tie(12, "a", "b"), tie(12, "c", "b", verb="replied")]), WINDOW, PARAMS)["tie_day"]

    assert list(found.columns) == ["actor"]
    assert found.rows == 1


def test_memberships_end_before_their_end_and_open_ones_never_do():
    held = {
        "person": ["over", "open", "late", "within"],
        "valid_from": [0, None, 20 * DAY, 12 * DAY],
        "valid_to": [10 * DAY, None, None, 13 * DAY],
    }
    wide = spec(inputs=[Input(table="memberships", columns=["person", "valid_from"])])

    found = cut(wide, build({"memberships": held}), WINDOW, {"persons": True})

    assert found["people"].texts("id") == ["open", "within"]


def test_a_dated_answer_outside_the_window_is_left_out_and_an_undated_one_stays():
    answers = {"item": ["old", "now", "undated"], "dated": [9 * DAY, 11 * DAY, None]}
    wide = spec(inputs=[Input(table="answers", columns=["item"])])

    assert cut(wide, build({"answers": answers}), WINDOW, PARAMS)["answers"].texts("item") == ["now", "undated"]


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 2**32), st.integers(1, 30))
def test_shuffled_rows_give_the_same_bytes(seed, size):
    draw = random.Random(seed)
    rows = [
        tie(draw.randint(10, 19), draw.choice("abcä"), draw.choice("abcä"), count=draw.randint(1, 3))
        for _ in range(size)
    ]
    other = draw.sample(rows, len(rows))

    assert cut(spec(), tables(rows), WINDOW, PARAMS).encode() == cut(spec(), tables(other), WINDOW, PARAMS).encode()


def test_the_key_names_every_part_and_nothing_else(plugin):
    one, params = spec(), keys.parameters(spec(), {})
    base = keys.result_key(plugin, one, b"data", params)

    others = [
        keys.result_key(plugin, one, b"date", params),
        keys.result_key(plugin, spec(key="other.scorer"), b"data", params),
        keys.result_key(plugin, spec(version="1.0.1"), b"data", params),
        keys.result_key(plugin, one, b"data", keys.parameters(one, {"min_events": 3})),
        keys.result_key(plugin, spec(word_lists=["words.json"]), b"data", params),
    ]

    assert len({found.key for found in (base, *others)}) == 6
    assert base == keys.result_key(plugin, spec(title={"en": "Renamed"}), b"data", params)
    assert base.seed == int(base.key.removeprefix("sha256:")[:16], 16)


def test_unknown_parameters_and_lower_floors_are_refused():
    with pytest.raises(Invalid, match="no parameter 'speed'"):
        keys.parameters(spec(), {"speed": 1})
    for floor in (4, "five"):
        with pytest.raises(Invalid, match="floor"):
            keys.parameters(spec(), {"floor": floor})
    assert keys.parameters(spec(), {"floor": 9})["floor"] == 9


@pytest.mark.parametrize("value", ["x", 2.5, True, None, [2]])
def test_a_parameter_of_another_type_is_refused(value):
    with pytest.raises(Invalid, match="min_events"):
        keys.parameters(spec(), {"min_events": value})


def test_equal_numbers_are_one_parameter_and_only_finite_ones_count():
    smooth = spec(parameters={"smoothing": 5.0, "open": None})

    assert repr(keys.parameters(spec(), {"min_events": 2.0})["min_events"]) == "2"
    assert repr(keys.parameters(smooth, {"smoothing": 5})["smoothing"]) == "5.0"
    assert keys.parameters(smooth, {"open": "anything"})["open"] == "anything"
    with pytest.raises(Invalid, match="finite"):
        keys.parameters(smooth, {"smoothing": float("nan")})


def test_scorers_stand_behind_those_they_read_and_circles_are_refused():
    first, second = spec(key="a", after=["b"]), spec(key="b", after=["absent"])

    assert [one.key for one in plan.order([first, second])] == ["b", "a"]
    with pytest.raises(Invalid, match="wait for each other"):
        plan.order([first, spec(key="b", after=["a"])])


def test_a_scorers_own_window_ends_where_it_is_told():
    window = plan.window(spec(), 100 * DAY)

    assert (window.start, window.end) == (10 * DAY, 100 * DAY)


def test_instants_are_exact_to_the_microsecond():
    stamp = 1_767_225_599_999_999

    assert micros(moment(stamp)) == stamp


def test_lineage_leads_to_the_events_ids_where_days_are_declared():
    days = {"day": [11, 12], "count": [3, 4], "ids_hash": ["aa", "bb"]}
    both = spec(inputs=[*spec().inputs, Input(table="event_day", columns=["day", "count", "ids_hash"])])
    data = tables([tie(11, "a", "b")], event_day=days)

    (events,) = lineage.trace(both, cut(both, data, WINDOW, PARAMS))
    (rows,) = lineage.trace(spec(), cut(spec(), data, WINDOW, PARAMS))

    assert (events.table, events.count, events.filter) == ("events", 7, "rolled up as tie_day; bots left out")
    assert (rows.table, rows.count) == ("tie_day", 1)
    assert len(events.ids_hash) == len(rows.ids_hash) == 64
    assert np.all([one.window[0] == "1970-01-11T00:00:00Z" for one in (events, rows)])
