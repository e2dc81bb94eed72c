"""An index is the mean of what is known, has the status of its weakest necessary part, and makes nothing up."""

import math

import msgspec
import numpy as np
import pytest

from helpers.indices import MAP, finding, index, known, unknown
from kithline_core.engine.composite import barriers, parts
from kithline_core.engine.composite.index import show
from kithline_core.engine.composite.maps import PartSpec, index_map
from kithline_core.engine.composite.parts import Part
from kithline_core.model.registers import BarrierRow

HIGH, LOW = {"strength": "high"}, {"strength": "low"}


def shown(*some, necessary=()):
    shape, one = index(*some, necessary=necessary)
    return show(MAP, shape, one)


def test_there_are_five_indices_and_their_parts_are_those_of_the_map():
    told = {one.index: [part.part for part in one.parts] for one in index_map().indices}

    assert told == {
        "depth": ["maturity.depth"],
        "purpose": ["purpose.clarity"],
        "network": ["reach.ecosystem", "voice.everyone", "interfaces.congruence", "health.community"],
        "supply": ["supply.collaboration", "cocreation.funnel"],
        "readiness": ["path.steps", "leadership.presence", "barriers.declared"],
    }
    assert all(any(part.necessary for part in one.parts) for one in index_map().indices)
    assert "barriers.declared" not in MAP.scorers
    with pytest.raises(OSError, match="index_map@99"):
        index_map(99)


def test_an_index_is_the_mean_of_its_parts_and_their_contributions_add_up_to_it():
    found = shown(known("a", 0.2), known("b", 0.5), known("c", 0.9))

    assert (found.status, found.score, found.coverage, found.bounds) == ("ok", 53.3, 1.0, None)
    assert math.fsum(one.contribution for one in found.drivers) == pytest.approx(found.measures["score"], abs=1e-9)
    assert [(one.name, one.raw, one.sub_score) for one in found.drivers] == [
        ("a", 20.0, 0.2), ("b", 50.0, 0.5), ("c", 90.0, 0.9),
    ]  # fmt: skip
    assert [one.weight for one in found.parts] == pytest.approx([1 / 3] * 3)


def test_the_interval_is_that_of_a_mean_of_independent_parts():
    found = shown(known("a", 0.4), known("b", 0.6))

    half = 10 / math.sqrt(2)
    assert found.interval == pytest.approx((50 - half, 50 + half), abs=0.8)
    assert found.interval[0] <= found.score <= found.interval[1]
    assert found.intervals["score"] == pytest.approx(found.interval, abs=0.05)


def test_the_interval_narrows_as_its_parts_do():
    wide, narrow = (shown(known("a", 0.4, half), known("b", 0.6, half)) for half in (0.2, 0.05))

    assert narrow.interval[1] - narrow.interval[0] < (wide.interval[1] - wide.interval[0]) / 3


def test_a_part_without_an_interval_stays_where_it_is_and_without_any_the_index_has_none():
    fixed = known("a", 0.4, interval="unquantified: it is declared")
    one = shown(fixed, known("b", 0.6))
    none = shown(fixed, known("b", 0.6, interval="unquantified: it is declared"))

    assert one.interval == pytest.approx((45, 55), abs=0.6)
    assert none.interval == "unquantified: no part has an interval"
    assert (one.intervals["effective_weight.b"], one.measures["effective_weight.b"]) == ((1.0, 1.0), 1.0)
    assert "effective_weight.a" not in one.measures
    assert not any(name.startswith("effective_weight") for name in none.measures)


def test_the_interval_never_leaves_the_scale():
    found = shown(known("a", 0.98, interval=(0.5, 1.0)), known("b", 0.02, interval=(0.0, 0.5)))

    assert 0 <= found.interval[0] <= found.score <= found.interval[1] <= 100


def test_effective_weights_follow_what_varies_and_not_what_was_declared():
    found = shown(known("a", 0.5, 0.3), known("b", 0.5, 0.1))

    told = [found.measures[f"effective_weight.{part}"] for part in "ab"]
    assert told == pytest.approx([0.9, 0.1], abs=0.06)
    assert all(found.intervals[f"effective_weight.{part}"][0] <= share for part, share in zip("ab", told, strict=True))
    assert [one.nominal_weight for one in found.parts] == [0.5, 0.5]


