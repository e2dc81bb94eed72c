"""Whoever may decide about people's data releases a bundle of a failure; it is written down, and holds nobody."""

import base64

import msgspec
import pytest

from helpers.engine import Answering
from helpers.explained import SETTINGS, STAFF, pairs, scored, talking
from helpers.jobs import done
from kithline_core import ids, plugins, privacy
from kithline_core.db import audit, grounds
from kithline_core.errors import Invalid, NotFound, Withheld
from kithline_core.model.rights import AskedRight
from kithline_core.plugins import Installed
from kithline_core.questions import bundling
from kithline_core.questions.bundling import PARTS, NewBundle, NotFailed, Released
from kithline_core.questions.explaining import InputsGone
from kithline_core.sandbox.outcomes import Failed
from kithline_core.twin import bundle
from kithline_core.twin.failing import Failure

pytestmark = pytest.mark.anyio
CRASHING = Answering(Failed("crash", f"KeyError: {STAFF[3]!r}"))
ALL = NewBundle(releases=list(PARTS))


async def failed(db, tenant, **more):
    """Return a result that is an error: its scorer met a name it did not know."""
    return await scored(db, CRASHING, tenant, **more)


async def released(db, sandbox, tenant, result):
    asked = {"result": str(result.id)}
    return msgspec.json.decode(await bundling.work(db, sandbox, SETTINGS, tenant, asked), type=Released)


async def asked(db, tenant, result, consent=ALL):
    async with db.tenant(tenant) as tx:
        return await bundling.ask(tx, result.id, consent)


async def test_a_bundle_holds_how_the_scorer_failed_and_a_twin_and_nobody(db, tenant):
    result = await failed(db, tenant)

    told = await released(db, CRASHING, tenant, result)

    file = base64.b64decode(told.bundle)
    read = bundle.read(file)
    assert (told.failure, told.reproduces, told.scorer) == (Failure("crash", "KeyError"), True, "silos.internal")
    assert read.record.failure == told.failure
    assert read.snapshot["ties"].rows == len(pairs(0))
    assert read.snapshot["memberships"].rows == len(STAFF)
    whole = msgspec.json.encode(read.record) + read.data
    assert [one for one in (*STAFF, "acme", "buying", "selling", result.key) if one.encode() in whole] == []


async def test_where_no_twin_fails_alike_that_is_said(db, sandbox, tenant):
    told = await released(db, sandbox, tenant, await failed(db, tenant))

    assert told.reproduces is False


async def test_where_the_plugin_is_gone_nobody_says_whether_a_twin_fails_alike(db, tenant, monkeypatch):
    result = await failed(db, tenant)
    monkeypatch.setattr(plugins, "installed", lambda: Installed([], []))

    told = await released(db, CRASHING, tenant, result)

    assert (told.reproduces, told.failure) == (None, Failure("crash", "KeyError"))


async def test_a_floor_that_was_raised_holds_for_the_twin_too(db, tenant):
    result = await failed(db, tenant, parameters={"floor": 7})

    record = bundle.read(base64.b64decode((await released(db, CRASHING, tenant, result)).bundle)).record

    assert (record.floor, record.parameters["floor"]) == (7, 7)


async def test_a_release_is_written_down_with_what_was_released(db, tenant):
    result = await failed(db, tenant)

    errand = await asked(db, tenant, result)

    async with db.tenant(tenant) as tx:
        (event,) = await audit.page(tx, action=bundling.RELEASED)
    assert errand.kind == bundling.KIND
    assert event.subject == ids.show("result", result.id)
    assert event.details == {"scorer": result.scorer, "version": result.version, "releases": sorted(PARTS)}


async def test_every_part_has_to_be_named(db, tenant):
    result = await failed(db, tenant)

    with pytest.raises(Invalid) as refused:
        await asked(db, tenant, result, NewBundle(releases=["failure", "failure", "parameters"]))

    assert refused.value.pointer == "/releases"
    async with db.tenant(tenant) as tx:
        assert await audit.page(tx, action=bundling.RELEASED) == []


async def test_what_did_not_fail_has_no_bundle(db, sandbox, tenant):
    result = await scored(db, sandbox, tenant)

    with pytest.raises(NotFailed, match="is ok: the scorer did not fail"):
        await asked(db, tenant, result)


async def test_another_tenant_has_no_bundle_of_it(db, tenant):
    result = await failed(db, tenant)

    with pytest.raises(NotFound):
        await asked(db, await talking(db), result)


async def test_what_is_withheld_has_no_bundle(db, tenant):
    result = await failed(db, tenant)
    async with db.tenant(tenant) as tx:
        for one in await grounds.in_force(tx):
            await grounds.end(tx, one.id)

    with pytest.raises(Withheld):
        await asked(db, tenant, result)


async def test_with_whoever_is_erased_the_bundle_goes(db, tenant):
    result = await failed(db, tenant)
    async with db.tenant(tenant) as tx:
        job = await privacy.request(tx, "erase", AskedRight(person=STAFF[0], reason="their letter"))
    await done(db, tenant, job.id, SETTINGS)

    with pytest.raises(InputsGone):
        await asked(db, tenant, result)
