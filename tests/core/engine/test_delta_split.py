"""The parts of a difference add up to it, exactly, and each stands for what it says."""

from itertools import product

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.deltas import Later, edited, end, hashed, shares, state, told, window
from kithline_core.engine import document
from kithline_core.engine.delta import ends, parts, split
from kithline_core.engine.delta.causes import Known
from kithline_core.engine.delta.ends import Rule
from kithline_core.engine.delta.parts import STAGES
from kithline_core.errors import Withheld
from kithline_core.plugins import Input

SILOS, SUPPLY, DEPTH = "silos.internal", "supply.collaboration", "maturity.depth"
TALKATIVE = 9  # a tenant with a score, and ties to spare
WHOLE = st.one_of(st.none(), st.integers(0, parts.UNITS))


# Tenants of all sizes whose scores exist, and some whose do not.
TENANTS = (4, 6, 8, 9, 13, 15, 22, 26, 29)


def pairs_add_up(draws):
    """Return of how many pairs both have a score, and how many could be told, looking at every one."""
    scored, looked = 0, 0
    for seed, draw in product(TENANTS, draws):
        later, floor = Later(seed, draw), 5 if draw % 3 == 0 else 1
        for scorer in (SILOS, SUPPLY, DEPTH):
            before, after = later.ends(scorer)
            try:
                found = told(before, after, later.known, floor)
            except Withheld:
                continue
            looked += 1
            assert (found.before.exact, found.after.exact) == (True, True), (seed, draw, scorer)
            assert [one.stage for one in found.stages] == list(STAGES)
            if found.difference is not None:
                scored += 1
                assert sum(one.part or 0 for one in found.stages) == found.difference, (seed, draw, scorer)
                assert found.difference == found.after.value - found.before.value
    return looked, scored


def test_parts_add_up_on_random_pairs_of_results():
    looked, scored = pairs_add_up([1])

    assert looked >= 20
    assert scored >= 15


@pytest.mark.slow
def test_parts_add_up_on_five_hundred_random_pairs_of_results():
    looked, scored = pairs_add_up(range(100, 124))

    print(f"{looked} pairs could be told, {scored} have scores on both sides")  # noqa: T201 - the count is what one wants to read
    assert looked >= 500
    assert scored >= 300


def both(edit=None, scorer=SILOS, seed=TALKATIVE, span=None, **overrides):
    rows = state(seed, small=False)
    later = rows if edit is None else edit(rows)
    return end(rows, scorer, window(90, 5)), end(later, scorer, span or window(90, 5), **overrides)


def some(rows, table, edit, share=3):
    """Edit every third row of a table."""
    turn = iter(range(len(rows[table])))
    return edited(rows, table, lambda row: edit(row) if next(turn) % share == 0 else [row])


def late(rows):
    return some(rows, "tie_day", lambda row: [row, {**row, "day": row["day"] - 1, "kind": "late"}])


def withdrawn(rows):
    return some(rows, "tie_day", lambda _: [])


def moved(rows):
    return some(rows, "memberships", lambda row: [{**row, "department": "department-00"}])


@pytest.mark.parametrize(
    ("edit", "stage"), [(late, "new_data"), (withdrawn, "corrected_data"), (moved, "affiliation"), (None, "parameters")]
)
def test_what_changed_for_one_reason_is_told_under_that_alone(edit, stage):
    found = told(*both(edit, **({"min_events": 3} if edit is None else {})))

    assert shares(found) == {stage: found.difference}
    assert found.difference not in (0, None)
    assert found.notes == []


def test_a_window_that_moved_on_is_new_data():
    found = told(*both(span=window(90, 0)))

    assert list(shares(found)) == ["new_data"]


def test_an_answer_that_says_less_is_corrected():
    found = told(*both(lambda rows: edited(rows, "answers", lambda row: [{**row, "value": 1.0}]), DEPTH))

    assert list(shares(found)) == ["corrected_data"]


