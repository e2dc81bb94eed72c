"""Every law catches the scorer that breaks it, and says what to do; a sound one passes them all."""

import msgspec
import numpy as np
import pytest

from helpers.sharing import ENTRY, MEASURES, Share, bench, changed, people, told
from kithline_sdk import Finding, unquantified
from kithline_sdk.kit import cases, suite
from kithline_sdk.kit.bench import encoded
from kithline_sdk.kit.laws import volume
from kithline_sdk.kit.laws.halves import half
from kithline_sdk.kit.outcomes import judged
from kithline_sdk.kit.worlds import snapshot_factory
from kithline_sdk.snapshot import Snapshot, Window

RULES = {one.rule.name: one for one in suite.CHECKS}


def tried(name, scorer=None, **changes):
    """What one check says about a scorer."""
    on = bench(scorer, **changes)
    return judged(RULES[name].rule, lambda: RULES[name].act(on), on.spec.key, on.spec.exempt)


def test_a_sound_scorer_passes_every_law():
    outcomes = {one.check: one for one in suite.run(bench())}

    assert {name for name, one in outcomes.items() if one.status != "passed"} == {"golden"}
    assert outcomes["golden"].reason == "golden fixtures lie beside the source; a wheel has none"
    assert outcomes["finding"].came == "held in 12 worlds of 4 to 60 people"


class Writing(Share):
    """Writes into its input."""

    def score(self, snapshot, params, seed):
        found = super().score(snapshot, params, seed)
        snapshot["activity_day"].columns["count"].values[:] = 9
        return found


class Counting(Share):
    """Counts rows of members, not members."""

    def score(self, snapshot, params, seed):
        found = super().score(snapshot, params, seed)
        return found if found.score is None else told(snapshot, snapshot["memberships"].rows, found.measures["active"])


class Boastful(Share):
    """Makes a score of nothing."""

    def score(self, snapshot, params, seed):
        found = super().score(snapshot, params, seed)
        empty = not snapshot["activity_day"].rows or not people(snapshot)
        return Finding(score=0.0, interval=(0.0, 0.0)) if empty else found


class Inventing(Share):
    """Takes a share of nothing for nought."""

    def score(self, snapshot, params, seed):
        found = super().score(snapshot, params, seed)
        return msgspec.structs.replace(found, measures={"share": 0.0}) if found.score is None else found


class Silent(Share):
    """Does not say what is missing."""

    def score(self, snapshot, params, seed):
        return msgspec.structs.replace(super().score(snapshot, params, seed), missing=[])


class Fragile(Share):
    """Cannot do with one person."""

    def score(self, snapshot, params, seed):
        assert len(people(snapshot)) != 1, "one person"
        return super().score(snapshot, params, seed)


class Dividing(Share):
    """Divides by the length of the window."""

    def score(self, snapshot, params, seed):
        1 / snapshot.window.days
        return super().score(snapshot, params, seed)


def _snobbish(snapshot, found):
    """Counts who has a small number."""
    return told(snapshot, found.measures["staff"], sum(one < 3 for one in people(snapshot)))


def _modest(snapshot, found):
    """Goes down the more is done."""
    events, staff = snapshot["activity_day"].rows, found.measures["staff"]
    return told(snapshot, staff * 1000, max(0, staff * 1000 - events))


