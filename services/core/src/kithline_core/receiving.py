"""Takes findings that a tenant computed at its own site: what can be checked without the data is checked.

The signature says who computed it, the form that our engine could have; that the figures are right, only the tenant's
site knows. No floor, window or parameter can be read off a key.
"""

import base64
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final, get_args
from uuid import UUID

import msgspec

from kithline_core import ids, ordering, signing
from kithline_core.choices import choosing
from kithline_core.choices.choosing import Chosen
from kithline_core.db import TenantTx, findings, grounds, results, signing_keys
from kithline_core.engine import document
from kithline_core.engine.document import Document
from kithline_core.errors import Conflict, Invalid, NoGround
from kithline_core.model.findings import NewSigningKey, SignedFinding, SigningKey
from kithline_core.model.results import NewResult, Result
from kithline_core.plugins import ScorerSpec
from kithline_sdk.contract import Status

MOST_BYTES: Final = 1_048_576
STATUSES: Final = frozenset(get_args(Status))
KEY: Final = re.compile(r"sha256:[0-9a-f]{64}")
# Tables and measures that tell figures of single people, which are printed offline alone.
OF_PERSONS: Final = frozenset({"people", "persons"})
_PERSON: Final = "<person>"


class SignatureInvalid(Invalid):
    """The signature is not this key's, or the key was revoked."""

    code = "signature_invalid"


class OtherTenant(Invalid):
    """The finding was signed for another tenant."""

    code = "other_tenant"


class FindingRefused(Invalid):
    """The document is not one that the engine here could have written, or speaks of single people."""

    code = "finding_refused"


async def receive(tx: TenantTx, asked: SignedFinding) -> Result:
    """Store a signed finding; sent again it is the same result.

    Raises Invalid, OtherTenant, SignatureInvalid, FindingRefused, UnknownScorer, ScorerDisabled, PluginSunset,
    UnknownVersion, UseRefused, NotFound for the key, NoGround, Conflict where the same key came with another document.
    """
    ordering.judge_use(asked.intended_use)
    _addressed(tx, asked.tenant)
    raw, signature = _bytes(asked), base64.b64decode(asked.signature)
    key = await signing_keys.get(tx, ids.read("signing_key", asked.signing_key))
    _vouched(key, asked.tenant, raw, signature)
    told, plugin = _vetted(raw, await choosing.of(tx))
    window = _window(told)
    rests_on = await _grounds(tx, told.scorer)
    before = await findings.known(tx, told.scorer, told.key, window)
    if before is not None and before.sha256 != asked.sha256:
        raise Conflict("another document with this scorer, key and window is stored; one key has one finding")
    if before is not None:
        return await results.get(tx, before.result_id)
    new = NewResult(
        scorer=told.scorer, version=told.version, status=told.status, key=told.key, document=raw, score=told.score,
        level=told.level, grounds=rests_on,
    )  # fmt: skip
    made = await findings.insert(tx, new, window, plugin, asked.intended_use, (key.id, signature))
    return await results.get(tx, made)


async def register(tx: TenantTx, asked: NewSigningKey) -> SigningKey:
    """Put a public key on record once it is shown that the sender holds its private half. Raises SignatureInvalid."""
    public_key = base64.b64decode(asked.public_key)
    if not signing.proven(public_key, ids.show("tenant", tx.tenant_id), base64.b64decode(asked.proof)):
        raise SignatureInvalid(
            "the proof is not this key's signature over this tenant's id and the public key; "
            "`kithline findings register` makes it",
            pointer="/proof",
        )
    return await signing_keys.create(tx, asked.title, public_key)


def _addressed(tx: TenantTx, tenant: str) -> None:
    # The same words whether or not the other one exists.
    if tenant != ids.show("tenant", tx.tenant_id):
        raise OtherTenant(
            "the finding was signed for another tenant than the one this API key belongs to", pointer="/tenant"
        )


