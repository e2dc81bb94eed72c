"""A Sigstore of our own: an authority that certifies who signs, two logs, and attestations that hold against its roots."""

import base64
import hashlib
import json
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pypi_attestations import AttestationType

BEGUN = datetime(2026, 1, 1, tzinfo=UTC)
TYPE = "application/vnd.in-toto+json"
ISSUER = "https://tokens.example"
STAMPS = x509.ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2")
CLAIMS = {"issuer": "1.3.6.1.4.1.57264.1.8", "repository": "1.3.6.1.4.1.57264.1.12"}


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def der(key: Any) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def sign(key: ec.EllipticCurvePrivateKey, data: bytes) -> bytes:
    return key.sign(data, ec.ECDSA(hashes.SHA256()))


class Sigstore:
    """The authority and its logs. `roots` is the file that whoever verifies trusts."""

    def __init__(self, folder: Path) -> None:
        self.authority, self.stamps, self.log = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "ours")])
        self.root = (
            _begin(name, name, self.authority.public_key(), timedelta(days=3650))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(key_cert_sign=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self.authority.public_key()), critical=False)
            .sign(self.authority, hashes.SHA256())
        )
        self.roots = folder / "roots.json"
        self.roots.write_text(json.dumps(self._trusted()))

    def attest(
        self, wheel: Path, repository: str | None = "https://code.example/acme/echo", **changes: Any
    ) -> dict[str, Any]:
        """Return an attestation that somebody published a wheel; `changes` make it about something else."""
        subject = {"name": wheel.name, "digest": {"sha256": hashlib.sha256(wheel.read_bytes()).hexdigest()}}
        told = {
            "_type": "https://in-toto.io/Statement/v1", "subject": [subject],
            "predicateType": AttestationType.PYPI_PUBLISH_V1.value, "predicate": None,
        }  # fmt: skip
        payload = json.dumps({**told, **changes}).encode()
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._certificate(key, repository)
        signature = sign(key, f"DSSEv1 {len(TYPE)} {TYPE} {len(payload)} ".encode() + payload)
        entry = self._entry(certificate, payload, signature)
        return {
            "version": 1,
            "verification_material": {
                "certificate": b64(certificate.public_bytes(Encoding.DER)), "transparency_entries": [entry],
            },
            "envelope": {"statement": b64(payload), "signature": b64(signature)},
        }  # fmt: skip

    def _certificate(self, key: ec.EllipticCurvePrivateKey, repository: str | None) -> x509.Certificate:
        """Return the short-lived certificate of whoever signs, stamped by the log of certificates."""
        plain = (
            _begin(x509.Name([]), self.root.subject, key.public_key(), timedelta(minutes=10))
            .add_extension(_usage(digital_signature=True), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING]), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.authority.public_key()), critical=False
            )
            .add_extension(
                x509.SubjectAlternativeName([x509.UniformResourceIdentifier("https://code.example/ann")]), critical=True
            )
        )
        claims = {"issuer": ISSUER, **({"repository": repository} if repository else {})}
        for name, value in claims.items():
            text = value.encode()
            claim = x509.UnrecognizedExtension(x509.ObjectIdentifier(CLAIMS[name]), bytes([12, len(text)]) + text)
            plain = plain.add_extension(claim, critical=False)
        before = plain.sign(self.authority, hashes.SHA256()).tbs_certificate_bytes
        stamped = plain.add_extension(x509.UnrecognizedExtension(STAMPS, self._stamp(before)), critical=False)
        return stamped.sign(self.authority, hashes.SHA256())

    def _stamp(self, before: bytes) -> bytes:
        at = int(BEGUN.timestamp() * 1000)
        entry = sha(der(self.authority)) + struct.pack("!I", len(before))[1:] + before
        signature = sign(self.stamps, struct.pack("!BBQH", 0, 0, at, 1) + entry + struct.pack("!H", 0))
        own = (
            struct.pack("!B32sQH", 0, sha(der(self.stamps)), at, 0)
            + struct.pack("!BBH", 4, 3, len(signature))
            + signature
        )
        listed = struct.pack("!H", len(own) + 2) + struct.pack("!H", len(own)) + own
        return bytes([4, len(listed)]) + listed if len(listed) < 128 else bytes([4, 129, len(listed)]) + listed

    def _entry(self, certificate: x509.Certificate, payload: bytes, signature: bytes) -> dict[str, Any]:
        """Return the log's only entry, with the proof that it is there."""
        body = json.dumps({
            "apiVersion": "0.0.1", "kind": "dsse", "spec": {
                "payloadHash": {"algorithm": "sha256", "value": sha(payload).hex()},
                "envelopeHash": {"algorithm": "sha256", "value": sha(payload).hex()},
                "signatures": [{"signature": b64(signature), "verifier": b64(certificate.public_bytes(Encoding.PEM))}],
            },
        }).encode()  # fmt: skip
        log, at, root = sha(der(self.log)), int(BEGUN.timestamp()) + 60, sha(b"\0" + body)
        note = f"log.example - 1\n1\n{b64(root)}\n"
        promise = {"body": b64(body), "integratedTime": at, "logID": log.hex(), "logIndex": 0}
        said = json.dumps(promise, separators=(",", ":"), sort_keys=True).encode()
        return {
            "logIndex": "0", "logId": {"keyId": b64(log)}, "kindVersion": {"kind": "dsse", "version": "0.0.1"},
            "integratedTime": str(at), "inclusionPromise": {"signedEntryTimestamp": b64(sign(self.log, said))},
            "inclusionProof": {
                "logIndex": "0", "rootHash": b64(root), "treeSize": "1", "hashes": [],
                "checkpoint": {
                    "envelope": f"{note}\n\u2014 log.example {b64(log[:4] + sign(self.log, note.encode()))}\n"
                },
            },
            "canonicalizedBody": b64(body),
        }  # fmt: skip

    def _trusted(self) -> dict[str, Any]:
        since = {"start": "2020-01-01T00:00:00Z"}
        return {
            "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
            "tlogs": [_log("https://log.example", self.log)], "ctlogs": [_log("https://stamps.example", self.stamps)],
            "certificateAuthorities": [{
                "subject": {"organization": "ours", "commonName": "ours"}, "uri": "https://authority.example",
                "certChain": {"certificates": [{"rawBytes": b64(self.root.public_bytes(Encoding.DER))}]},
                "validFor": since,
            }],
        }  # fmt: skip


def _log(url: str, key: ec.EllipticCurvePrivateKey) -> dict[str, Any]:
    held = {
        "rawBytes": b64(der(key)), "keyDetails": "PKIX_ECDSA_P256_SHA_256", "validFor": {"start": "2020-01-01T00:00:00Z"},
    }  # fmt: skip
    return {"baseUrl": url, "hashAlgorithm": "SHA2_256", "publicKey": held, "logId": {"keyId": b64(sha(der(key)))}}


def _begin(subject: x509.Name, issuer: x509.Name, key: Any, long: timedelta) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key)
        .serial_number(x509.random_serial_number()).not_valid_before(BEGUN).not_valid_after(BEGUN + long)
    )  # fmt: skip


def _usage(**on: bool) -> x509.KeyUsage:
    names = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{name: on.get(name, False) for name in names})
