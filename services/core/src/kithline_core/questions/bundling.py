"""Releases a failure bundle of a result that is an error: a synthetic twin of what was read, and how the scorer failed."""

import base64
import hashlib
from collections.abc import Iterator
from typing import Annotated, Any, Final, Literal, get_args
from uuid import UUID

import msgspec
from msgspec import Meta

from kithline_core import ids, plugins
from kithline_core.db import Database, TenantTx, audit, explanations, rights
from kithline_core.db.kept import Inputs
from kithline_core.engine import questionnaires
from kithline_core.engine.keys import GENERAL
from kithline_core.errors import Conflict, Invalid
from kithline_core.model import pseudonyms
from kithline_core.model.errands import Errand
from kithline_core.model.results import Result
from kithline_core.model.shapes import Asked
from kithline_core.questions import explaining, replaying
from kithline_core.questions.explaining import Stands
from kithline_core.sandbox import Sandbox
from kithline_core.settings import Settings
from kithline_core.twin import CLOSED, Vocabulary, bundle, failing
from kithline_core.twin.bundle import Record
from kithline_core.twin.failing import Failure
from kithline_core.twin.searching import Failed, Found, Rule, search

KIND: Final = "results.bundle"
RELEASED: Final = "bundle.released"
FIELDS: Final = (
    "status", "score", "level", "interval_low", "interval_high", "measure", "finding", "recommendation", "text", "code",
    "effort", "evidence", "community", "period",
)  # fmt: skip
STATUSES: Final = ("ok", "provisional", "insufficient", "withheld", "not_permitted", "not_applicable", "error")
Part = Literal["synthetic_twin", "failure", "parameters"]
PARTS: Final = get_args(Part)


class NotFailed(Conflict):
    """The result is no error: there is nothing to reproduce."""

    code = "not_failed"


class NewBundle(Asked, frozen=True):
    """What is released; each part has to be named, so that nobody releases what they did not know of."""

    releases: Annotated[
        list[Part],
        Meta(min_length=3, max_length=3, description="Each of the three: synthetic_twin, failure, parameters"),
    ]


class Released(msgspec.Struct, frozen=True, kw_only=True):
    """A failure bundle: its file in base64, and what its record says. `reproduces` null: its plugin is not installed here."""

    result: str
    scorer: str
    version: str
    plugin: str
    plugin_version: str
    failure: Failure
    reproduces: bool | None
    sha256: str
    bundle: str


async def ask(tx: TenantTx, result_id: UUID, consent: NewBundle) -> Errand:
    """Ask for a bundle and write down that it was released. Raises NotFound, Invalid, NotFailed, Withheld, InputsGone."""
    if len(set(consent.releases)) < len(PARTS):
        raise Invalid(f"name each part once: {', '.join(PARTS)}", pointer="/releases")
    stands = await failed(tx, result_id)
    told = {"scorer": stands.result.scorer, "version": stands.result.version, "releases": sorted(consent.releases)}
    await audit.record(tx, RELEASED, ids.show("result", result_id), told)
    return await explanations.ask(tx, KIND, {"result": str(result_id)})


async def failed(tx: TenantTx, result_id: UUID) -> Stands:
    """Return a result that is an error, with what it was computed from. Raises NotFound, NotFailed, Withheld, InputsGone."""
    result = await explaining.shown(tx, result_id)
    if result.status != "error":
        name = ids.show("result", result_id)
        raise NotFailed(
            f"the status of {name} is {result.status}: the scorer did not fail, and there is nothing to reproduce"
        )
    return await explaining.stands(tx, result_id)


async def work(db: Database, sandbox: Sandbox, settings: Settings, tenant_id: UUID, asked: dict[str, Any]) -> bytes:  # noqa: ARG001 - every errand is called alike
    """Make the bundle of a result (`result`: its UUID). Raises NotFound, Withheld, InputsGone, NotFailed, Invalid."""
    async with db.tenant(tenant_id) as tx:
        stands, secret = await failed(tx, UUID(asked["result"])), await rights.secret(tx)
    found = replaying.same_rule(stands.result, stands.inputs)
    rule = found and Rule(*found)
    fact = _fact(stands, secret, rule)
    twin = await search(fact, vocabulary(), rule, sandbox)
    told = record(stands.result, stands.inputs, fact, twin)
    return msgspec.json.encode(released(ids.show("result", stands.result.id), told, bundle.packed(told, twin.data)))


def released(result: str, told: Record, file: bytes) -> Released:
    """Return the answer: the file and what its record says."""
    return Released(
        result=result, scorer=told.scorer, version=told.version, plugin=told.plugin, plugin_version=told.plugin_version,
        failure=told.failure, reproduces=told.reproduces, sha256=hashlib.sha256(file).hexdigest(),
        bundle=base64.b64encode(file).decode(),
    )  # fmt: skip


def record(result: Result, inputs: Inputs, fact: Failed, twin: Found) -> Record:
    """Return the record of a bundle."""
    return Record(
        scorer=result.scorer, version=result.version, plugin=inputs.plugin, plugin_version=inputs.plugin_version,
        engine=inputs.engine, floor=fact.floor, parameters=twin.parameters, failure=fact.failure,
        reproduces=twin.reproduces, sha256=hashlib.sha256(twin.data).hexdigest(),
    )  # fmt: skip


def _fact(stands: Stands, secret: bytes, rule: Rule | None) -> Failed:
    inputs = stands.inputs
    # The same for every bundle of a snapshot: what stands for others would tell more with each, were it drawn anew.
    salt = int.from_bytes(pseudonyms.digest(secret, f"{KIND}\0{inputs.kept}")[:8])
    floor = max(int(inputs.parameters.get("floor", 0)), GENERAL["floor"])
    failure = failing.of(stands.document, rule and rule.plugin) or Failure("other")
    return Failed(stands.data, inputs.parameters, floor, failure, salt)


def vocabulary() -> Vocabulary:
    """Return the words that stay: of our schemas, of the questionnaires and scorers that are installed, by column."""
    found = {column: set(words) for column, words in CLOSED.items()}
    for column, word in (*_of_questionnaires(), *_of_scorers()):
        found.setdefault(column, set()).add(word)
    return {column: frozenset(words) for column, words in found.items()}


def _of_questionnaires() -> Iterator[tuple[str, str]]:
    for one in questionnaires.shipped():
        yield from (("questionnaire", one.questionnaire), ("version", one.version))
        for item in one.items:
            named = {name: getattr(item, name) for name in ("item", "ceiling", "dimension", "group", "step")}
            said = {"text": item.text.get("en"), "improvement": item.improvement.get("en")}
            yield from ((column, word) for column, word in (named | said).items() if word)


def _of_scorers() -> Iterator[tuple[str, str]]:
    yield from (("field", word) for word in FIELDS)
    yield from (("text", word) for word in STATUSES)
    for _, spec in plugins.installed().known():
        yield "scorer", spec.key
        yield from (("field", name.partition(".")[0]) for name in spec.measures)