def _vouched(key: SigningKey, tenant: str, raw: bytes, signature: bytes) -> None:
    if key.revoked_at is not None:
        raise SignatureInvalid("the key was revoked; what it signs is not taken any more", pointer="/signing_key")
    if signing.names_nobody(key.public_key, raw, signature):
        raise SignatureInvalid(
            "the signature is of the first form, which names no tenant and is not taken any more; sign the document "
            "again with this version's `kithline findings send`",
            pointer="/signature",
        )
    if not signing.fits(key.public_key, tenant, raw, signature):
        raise SignatureInvalid(
            "the signature is not this key's over this document for this tenant", pointer="/signature"
        )


def _bytes(asked: SignedFinding) -> bytes:
    try:
        raw = base64.b64decode(asked.document, validate=True)
    except ValueError:
        raise Invalid("the document is not base64", pointer="/document") from None
    if len(raw) > MOST_BYTES:
        raise Invalid(f"the document has {len(raw)} bytes; a finding has {MOST_BYTES} at most", pointer="/document")
    if signing.sha256(raw) != asked.sha256:
        raise Invalid("the document's sha256 is another", pointer="/sha256")
    return raw


def _vetted(raw: bytes, tenant: Chosen) -> tuple[Document, tuple[str, str]]:
    """Return the document and the plugin's name and version.

    Raises FindingRefused, UnknownScorer, and what says that the tenant does not use the plugin.
    """
    try:
        told = document.decode(raw)
    except msgspec.MsgspecError as error:
        raise FindingRefused(f"the document cannot be read: {error}", pointer="/document") from None
    plugin, spec = tenant.find(told.scorer)
    fault = next(_faults(raw, told, spec), None)
    if fault is not None:
        raise FindingRefused(
            f"the document is none that {spec.key} {spec.version} writes: {fault}", pointer="/document"
        )
    return told, (plugin.manifest.plugin, plugin.manifest.version)


def _faults(raw: bytes, told: Document, spec: ScorerSpec) -> Iterator[str]:
    if document.encode(told) != raw:
        yield "its bytes are not the canonical ones"
    if told.version != spec.version:
        yield f"it is of version {told.version}"
    if not KEY.fullmatch(told.key):
        yield "its key is no key"
    if told.status not in STATUSES:
        yield f"{told.status!r} is no status"
    yield from _of_levels(told, spec)
    if told.unit != spec.unit or told.not_for != spec.not_for:
        yield "its unit or what it is not for is not the scorer's"
    if OF_PERSONS & told.tables.keys():
        yield "it holds a table of single people"
    yield from (f"{name!r} is not among its measures" for name in told.measures if not _is_measure(name, spec))


def _of_levels(told: Document, spec: ScorerSpec) -> Iterator[str]:
    if told.score is not None and not 0 <= told.score <= 100:  # noqa: PLR2004 - points
        yield "its score lies outside 0 and 100"
    named = None if told.level is None or not 0 <= told.level < len(spec.levels) else spec.levels[told.level]
    if told.level_name != named:
        yield "its level is none of the scorer's"


def _is_measure(name: str, spec: ScorerSpec) -> bool:
    """Say whether a measure follows a pattern of the manifest that is not one of single people."""
    return any(_shape(pattern).fullmatch(name) for pattern in spec.measures if _PERSON not in pattern)


def _shape(pattern: str) -> re.Pattern[str]:
    parts = [re.escape(part) for part in re.split(r"<[^>]*>", pattern)]
    return re.compile(r"(?:(?:community|period):[^.]+\.)?" + r"[^.]+".join(parts))


def _window(told: Document) -> tuple[datetime, datetime]:
    try:
        start, end = (datetime.fromisoformat(text) for text in told.window)
    except ValueError:
        raise FindingRefused("the document's window is none", pointer="/document") from None
    if start.tzinfo is None or end.tzinfo is None or start >= end:
        raise FindingRefused("the document's window is none", pointer="/document")
    return start, end


async def _grounds(tx: TenantTx, scorer: str) -> list[UUID]:
    """Return the ground a finding rests on: one of mode local before any other. Raises NoGround, ModeNotAllowed."""
    held = await grounds.require(tx, form="findings")
    allowing = [one for one in held if one.allows(scorer)]
    if not allowing:
        raise NoGround(f"no processing ground in force allows {scorer}; put one on record first")
    local = [one for one in allowing if one.mode == "local"]
    return [(local or allowing)[0].id]
