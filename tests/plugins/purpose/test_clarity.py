"""The whole scorer: levels, drivers, intervals, several communities, and what it does without data."""

import math

import pytest

from kithline_purpose import kithline_scorers
from kithline_purpose.clarity import Clarity
from kithline_purpose.judged import level
from kithline_purpose.parameters import Params
from kithline_sdk.checks import check_finding
from kithline_sdk.testing import check_scorer, scorer_entry, snapshot

TEXT = "Welders of the body shop compare seam defects every week at the bench."
FULL = {"community": "c1", "asked": 20, "launched_at": "2025-01-01", "invited": 40}


@pytest.fixture
def clear(score, posts, answers, texts):
    rows = posts("c1", 30) + posts("c1", 20, "2025-11-01", verb="joined") + posts("c1", 18, "2025-11-05")
    polled = answers("c1", know=[5] * 20, need=[5] * 19 + [2], want=[4] * 18 + [1] * 2)
    return score([{**FULL, "purpose": texts["design_spark"]}], activity_day=rows, answers=polled)


def test_the_plugin_offers_one_scorer():
    assert [one.key for one in kithline_scorers()] == ["purpose.clarity"]


def test_a_clear_purpose_that_members_confirm_is_clear(clear):
    assert (clear.status, clear.level) == ("ok", 3)
    assert clear.measures["text_part"] >= 0.70
    assert clear.interval[0] <= clear.score <= clear.interval[1]
    assert clear.reasons == []


def test_the_score_is_the_geometric_mean_and_drivers_add_up_to_its_logarithm(clear):
    parts = [clear.measures[name] for name in ("specific_corrected", "needed", "motivating")]

    assert clear.score == pytest.approx(math.prod(parts) ** (1 / 3), abs=1e-9)
    assert math.fsum(driver.contribution for driver in clear.drivers) == pytest.approx(math.log(clear.score), abs=1e-9)
    assert [driver.name for driver in clear.drivers] == ["specific_corrected", "needed", "motivating"]
    for driver, part in zip(clear.drivers, parts, strict=True):
        assert driver.sub_score == pytest.approx(part, abs=1e-9)
        assert driver.contribution == pytest.approx(driver.weight * math.log(part), abs=1e-9)


def test_a_text_alone_is_provisional_and_workable_at_most(score, texts):
    found = score([texts["design_spark"]])

    assert (found.status, found.reasons) == ("provisional", ["text_only"])
    assert found.level == 2
    assert found.measures["needed"] == found.measures["motivating"] == 0.5
    assert found.intervals["needed"].startswith("unquantified: ")


def test_text_alone_never_reads_as_clear():
    assert level(0.99, Params(), text_only=True) == 2
    assert [level(x, Params(), text_only=False) for x in (0.2, 0.25, 0.5, 0.7)] == [0, 1, 2, 3]


def test_the_vague_line_is_too_short_and_its_twin_absent(score, texts):
    short, twin = score([texts["vague"]]), score([texts["twin"]])

    assert (short.status, short.score, short.reasons) == ("insufficient", None, ["few_words"])
    assert short.measures["text_part"] < 0.15
    assert (short.missing[0].have, short.missing[0].need) == (4, 8)
    assert twin.level == 0


def test_a_language_without_lists_is_insufficient_and_names_itself(score):
    found = score(
        [{"community": "c1", "purpose": "Soudeurs et monteurs comparent les défauts chaque semaine.", "language": "fr"}]
    )

    assert (found.status, found.reasons) == ("insufficient", ["no_word_list"])
    assert found.missing[0].have == "fr"
    assert "text_part" not in found.measures
    assert found.measures["words"] == 8
    assert not found.tables["reading"]


def test_a_missing_part_is_not_bought_out_by_a_strong_one(score):
    found = score(["Fitters in Ulm list 12 worn seals and 30 torque values at line 4 of plant 2 by hand."])

    assert found.measures["specific"] > 0.5
    assert found.level == 0


def test_the_reading_comes_with_every_slot_and_mark(score, texts):
    rows = score([texts["design_spark"]]).tables["reading"]

    assert next(row["name"] for row in rows if row["part"] == "slot") == "audience"
    assert sum(row["part"] == "slot" for row in rows) == 6
    assert sum(row["part"] == "mark" for row in rows) == 7


def test_several_communities_are_weighted_by_their_contributors(score, posts, texts):
    places = [{"community": "a.b", "purpose": texts["design_spark"]}, {"community": "c", "purpose": TEXT}]
    found = score(places, activity_day=posts("a.b", 30) + posts("c", 10, prefix="q"))

    first, second = found.measures["community:a%2Eb.score"], found.measures["community:c.score"]
    assert found.score == pytest.approx(0.75 * first + 0.25 * second, abs=1e-9)
    assert (found.measures["communities_scored"], found.measures["weight_scored"]) == (2, 1.0)
    assert found.measures["score_worst"] == second
    assert found.measures["score_spread"] == first - second
    assert math.fsum(driver.contribution for driver in found.drivers) == pytest.approx(math.log(found.score), abs=1e-9)
    assert "z" not in found.measures


