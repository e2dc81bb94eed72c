"""Fairness of a questionnaire over the API: equals are compared, few are not told of, and unknown says what is lacking."""

from dataclasses import replace

import numpy as np
import pytest

pytestmark = pytest.mark.anyio

ADDRESS = "/v1/questionnaires/pulse/fairness"
ITEMS = [f"i{place}" for place in range(6)]


def answered(people, language, rank, seed, harder=0.0):
    """Answers 0-4 to six items; the last is harder for them when it says so."""
    draw = np.random.default_rng(seed)
    leaning = draw.normal(size=(people, 1)) + draw.logistic(size=(people, len(ITEMS)))
    leaning[:, -1] -= harder
    values = sum(leaning > step for step in (-1.5, -0.5, 0.5, 1.5))
    return [
        {
            "questionnaire": "pulse", "assessment": "2026", "item": item, "value": int(value), "language": language,
            "rank": rank, "respondent": f"{language}-{rank}-{person}",
        }
        for person, row in enumerate(values) for item, value in zip(ITEMS, row, strict=True)
    ]  # fmt: skip


async def grounded(caller, **more):
    made = await caller.post("/v1/grounds", json={"template": "synthetic", "signed_by": "t", **more})
    assert made.status_code == 201


async def sent(caller, rows):
    assert (await caller.post("/v1/answers:bulk", json=rows)).status_code == 200


async def test_an_item_that_is_harder_in_one_language_is_named_and_a_small_group_is_not(tenant):
    await grounded(tenant)
    await sent(tenant, answered(150, "en", "staff", 1))
    await sent(tenant, [*answered(100, "de", "staff", 2, harder=2.5), *answered(9, "en", "board", 3)])

    told = (await tenant.get(ADDRESS)).json()
    (german,) = told["compared"]

    assert (told["status"], told["least"], told["withheld"]) == (
        "ok", 10, [{"attribute": "rank", "groups": 1, "reason": "floor"}],
    )  # fmt: skip
    assert (german["attribute"], german["reference"], german["group"]) == ("language", "en", "de")
    assert [one["item"] for one in german["items"] if one["flag"] == "C"] == ["i5"]
    assert german["items"][-1]["delta"] < german["items"][-1]["delta_interval"][1] < 0
    assert [one["reason"] for one in told["missing"]] == ["one_rank"]
    assert (await tenant.get(ADDRESS)).json() == told


async def test_what_would_tell_two_people_apart_from_what_was_told_is_withheld(tenant):
    # Two more than in the test above.
    await sent(tenant, answered(2, "de", "guest", 9))
    told = (await tenant.get(ADDRESS)).json()

    assert (told["status"], told["compared"]) == ("withheld", [])
    assert told["missing"][0]["reason"] == "differencing"


async def test_under_two_hundred_respondents_it_says_so_and_not_how_many_there_are(other):
    await grounded(other)
    await sent(other, answered(123, "en", "staff", 1))
    told = (await other.get(ADDRESS)).json()

    assert (told["status"], told["compared"]) == ("insufficient", [])
    assert [(one["reason"], one["have"], one["need"]) for one in told["missing"]] == [("few_respondents", None, 200)]


@pytest.fixture
async def fresh(world):
    await world.partner.put("/v1/partners/me/tenants/fresh", json={"title": "fresh"})
    key = await world.partner.post("/v1/partners/me/tenants/fresh/keys", json={"title": "all"})
    return replace(world.tenant, key=key.json()["key"])


async def test_a_ground_that_names_its_scorers_has_to_name_this_reader(fresh):
    await grounded(fresh, scorers=["maturity.depth"])
    await sent(fresh, answered(3, "en", "staff", 1))
    told = (await fresh.get(ADDRESS)).json()

    assert (told["status"], told["missing"][0]["reason"]) == ("not_permitted", "scorer_not_allowed")


async def test_a_questionnaire_nobody_knows_is_not_found(tenant):
    assert (await tenant.get("/v1/questionnaires/nothing/fairness")).status_code == 404
    assert (await tenant.get("/v1/questionnaires/depth/fairness")).json()["status"] == "insufficient"


async def test_nobody_takes_part_in_pooled_figures_before_agreeing(tenant, other):
    assert (await tenant.get("/v1/pooling")).json() == {"agreed": False, "reason": None, "changed_at": None}

    put = await tenant.put("/v1/pooling", json={"agreed": True, "reason": "our contract"})
    assert (put.status_code, put.json()["agreed"]) == (200, True)
    assert (await other.get("/v1/pooling")).json()["agreed"] is False

    await tenant.put("/v1/pooling", json={"agreed": False, "reason": "no longer"})
    log = (await tenant.get("/v1/audit?action=pooling.put")).json()["data"]
    assert [one["details"]["agreed"] for one in log] == [False, True]