def test_several_reasons_are_told_each_for_itself_and_add_up():
    gone = [f"person-e00-{number:03}" for number in range(10)]

    def everything(rows):
        return without(moved(withdrawn(late(rows))), gone)

    found = told(*both(everything, min_days=1), Known(barred=(hashed(), hashed(*gone))), floor=1)

    assert list(shares(found)) == ["new_data", "corrected_data", "affiliation", "exemptions", "parameters"]
    assert sum(shares(found).values()) == found.difference
    last = found.stages[5]
    assert (last.status, last.score) == ("ok", document.decode(both(everything, min_days=1)[1].document).score)


def one_more(rows):
    """Let one message of one pair come in late."""
    row = next(row for row in rows["tie_day"] if row["day"] >= window(60, 5).first_day)
    return {**rows, "tie_day": [*rows["tie_day"], {**row, "day": row["day"] + 1}]}


def without(rows, people):
    """Take everybody named out of all tables."""
    kept = {
        name: [row for row in found if not set(people) & {str(cell) for cell in row.values()}]
        for name, found in rows.items()
    }
    return {**rows, **kept}


def reworded(rows):
    """Let some messages say something else."""
    return some(rows, "tie_day", lambda row: [{**row, "verb": "mentioned"}])


def test_a_stage_of_too_few_people_is_told_with_the_next_one():
    found = told(*both(lambda rows: one_more(reworded(rows))))

    stage = found.stages[0]
    assert (stage.part, stage.told_with, stage.reason, stage.tables) == (None, "corrected_data", "few_people", [])
    assert (stage.status, stage.score, stage.level) == (None, None, None)
    assert shares(found) == {"new_data": None, "corrected_data": found.difference}


def test_last_stages_of_too_few_people_are_told_with_those_before():
    gone = ["person-e00-000", "person-e00-001"]

    found = told(
        *both(lambda rows: without(moved(reworded(rows)), gone), min_days=1), Known(barred=(hashed(), hashed(*gone)))
    )

    assert list(shares(found).values()) == [None, None, None, found.difference]
    assert {one.told_with for one in found.stages if one.part is None} == {"parameters"}


def test_two_results_that_differ_by_too_few_people_are_not_told_apart():
    with pytest.raises(Withheld, match="fewer people than the privacy floor"):
        told(*both(one_more))


def test_without_a_score_on_either_side_the_stages_tell_what_became_of_it():
    rows = state(TALKATIVE, small=False)
    nothing = {**rows, "tie_day": [], "ties": []}

    found = told(end(nothing, SILOS), end(rows, SILOS))

    assert (found.difference, found.before.value) == (None, None)
    (stage,) = (one for one in found.stages if one.changed)
    assert (stage.stage, stage.part, stage.status) == ("new_data", None, "ok")
    assert all(one.part is None for one in found.stages)


def test_where_there_is_no_score_after_a_stage_it_is_told_with_the_next_one():
    def gone_and_back(rows):
        """All that was said is taken back, and as much is said elsewhere by others of the same departments."""
        return {
            **rows,
            "tie_day": [{**row, "day": row["day"] - 1} for row in rows["tie_day"]],
            "memberships": [
                {**row, "department": f"new-{row['department']}" if row["department"] else None}
                for row in rows["memberships"]
            ],
        }

    before, after = both(gone_and_back)
    found = told(before, after)

    assert sum(part or 0 for part in shares(found).values()) == found.difference


def newer(rule, **changes):
    """Return a rule as another version of its plugin would hold it."""
    manifest = msgspec.structs.replace(rule.plugin.manifest, version="9.0.0")
    spec = msgspec.structs.replace(rule.spec, version="9.0.0", **changes)
    return Rule(msgspec.structs.replace(rule.plugin, manifest=manifest), spec)


def test_a_new_version_of_the_rule_is_told_apart_from_data():
    rows = state(TALKATIVE, small=False)
    before, other = both(late)
    after = end(late(rows), SILOS, window(90, 5), rule=newer(other.rule))

    found = told(before, after)

    assert list(shares(found)) == ["new_data", "rule_version"]
    assert shares(found)["rule_version"] == 0
    assert found.notes == []


