"""The fixtures of the card: stars, meshes, study groups, chains."""

import itertools

import pytest


def _circles(groups, size=10):
    return [[f"C{group:02}-{one:02}" for one in range(size)] for group in range(groups)]


def _study_groups(world, groups, *, practices=True, adopted=True):
    """Circles in which everybody talks with everybody, all in two-way contact with the focal organisation."""
    rings = _circles(groups)
    names = [one for ring in rings for one in ring]
    made = world(names, **{one: {"circles": f"circle {g}"} for g, ring in enumerate(rings) for one in ring})
    made.talk(("F", one) for one in names)
    for ring in rings:
        made.talk(itertools.combinations(ring, 2))
        for place, one in enumerate(ring if practices else []):
            made.share(one, f"item of {one}", [ring[place - 1]] if adopted else [])
    return made


@pytest.mark.parametrize("size", [5, 10, 60])
def test_a_one_way_star_is_no_network(world, score, suppliers, size):
    made = world(suppliers(size))
    for one in made.suppliers:
        made.say("F", one, days=[f"2026-01-{day:02}" for day in range(1, 11)])

    found = score(made)

    assert (found.level, found.score) == (0, 0)
    assert found.measures["link_coverage"] == 0
    assert found.measures["link_coverage_one_way"] == 1
    assert "two_way" not in found.measures
    assert found.recommendations[0].code == "answer_one_way"


@pytest.mark.parametrize("size", [5, 10, 60])
def test_a_two_way_star_is_two_way_and_under_fifty(world, score, suppliers, size):
    made = world(suppliers(size))

    found = score(made.talk(("F", one) for one in made.suppliers))

    assert found.level == 2
    assert found.score < 0.5
    assert found.measures["supplier_density"] == 0
    assert found.measures["hub_dependence"] == 1
    assert found.measures["hub_independence"] == 0


def test_the_complete_graph_has_density_one(world, score, suppliers):
    made = world(suppliers(12))

    found = score(made.talk(itertools.combinations(["F", *made.suppliers], 2)))

    assert found.measures["supplier_density"] == 1
    assert found.measures["hub_independence"] == 1
    assert found.measures["within_two_steps"] == 1
    assert found.measures["evenness"] == pytest.approx(1, abs=1e-12)


def test_twenty_study_groups_that_share_practices_are_networked(world, score):
    assert score(_study_groups(world, 20, adopted=False)).level == 3


def test_study_groups_that_take_up_practices_create_together(world, score):
    found = score(_study_groups(world, 6))

    assert (found.level, found.status) == (4, "ok")


def test_without_practices_the_level_ends_at_two_and_the_score_at_sixty(world, score):
    found = score(_study_groups(world, 6, practices=False))

    assert (found.level, found.score, found.status) == (2, 0.6, "provisional")
    assert found.reasons == ["content_unknown"]
    assert found.interval[1] == 0.6


def test_a_bare_chain_is_not_networked(world, score, suppliers):
    made = world(suppliers(30))
    made.talk(("F", one) for one in made.suppliers).talk(itertools.pairwise(made.suppliers))
    for one in made.suppliers:
        made.share(one, f"item of {one}")

    found = score(made)

    assert found.level == 2
    assert found.measures["within_two_steps"] == pytest.approx((29 + 28) / (30 * 29 / 2))


def test_doubling_the_suppliers_with_the_same_circles_changes_nothing(world, score):
    small, large = score(_study_groups(world, 5)), score(_study_groups(world, 10))

    assert large.level == small.level
    assert large.score == pytest.approx(small.score, abs=1e-12)
    for name in ("link_coverage", "two_way", "circle_density", "within_two_steps", "practice", "adoption"):
        assert large.measures[name] == pytest.approx(small.measures[name], abs=1e-12)


def test_few_sharing_suppliers_are_not_enough_to_create_together(world, score):
    made = _study_groups(world, 6, practices=False)
    made.share("C00-00", "one", ["C00-01"]).share("C01-00", "two", ["C01-01"])

    found = score(made)

    assert (found.level, found.measures["adoption"]) == (3, 1)


def test_levels_are_reached_in_order(world, score):
    """Circles that are dense and share, but nobody is linked with the focal organisation."""
    made = _study_groups(world, 6)
    made.tables["tie_day"] = [row for row in made.tables["tie_day"] if "f" not in (row["actor"], row["target"])]

    assert score(made).level == 0


@pytest.mark.parametrize("two_way", [0, 3, 10])
def test_ten_thousand_outgoing_posts_change_neither_level_nor_score(world, score, suppliers, two_way):
    made = world(suppliers(20))
    made.talk(("F", one) for one in made.suppliers[:two_way])
    made.talk(itertools.pairwise(made.suppliers), days=["2026-01-10", "2026-01-11", "2026-01-12"])
    before = score(made)

    for one in made.suppliers:
        made.say("F", one, days=[f"2026-{month}-{day:02}" for month in ("01", "02") for day in range(1, 26)], count=10)
    after = score(made)

    assert sum(row["count"] for row in made.tables["tie_day"]) > 10_000
    assert (after.level, after.score, after.interval) == (before.level, before.score, before.interval)
    assert after.measures["link_coverage_one_way"] == 1


@pytest.mark.parametrize("kind", ["declared", "summed"])
def test_outgoing_posts_do_not_turn_declared_ties_into_one_way_ties(world, score, suppliers, kind):
    made = world(suppliers(20))
    for one in made.suppliers[:12]:
        if kind == "declared":
            made.add("ties", {"actor": one.lower(), "target": "f", "count": 40})
        else:
            made.add("organisation_ties", {"organisation_a": one, "organisation_b": "F", "weight": 40.0})
    before = score(made)
    for one in made.suppliers if kind == "summed" else made.suppliers[12:]:
        made.say("F", one, count=100)
    after = score(made)

    assert (after.level, after.score) == (before.level, before.score)


def test_a_level_comes_with_its_probability(world, score, suppliers):
    made = world(suppliers(20))
    clear = score(made.talk(("F", one) for one in made.suppliers))
    made = world(suppliers(20))
    narrow = score(made.talk(("F", one) for one in made.suppliers[:6]))

    assert clear.level_probability > 0.99
    assert (narrow.level, narrow.measures["link_coverage"]) == (2, 0.3)
    assert 0.3 < narrow.level_probability < 0.7
