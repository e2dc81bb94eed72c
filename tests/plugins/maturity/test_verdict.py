"""The headline: label, distance, grid, next steps and one sentence."""

import pytest

from kithline_maturity.readings import READ

GROUPS = ("customer", "employee", "supplier")


def test_level_three_with_two_groups_is_social_business(verdict, ladder):
    found = verdict(ladder({"customer": 3, "supplier": 3, "employee": 1}))

    assert (found.measures["label"], found.measures["distance"]) == ("social business", 0)
    assert found.measures["sentence"] == "Social business; no ceiling binds."
    assert (found.status, found.score, found.level) == ("ok", None, None)


def test_customers_alone_are_not_enough(verdict, ladder):
    found = verdict(ladder({"customer": 4, "employee": 2, "supplier": 1}))

    assert (found.measures["label"], found.measures["distance"]) == ("on the way", 1)
    assert found.intervals["distance"] == (1.0, 1.0)
    assert found.measures["sentence"] == "On the way, 1 gate from social business; no ceiling binds."


def test_findable_and_recommendable_is_social_media(verdict, ladder):
    found = verdict(ladder({"customer": 2, "employee": 1}))

    assert (found.measures["label"], found.measures["distance"]) == ("social media", 1)


def test_a_ceiling_below_three_is_a_gate_of_its_own_and_is_named(verdict, ladder):
    found = verdict(ladder({"customer": 4, "employee": 4}, ceiling=2))

    assert (found.measures["label"], found.measures["distance"], found.measures["binding"]) == (
        "social media",
        1,
        "workforce",
    )
    assert found.measures["sentence"] == (
        "Social media, 1 gate from on the way; the workforce ceiling binds at level 2 (recommendable)."
    )


def test_claims_alone_never_make_a_social_business(verdict, ladder):
    earlier = ladder({"customer": 4, "employee": 4}, proven=0, status="provisional")
    earlier["maturity.depth"]["finding.unproven"] = "nothing is proven yet"

    found = verdict(earlier)

    assert (found.measures["label"], found.measures["distance"]) == ("on the way", 1)
    assert (found.status, found.reasons) == ("provisional", ["depth_provisional"])
    assert found.measures["sentence"].endswith("nothing is proven yet.")
    assert {"gate": "evidence", "met": 0, "probability": 0.0} in found.tables["gates"]


def test_claims_are_read_as_claims_while_nothing_is_proven(verdict, depth, shipped, as_fields):
    rows = [{"questionnaire": "depth", "assessment": "a", "item": one["item"], "value": 4} for one in shipped("depth")]

    found = verdict({"maturity.depth": as_fields(depth(shipped("depth"), rows))})

    assert (found.measures["label"], found.measures["distance"]) == ("on the way", 1)
    assert [row["gate"] for row in found.tables["gates"] if not row["met"]] == ["evidence"]


def test_a_label_never_exceeds_the_level_of_the_whole(verdict, ladder):
    groups = {"customer": 4, "employee": 4}

    ahead = verdict(ladder(groups, level=2.0, **{"measure.passed.3": 0.0, "measure.p_pass.3": 0.9}))
    baseless = verdict(ladder(groups, level=0.0, **{"measure.passed.1": 0.0, "measure.p_pass.1": 0.9}))

    assert (ahead.measures["label"], ahead.measures["distance"]) == ("on the way", 1)
    # The answers reach level 3, so that a mandatory question must have shut it: it is not a matter of chance.
    assert {"gate": "level.3", "met": 0, "probability": 0.0} in ahead.tables["gates"]
    assert (baseless.measures["label"], baseless.measures["distance"]) == ("social media", 1)


def test_a_level_is_as_sure_as_its_draws_where_there_are_any(verdict, ladder):
    found = verdict(ladder({"customer": 2}, **{"measure.p_drawn.1": 0.25}))

    assert {"gate": "level.1", "met": 1, "probability": 0.25} in found.tables["gates"]
    assert {"gate": "level.2", "met": 1, "probability": 0.995} in found.tables["gates"]