def _loud(snapshot, found):
    """Counts events of anybody, and says that nobody counts for much."""
    few = min(1000, int(snapshot["activity_day"].ints("count").sum()) // 20)
    return told(snapshot, 1000, few, concentration=0.0)


@pytest.mark.parametrize(
    ("name", "scorer", "message"),
    [
        ("agreement", type("Other", (Share,), {"version": "2.0.0"})(), "the scorer's version: got '2.0.0'"),
        ("finding", changed(lambda _, f: msgspec.structs.replace(f, coverage=7.0)), "7.0 lies outside [0, 1]"),
        ("same-bytes", Writing(), "the scorer changed its snapshot; it is read-only"),
        ("relabelling", changed(_snobbish), "after relabelling"),
        ("duplicates", Counting(), "the score went from"),
        ("no-data", Boastful(), "without data the score is 0.0"),
        ("unknown", Inventing(), "the measure 'share' is 0.0 in every world; leave it out"),
        ("unknown", Silent(), "is gone and `missing` says nothing"),
        ("extremes", Fragile(), "one row a table: one person"),
        ("extremes", Dividing(), "a window without length: ZeroDivisionError"),
        ("monotone", changed(_modest), "more of activity_day lowered the score"),
        ("narrowing", changed(lambda _, f: msgspec.structs.replace(f, interval=(0.0, 1.0))), "mean width 1.0000"),
        ("whale", changed(_loud), "`concentration` says 0.0000"),
        ("whale", changed(lambda _, f: msgspec.structs.replace(f, concentration=None)), "has no `concentration`"),
    ],
)
def test_a_law_that_is_broken_is_told_with_what_to_do(name, scorer, message):
    outcome = tried(name, scorer)

    assert outcome.status == "failed"
    assert message in outcome.came
    assert outcome.advice


def test_a_count_of_people_is_not_additive():
    outcome = tried("halves", measures={**MEASURES, "active": {"label": {"en": "Active"}, "additive": True}})

    assert outcome.status == "failed"
    assert "the halves of active are" in outcome.came


def test_what_raises_an_error_names_it_with_the_world_it_happened_in():
    class Raising(Share):
        def score(self, snapshot, params, seed):
            raise KeyError("verb")

    outcome = tried("finding", Raising())

    assert "KeyError: 'verb' (sharing" not in outcome.came
    assert "KeyError: 'verb' (test_kit_laws.py" in outcome.came
    assert "snapshot_factory(entry, 4, 0)" in outcome.came


@pytest.mark.parametrize(
    ("name", "changes", "reason"),
    [
        ("monotone", {"monotone": {}}, "the manifest names nothing under `monotone`"),
        ("halves", {"measures": MEASURES}, "the manifest calls no measure `additive`"),
        ("finding", {"exempt": {"finding": "it is a toy"}}, "the manifest exempts it: it is a toy"),
    ],
)
def test_a_law_that_cannot_apply_says_why(name, changes, reason):
    outcome = tried(name, **changes)

    assert (outcome.status, outcome.reason) == ("skipped", reason)


class Quiet(Share):
    """Never has a score, whatever it reads."""

    def score(self, snapshot, params, seed):
        return Finding(status="not_applicable", reasons=["a toy"])


def test_laws_about_scores_are_skipped_where_there_is_none():
    reads = [{"table": "ratings", "columns": ["object", "value"]}]

    assert tried("monotone", Quiet()).reason == "no world gave a score"
    assert tried("whale", Quiet()).reason == "no world gave a score with and without the newcomer"
    assert tried("narrowing", Quiet()).reason == "no world of this size gave a score with an interval"
    assert tried("whale", Quiet(), inputs=reads, monotone={}).reason == "it reads nothing that people do"
    assert "it reads none of organisations" in tried("duplicates", Quiet(), inputs=reads, monotone={}).reason


def test_an_interval_that_is_unquantified_is_not_compared():
    outcome = tried("narrowing", changed(lambda _, f: msgspec.structs.replace(f, interval=unquantified("a toy"))))

    assert outcome.status == "skipped"


def test_what_is_monotone_must_be_read():
    outcome = tried("monotone", monotone={"lowers": ["waits.median_hours"]})

    assert "`monotone` names 'waits.median_hours', which is not among the inputs" in outcome.came


def test_larger_counts_lower_what_they_lower():
    assert tried("monotone", monotone={"lowers": ["activity_day.count"]}).status == "passed"


class Answers(Share):
    """The mean of the answers, of four."""

    def score(self, snapshot, params, seed):
        value = snapshot["answers"].floats("value")
        if not len(value):
            return super().score(snapshot, params, seed)
        mean = float(np.add.reduce(value)) / len(value) / 4
        turned = 1 - mean if "reverse" in snapshot["items"] else mean
        return Finding(score=turned, interval=(0.0, 1.0), measures={"share": turned})


@pytest.mark.parametrize(("columns", "outcome"), [(["item", "maximum"], "passed"), (["item", "reverse"], "failed")])
def test_answers_grow_up_to_the_end_of_their_scale(columns, outcome):
    inputs = [
        *ENTRY["inputs"],
        {"table": "answers", "columns": ["item", "value"]},
        {"table": "items", "columns": columns},
    ]

    found = tried("monotone", Answers(), inputs=inputs, monotone={"raises": ["answers.value"]}, aggregation="none")

    assert found.status == outcome


def test_every_end_of_answers_and_places_is_tried():
    seen = set()

    class Looking(Answers):
        def score(self, snapshot, params, seed):
            values, places = snapshot["answers"].floats("value"), snapshot["memberships"].texts("department")
            seen.add(("one answer", len(set(values.tolist())) == 1 and len(values) > 9))
            seen.add(("one place", len(set(places) - {None}) == 1 and len(places) > 9))
            return super().score(snapshot, params, seed)

    inputs = [
        ENTRY["inputs"][0],
        {"table": "memberships", "columns": ["person", "group", "department"]},
        {"table": "answers", "columns": ["item", "value"]},
        {"table": "items", "columns": ["item"]},
    ]

    assert tried("extremes", Looking(), inputs=inputs, aggregation="none").status == "passed"
    assert seen >= {("one answer", True), ("one place", True)}


def test_more_of_a_table_without_rows_is_nothing():
    inputs = [*ENTRY["inputs"], {"table": "group_ties", "columns": ["ties"]}]

    assert tried("monotone", inputs=inputs, monotone={"raises": ["group_ties", "group_ties.ties"]}).status == "passed"


def test_without_hypothesis_a_seeded_list_is_tried(monkeypatch):
    monkeypatch.setattr(cases, "find_spec", lambda _: None)

    assert cases.generator() == "seeded list"
    assert tried("finding").came == "held in 12 worlds of 4 to 60 people"
    assert tried("relabelling", changed(_snobbish)).status == "failed"


def test_four_times_the_people_are_strangers_in_the_same_departments():
    on = bench()
    world = on.world(20, 1)
    four = volume.copies(world, 4)

    assert four["memberships"].rows == 4 * world["memberships"].rows
    assert len(people(four)) == 4 * len(people(world))


def test_a_table_without_people_is_there_once():
    entry = {**ENTRY, "inputs": [*ENTRY["inputs"], {"table": "communities", "columns": ["community"]}]}
    world = bench(**entry).world(20, 1)

    assert volume.copies(world, 4)["communities"].rows == world["communities"].rows


def test_the_newcomer_contacts_everybody_and_works_for_the_organisation():
    entry = {
        **ENTRY,
        "inputs": [*ENTRY["inputs"], {"table": "tie_day", "columns": ["day", "actor", "target", "count"]}],
    }
    world = bench(**entry).world(20, 1)
    loud = volume.with_whale(world)
    ties = loud["tie_day"]

    assert set(ties.ints("target")[ties.ints("actor") == 20].tolist()) == set(range(20))
    assert 20 in people(loud)
    assert volume.with_whale(Snapshot(world.window, [])).tables == {}


USES = {"inputs": [{"table": "item_use", "columns": ["item", "day", "actor", "used_by"]}], "window_days": 90}


def test_strangers_share_other_things():
    world = snapshot_factory(USES, 20, 1)

    items, four = set(world["item_use"].texts("item")), volume.copies(world, 4)["item_use"]

    assert len(set(four.texts("item"))) == 4 * len(items)
    assert len(set(zip(four.texts("item"), four.ints("actor").tolist(), strict=True))) == 4 * len(items)


def test_strangers_are_counted_where_a_scorer_does_not_look_at_what_is_shared():
    nameless = {**USES, "inputs": [{"table": "item_use", "columns": ["day", "actor"]}]}
    world = snapshot_factory(nameless, 20, 1)

    assert volume.copies(world, 4)["item_use"].rows == 4 * world["item_use"].rows


def test_the_newcomer_uses_all_that_was_shared():
    world = snapshot_factory(USES, 20, 1)

    loud = volume.with_whale(world)["item_use"]

    by_newcomer = loud.where(loud.present("used_by") & (loud.ints("used_by") == loud.ints("used_by").max()))
    assert set(by_newcomer.texts("item")) == set(world["item_use"].texts("item"))
    assert int(loud.ints("used_by").max()) not in loud.ints("actor").tolist()


ASKED = {
    "inputs": [{"table": "opening", "columns": ["kind", "asker", "opened_at", "answerer", "answered_at"]}],
    "window_days": 90,
}


def test_the_newcomer_answers_all_that_was_asked():
    world = snapshot_factory(ASKED, 20, 1)

    loud = volume.with_whale(world)["opening"]

    newcomer = int(loud.ints("answerer").max())
    own = loud.where(loud.present("answerer") & (loud.ints("answerer") == newcomer))
    assert own.rows == (~world["opening"].present("answerer")).sum()
    assert newcomer not in loud.ints("asker").tolist()
    nameless = {**ASKED, "inputs": [{"table": "opening", "columns": ["asker", "opened_at"]}]}
    bare = snapshot_factory(nameless, 20, 1)
    assert volume.with_whale(bare)["opening"].rows == bare["opening"].rows


def test_half_a_window_knows_no_answer_that_came_in_the_other():
    world = snapshot_factory(ASKED, 60, 1)
    middle = (world.window.start + world.window.end) // 2
    on = bench(**{**ENTRY, **ASKED})

    cut = half(on, world, Window(world.window.start, middle))["opening"]

    asked = world["opening"].where(world["opening"].ints("opened_at") < middle)
    answered = asked.present("answered_at")
    later = answered & (asked.ints("answered_at") >= middle)
    assert later.any()
    assert cut.rows == asked.rows - later.sum()


def test_findings_are_compared_as_they_are_published_with_twelve_digits():
    one, other, third = (Finding(measures={"share": value}) for value in (0.1 + 0.2, 0.3, 0.30000000001))

    assert encoded(one) == encoded(other) != encoded(third)


def test_figures_that_rest_on_draws_may_move_by_four_of_their_errors():
    assert bench(parameters={"draws": 2000}).drawn == pytest.approx(0.0632, abs=1e-4)
    assert bench().drawn == 0
