"""The truths planted in the demo organisation, as the scorers see them."""

import asyncio

import pytest

from kithline_core import offline
from kithline_core.demo import cast, make, places
from kithline_core.demo.stream import END, MESH_FROM, START
from kithline_core.engine.document import decode
from kithline_core.sandbox.host import Sandbox

# Posts to nobody are no contact: what reads contact, answers, texts or registers does not move by a tenth of a point.
UNMOVED = {
    "maturity.depth", "purpose.clarity", "supply.collaboration", "silos.internal", "kithline.verdict", "interfaces.congruence",
    "path.steps", "cocreation.funnel", "saydo.gap", "value.estimate", "raters.agreement", "instrument.quality",
}  # fmt: skip


@pytest.fixture(scope="module")
def dataset():
    return make.make()


async def _score(dataset, request):
    async with Sandbox.open() as sandbox:
        return {one.scorer: decode(one.document) async for one in offline.score(dataset, request, sandbox)}


@pytest.fixture(scope="module")
def year_end(dataset):
    return asyncio.run(_score(dataset, offline.Request()))


@pytest.fixture(scope="module")
def before_the_mesh(dataset):
    only = offline.Request(scorers=["supply.collaboration"], start=START, end=MESH_FROM)
    return asyncio.run(_score(dataset, only))["supply.collaboration"]


def test_the_same_seed_makes_the_same_organisation_and_another_seed_another(dataset):
    assert make.make().rows == dataset.rows
    assert make.make(1).rows["events"] != dataset.rows["events"]


def test_it_has_the_size_that_is_promised(dataset):
    people = dataset.rows["people"]
    staff = {row.person for row in people if row.group == "employee"}
    roles = [row.role for row in dataset.rows["organisations"]]
    answering = {row.respondent for row in dataset.rows["answers"]}

    assert (len(staff), len({row.department for row in people if row.department})) == (1_200, 14)
    assert (roles.count("supplier"), roles.count("focal"), len(dataset.rows["communities"])) == (60, 1, 9)
    assert 140_000 <= len(dataset.rows["events"]) <= 160_000
    assert (len(answering), len({row.questionnaire for row in dataset.rows["answers"]})) == (40, 2)
    assert {row.tier for row in dataset.rows["organisations"] if row.role == "supplier"} == {1, 2, 3}
    assert all(START <= row.occurred_at < END for row in dataset.rows["events"])
    assert dataset.settings.nature == "synthetic"
    assert "synthetic" in dataset.settings.title


def test_suppliers_move_from_a_star_to_a_mesh_in_month_seven(before_the_mesh, year_end):
    after = year_end["supply.collaboration"]

    assert before_the_mesh.measures["supplier_density"] == 0
    assert before_the_mesh.measures["hub_independence"] == 0
    assert before_the_mesh.level <= 2
    assert before_the_mesh.score < 50
    assert after.measures["supplier_density"] > 0.05
    assert after.level >= 3
    assert after.score > before_the_mesh.score + 30


def test_one_community_is_provided_and_prayed_for(year_end):
    raised = {note.evidence for note in year_end["purpose.clarity"].findings if note.code == "provide_and_pray"}

    measures = year_end["purpose.clarity"].measures
    assert raised
    assert measures[f"community:{places.PRAYED}.provide_and_pray"] == "raised"
    others = [
        value for name, value in measures.items() if name.endswith(".provide_and_pray") and places.PRAYED not in name
    ]
    assert "raised" not in others


def test_two_departments_that_must_talk_do_not(year_end):
    silos = year_end["silos.internal"]

    assert silos.measures["declared_pairs_without_two_way_tie"] == 1
    assert places.SILENT[0] in silos.recommendations[0].text
    assert places.SILENT[1] in silos.recommendations[0].text
    talking = [silos.measures["lift." + ".".join(sorted(pair[:2]))] for pair in places.MUST_TALK]
    assert silos.measures["lift." + ".".join(places.SILENT)] < 0.2 < min(talking)


def test_the_workforce_ceiling_binds(year_end):
    depth = year_end["maturity.depth"]

    assert depth.measures["binding"] == "workforce"
    assert depth.measures["cap.workforce"] == 2
    assert (depth.level, depth.measures["claimed_level"]) == (2, 3)
    assert "workforce" in year_end["kithline.verdict"].measures["sentence"]


def test_the_verdict_comes_with_every_result(year_end):
    assert year_end["kithline.verdict"].measures["label"] == "social media"
    assert {one.status for one in year_end.values()} <= {"ok", "provisional"}


def test_the_loudspeaker_changes_neither_level_nor_verdict(dataset, year_end):
    quiet = make.make()
    team = set(cast.employees()["marketing"][:3])
    quiet.rows["events"] = [
        row for row in dataset.rows["events"] if not (row.actor in team and row.channel == "public-feed")
    ]

    found = asyncio.run(_score(quiet, offline.Request()))

    assert len(quiet.rows["events"]) < len(dataset.rows["events"]) - 10_000
    for key, one in found.items():
        assert (key, one.level) == (key, year_end[key].level)
        # Three more who are never silent are three of 1,900 contributors.
        apart = 0.0 if key in UNMOVED else 1.0
        assert (key, one.score) == (key, pytest.approx(year_end[key].score, abs=apart))
    assert found["kithline.verdict"].measures["label"] == year_end["kithline.verdict"].measures["label"]


def test_the_estimate_is_shown_and_leaves_out_what_is_not_counted_or_counted_twice(year_end):
    found = year_end["value.estimate"]

    assert found.level_name == "shown"
    assert found.measures["p10"] > 0
    assert {one.what: one.reason for one in found.missing if one.reason in {"overlaps", "no_count"}} == {
        "scrap": "overlaps",
        "ideas built": "no_count",
    }


def test_assessors_see_the_same_order_and_one_is_stricter(year_end):
    found = year_end["raters.agreement"]

    assert found.level_name == "used"
    assert found.measures["icc_c_1"] > 0.95 > found.measures["icc_a_1"]


def test_interfaces_miss_the_pair_that_weighs_most(year_end):
    found = year_end["interfaces.congruence"]

    assert (found.measures["needed"], found.measures["met"]) == (17, 16)
    assert f"missing.{'.'.join(sorted(places.SILENT))}" in found.measures