def test_where_the_old_version_is_not_installed_its_score_is_what_is_shown():
    before, after = both(late)

    found = told(before._replace(rule=None), after)

    assert not found.before.exact
    assert found.before.value % (parts.UNITS // 1000) == 0
    assert list(shares(found)) == ["new_data", "rule_version"]
    assert abs(shares(found)["rule_version"]) <= parts.UNITS // 2000
    assert sum(shares(found).values()) == found.difference
    assert found.notes == [split.OTHER_RULE, split.ROUNDED.format("earlier")]


def test_where_no_version_is_installed_another_one_tells_the_stages_or_nothing_does():
    before, after = (one._replace(rule=None) for one in both(late))

    without = told(before, after)
    with_another = told(before, after, otherwise=both()[0].rule)

    assert shares(without) == {"rule_version": without.difference}
    assert split.OTHER_INPUTS in without.notes
    assert list(shares(with_another)) == ["new_data", "rule_version"]
    assert sum(shares(with_another).values()) == with_another.difference


def test_versions_that_read_other_tables_are_told_as_a_whole():
    _, now = both(late)
    wider = newer(now.rule, inputs=[*now.rule.spec.inputs, Input(table="ratings", columns=["rater"])])
    looking_back = newer(now.rule, lookback_days=30)

    by_wider, by_looking_back = (
        end(state(TALKATIVE, small=False), SILOS, window(90, 5), rule=rule) for rule in (wider, looking_back)
    )

    for before, after in ((by_wider, now), (by_looking_back, now), (now, by_looking_back)):
        assert list(shares(told(before, after))) == ["rule_version"]
    # The narrower one can read what the wider one read.
    assert list(shares(told(now, by_wider))) == ["corrected_data", "rule_version"]


def test_a_finding_that_its_rule_does_not_find_any_more_stands_as_it_is_shown():
    before, after = both(late)
    shown = msgspec.structs.replace(document.decode(before.document), score=50.0)

    found = told(before._replace(document=document.encode(shown)), after)

    assert (found.before.value, found.before.exact) == (parts.UNITS // 2, False)
    assert sum(shares(found).values()) == found.difference
    assert ends.alike(before.document, before.document)


def test_scorers_that_read_others_say_so():
    before = end({"findings": []}, "kithline.verdict")
    rule = before.rule
    one, other = (
        end({"findings": [{"scorer": DEPTH, "field": "level", "number": level, "text": None}]}, "kithline.verdict")
        for level in (1.0, 3.0)
    )

    found = told(one, other)

    assert rule is not None
    assert [(one.stage, one.part) for one in found.stages if one.changed] == [("new_data", None)]
    assert found.notes == [split.FINDINGS]


@given(st.integers(0, parts.UNITS), st.lists(WHOLE, max_size=6), st.integers(0, parts.UNITS))
def test_parts_telescope_whatever_lies_between(begin, between, last):
    values = [*between, last]
    groups = [[number] for number in range(len(values))]

    joined = parts.scored(groups, values)
    steps = parts.telescoped(begin, [values[group[-1]] for group in joined])

    assert sum(steps) == last - begin
    assert [number for group in joined for number in group] == list(range(len(values)))


@given(st.lists(st.booleans(), min_size=7, max_size=7), st.lists(st.integers(0, 9), min_size=7, max_size=7))
def test_whatever_is_told_together_concerns_nobody_or_enough(changed, people):
    def enough(some):
        whole = sum(people[number] for number in some)
        return whole == 0 or whole >= 5

    found = parts.groups(changed, enough)

    moved_ones = [number for number, one in enumerate(changed) if one]
    if found is None:
        assert not enough(moved_ones)
    else:
        assert [number for group in found for number in group] == moved_ones
        assert all(enough(group) for group in found)


def test_a_score_that_is_missing_at_the_end_joins_what_stands_before_it():
    assert parts.scored([[0], [1], [2]], [1, None, None]) == [[0, 1, 2]]
    assert parts.scored([[0], [1]], [None, None]) == [[0, 1]]
    assert parts.scored([], []) == []


@pytest.mark.parametrize(("inside", "whole"), [(0.0, 0), (1.0, 10**9), (0.1234567894, 123456789), (1 / 3, 333333333)])
def test_a_score_is_so_many_units(inside, whole):
    assert parts.units(inside) == whole
