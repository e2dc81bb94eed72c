"""The local mode from the command line: nothing of the folder leaves this machine but signed findings."""

import base64
import json
import os
import re
import stat

import pytest

from helpers.tenants import Tenant
from helpers.wire import Wire
from kithline_cli.client import Client
from kithline_core import signing
from kithline_core.dataset import write
from kithline_core.dataset.read import read
from kithline_core.errors import Invalid


@pytest.fixture
def folder(tmp_path):
    """A private organisation whose suppliers can be scored."""
    write.write(tmp_path / "data", Tenant(53).dataset)
    return tmp_path / "data"


@pytest.fixture
def key(kithline, tmp_path):
    """A key of the site's, on record, and a ground in the mode local."""
    assert kithline("findings", "keygen", "--out", tmp_path / "site.pem").exit_code == 0
    assert kithline("findings", "register", tmp_path / "site.pem").exit_code == 0
    with Client(os.environ["KITHLINE_URL"], os.environ["KITHLINE_KEY"]) as client:
        client.ask("POST", "/v1/grounds", {"template": "synthetic", "mode": "local"})
    return tmp_path / "site.pem"


def documents(sent):
    """Return what was sent, with the documents that travel in base64 in the clear beside it."""
    inside = re.findall(rb'"document":"([A-Za-z0-9+/=]+)"', sent)
    return bytes(sent) + b"".join(base64.b64decode(one) for one in inside), len(inside)


def test_no_event_and_no_person_is_on_the_wire_and_the_keys_are_those_of_the_server(
    kithline, installation, folder, key, monkeypatch
):
    wire = Wire(os.environ["KITHLINE_URL"])
    monkeypatch.setenv("KITHLINE_URL", wire.url)
    sent = kithline("findings", "send", folder, "--sign-with", key, "--to", "2026-01-01", "--json")
    wire.close()
    monkeypatch.setenv("KITHLINE_URL", installation.credentials.url)

    assert sent.exit_code == 0, sent.output
    here = {one["scorer"]: one["key"] for one in map(json.loads, sent.stdout.splitlines())}
    assert {one["origin"] for one in map(json.loads, sent.stdout.splitlines())} == {"site"}
    data = read(folder)
    said, count = documents(wire.sent)
    assert count == len(here) > 3
    people = {row.person for row in data.rows["people"]}
    events = {row.id for row in data.rows["events"]}
    assert len(people) > 20
    assert len(events) > 100
    assert not [one for one in people | events if re.search(rb"\b%b\b" % re.escape(one.encode()), said)]

    online = installation.tenant("local-twin")
    with installation.client(online) as client:
        client.ask("POST", "/v1/grounds", {"template": "synthetic"})
    installation.run("import", folder, **online)
    there = installation.findings("run", "--to", "2026-01-01", **online)
    assert here == {scorer: json.loads(raw)["key"] for scorer, raw in there.items()}
    with Client(os.environ["KITHLINE_URL"], os.environ["KITHLINE_KEY"]) as client:
        stored = {one["scorer"]: one for one in client.pages("/v1/results")}
        assert {one["origin"] for one in stored.values()} == {"site"}
        for scorer, raw in there.items():
            assert client.send("GET", f"/v1/results/{stored[scorer]['id']}/finding").content == raw


def test_one_scorer_alone_is_sent_and_the_table_says_where_it_was_computed(kithline, folder, key):
    done = kithline("findings", "send", folder, "--sign-with", key, "--scorer", "silos.internal")

    assert done.exit_code == 0, done.output
    (line,) = [line for line in done.stdout.splitlines() if "silos.internal" in line]
    assert "computed at your site" in line
    assert "1 findings sent, signed by sgk_" in done.stdout


def test_a_key_that_is_not_on_record_sends_nothing(kithline, folder, tmp_path):
    kithline("findings", "keygen", "--out", tmp_path / "other.pem")

    done = kithline("findings", "send", folder, "--sign-with", tmp_path / "other.pem")

    assert done.exit_code == 1
    assert "kithline findings register" in done.stderr


def test_a_key_that_is_no_tenants_registers_nothing(kithline, installation, tmp_path):
    kithline("findings", "keygen", "--out", tmp_path / "site.pem")

    done = kithline("findings", "register", tmp_path / "site.pem", "--key", installation.credentials.partner_key)

    assert done.exit_code == 1
    assert "needs the key of a tenant" in done.stderr


def test_a_key_is_for_its_owners_eyes_and_never_written_over(offline, tmp_path):
    path = tmp_path / "site.pem"

    made = offline("findings", "keygen", "--out", path, "--json")
    before = path.read_bytes()
    again = offline("findings", "keygen", "--out", path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert json.loads(made.stdout)["public_key"] == signing.public(signing.load(path))
    assert again.exit_code == 1
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"no key", None])
def test_what_is_no_key_is_refused_with_the_command_that_makes_one(tmp_path, content):
    path = tmp_path / "key"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(Invalid, match="keygen"):
        signing.load(path)


def test_a_key_of_another_kind_is_refused(tmp_path):
    from cryptography.hazmat.primitives.asymmetric import x25519  # noqa: PLC0415 - for this test alone
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat  # noqa: PLC0415

    raw = x25519.X25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "key").write_bytes(raw)

    with pytest.raises(Invalid, match="another kind"):
        signing.load(tmp_path / "key")
