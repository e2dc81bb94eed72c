"""Circles, competitors, and what is advised."""

import itertools

import pytest


def _circled(world, suppliers, size=8, **more):
    names = suppliers(size)
    return world(
        names,
        **{one: {"circles": "left" if n < size // 2 else "right", **more.get(one, {})} for n, one in enumerate(names)},
    )


def test_density_inside_circles_is_weighted_by_members(world, score, suppliers):
    names = suppliers(6)
    made = world(names, **{one: {"circles": "big" if n < 4 else "small"} for n, one in enumerate(names)})

    found = score(made.talk([("S000", "S001"), ("S004", "S005"), ("S000", "S005")]))

    assert found.measures["circle_density"] == pytest.approx((4 * 1 / 6 + 2 * 1) / 6)
    assert found.tables["circles"] == [
        {"circle": "big", "suppliers": 4, "ties": 1, "pairs": 6, "density": 1 / 6},
        {"circle": "small", "suppliers": 2, "ties": 1, "pairs": 1, "density": 1},
    ]


def test_a_circle_of_one_is_no_circle(world, score, suppliers):
    found = score(world(suppliers(6), S000={"circles": "lonely"}).talk([("S000", "S001")]))

    assert found.measures["circles"] == 0
    assert ("circle_density", "no_circles") in [(one.what, one.reason) for one in found.missing]
    assert found.measures["ties_per_supplier"] == pytest.approx(2 / 6)


def test_communities_with_three_suppliers_are_circles_where_none_is_declared(world, score, suppliers):
    made = world(suppliers(6))
    for community, members in (("open", "012"), ("small", "34"), ("union", "012"), (None, "012345")):
        made.add(
            "activity_day",
            *(
                {"day": "2026-01-05", "actor": f"s00{n}", "verb": "posted", "community": community, "count": 1}
                for n in members
            ),
        )
    made.add("activity_day", {"day": "2026-01-05", "actor": "s005", "verb": "viewed", "community": "open", "count": 1})
    made.add("communities", {"community": "union", "sensitive": True}, {"community": "open"})
    made.talk([("S000", "S001")])

    found = score(made)
    made.organisations[1]["circles"] = made.organisations[2]["circles"] = "declared"
    declared = score(made)

    assert [(row["circle"], row["suppliers"], row["ties"]) for row in found.tables["circles"]] == [("open", 3, 1)]
    assert [row["circle"] for row in declared.tables["circles"]] == ["declared"]


def test_somebody_outside_the_circle_may_bring_two_members_together(world, score, suppliers):
    made = _circled(world, suppliers, 4)

    found = score(made.talk([("S000", "S002"), ("S001", "S002"), ("F", "S003"), ("F", "S002")]))

    assert found.measures["within_two_steps"] == 0.5


def test_a_pair_in_two_circles_counts_once(world, score, suppliers):
    both = {"circles": "a;b"}

    found = score(world(suppliers(6), S000=both, S001=both, S002={"circles": "b"}).talk([("S000", "S001")]))

    assert found.measures["within_two_steps"] == pytest.approx(1 / 3)


def test_competitors_leave_density_and_two_steps(world, score, suppliers):
    rival = {"S000": {"competing": "S001;nobody"}}
    made = _circled(world, suppliers, 4, **rival).talk([("S000", "S001"), ("S002", "S003")])

    found = score(made)

    assert found.measures["competing_pairs"] == 1
    assert found.measures["supplier_density"] == pytest.approx(1 / 5)
    assert found.measures["circle_density"] == 1
    assert [row["density"] for row in found.tables["circles"]] == [None, 1]
    assert found.measures["within_two_steps"] == 1


def test_competitors_may_be_declared_by_name(world, score, suppliers):
    made = world(suppliers(6), S000={"competing": "Beta Works"}, S001={"name": "Beta Works"})

    assert score(made.talk([("F", "S000")])).measures["competing_pairs"] == 1


def test_only_competitors_in_circles_leave_the_density_open(world, score, suppliers):
    made = world(suppliers(6), S000={"circles": "a", "competing": "S001"}, S001={"circles": "a"})

    found = score(made.talk(("F", one) for one in made.suppliers))

    reasons = {one.what: one.reason for one in found.missing}
    assert reasons["circle_density"] == reasons["density"] == reasons["within_two_steps"] == "only_competitors"
    assert found.status == "insufficient"


def test_no_recommendation_names_a_competitor(world, score, suppliers):
    rival = {"S000": {"competing": "S001"}}
    made = _circled(world, suppliers, 8, **rival)
    made.say("F", "S000").say("F", "S002").say("F", "S005")

    found = score(made)

    assert [step.code for step in found.recommendations] == ["answer_one_way", "tighten_circle", "share_practices"]
    said = " ".join(step.text for step in found.recommendations)
    assert "S002" in said
    assert "S000" not in said
    assert "S001" not in said


def test_a_circle_of_competitors_is_passed_over(world, score, suppliers):
    rivals = {one: {"competing": "S000"} for one in ("S001", "S002", "S003")}
    made = _circled(world, suppliers, 8, **rivals).talk([("S004", "S005")])

    tighten = [step for step in score(made).recommendations if step.code == "tighten_circle"]

    assert "circle right" in tighten[0].text
    assert 0 < tighten[0].gain[1] < 0.15


def test_only_circles_of_competitors_are_not_tightened(world, score, suppliers):
    rivals = {one: {"competing": "S000"} for one in ("S001", "S002", "S003")} | {
        one: {"competing": "S004"} for one in ("S005", "S006", "S007")
    }

    codes = [step.code for step in score(_circled(world, suppliers, 8, **rivals)).recommendations]

    assert "tighten_circle" not in codes


def test_competitors_in_one_way_contact_alone_are_not_advised(world, score, suppliers):
    made = world(suppliers(6), S000={"competing": "S001"}).say("F", "S000")

    assert "answer_one_way" not in [step.code for step in score(made).recommendations]


def test_dense_near_and_answered_circles_need_no_advice(world, score, suppliers):
    made = _circled(world, suppliers, 8)
    made.talk(("F", one) for one in made.suppliers).talk(itertools.combinations(made.suppliers, 2))

    assert score(made).recommendations == []


def test_many_names_are_cut_short(world, score, suppliers):
    made = world(suppliers(14))
    for one in made.suppliers:
        made.say("F", one)

    assert score(made).recommendations[0].text.endswith("S009 and 4 more.")