def test_without_contributors_communities_weigh_alike(score, texts):
    found = score([{"community": "c1", "purpose": texts["design_spark"]}, {"community": "c2", "purpose": TEXT}])

    assert found.score == pytest.approx(
        (found.measures["community:c1.score"] + found.measures["community:c2.score"]) / 2
    )


def test_scored_communities_nobody_uses_still_weigh_alike_among_themselves(score, posts):
    found = score([{"community": "c1", "purpose": TEXT}, {"community": "c2"}], activity_day=posts("c2", 9))

    assert found.coverage == 0.0
    assert found.score == found.measures["community:c1.score"]
    assert found.bounds == (0.0, 1.0)


def test_a_community_without_a_text_is_unknown_and_the_only_text_stands_unprefixed(score, posts):
    found = score(
        [{"community": "c1", "purpose": TEXT}, {"community": "c2"}],
        activity_day=posts("c1", 9) + posts("c2", 3, prefix="q"),
    )

    assert found.measures["z"] == found.measures["community:c1.z"]
    assert found.measures["weight_scored"] == 0.75
    assert found.bounds == pytest.approx((0.75 * found.score, 0.75 * found.score + 0.25))
    assert "no_purpose_text" in {lack.reason for lack in found.missing}


def test_a_sensitive_community_leaves_without_a_trace_of_its_name(score):
    found = score([{"community": "c1", "purpose": TEXT}, {"community": "union", "purpose": TEXT, "sensitive": True}])

    assert not [name for name in found.measures if "union" in name]
    assert ("communities", "sensitive", 1) in [(lack.what, lack.reason, lack.have) for lack in found.missing]


def test_names_of_organisations_and_communities_are_masked_in_every_text(score):
    place = {
        "community": "c1",
        "name": "Seamline",
        "purpose": f"{TEXT} Seamline, Nordwind and ACME are here, focal1 too.",
    }
    known = [{"organisation": "o1", "name": "Nordwind Werke AG", "aliases": "Nordwind;NW"}, {"organisation": "acme"}]

    assert (
        score([place], organisations=known, focal=[{"organisation": "focal1"}, {"organisation": "o1"}]).measures["z"]
        == score([TEXT]).measures["z"]
    )


def test_the_most_active_person_is_taken_out_to_see_what_stays(score, posts, answers):
    places = [{"community": "c1", "purpose": TEXT}, {"community": "c2", "purpose": TEXT, "asked": 10}]
    rows = [{**row, "count": 50} for row in posts("c2", 1)] + posts("c1", 1, prefix="q")
    found = score(places, activity_day=rows, answers=answers("c2", need=[5] * 10, want=[5] * 10))

    assert found.concentration == pytest.approx(found.score - found.measures["community:c1.score"], abs=1e-9)


def test_specific_stands_as_the_card_says_and_beside_it_as_the_score_uses_it(score):
    found = score(["Welders of ships call at Ulm, Bonn, Kiel, Trier, Gera, Jena, Suhl and Hof to repair seams."])
    told, row = found.measures, found.tables["communities"][0]

    assert told["z"] > told["z_corrected"]
    for end in ("", "_corrected"):
        assert told[f"specific{end}"] == pytest.approx(0.6 * told[f"text_part{end}"] + 0.4 * told["slots"])
        assert row[f"specific{end}"] == told[f"specific{end}"]
        low, high = found.intervals[f"specific{end}"]
        assert low < told[f"specific{end}"] < high
    parts = [max(0.01, told[name]) for name in ("specific_corrected", "needed", "motivating")]
    assert found.score == pytest.approx(math.prod(parts) ** (1 / 3))


def test_events_are_counted_where_they_are_known(score, posts):
    days = [{"day": "2025-12-01", "count": 7, "ids_hash": "x"}]
    rows = [{**row, "count": 5} for row in posts("c1", 2)] + posts("elsewhere", 1, verb="viewed")

    assert score([TEXT], activity_day=rows, event_day=days).measures["events"] == 11
    assert "events" not in score([TEXT], event_day=days).measures


ALONE = {
    "organisations": [{"organisation": "o", "name": "Nordwind"}],
    "focal": [{"organisation": "o"}],
    "memberships": [{"person": "p1", "department": "d"}],
    "activity_day": [{"day": "2025-12-01", "community": "c", "actor": "p1", "verb": "posted", "count": 3}],
    "answers": [{"questionnaire": "purpose.poll", "assessment": "c", "item": "need", "value": 5.0}],
    "event_day": [{"day": "2025-12-01", "count": 1, "ids_hash": "x"}],
}


