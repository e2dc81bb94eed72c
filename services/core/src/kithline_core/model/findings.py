"""Findings that a tenant computed at its own site, and the keys it signs them with."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from kithline_core.model.shapes import Asked, Stored
from kithline_core.model.types import Text

PublicKey = Annotated[
    str, Meta(pattern=r"^[A-Za-z0-9+/]{43}=(?!\n)$", max_length=44, description="The 32 bytes of an Ed25519 public key, base64")
]  # fmt: skip
Signature = Annotated[str, Meta(pattern=r"^[A-Za-z0-9+/]{86}==(?!\n)$", max_length=88, description="64 bytes, base64")]
# The document, at most 1 MiB of it, in base64.
Encoded = Annotated[str, Meta(min_length=4, max_length=1_398_104, description="The finding document's bytes, base64")]


class NewSigningKey(Asked, frozen=True):
    """A public key: whoever has its private half speaks for the tenant's site.

    `proof`: the key's signature over the tenant's id and the public key.
    """

    title: Text
    public_key: PublicKey
    proof: Signature


class SigningKey(Stored, frozen=True):
    """A public key as it stands; one that was revoked vouches for nothing new."""

    id: UUID
    title: str
    public_key: bytes
    created_at: datetime
    revoked_at: datetime | None


class SignedFinding(Asked, frozen=True):
    """A finding document, for which tenant, the signature over both, whose key that is, and the document's sha256."""

    document: Encoded
    tenant: Annotated[str, Meta(max_length=100, description="For whom it was signed: `tenant_id` of /v1/whoami")]
    signature: Signature
    signing_key: Annotated[str, Meta(max_length=100, description="An id from /v1/signing-keys")]
    sha256: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}(?!\n)$", max_length=64)]
    intended_use: Annotated[str, Meta(max_length=100, description="As of a run")] = "organisation_development"


class Received(Stored, frozen=True):
    """What is stored of a finding that came signed, besides the finding."""

    result_id: UUID
    sha256: str