def test_an_undecided_level_is_an_unmet_gate_with_its_chance(verdict, ladder):
    earlier = ladder({"customer": 4, "employee": 4}, level=2.0, **{"measure.p_pass.3": 0.9})
    del earlier["maturity.depth"]["measure.passed.3"]

    assert {"gate": "level.3", "met": 0, "probability": 0.9} in verdict(earlier).tables["gates"]


def test_mandatory_answers_at_nothing_make_social_media_whatever_else_is_answered(verdict, depth, shipped, as_fields):
    rows = [
        {"questionnaire": "depth", "assessment": "a", "item": one["item"], "evidence": "e", "confirmed_by": "x",
         "value": 0 if one["mandatory"] else 4}
        for one in shipped("depth")
    ]  # fmt: skip
    found = depth(shipped("depth"), rows)

    headline = verdict({"maturity.depth": as_fields(found)})

    assert found.level == 0
    assert {value for name, value in found.measures.items() if name.startswith("ladder.")} == {0}
    assert headline.measures["label"] == "social media"
    assert headline.measures["distance"] > 0


def test_a_ladder_below_its_minimum_is_not_decidable(verdict, depth, shipped, answers, as_fields):
    found = verdict({"maturity.depth": as_fields(depth(shipped("depth"), answers({"L1.2": 4})))})

    assert (found.status, found.measures["label"]) == ("insufficient", "not decidable")


def test_the_distance_is_as_unsure_as_its_gates(verdict, ladder):
    found = verdict(ladder({"customer": 2}, chance=0.6))

    # The whole: three gates, met with .6, .6, .4: P(0) = .144, P(<= 1) = .504, P(<= 2) = .904.
    assert [row["gate"] for row in found.tables["gates"]] == ["level.1", "level.2", "level.3", "ceiling.workforce"]
    assert found.intervals["distance"] == (0.0, 3.0)
    assert found.measures["sentence"].startswith("Social media, 1 gate (0 to 3) from on the way")


def test_an_overall_ladder_decides_where_no_group_was_asked(verdict, ladder):
    fields = {f"measure.passed.{k}": float(k < 2) for k in (1, 2, 3, 4)}
    fields |= {f"measure.p_pass.{k}": 0.5 for k in (1, 2, 3)}

    found = verdict(ladder({}, **fields))

    assert (found.measures["label"], found.measures["distance"]) == ("social media", 2)
    assert [row["gate"] for row in found.tables["gates"]] == ["level.1", "level.2", "level.3", "ceiling.workforce"]


def test_a_distance_that_nobody_answered_is_absent_with_its_reason(verdict, ladder):
    found = verdict(ladder({}, level=3.0))

    assert (found.measures["label"], "distance" in found.measures) == ("on the way", False)
    assert "unknown" in found.measures["sentence"]
    assert "distance" in {one.what for one in found.missing}


def test_a_ladder_that_holds_back_itself_says_so(verdict, ladder):
    found = verdict(ladder({"customer": 2}, ceiling=3, **{"measure.binds": 0.0}))

    assert "the ladder binds, the workforce ceiling comes next at level 3 (transparent)" in found.measures["sentence"]


def test_unknown_ceilings_are_said_to_be_unknown(verdict, ladder):
    earlier = ladder({"customer": 2}, status="provisional")
    del earlier["maturity.depth"]["measure.binding"]

    found = verdict(earlier)

    assert found.measures["sentence"].endswith("its ceilings are unknown; provisional.")
    assert "binding" not in found.measures
    assert "binding" in {one.what for one in found.missing}


@pytest.mark.parametrize("earlier", [{}, {"maturity.depth": {"status": "insufficient"}}])
def test_with_nothing_to_read_it_is_not_decidable(verdict, earlier):
    found = verdict(earlier)

    assert (found.status, found.measures["label"], found.score) == ("insufficient", "not decidable", None)
    assert found.measures["sentence"].startswith("Not decidable: ")
    assert {one.what for one in found.missing} == {f"a result of {scorer}" for scorer in READ}
    assert {found.measures[f"grid.{who}.sharing"] for who in ("customers", "owners", "partners")} == {"unknown"}


