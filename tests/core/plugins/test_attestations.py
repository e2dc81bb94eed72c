"""Attestations are verified here and now: certificate, log, signature and subject, without a network."""

import base64
import hashlib
import json
import socket
from pathlib import Path

import pytest

from helpers.sigstore import ISSUER, Sigstore
from helpers.wheels import wheel
from kithline_core.errors import Invalid
from kithline_core.plugins.store import allowed, attested, installing, loading
from kithline_core.plugins.store.loading import Terms


@pytest.fixture(scope="module")
def sigstore(tmp_path_factory):
    return Sigstore(tmp_path_factory.mktemp("sigstore"))


@pytest.fixture
def attest(sigstore, sound, tmp_path):
    """Write an attestation of the sound wheel, changed as asked."""

    def write(change=lambda told: told, **how):
        file = tmp_path / "a.attestation"
        file.write_text(json.dumps(change(sigstore.attest(sound, **how))))
        return file

    return write


def verify(file, sigstore, path, trust=None):
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return attested.publisher(file, path.name, digest, str(sigstore.roots) if trust is None else trust)


def test_an_attestation_says_who_published_a_wheel_without_a_network(sigstore, sound, attest, monkeypatch):
    def offline(*_, **__):
        raise AssertionError("nothing is fetched")

    file = attest()
    monkeypatch.setattr(socket.socket, "connect", offline)
    monkeypatch.setattr(socket, "getaddrinfo", offline)
    monkeypatch.setattr(Path, "home", offline)

    found = verify(file, sigstore, sound)

    assert (found.name, found.issuer) == ("https://code.example/acme/echo", ISSUER)


def test_without_a_repository_the_account_is_named(sigstore, sound, attest):
    assert verify(attest(repository=None), sigstore, sound).name == "https://code.example/ann"


def test_an_attestation_does_not_hold_for_another_wheel(sigstore, sound, attest, tmp_path):
    file = attest()
    for other in (wheel(tmp_path / "b", build=2), wheel(tmp_path / "c", version="2.0.0")):
        with pytest.raises(Invalid, match="about another wheel"):
            verify(file, sigstore, other)


def test_an_attestation_of_another_authority_does_not_hold(sigstore, sound, attest, tmp_path):
    stranger = Sigstore(tmp_path)

    with pytest.raises(Invalid, match="does not hold"):
        verify(attest(), stranger, sound)
    with pytest.raises(Invalid, match="does not hold"):
        verify(attest(), sigstore, sound, trust="")  # the public one, which came with the library


def statement(told, **more):
    said = json.loads(base64.b64decode(told["envelope"]["statement"]))
    return base64.b64encode(json.dumps({**said, **more}).encode()).decode()


FORGERIES = {
    "another statement": lambda told: {**told, "envelope": {**told["envelope"], "statement": statement(told, x=1)}},
    "another signature": lambda told: {**told, "envelope": {**told["envelope"], "signature": "AAAA"}},
    "no log entry": lambda told: {
        **told, "verification_material": {**told["verification_material"], "transparency_entries": []}},
    "an entry of nothing": lambda told: {
        **told, "verification_material": {**told["verification_material"], "transparency_entries": [{}]}},
    "no certificate": lambda told: {
        **told, "verification_material": {**told["verification_material"], "certificate": "AAAA"}},
    "another version": lambda told: {**told, "version": 2},
    "a list": lambda told: [told],
}  # fmt: skip


@pytest.mark.parametrize("what", FORGERIES)
def test_a_forged_attestation_does_not_hold(sigstore, sound, attest, what):
    with pytest.raises(Invalid, match="does not hold"):
        verify(attest(FORGERIES[what]), sigstore, sound)


@pytest.mark.parametrize(
    ("about", "words"),
    [
        ({"subject": []}, "more than one file, or about none"),
        ({"predicateType": "https://example.org/whatever"}, "does not hold"),
        ({"subject": [{"name": "acme", "digest": {}}]}, "no name of a wheel"),
    ],
)
def test_a_statement_about_anything_else_does_not_hold(sigstore, sound, attest, about, words):
    with pytest.raises(Invalid, match=words):
        verify(attest(**about), sigstore, sound)


def test_a_file_that_is_not_there_or_too_large_is_refused(sigstore, sound, tmp_path):
    file = tmp_path / "a.attestation"
    with pytest.raises(Invalid, match="cannot be verified"):
        verify(file, sigstore, sound)
    file.write_bytes(b" " * 1_100_000)
    with pytest.raises(Invalid, match="is larger than"):
        verify(file, sigstore, sound)


@pytest.mark.parametrize(
    ("asked", "loads"),
    [
        ("any", True),
        ("https://code.example/acme/echo", True),
        ("https://a.example https://code.example/acme/other", False),
    ],
)
def test_a_host_may_ask_for_a_publisher(sigstore, sound, attest, fresh, asked, loads):
    store = fresh
    made = installing.install(store, sound, attestation=attest())
    test = {"who": "ann", "when": made.record.installed_at, "reason": "read"}
    allowed.decide(store, allowed.Decision(digest=made.record.digest, allowed=True, **test))

    (found,) = loading.load(Terms(store, asked, str(sigstore.roots)))

    assert hasattr(found, "manifest") is loads
    assert loads or "whom this host does not accept" in found.reason
