"""Whom a difference between two snapshots speaks of: the least number of people without whom nothing of it is left."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.engine import spec
from kithline_core.engine import difference, facts, telling
from kithline_core.engine.assemble import assemble
from kithline_core.engine.facts import NONE
from kithline_core.engine.telling import ALL, Scope
from kithline_core.plugins import Input
from kithline_sdk.catalogue import CATALOGUE
from kithline_sdk.snapshot import DAY, Window

SECRET = b"a tenant's own secret"
WINDOW = Window(0, 10 * DAY)
TABLES = {
    "tie_day": ["day", "actor", "target", "verb", "count"],
    "ties": ["actor", "target", "count"],
    "activity_day": ["day", "actor", "verb", "count"],
    "item_use": ["item", "day", "actor", "used_by"],
    "opening": ["kind", "asker", "opened_at", "answerer", "answered_at"],
    "answers": ["respondent", "item", "value", "role"],
    "ratings": ["object", "rater", "item", "value"],
    "survivals": ["unit", "duration"],
    "memberships": ["person", "department", "manager", "valid_from"],
    "organisations": ["organisation", "name"],
}


def made(columns=None, window=WINDOW, scope=ALL, **rows):
    """Return the facts of tables given as rows of (column, value) pairs."""
    inputs = [Input(table=name, columns=kept) for name, kept in (columns or TABLES).items()]
    data = {name: {c: [row.get(c) for row in found] for c in CATALOGUE[name]} for name, found in rows.items()}
    return telling.read(spec(inputs=inputs, lookback_days=0), assemble(data, []), window, SECRET, scope)


def tie(actor, target, count=1):
    return {"actor": actor, "target": target, "count": count}


def contacts(*pairs):
    return made(ties=[tie(*pair) for pair in pairs])


def sides(before, after):
    """Return how many people each side covers at least."""
    sides = difference.changed(difference.parts(before, after), before.blocks, after.blocks)
    return tuple(difference.cover(side, 99) for side in sides)


def hashes(*names):
    return np.array([facts.person(SECRET, name) for name in names], np.uint64)


def test_a_star_is_one_person_however_many_it_reaches():
    before = contacts(*((f"a{n}", f"b{n}") for n in range(20)))
    after = contacts(*((f"a{n}", f"b{n}") for n in range(20)), *(("x", f"a{n}") for n in range(20)))

    assert sides(before, after) == (0, 1)
    assert difference.withheld(before, after, 5)
    assert difference.withheld(after, before, 5)


def test_pairs_apart_are_as_many_people_as_pairs():
    before, five = contacts(("x", "y")), [(f"a{n}", f"b{n}") for n in range(5)]

    assert sides(before, contacts(("x", "y"), *five)) == (0, 5)
    assert not difference.withheld(before, contacts(("x", "y"), *five), 5)
    assert difference.withheld(before, contacts(("x", "y"), *five[:4]), 5)


def test_identical_snapshots_may_always_be_shown():
    few = contacts(("x", "y"))

    assert not difference.withheld(few, few, 5)
    assert not difference.withheld(NONE, NONE, 5)


def test_both_sides_must_cover_enough():
    pairs = [(f"a{n}", f"b{n}") for n in range(10)]

    assert difference.withheld(contacts(*pairs, ("x", "y")), contacts(*pairs[5:], ("x", "z")), 5)
    assert not difference.withheld(contacts(*pairs[:5]), contacts(*pairs[5:]), 5)


def test_a_fact_that_changed_is_on_both_sides():
    assert sides(contacts(("x", "y", 1)), contacts(("x", "y", 2))) == (1, 1)


def test_people_who_do_not_count_cover_nobody_and_what_they_have_part_in():
    before, after = contacts(("x", "y")), contacts(("x", "y", 2), *((f"n{n}", f"m{n}") for n in range(9)), ("x", "n1"))

    assert difference.withheld(before, after, 2, hashes("x", "y"))
    assert difference.withheld(NONE, contacts(("n1", "n2")), 1, hashes("x"))


def test_renaming_departments_covers_nothing_anybody_did():
    def world(department, *pairs):
        rows = [{"person": f"p{n}", "department": department} for n in range(9)]
        return made(memberships=rows, ties=[tie(*pair) for pair in pairs])

    before = world("a", ("x", "y"))

    assert not difference.withheld(before, world("b", ("x", "y")), 5)
    assert difference.withheld(before, world("b", ("x", "y"), ("x", "z")), 5)


def test_a_new_manager_is_a_matter_of_the_manager_and_each_line_counts():
    def lines(*pairs):
        return made(memberships=[{"person": a, "department": "d", "manager": b} for a, b in pairs])

    staff = [f"p{n}" for n in range(9)]
    before = lines(*((one, "m") for one in staff))
    after = lines(*((one, "n") for one in staff))

    assert sides(before, after) == (1, 1)


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=12))
def test_the_bound_never_exceeds_the_true_cover_and_is_at_least_half_of_it(drawn):
    pairs = sorted({(min(pair), max(pair)) for pair in drawn})
    number = difference.cover(_side(pairs), 99)
    true = next(n for n in range(8) if any(_covered(pairs, who) for who in combinations(range(7), n)))

    assert number <= true <= 2 * number


def _side(pairs):
    one, other = (np.array([pair[end] for pair in pairs], np.uint64) for end in (0, 1))
    return difference.Side(one, other, np.zeros(len(pairs), np.bool_))


def _covered(pairs, who):
    return all(a in who or b in who for a, b in pairs)


def test_facts_come_through_their_bytes_and_are_told_apart():
    found = made(ties=[tie("b", "a"), tie("a", "c", 3)], memberships=[{"person": "a", "manager": "b"}])

    read = found._replace(blocks={name: facts.Block.decode(*block.encode()) for name, block in found.blocks.items()})

    assert sides(found, read) == (0, 0)
    assert found.digest() == read.digest() != contacts(("a", "b")).digest()
    assert contacts(("a", "b")).digest() != contacts(("a", "b", 2)).digest()
    assert made(scope=Scope(["x"])).digest() != made(scope=Scope(["x"], ["y"])).digest()


def day(number, *rows, **more):
    """Return rows of tie_day on one day."""
    return [{"day": number, "actor": a, "target": b, "verb": "posted", "count": 1, **more} for a, b in rows]


CROWD = [(f"a{n}", f"b{n}") for n in range(9)]


def until(last, *rows):
    return made(window=Window(0, last * DAY), tie_day=[row for one in rows for row in one])


def test_days_that_only_one_of_two_selects_are_held_to_the_floor_by_themselves():
    rows = [day(0, *CROWD), day(1, *CROWD), day(2, ("x", "y"))]

    assert not difference.withheld(until(1, *rows), until(2, *rows), 5)
    assert not difference.withheld(until(2, *rows), until(1, *rows), 5)
    assert difference.withheld(until(2, *rows), until(3, *rows), 5)
    assert difference.withheld(until(3, *rows), until(2, *rows), 5)


def test_no_day_more_hides_what_changed_before():
    before = until(1, day(0, *CROWD, ("x", "y")))

    assert difference.withheld(before, until(2, day(0, *CROWD), day(1, *CROWD)), 5)
    assert difference.withheld(before, until(2, day(0, *CROWD, ("x", "z"), ("x", "y")), day(1, *CROWD)), 5)


@pytest.mark.parametrize("column", ["community", "channel"])
def test_no_community_or_channel_more_hides_what_changed_elsewhere(column):
    def counting(*names, more=()):
        rows = [*day(0, *CROWD, *more, **{column: "p"}), *day(0, *CROWD, **{column: "q"})]
        chosen = Scope(**{f"{'communities' if column == 'community' else 'channels'}": list(names)} if names else {})
        return made(scope=chosen, tie_day=[row for row in rows if not names or row[column] in names])

    assert not difference.withheld(counting("p"), counting("p", "q"), 5)
    assert not difference.withheld(counting(), counting("q"), 5)
    assert difference.withheld(counting("p"), counting("p", "q", more=[("x", "y")]), 5)
    assert difference.withheld(counting("p", more=[("x", "y")]), counting(), 5)


def test_what_names_no_community_is_in_no_scope_that_names_some():
    before = made(scope=Scope(["p"]), tie_day=day(0, *CROWD, community="p"))
    after = made(tie_day=[*day(0, *CROWD, community="p"), *day(0, ("x", "y"))])

    assert difference.withheld(before, after, 5)
    assert not difference.withheld(before, made(tie_day=[*day(0, *CROWD, community="p"), *day(0, *CROWD)]), 5)


def staff(*departed, at=5, **hired):
    rows = [{"person": f"p{n}", "department": "d", "valid_to": at * DAY if n in departed else None} for n in range(9)]
    return [*rows, *({"person": one, "department": "d", "valid_from": day * DAY} for one, day in hired.items())]


def test_whoever_comes_or_goes_on_a_day_that_is_new_is_part_of_that_day():
    before = made(window=Window(0, 5 * DAY), tie_day=day(0, *CROWD), memberships=staff())
    rows = [*day(0, *CROWD), *day(5, *CROWD)]

    after = made(window=Window(0, 6 * DAY), tie_day=rows, memberships=staff(3, new=5))
    backdated = made(window=Window(0, 6 * DAY), tie_day=rows, memberships=staff(3, at=4))
    undated = made(
        window=Window(0, 6 * DAY), tie_day=rows, memberships=[*staff(), {"person": "new", "department": "d"}]
    )

    assert not difference.withheld(before, after, 5)
    assert difference.withheld(before, backdated, 5)
    assert difference.withheld(before, undated, 5)


def test_a_move_does_not_hide_behind_what_others_did():
    moved = [*staff()[1:], {"person": "p0", "department": "e"}]

    assert difference.withheld(
        made(ties=[tie(*pair) for pair in CROWD[:3]], memberships=staff()),
        made(ties=[tie(*pair) for pair in CROWD], memberships=moved), 5,
    )  # fmt: skip


def test_the_order_of_rows_and_who_is_called_how_change_no_fact():
    rows = [tie("a", "b"), tie("b", "a", 2), tie("a", "c")]
    called = {"a": "x"}

    plain, shuffled = made(ties=rows), made(ties=rows[::-1])
    renamed = made(ties=[{name: called.get(cell, cell) for name, cell in row.items()} for row in rows])
    gone, stands = (facts.person(SECRET, name).to_bytes(8, "big") for name in "ax")
    moved = {
        name: facts.Block.decode(people.replace(gone, stands), said)
        for name, block in plain.blocks.items()
        for people, said in [block.encode()]
    }

    assert sides(plain, shuffled) == (0, 0)
    assert sides(plain, renamed) == (1, 1)
    assert sides(plain._replace(blocks=moved), renamed) == (0, 0)


@pytest.mark.parametrize(
    ("table", "row", "pair"),
    [
        ("tie_day", {"day": 1, "actor": "a", "target": "b", "verb": "posted", "count": 1}, True),
        ("ties", {"actor": "a", "target": "b"}, True),
        ("item_use", {"item": "i", "day": 1, "actor": "a", "used_by": "b"}, True),
        ("item_use", {"item": "i", "day": 1, "actor": "a"}, False),
        ("opening", {"asker": "a", "opened_at": DAY, "answerer": "b", "answered_at": DAY}, True),
        ("opening", {"asker": "a", "opened_at": DAY}, False),
        ("activity_day", {"day": 1, "actor": "a", "verb": "posted", "count": 1}, False),
        ("answers", {"respondent": "a", "item": "i", "value": 1.0, "role": "respondent"}, False),
        ("answers", {"respondent": "a", "item": "i", "value": 1.0}, False),
        ("survivals", {"unit": "a", "duration": 2.0}, False),
        ("memberships", {"person": "a", "department": "d"}, False),
    ],
)
def test_rows_about_people_are_facts_about_one_or_two(table, row, pair):
    found = made(**{table: [row]})

    assert (found.size, len(found.people())) == (1, 2 if pair else 1)
    assert found.cells["belongs"].tolist() == [table == "memberships"]


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("answers", {"respondent": "a", "item": "i", "role": "assessor"}),
        ("answers", {"respondent": "a", "item": "i", "role": "outside"}),
        ("answers", {"item": "i", "value": 2.5, "respondents": 6}),
        ("ratings", {"object": "o", "rater": "a", "item": "i"}),
        ("organisations", {"organisation": "o"}),
    ],
)
def test_raters_and_answers_given_in_a_role_are_nobodys_facts(table, row):
    assert made(**{table: [row]}).size == 0


def test_what_a_scorer_does_not_read_is_no_fact_of_it():
    narrow = {"answers": ["item", "value"], "memberships": ["person"]}

    assert made(narrow, answers=[{"respondent": "a", "item": "i"}]).size == 0
    one, other = (made(narrow, memberships=[{"person": "a", "department": name}]) for name in "de")
    assert sides(one, other) == (0, 0)


def test_hashes_hang_on_the_tenants_secret():
    tables = assemble({"ties": {"actor": ["a"], "target": ["b"], "count": [1]}}, [])
    plain = spec(inputs=[Input(table="ties", columns=["actor", "target", "count"])])

    one, other = (telling.read(plain, tables, WINDOW, secret) for secret in (b"one", b"other"))

    assert not np.intersect1d(one.people(), other.people()).size
    assert not {block.content[0] for block in one.blocks.values()} & {
        block.content[0] for block in other.blocks.values()
    }
