"""Drafts papers, records that one was issued, and notices when what it says is no longer true."""

from kithline_core.db import TenantTx, audit, papers
from kithline_core.model.papers import Draft, IssuedPaper, Kind, Language
from kithline_core.papers.configuration import Configuration, changes, digest, facts
from kithline_core.papers.live import configuration
from kithline_core.papers.writing import write


async def draft(tx: TenantTx, kind: Kind, language: Language) -> Draft:
    """Return a paper as the configuration is now, and what changed since it was issued last."""
    told = facts(kind, await configuration(tx))
    issued = next((one for one in await papers.newest(tx) if (one.kind, one.language) == (kind, language)), None)
    sha256 = digest(told)
    return Draft(
        kind=kind, language=language, sha256=sha256, text=write(kind, language, told, sha256), facts=told,
        issued=issued, changed=[] if issued is None else list(changes(issued.facts, told)),
    )  # fmt: skip


async def issue(tx: TenantTx, kind: Kind, language: Language) -> IssuedPaper:
    """Record that the draft as it is now was issued."""
    told = facts(kind, await configuration(tx))
    issued = await papers.issue(tx, kind, language, digest(told), told)
    await audit.record(tx, "paper.issue", f"{kind}/{language}", {"sha256": issued.sha256})
    return issued


async def watch(tx: TenantTx) -> list[IssuedPaper]:
    """Return the papers that a change made untrue, and leave an audit event of each: call it after every such change."""
    issued = await papers.newest(tx)
    whole = await configuration(tx) if issued else None
    return [one for one in issued if whole is not None and await _outdated(tx, one, whole)]


async def _outdated(tx: TenantTx, issued: IssuedPaper, whole: Configuration) -> bool:
    told = facts(issued.kind, whole)  # type: ignore[arg-type]  # the table holds these kinds alone
    # Facts are compared, not hashes: where somebody was erased, both sides carry the same tombstone.
    changed = [change.pointer for change in changes(issued.facts, told)]
    if not changed or not await papers.outdate(tx, issued):
        return False
    # The places of what changed, without what stands there: somebody may be named in it.
    details = {"issued": issued.sha256, "now": digest(told), "changed": changed}
    await audit.record(tx, "paper.outdated", f"{issued.kind}/{issued.language}", details)
    return True
