"""Findings from a tenant's own site: the signature, the form and the ground are checked; the data never comes."""

import asyncio
import base64

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from helpers.tenants import InProcess, Tenant
from kithline_core import ids, offline, signing
from kithline_core.db import results
from kithline_core.engine import document
from kithline_core.engine.document import Document

pytestmark = pytest.mark.anyio
SITE = Ed25519PrivateKey.from_private_bytes(b"a site of tests, in thirty-two b")


@pytest.fixture(scope="module")
def finding():
    """A finding as the engine writes it offline."""

    async def first():
        request = offline.Request(scorers=["silos.internal"])
        (one,) = [one async for one in offline.score(Tenant(3).dataset, request, InProcess())]
        return one

    return asyncio.run(first()).document


@pytest.fixture(scope="module")
async def site(world, anyio_backend):
    """A tenant with a ground in the mode local, and its key on record."""
    await world.tenant.post("/v1/grounds", json={"template": "synthetic", "mode": "local"})
    return await registered(world.tenant, SITE)


async def registered(caller, key, title="our site"):
    made = await caller.post("/v1/signing-keys", json={"title": title, **held(key, caller.ids["tenant"])})
    assert made.status_code == 201, made.text
    return made.json()["id"]


def held(key, tenant):
    """A public key with the proof, for a tenant, that one holds its private half."""
    return {"public_key": signing.public(key), "proof": encoded(signing.prove(key, tenant))}


def encoded(raw):
    return base64.b64encode(raw).decode()


def signed(caller, raw, signing_key, key=SITE, **more):
    return {
        "document": encoded(raw),
        "tenant": caller.ids["tenant"],
        "signature": encoded(signing.sign(key, caller.ids["tenant"], raw)),
        "signing_key": signing_key,
        "sha256": signing.sha256(raw),
        **more,
    }


def changed(raw, **fields):
    return document.encode(msgspec.structs.replace(document.decode(raw), **fields))


async def test_a_signed_finding_becomes_a_result_that_says_where_it_was_computed(world, tenant, site, finding):
    sent = await tenant.post("/v1/findings", json=signed(tenant, finding, site))
    again = await tenant.post("/v1/findings", json=signed(tenant, finding, site))

    assert sent.status_code == again.status_code == 200, sent.text
    assert again.json() == sent.json()
    told = document.decode(finding)
    stored = (await tenant.get(f"/v1/results/{sent.json()['id']}")).json()
    assert (stored["origin"], stored["tier"], stored["key"], stored["score"]) == ("site", "site", told.key, told.score)
    assert stored["finding"]["key"] == told.key
    raw = await tenant.get(f"/v1/results/{sent.json()['id']}/finding")
    assert raw.content == finding
    run = (await tenant.get(f"/v1/runs/{stored['run_id']}")).json()
    assert (run["state"], [task["state"] for task in run["tasks"]]) == ("succeeded", ["done"])
    async with world.app.state.db.tenant(ids.read("tenant", tenant.ids["tenant"])) as tx:
        assert len(await results.page(tx, scorer="silos.internal")) == 1


async def test_a_finding_is_withheld_once_its_ground_has_ended(world, finding):
    caller = world.other
    ground = (await caller.post("/v1/grounds", json={"template": "synthetic", "mode": "local"})).json()["id"]
    key = await registered(caller, SITE)
    sent = (await caller.post("/v1/findings", json=signed(caller, finding, key))).json()

    await caller.post(f"/v1/grounds/{ground}/end")

    assert sent["grounds"] == [ground]
    seen = (await caller.get(f"/v1/results/{sent['id']}")).json()
    assert (seen["status"], seen["score"]) == ("withheld", None)
    without = await caller.post("/v1/findings", json=signed(caller, finding, key))
    assert (without.status_code, without.json()["code"]) == (409, "no_ground")


async def test_a_repetition_shows_no_more_than_may_still_be_seen(world, finding):
    caller = world.other
    ground = (await caller.post("/v1/grounds", json={"template": "synthetic", "mode": "local"})).json()["id"]
    # A window of its own, or an earlier test's result would be found.
    raw = changed(finding, window=("2025-02-01T00:00:00Z", "2025-03-01T00:00:00Z"))
    body, headers = signed(caller, raw, await registered(caller, SITE)), {"idempotency-key": "finding"}
    first = await caller.post("/v1/findings", json=body, headers=headers)
    same = await caller.post("/v1/findings", json=body, headers=headers)

    await caller.post(f"/v1/grounds/{ground}/end")
    again = await caller.post("/v1/findings", json=body, headers=headers)

    assert first.json()["sha256"] == signing.sha256(raw)
    assert same.content == first.content
    assert (again.status_code, again.headers["idempotency-replayed"]) == (200, "true")
    assert (again.json()["id"], again.json()["status"]) == (first.json()["id"], "withheld")
    assert [again.json()[name] for name in ("score", "level", "sha256")] == [None, None, None]