@pytest.mark.parametrize("table", ALONE)
def test_one_table_alone_gives_what_it_can(score, table):
    found = score([], **{table: ALONE[table]})

    assert (found.status, found.reasons, found.score) == ("insufficient", ["no_communities"], None)
    assert found.measures.get("events") == (3 if table == "activity_day" else None)
    assert (found.measures["communities_scored"], found.measures["weight_scored"]) == (0, 0)
    assert "events" in {one.what for one in found.missing} or table == "activity_day"
    check_finding(found, scorer_entry("kithline_purpose", "purpose.clarity"))


def test_the_next_steps_name_the_empty_slot_the_vague_words_and_the_poll(score):
    found = score([f"{TEXT} A vibrant journey."])

    assert [step.code for step in found.recommendations] == ["fill_outcome", "replace_vague_words", "ask_members"]
    assert found.recommendations[0].gain[0] <= found.recommendations[0].gain[1]
    assert "vibrant, journey" in found.recommendations[1].text


def test_a_missing_benefit_is_advised_when_all_else_is_there(score):
    text = "Welders compare 40 seam defects within 3 days to cut scrap in half by 2026."
    found = score([text])

    assert found.recommendations[0].code == "fill_benefit"
    assert found.recommendations[0].gain[1] > 0


def test_a_confirmed_and_complete_purpose_needs_no_advice_about_slots(clear):
    assert [step.code for step in clear.recommendations] in ([], ["replace_vague_words"])


def test_only_the_missing_kind_of_evidence_is_named(score, posts, answers):
    polled = score([{**FULL, "purpose": TEXT}], answers=answers("c1", need=[5] * 10))
    active = score([TEXT], activity_day=posts("c1", 6, "2025-11-01", verb="joined"))

    assert polled.reasons == ["no_behaviour"]
    assert active.reasons == ["no_poll"]


def test_without_communities_it_says_so(score):
    found = score([])

    assert (found.status, found.reasons, found.score) == ("insufficient", ["no_communities"], None)


def test_another_seed_moves_the_interval_and_not_the_score(snap, texts):
    one, other = (Clarity().score(snap([texts["design_spark"]]), Params(), seed) for seed in (1, 2))

    assert one.score == other.score
    assert one.interval == pytest.approx(other.interval, abs=0.02)


def test_the_text_part_draws_cover_a_quarter_on_both_sides(score):
    found = score([TEXT])
    low, high = found.intervals["text_part_corrected"]

    assert (low, high) == pytest.approx(
        (max(0, found.measures["text_part"] - 0.25), found.measures["text_part"] + 0.25)
    )


def test_a_narrower_poll_interval_comes_with_four_times_the_answers(score, answers, texts):
    def width(times):
        place = {**FULL, "purpose": texts["design_spark"], "asked": 40 * times}
        ends = score([place], answers=answers("c1", need=[5, 5, 5, 2] * 5 * times)).intervals["poll_need"]
        return ends[1] - ends[0]

    assert width(4) < 0.6 * width(1)


def test_the_kit_finds_nothing_to_object(posts, texts):
    entry = scorer_entry("kithline_purpose", "purpose.clarity")
    window = ("2025-10-03", "2026-01-01")
    named = [{"organisation": "o1", "name": "Nordwind"}, {"organisation": "o2", "name": "Ostwind"}]
    staff = [{"person": f"p{n:03}", "department": "Body shop"} for n in range(9)]
    communities = [
        {"community": "c1", "purpose": texts["design_spark"], "launched_at": "2025-01-01"},
        {"community": "c2", "purpose": texts["twin"], "kind": "support", "invited": 300},
        {"community": "c3", "launched_at": "2025-06-01"},
    ]
    rows = posts("c1", 30) + posts("c2", 12, prefix="q") + posts("c3", 2) + posts("c1", 9, "2025-11-01", verb="joined")
    full = {"communities": communities, "activity_day": rows, "organisations": named, "memberships": staff}

    check_scorer(
        Clarity(), entry, [snapshot(full, window), snapshot({"communities": communities[:1]}, window)], drawn=0.05
    )


def test_of_very_many_communities_the_largest_are_shown_and_the_rest_counted(score, posts):
    places = [{"community": f"c{n}", "purpose": TEXT} for n in range(4)]
    found = score(places, activity_day=posts("c3", 9) + posts("c1", 7, prefix="q"), params={"details": 2})

    assert [row["community"] for row in found.tables["communities"]] == ["c1", "c3"]
    assert found.measures["communities_scored"] == 4
    assert ("2 smaller communities", "too_many_cells") in [(lack.what, lack.reason) for lack in found.missing]
