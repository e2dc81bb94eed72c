"""Errands over the API: an answer at once where a worker is quick, a place to ask again where it is not."""

import msgspec
import pytest

from kithline_api import errands as waiting
from kithline_core import ids
from kithline_core.db import errands, explanations
from kithline_core.questions import replaying

pytestmark = pytest.mark.anyio


def place(world):
    return world.app.state.db, ids.read("tenant", world.tenant.ids["tenant"])


async def asked(world, kind=explanations.KIND):
    db, tenant = place(world)
    async with db.tenant(tenant) as tx:
        return await errands.insert(tx, kind, {})


async def ended(world, errand, answer, problem=None):
    db, tenant = place(world)
    async with db.tenant(tenant) as tx:
        held = await errands.claim(tx, errand.id, 1.0)
        await errands.finish(tx, held, answer, problem)


def address(errand):
    return f"/v1/errands/{ids.show('errand', errand.id)}"


async def test_an_errand_is_working_until_it_is_answered(world):
    errand = await asked(world)
    before = (await world.tenant.get(address(errand))).json()
    await ended(world, errand, b'{"said":1}')

    after = (await world.tenant.get(address(errand))).json()

    assert (before["state"], before["answer"]) == ("working", None)
    assert (after["state"], after["answer"]) == ("answered", {"said": 1})


async def test_what_nobody_asked_over_the_api_is_not_there(world):
    errand = await asked(world, replaying.ROUND)

    answer = await world.tenant.get(address(errand))

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_a_refused_errand_answers_with_the_refusal(world):
    errand = await asked(world)
    await ended(world, errand, None, {"code": "withheld", "detail": "too few", "pointer": "/overlay"})

    answer = await world.tenant.get(address(errand))

    assert answer.status_code == 409
    assert answer.json()["code"] == "withheld"
    assert answer.json()["errors"][0]["pointer"] == "/overlay"


async def test_whoever_asks_gets_the_answer_or_the_place_where_it_will_be(world):
    slow, quick = await asked(world), await asked(world)
    await ended(world, quick, b'{"said":1}')

    later = await waiting.Answered(*place(world), 0.05)(slow)
    now = await waiting.Answered(*place(world), 1.0)(quick)

    assert (later.status_code, later.headers["location"]) == (202, address(slow))
    assert (now.status_code, msgspec.json.decode(now.content)) == (200, {"said": 1})