async def test_a_ground_for_another_scorer_is_none(world, finding):
    caller = world.other
    await caller.post("/v1/grounds", json={"template": "synthetic", "mode": "local", "scorers": ["maturity.depth"]})
    key = await registered(caller, SITE)

    refused = await caller.post("/v1/findings", json=signed(caller, finding, key))

    assert refused.json()["code"] == "no_ground"
    assert "silos.internal" in refused.json()["detail"]


async def test_another_document_under_the_same_key_is_a_conflict(tenant, site, finding):
    await tenant.post("/v1/findings", json=signed(tenant, finding, site))
    other = changed(finding, coverage=0.5)

    refused = await tenant.post("/v1/findings", json=signed(tenant, other, site))

    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")


UNSIGNED = {
    "another key's": lambda caller, raw, key: signed(caller, raw, key, Ed25519PrivateKey.generate()),
    "another document's": lambda caller, raw, key: {
        **signed(caller, raw, key), "signature": signed(caller, raw + b" ", key)["signature"],
    },
    "without its prefix": lambda caller, raw, key: {
        **signed(caller, raw, key), "signature": encoded(SITE.sign(raw)),
    },
    "of a proof": lambda caller, raw, key: {
        **signed(caller, raw, key), "signature": encoded(signing.prove(SITE, caller.ids["tenant"])),
    },
}  # fmt: skip


@pytest.mark.parametrize("manner", UNSIGNED)
async def test_a_signature_that_does_not_fit_is_refused(tenant, site, finding, manner):
    refused = await tenant.post("/v1/findings", json=UNSIGNED[manner](tenant, finding, site))

    assert (refused.status_code, refused.json()["code"]) == (422, "signature_invalid")


async def test_a_finding_that_was_signed_for_another_tenant_is_refused(world, tenant, finding):
    caller = world.other
    await caller.post("/v1/grounds", json={"template": "synthetic", "mode": "local"})
    both = [await registered(one, SITE) for one in (tenant, caller)]
    theirs = signed(tenant, finding, both[0])
    before = (await caller.get("/v1/results")).json()["data"]

    replayed = await caller.post("/v1/findings", json={**theirs, "signing_key": both[1]})
    renamed = await caller.post("/v1/findings", json={**theirs, "signing_key": both[1], "tenant": caller.ids["tenant"]})

    assert (replayed.status_code, replayed.json()["code"]) == (422, "other_tenant")
    assert replayed.json()["errors"][0]["pointer"] == "/tenant"
    assert (renamed.status_code, renamed.json()["code"]) == (422, "signature_invalid")
    assert (await caller.get("/v1/results")).json()["data"] == before
    nobody = {**theirs, "tenant": ids.show("tenant", ids.new())}
    unknown = await caller.post("/v1/findings", json=nobody)
    assert (unknown.json()["code"], unknown.json()["detail"]) == ("other_tenant", replayed.json()["detail"])


async def test_a_signature_of_the_first_form_is_refused_in_words(tenant, site, finding):
    sent = signed(tenant, finding, site)
    old = {**sent, "signature": encoded(SITE.sign(b"kithline finding v1\0" + finding))}

    refused = await tenant.post("/v1/findings", json=old)
    nameless = await tenant.post("/v1/findings", json={name: sent[name] for name in sent if name != "tenant"})

    assert (refused.status_code, refused.json()["code"]) == (422, "signature_invalid")
    assert "names no tenant" in refused.json()["detail"]
    assert "kithline findings send" in refused.json()["detail"]
    assert nameless.status_code == 422
    assert nameless.json()["errors"] == [{"pointer": "/tenant", "code": "missing", "message": "This field is required"}]


def proofs(key, caller, other):
    """What does not prove that the caller holds a key."""
    own, tenant = held(key, caller.ids["tenant"]), caller.ids["tenant"]
    return {
        "for another tenant": held(key, other.ids["tenant"]),
        "by another key": {**own, "proof": encoded(signing.prove(Ed25519PrivateKey.generate(), tenant))},
        "a finding's signature": {
            **own,
            "proof": encoded(signing.sign(key, tenant, base64.b64decode(own["public_key"]))),
        },
        "over a point that is none": {**own, "public_key": encoded(b"\x02" + b"\0" * 31)},
    }


async def test_a_key_goes_on_record_only_for_whoever_proves_to_hold_it(world, tenant):
    key = Ed25519PrivateKey.generate()
    for manner, claimed in proofs(key, tenant, world.other).items():
        refused = await tenant.post("/v1/signing-keys", json={"title": "not mine", **claimed})
        assert (refused.status_code, refused.json()["code"]) == (422, "signature_invalid"), manner
        assert refused.json()["errors"][0]["pointer"] == "/proof"
    bare = await tenant.post("/v1/signing-keys", json={"title": "not mine", "public_key": signing.public(key)})

    assert bare.status_code == 422
    assert bare.json()["errors"][0]["pointer"] == "/proof"
    assert "not mine" not in (await tenant.get("/v1/signing-keys")).text


