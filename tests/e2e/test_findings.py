"""A finding is served as it was stored, byte for byte."""

import hashlib

import pytest


@pytest.fixture(scope="module")
def results(installation, tmp_path_factory):
    """The envelopes of a small tenant and a client that acts for it."""
    tenant = installation.tenant("findings")
    folder = tmp_path_factory.mktemp("small") / "data"
    installation.run("dataset", "new", folder)
    installation.run("import", folder, **tenant)
    printed = installation.findings("run", "--to", "2026-04-01", **tenant)
    with installation.client(tenant) as client:
        yield client, {one["scorer"]: one for one in client.pages("/v1/results")}, printed


def test_the_etag_is_the_sha256_of_the_bytes_that_are_served(results):
    client, envelopes, printed = results

    for scorer, envelope in envelopes.items():
        answer = client.send("GET", f"/v1/results/{envelope['id']}/finding")
        assert answer.content == printed[scorer]
        assert answer.headers["etag"] == f'"{hashlib.sha256(answer.content).hexdigest()}"'


def test_asking_twice_gives_the_same_bytes(results):
    client, envelopes, _ = results

    for envelope in envelopes.values():
        first, again = (client.send("GET", f"/v1/results/{envelope['id']}/finding").content for _ in range(2))
        assert first == again


def test_the_envelope_carries_the_finding_and_none_of_its_own_fields_enters_it(results):
    client, envelopes, _ = results

    for scorer, envelope in envelopes.items():
        whole = client.ask("GET", f"/v1/results/{envelope['id']}")
        bare = client.ask("GET", f"/v1/results/{envelope['id']}/finding")
        assert whole["finding"].keys() == bare.keys()
        assert whole["finding"]["key"] == bare["key"]
        assert bare["scorer"] == scorer
        assert not {"id", "tenant", "run", "scope", "attempt", "created_at"} & set(bare)