def test_the_grid_is_ok_unknown_or_not_applicable_each_with_a_reason(verdict, ladder):
    earlier = ladder({"customer": 2, "supplier": 1})
    earlier |= {"silos.internal": {"status": "not_applicable"}, "other.scorer": {"status": "ok"}}

    found = verdict(earlier)

    cells = {name: value for name, value in found.measures.items() if name.startswith("grid.")}
    assert len(cells) == 12
    assert cells["grid.customers.engagement"] == cells["grid.partners.sharing"] == "ok"
    assert cells["grid.owners.collaboration"] == "unknown"
    assert cells["grid.employees.collaboration"] == "not applicable"
    assert all(row["reason"] for row in found.tables["grid"])


def test_behaviour_fills_a_cell_of_the_grid_that_no_answer_does(verdict):
    found = verdict({"supply.collaboration": {"status": "ok", "score": 61.0}})

    (cell,) = [row for row in found.tables["grid"] if row["source"] == "supply.collaboration"]
    assert (cell["beneficiary"], cell["activity"], cell["state"], cell["value"]) == (
        "partners",
        "collaboration",
        "ok",
        61.0,
    )


def test_under_ninety_days_of_data_it_is_too_early_to_tell(verdict, ladder):
    found = verdict(ladder({"customer": 2}), days=["2026-05-01", "2026-06-04"])

    assert found.measures["days_of_data"] == 35
    assert [note.code for note in found.findings] == ["too_early"]
    assert found.measures["sentence"].endswith("too early to tell (35 of 90 days of data).")


def test_ninety_days_are_enough_and_no_events_are_no_early_data(verdict, ladder):
    assert verdict(ladder({"customer": 2}), days=["2026-03-03", "2026-05-31"]).findings == []
    assert verdict(ladder({"customer": 2})).findings == []


def test_the_next_steps_come_from_each_scorer_in_turn(verdict, ladder):
    def step(number, **more):
        head = f"recommendation.{number}"
        words = {"text": f"do {number}", "code": f"c{number}", "effort": "low", "evidence": "seen", **more}
        return {f"{head}.{name}": value for name, value in words.items()}

    earlier = ladder({"customer": 2}, **step(0), **step(1))
    earlier |= {
        "supply.collaboration": {"status": "ok", **step(0)},
        "silos.internal": {"status": "ok", **step(0, effort="heroic")},
    }

    found = verdict(earlier)

    assert [one.code for one in found.recommendations] == [
        "maturity.depth:c0",
        "supply.collaboration:c0",
        "maturity.depth:c1",
    ]


def test_it_reads_what_the_ladder_really_says(verdict, depth, shipped, as_fields):
    rows = [
        {"questionnaire": "depth", "assessment": "a", "item": one["item"], "evidence": "e", "confirmed_by": "x",
         "value": 1 if one["ceiling"] == "workforce" else 4}
        for one in shipped("depth")
    ]  # fmt: skip

    found = verdict({"maturity.depth": as_fields(depth(shipped("depth"), rows))})

    assert found.measures["label"] == "social media"
    assert found.measures["sentence"] == (
        "Social media, 1 gate from on the way; the workforce ceiling binds at level 2 (recommendable)."
    )
    assert {found.measures[f"ladder.{group}"] for group in GROUPS} == {2}
    assert all(one.code.startswith("maturity.depth:improve.WF") for one in found.recommendations)


def test_any_number_of_posts_leaves_the_verdict_as_it_was(verdict, ladder):
    quiet = verdict(ladder({"customer": 2}), days=["2026-01-01", "2026-05-31"])
    loud = verdict(ladder({"customer": 2}), days=["2026-01-01", *["2026-03-01"] * 1000, "2026-05-31"])

    assert loud == quiet