def test_leaving_a_part_out_moves_the_index_by_what_is_published():
    found = shown(known("a", 0.2), known("b", 0.5), known("c.d", 0.8))

    assert found.measures["leave_one_out_shift.a"] == pytest.approx(15.0)
    assert found.measures["leave_one_out_shift.b"] == pytest.approx(0.0, abs=1e-9)
    assert found.measures["leave_one_out_shift.c%2Ed"] == pytest.approx(-15.0)
    assert abs(found.measures["leave_one_out_shift"]) == pytest.approx(15.0)
    for part in ("a", "b", "c%2Ed"):
        low, high = found.intervals[f"leave_one_out_shift.{part}"]
        assert low < found.measures[f"leave_one_out_shift.{part}"] < high


def test_an_index_of_one_part_has_nothing_to_leave_out():
    found = shown(known("a", 0.5), necessary=("a",))

    assert not any(name.startswith("leave_one_out") for name in found.measures)
    assert found.measures["effective_weight.a"] == 1.0


@pytest.mark.parametrize("status", ["insufficient", "not_applicable", "not_permitted", "withheld", "error"])
def test_without_a_necessary_part_there_is_no_number_but_its_status_and_reason(status):
    found = shown(unknown("a", status), known("b", 0.9), necessary=("a",))

    assert (found.status, found.score, found.interval) == (status, None, None)
    assert (found.measures, found.drivers, found.reasons) == ({}, [], ["no_a"])
    assert [one.reason for one in found.missing] == ["no_a"]
    assert [one.weight for one in found.parts] == [None, None]


def test_the_weakest_of_the_necessary_parts_counts():
    found = shown(unknown("a"), unknown("b", "withheld"), known("c", 0.5), necessary=("a", "b"))

    assert (found.status, found.reasons) == ("withheld", ["no_a", "no_b"])


def test_another_part_that_is_unknown_makes_it_provisional_and_says_how_far_that_could_move_it():
    found = shown(known("a", 0.6), known("b", 0.4), unknown("c"), necessary=("a",))

    assert (found.status, found.score, found.coverage) == ("provisional", 50.0, pytest.approx(2 / 3))
    assert found.bounds == (33.3, 66.7)
    assert (found.reasons, [one.what for one in found.missing]) == (["no_c"], ["c"])


def test_what_is_known_of_an_unknown_part_narrows_the_bounds():
    found = shown(known("a", 0.6), unknown("b", bounds=(0.3, 0.5)), necessary=("a",))

    assert found.bounds == (45.0, 55.0)


def test_under_half_of_the_weight_there_is_no_number():
    found = shown(known("a", 0.6), unknown("b"), unknown("c"), necessary=("a",))

    assert (found.status, found.score) == ("insufficient", None)
    assert found.reasons == ["no_b", "no_c", "too_little_known"]


def test_a_part_that_does_not_apply_takes_nothing_away():
    found = shown(known("a", 0.6), unknown("b", "not_applicable"), unknown("c", "not_applicable"), necessary=("a",))

    assert (found.status, found.score, found.coverage, found.bounds) == ("ok", 60.0, 1.0, None)
    assert len(found.missing) == 2


@pytest.mark.parametrize(
    "more", [{"status": "provisional", "reasons": ["coverage"]}, {"stale_since": "2026-04-02", "reasons": ["stale"]}]
)
def test_a_part_that_is_provisional_or_stale_makes_the_index_so(more):
    found = shown(known("a", 0.6), known("b", 0.4, **more))

    assert (found.status, found.score) == ("provisional", 50.0)
    assert found.reasons == more["reasons"]
    assert found.parts[1].stale_since == more.get("stale_since")


def test_the_same_parts_give_the_same_bytes_and_other_parts_another_seed():
    some = [known("a", 0.2), known("b", 0.5)]
    one, again = (msgspec.json.encode(shown(*some)) for _ in range(2))
    other = shown(known("a", 0.2, key="another finding"), some[1])

    assert one == again
    assert (other.key, other.interval) != (shown(*some).key, shown(*some).interval)