async def test_a_revoked_key_vouches_for_nothing_new(tenant, finding):
    own = Ed25519PrivateKey.generate()
    key = await registered(tenant, own)
    assert (await tenant.delete(f"/v1/signing-keys/{key}")).status_code == 204
    assert (await tenant.delete(f"/v1/signing-keys/{key}")).status_code == 204

    refused = await tenant.post("/v1/findings", json=signed(tenant, finding, key, own))

    assert refused.json()["code"] == "signature_invalid"
    listed = (await tenant.get("/v1/signing-keys")).json()["data"]
    assert [one["revoked_at"] is not None for one in listed if one["id"] == key] == [True]
    assert await registered(tenant, own, "again") == key


REFUSED = {
    "not JSON": lambda _: b"{",
    "with a space": lambda raw: raw + b" ",
    "with a further field": lambda raw: raw[:-1] + b',"x":1}',
    "of another version": lambda raw: changed(raw, version="0.9.0"),
    "with no key": lambda raw: changed(raw, key="sha256:abc"),
    "with a status of its own": lambda raw: changed(raw, status="fine"),
    "with a score beyond the scale": lambda raw: changed(raw, score=100.5),
    "with a level it has not": lambda raw: changed(raw, level=7, level_name="beyond"),
    "with another name for a level": lambda raw: changed(raw, level_name="best"),
    "in another unit": lambda raw: changed(raw, unit="euro"),
    "for appraisal": lambda raw: changed(raw, not_for=[]),
    "with a table of people": lambda raw: changed(raw, tables={"people": [{"person": "anna"}]}),
    "with a measure of one person": lambda raw: changed(raw, measures={"constraint.anna": 0.5}),
    "with a measure nobody knows": lambda raw: changed(raw, measures={"charm": 0.5}),
    "with a window that ends first": lambda raw: changed(raw, window=("2026-01-01T00:00:00Z", "2025-01-01T00:00:00Z")),
    "with a window without a zone": lambda raw: changed(raw, window=("2025-01-01T00:00:00", "2026-01-01T00:00:00")),
    "with a window of words": lambda raw: changed(raw, window=("then", "now")),
}


@pytest.mark.parametrize("manner", REFUSED)
async def test_a_document_the_scorer_could_not_have_written_is_refused(tenant, site, finding, manner):
    refused = await tenant.post("/v1/findings", json=signed(tenant, REFUSED[manner](finding), site))

    assert (refused.status_code, refused.json()["code"]) == (422, "finding_refused"), refused.text
    assert refused.json()["errors"][0]["pointer"] == "/document"


async def test_a_finding_of_a_plugin_that_the_tenant_does_not_use_is_refused(tenant, site, finding):
    plugin = "/v1/plugins/kithline-network"
    await tenant.patch(plugin, json={"enabled": False, "reason": "a test"})

    refused = await tenant.post("/v1/findings", json=signed(tenant, finding, site))
    await tenant.patch(plugin, json={"enabled": None, "reason": "the test is over"})

    assert (refused.status_code, refused.json()["code"]) == (409, "scorer_disabled")


async def test_every_measure_a_scorer_publishes_is_among_those_that_are_taken(tenant, site):
    async def every():
        return [one.document async for one in offline.score(Tenant(12).dataset, offline.Request(), InProcess())]

    for raw in await every():
        sent = await tenant.post("/v1/findings", json=signed(tenant, raw, site))
        assert sent.status_code == 200, (document.decode(raw).scorer, sent.text)


@pytest.mark.parametrize(
    ("change", "code", "status"),
    [
        ({"sha256": "0" * 64}, "invalid", 422),
        ({"document": "e30=\n"}, "invalid", 422),
        ({"signing_key": ids.show("signing_key", ids.new())}, "not_found", 404),
        ({"intended_use": "appraisal"}, "use_refused", 422),
        ({"intended_use": "gossip"}, "invalid", 422),
        ({"signature": "short"}, "invalid", 422),
    ],
)
async def test_what_comes_with_the_document_is_checked(tenant, site, finding, change, code, status):
    refused = await tenant.post("/v1/findings", json={**signed(tenant, finding, site), **change})

    assert (refused.status_code, refused.json()["code"]) == (status, code)


async def test_a_scorer_that_is_not_installed_is_unknown(tenant, site, finding):
    refused = await tenant.post("/v1/findings", json=signed(tenant, changed(finding, scorer="made.up"), site))

    assert refused.json()["code"] == "unknown_scorer"


async def test_a_document_over_a_mebibyte_is_too_large(tenant, site):
    raw = b" " * (1_048_576 + 2)

    refused = await tenant.post(
        "/v1/findings", json={**signed(tenant, raw, site), "document": encoded(raw)[:1_398_104]}
    )

    assert refused.status_code == 422


async def test_findings_of_others_are_nobodys_business(world, tenant, site, finding):
    sent = (await tenant.post("/v1/findings", json=signed(tenant, finding, site))).json()

    assert (await world.other.get(f"/v1/results/{sent['id']}")).status_code == 404
    assert site not in (await world.other.get("/v1/signing-keys")).text


def test_the_struct_of_documents_is_what_the_signature_stands_for():
    assert signing.PREFIX.endswith(b"\0")
    assert Document.__struct_fields__[0] == "scorer"
