"""Construct checks: figures agree with scipy, verdicts follow the rule, and too few tenants make no figure."""

from uuid import UUID

import numpy as np
import pytest
from scipy import stats

from kithline_core.engine.constructs import checks
from kithline_core.engine.constructs.checks import Declared, Sample
from kithline_core.engine.constructs.figures import correlation

TENANTS = [UUID(int=number) for number in range(40)]


def declared(dimension, kind, plugin="acme", **more):
    return Declared(plugin, "1.0.0", f"{plugin}.s", dimension, kind, f"{dimension}.{kind}", **more)


ASKED, SEEN = declared("trust", "survey"), declared("trust", "behaviour")
OTHER_ASKED, OTHER_SEEN = declared("reach", "survey", "beside"), declared("reach", "behaviour", "beside")
COMMUNITY = declared("life", "community")


def world(seed, own=0.8, across=0.0, tenants=40, sign=1):
    """Values of four measures: two dimensions, each asked and seen."""
    draw = np.random.default_rng(seed)
    traits = draw.multivariate_normal([0, 0], [[1, across], [across, 1]], tenants)
    columns = {
        one: traits[:, place] for place, pair in enumerate(((ASKED, SEEN), (OTHER_ASKED, OTHER_SEEN))) for one in pair
    }
    noise = np.sqrt((1 - own) / max(own, 0.05))
    values = {one: column + noise * draw.normal(size=tenants) for one, column in columns.items()}
    values[SEEN] = values[SEEN] * sign
    return Sample({one: dict(zip(TENANTS, column.tolist(), strict=False)) for one, column in values.items()}, {})


def of(sample, own=(ASKED, SEEN), others=(OTHER_ASKED, OTHER_SEEN)):
    return {one.check: one for one in checks.of(own, others, sample)}


@pytest.mark.parametrize("seed", range(4))
def test_r_and_its_interval_are_those_of_scipy(seed):
    draw = np.random.default_rng(seed)
    one = draw.normal(size=25)
    other = one + draw.normal(size=25)
    found, theirs = correlation(one, other), stats.pearsonr(one, other)

    assert found.value == pytest.approx(theirs.statistic, abs=1e-9)
    assert found[1:3] == pytest.approx(tuple(theirs.confidence_interval(0.9)), abs=1e-6)
    assert correlation(one, one).high == 1
    assert correlation(one, np.ones(25)) is None
    assert correlation(one[:3], other[:3]) is None


def test_measures_of_one_dimension_that_go_together_hold():
    found = of(world(1))

    assert (found["convergent"].verdict, found["convergent"].sure, found["convergent"].tenants) == ("holds", True, 40)
    assert found["discriminant"].verdict == "holds"
    assert checks.verdict(list(found.values())) == "holds"


def test_measures_that_do_not_go_together_fail_and_the_version_with_them():
    found = of(world(2, own=0.0))

    assert (found["convergent"].verdict, found["convergent"].value < 0.3) == ("fails", True)
    assert checks.verdict(list(found.values())) == "fails"


def test_what_goes_with_another_dimension_as_much_fails_to_tell_them_apart():
    found = of(world(3, own=0.9, across=0.999))

    assert found["convergent"].verdict == "holds"
    assert len(found["discriminant"].measures) == 4
    assert any(of(world(seed, own=0.6, across=0.999))["discriminant"].verdict == "fails" for seed in range(6))


def test_less_can_mean_more():
    down = SEEN._replace(sign=-1)
    sample = world(1, sign=-1)
    turned = Sample({down if one == SEEN else one: values for one, values in sample.values.items()}, {})

    assert of(sample)["convergent"].verdict == "fails"
    assert of(turned, own=(ASKED, down))["convergent"].verdict == "holds"


def test_under_ten_tenants_no_figure_is_told_nor_how_many_they_are():
    found = of(world(1, tenants=9))

    assert {(one.verdict, one.reason, one.value, one.tenants) for one in found.values()} == {
        ("unknown", "few_tenants", None, None)
    }
    assert checks.verdict([]) == "unknown"


def test_one_dimension_alone_cannot_be_told_from_others_and_what_is_all_alike_says_nothing():
    sample = world(1)
    flat = Sample({**sample.values, SEEN: dict.fromkeys(TENANTS, 1.0)}, {})

    assert of(sample, others=())["discriminant"].reason == "one_dimension"
    assert {one.reason for one in of(flat).values()} == {"no_spread"}
    alone = Sample({one: sample.values[one] for one in (ASKED, SEEN)}, {})
    assert of(alone)["discriminant"].reason == "few_tenants"


def test_a_plugin_is_checked_by_pairs_it_takes_part_in_only():
    found = checks.of((ASKED,), (SEEN, OTHER_ASKED, OTHER_SEEN), world(1))

    assert {(one.check, one.dimension) for one in found} == {("convergent", "trust"), ("discriminant", "trust")}


@pytest.mark.parametrize(
    ("closed", "noise", "verdict", "sure"),
    [(0.2, 0.02, "holds", True), (0.9, 0.02, "fails", True), (0.45, 0.3, "holds", False)],
)
def test_communities_that_closed_have_to_have_scored_lower_before(closed, noise, verdict, sure):
    pairs = {one: (closed + noise * (-1) ** place, 0.5) for place, one in enumerate(TENANTS[:12])}
    (found,) = checks.of((COMMUNITY,), (), Sample({}, {COMMUNITY: pairs}))

    assert (found.verdict, found.sure, found.tenants) == (verdict, sure, 12)
    assert found.value == pytest.approx(0.5 - closed)
    assert checks.of((COMMUNITY,), (), Sample({}, {}))[0].reason == "few_tenants"


def test_a_check_names_its_measures_by_their_scorers():
    assert of(world(1))["convergent"].measures == ["acme.s: trust.survey", "acme.s: trust.behaviour"]


def test_what_goes_with_another_dimension_just_as_much_is_not_told_apart():
    sample = world(1)
    sample.values[OTHER_SEEN] = sample.values[SEEN]

    found = of(sample)["discriminant"]

    assert (found.value, found.verdict) == (0.0, "fails")


def test_of_two_correlations_the_one_with_fewer_tenants_says_how_many_they_are():
    sample = world(1)
    fewer = Sample(
        {**sample.values, **{one: dict(list(sample.values[one].items())[:30]) for one in (OTHER_ASKED, OTHER_SEEN)}}, {}
    )

    assert (of(fewer)["convergent"].tenants, of(fewer)["discriminant"].tenants) == (40, 30)


def test_communities_that_closed_and_scored_just_like_the_others_are_not_told_from_them():
    (found,) = checks.of((COMMUNITY,), (), Sample({}, {COMMUNITY: dict.fromkeys(TENANTS, (0.5, 0.5))}))

    assert (found.value, found.verdict) == (0.0, "fails")