def test_neither_the_result_nor_its_time_enters_the_key():
    one, other = (shown(known("a", 0.2, result=name, window=None)) for name in ("res_1", "res_2"))

    assert one.key == other.key


def test_uses_that_a_part_is_not_for_the_index_is_not_for_either():
    found = shown(known("a", 0.2, not_for=["pay", "award"]), known("b", 0.5, not_for=["pay"]))

    assert found.not_for == ["award", "pay"]


# What a finding says as a part.


def test_a_finding_becomes_a_part_in_shares_with_its_spread_and_its_way_back():
    told = finding("purpose.clarity", 64.5, measures={"score_spread": 0.3})

    part = parts.of_finding(PartSpec(part="purpose.clarity", necessary=True, spread="score_spread"), told, "res_1")

    assert (part.score, part.interval, part.spread) == (0.645, (0.545, 0.745), 0.3)
    assert (part.result, part.version, part.key, part.necessary) == ("res_1", "1.0.0", "sha256:purpose.clarity", True)
    assert part.reasons == []


def test_a_finding_without_a_score_says_what_is_lacking():
    told = finding("path.steps", None, reasons=["few_items"], bounds=(20.0, 80.0),
                   missing=[{"what": "answers", "reason": "few_items", "have": 2, "need": 5}])  # fmt: skip

    part = parts.of_finding(PartSpec(part="path.steps"), told, "res_1", "2026-05-01")

    assert (part.known, part.status, part.reasons, part.bounds) == (False, "insufficient", ["few_items"], (0.2, 0.8))
    assert (part.lacking.what, part.lacking.have, part.lacking.need) == ("path.steps: answers", 2, 5)
    assert part.stale_since == "2026-05-01"


def test_a_finding_that_says_nothing_at_all_is_insufficient_with_a_reason():
    told = finding("path.steps", None, status="ok")

    part = parts.of_finding(PartSpec(part="path.steps"), told, "res_1")

    assert (part.status, part.reasons, part.lacking.what) == ("insufficient", ["insufficient"], "path.steps: a score")


@pytest.mark.parametrize("interval", [None, "unquantified: drawn once"])
def test_a_score_without_an_interval_is_unquantified_as_a_part(interval):
    part = parts.of_finding(PartSpec(part="a"), finding("a", 50.0, interval=interval), "res_1", "2026-05-01")

    assert part.interval == (interval or "unquantified: the part says nothing of it")
    assert part.ends is None
    assert part.reasons == ["stale"]


# Declared barriers.


def barrier(number, **more):
    return BarrierRow(barrier=f"b{number}", **{"open": True, "strength": "medium", **more})


def declared(*rows):
    return barriers.part(PartSpec(part="barriers.declared"), rows)


def test_readiness_counts_the_strength_that_is_cleared_and_half_of_what_is_countered():
    found = declared(barrier(1, open=False, **HIGH), barrier(2, countermeasure="a rule"), barrier(3, **LOW))

    assert found.score == pytest.approx((3 + 0.5 * 2) / 6)
    assert found.interval == "unquantified: barriers are declared, not sampled"
    assert found.key.startswith("sha256:")


def test_a_blank_counter_measure_counters_nothing():
    assert declared(*(barrier(number, countermeasure="  ") for number in range(3))).score == 0


def test_no_barrier_declared_says_nothing_of_readiness():
    found = declared(barrier(1), barrier(2, open=None), barrier(3, strength=None), barrier(4))

    assert (found.score, found.status, found.reasons) == (None, "insufficient", ["few_barriers"])
    assert (found.lacking.have, found.lacking.need) == (2, 3)


def test_the_order_and_the_names_of_barriers_change_nothing():
    rows = [barrier(1, **HIGH), barrier(2, open=False), barrier(3, **LOW)]
    renamed = [msgspec.structs.replace(row, barrier=f"other {row.barrier}") for row in reversed(rows)]

    assert declared(*rows) == declared(*renamed)
    assert declared(*rows).key != declared(*rows, barrier(4)).key


def test_a_part_knows_its_ends_only_where_it_has_an_interval():
    assert known("a", 0.5).ends == pytest.approx((0.4, 0.6))
    assert Part(part="a", status="error").ends is None
    assert np.isfinite(known("a", 0.5).ends).all()
