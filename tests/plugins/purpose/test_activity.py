"""Uptake, first contributions, the voluntary share, and what the floor hides of them."""

import math

import pytest
from scipy.stats import norm

from kithline_purpose.activity import uptake

TEXT = "Welders of the body shop compare seam defects every week at the bench."


def rise(x, m, h):
    return norm.cdf((math.log(x) - math.log(m)) / (math.log(h / m) / norm.ppf(0.9))) if x > 0 else 0.0


@pytest.mark.parametrize(
    ("recent", "invited", "kind", "expected"),
    [
        (0, 50, "project", 0.0),
        (10, 100, "project", rise(0.10, 0.10, 0.40) / rise(1, 0.10, 0.40)),
        (10, 100, None, rise(0.10, 0.10, 0.40) / rise(1, 0.10, 0.40)),
        (20, 100, "customer", rise(0.20, 0.05, 0.20) / rise(1, 0.05, 0.20)),
        (30, 400, "practice", rise(0.075, 0.1 * 4**-0.35, 0.4 * 4**-0.35) / rise(1, 0.1 * 4**-0.35, 0.4 * 4**-0.35)),
        (60, 50, "support", 1.0),
        (10, None, "project", 0.5),
        (40, 0, "support", 0.9),
    ],
)
def test_uptake_is_the_first_part_of_the_health_card(recent, invited, kind, expected):
    assert uptake(recent, invited, kind) == pytest.approx(expected, abs=1e-9)


def test_contributors_are_distinct_people_of_the_last_28_days(score, posts):
    rows = posts("c1", 12) + posts("c1", 12, "2025-12-21") + posts("c1", 3, "2025-12-03", "old")
    rows += posts("c1", 4, "2025-12-25", "looks", verb="viewed") + posts("c1", 2, "2025-12-25", "likes", verb="reacted")
    rows += posts("c1", 1, "2025-12-25", "tag", verb="custom:shop.tagged")

    assert score([TEXT], activity_day=rows).measures["contributors_28d"] == 13


def test_a_first_contribution_counts_within_two_weeks_of_joining(score, posts):
    rows = posts("c1", 12, "2025-11-01", verb="joined", first_at="2025-11-01T09:00:00Z", last_at="2025-11-01T09:00:00Z")
    rows += posts("c1", 5, "2025-11-14")
    rows += [{**row, "actor": "p005", "day": "2025-11-16"} for row in posts("c1", 1)]
    rows += [{**row, "actor": "p006", "day": "2025-10-30"} for row in posts("c1", 1)]
    rows += posts("c1", 8, "2025-12-25", "late", verb="joined") + posts("c1", 8, "2025-12-26", "late")
    found = score([TEXT], activity_day=rows)

    assert found.measures["first_contribution_rate"] == 5 / 12
    assert found.measures["motivating"] == pytest.approx((rise(5 / 12, 0.1, 0.4) / rise(1, 0.1, 0.4)) / 2, abs=1e-9)
    assert found.status == "ok"


def test_the_earliest_of_two_joinings_counts(score, posts):
    rows = [row for day in ("2025-11-20", "2025-11-01") for row in posts("c1", 6, day, verb="joined")]

    assert score([TEXT], activity_day=rows + posts("c1", 6, "2025-11-18")).measures["first_contribution_rate"] == 0.0


def test_people_outside_the_owning_department_take_part_of_their_own_will(score, posts):
    staff = [{"person": f"p{n:03}", "department": "Communications" if n < 4 else "Body shop"} for n in range(9)]
    place = {"community": "c1", "purpose": TEXT, "owner": "Communications"}
    found = score([place], activity_day=posts("c1", 10), memberships=staff)

    assert found.measures["voluntary_share"] == 0.6
    assert found.measures["motivating"] == pytest.approx((rise(0.6, 0.3, 0.7) / rise(1, 0.3, 0.7)) / 2, abs=1e-9)


def test_the_volume_of_posts_changes_neither_score_nor_level(score, posts):
    staff = [{"person": f"p{n:03}", "department": "Communications"} for n in range(4)]
    place = {"community": "c1", "purpose": TEXT, "owner": "Communications", "launched_at": "2025-01-01"}
    rows = posts("c1", 12) + posts("c1", 6, "2025-11-01", verb="joined")
    loud = [{**row, "count": 1_000_000} if row["actor"] == "p000" else row for row in rows]
    quiet_one, loud_one = (
        score([place, {**place, "community": "c2"}], activity_day=r, memberships=staff) for r in (rows, loud)
    )

    assert (quiet_one.score, quiet_one.level, quiet_one.interval) == (loud_one.score, loud_one.level, loud_one.interval)
    assert "community:c1.contributors_28d" in quiet_one.measures
    assert "community:c1.contributors_28d" not in loud_one.measures  # one person makes 85 % of it


def test_counts_under_the_floor_are_withheld_and_so_is_what_they_could_be_had_from(score, posts):
    places = [{"community": one, "purpose": TEXT} for one in ("c1", "c2", "c3")]
    rows = posts("c1", 3) + posts("c2", 8, prefix="q") + posts("c3", 20, prefix="s")
    found = score(places, activity_day=rows)

    shown = [name for name in found.measures if "contributors_28d" in name or "uptake" in name]
    assert shown == ["community:c3.contributors_28d", "community:c3.uptake"]
    assert {lack.what for lack in found.missing if lack.reason == "withheld"} == {
        f"community:{one}.{name}" for one in ("c1", "c2") for name in ("uptake", "contributors_28d")
    }


def test_without_a_floor_everything_is_shown(score, posts):
    found = score([TEXT], activity_day=posts("c1", 3), params={"no_floor": True})

    assert found.measures["contributors_28d"] == 3


def test_rates_of_few_people_are_unknown(score, posts):
    staff = [{"person": "p000", "department": "Communications"}]
    place = {"community": "c1", "purpose": TEXT, "owner": "Communications"}
    rows = posts("c1", 4, "2025-11-01", verb="joined") + posts("c1", 4, "2025-11-05")
    found = score([place], activity_day=rows, memberships=staff)

    reasons = {lack.what.rpartition(".")[2]: lack.reason for lack in found.missing}
    assert reasons["first_contribution_rate"] == reasons["voluntary_share"] == "few_people"
    assert not {"first_contribution_rate", "voluntary_share"} & set(found.measures)


def test_without_any_event_behaviour_is_unknown_not_zero(score):
    found = score([TEXT])

    assert {lack.reason for lack in found.missing if "uptake" in lack.what} == {"no_events"}
    assert "uptake" not in found.measures


def test_an_owning_department_without_contributors_is_unknown(score, posts):
    place = {"community": "c1", "purpose": TEXT, "owner": "Communications"}
    rows = posts("elsewhere", 9)
    found = score([place], activity_day=rows, memberships=[{"person": "p000", "department": "Communications"}])

    assert {lack.reason for lack in found.missing if "voluntary" in lack.what} == {"no_contributors"}
