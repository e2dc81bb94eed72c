"""Verifies an attestation against roots of trust that lie here: nothing is fetched."""

from pathlib import Path
from typing import Final

import msgspec
from cryptography.x509 import Certificate, SubjectAlternativeName, load_der_x509_certificate
from pypi_attestations import Attestation, AttestationType
from sigstore._internal.tuf import DEFAULT_TUF_URL
from sigstore._utils import read_embedded
from sigstore.models import TrustedRoot
from sigstore.verify import Verifier
from sigstore_models.trustroot.v1 import TrustedRoot as Roots

from kithline_core.errors import Invalid
from kithline_core.plugins.store.attested import Publisher
from kithline_core.plugins.wheel import metadata

# Claims of the signing certificate, as Fulcio numbers them.
ISSUER, REPOSITORY = "1.3.6.1.4.1.57264.1.8", "1.3.6.1.4.1.57264.1.12"
IN_TOTO: Final = "application/vnd.in-toto+json"


class Subject(msgspec.Struct, frozen=True):
    """What a statement is about."""

    name: str
    digest: dict[str, str]


class Statement(msgspec.Struct, frozen=True, rename="camel"):
    """What was signed."""

    subject: list[Subject]
    predicate_type: str


class Whoever:
    """Takes any signer whose certificate holds: who it was is told, and judged by whoever asked."""

    def verify(self, cert: Certificate) -> None:
        """Refuse nobody."""


def verify(content: bytes, wheel: str, digest: str, trust: str) -> Publisher:
    """Return who published the wheel: certificate, log entry, signature and subject are all verified. Raises Invalid."""
    try:
        told = Attestation.model_validate_json(content)
        kind, payload = _verifier(trust).verify_dsse(told.to_bundle(), Whoever())
        _about(kind, payload, wheel, digest)
        return _publisher(told)
    except Invalid:
        raise
    except Exception as error:  # noqa: BLE001 - a stranger's bytes and three libraries: whatever they raise, it is not verified
        raise Invalid(f"its attestation does not hold: {str(error)[:300] or type(error).__name__}") from None


def _verifier(trust: str) -> Verifier:
    if trust:
        return Verifier(trusted_root=TrustedRoot.from_file(trust))
    # The library's own way to these roots writes below the caller's home, and may ask the network.
    return Verifier(trusted_root=TrustedRoot(Roots.from_json(read_embedded("trusted_root.json", DEFAULT_TUF_URL))))


def _about(kind: str, payload: bytes, wheel: str, digest: str) -> None:
    """Refuse a statement about anything else. Raises Invalid, ValueError."""
    statement = msgspec.json.decode(payload, type=Statement)
    AttestationType(statement.predicate_type)
    if kind != IN_TOTO or len(statement.subject) != 1:
        raise Invalid("its attestation is about more than one file, or about none")
    (subject,) = statement.subject
    if metadata.named(Path(subject.name)) != metadata.named(Path(wheel)) or subject.digest.get("sha256") != digest:
        raise Invalid(f"its attestation is about another wheel: {subject.name[:100]}")


def _publisher(told: Attestation) -> Publisher:
    claims = told.certificate_claims
    if REPOSITORY in claims:
        return Publisher(claims[REPOSITORY], claims.get(ISSUER, ""))
    certificate = load_der_x509_certificate(told.verification_material.certificate)
    names = certificate.extensions.get_extension_for_class(SubjectAlternativeName).value
    return Publisher(str(next(iter(names)).value), claims.get(ISSUER, ""))
