"""Answers about people's data: grounds, identities, corrections, rights, papers."""

from typing import Final

import msgspec

from kithline_api.answers.shared import LATER, Json
from kithline_api.examples import AT, HASH, named
from kithline_core.model.grounds import TEMPLATES

_ISSUED: Final[Json] = {
    "id": named("paper"), "kind": "notice", "language": "en", "sha256": HASH, "issued_at": AT, "outdated_at": None,
}  # fmt: skip
TEXT: Final = "# Information for people whose data are processed\n"
_IDENTITY: Final[Json] = {
    "id": named("identity"), "kind": "person", "alias": "Anna.Weber", "same_as": "p-17", "confidence": 0.95,
    "rule": "same_form", "source": None, "created_at": AT, "undone_at": None,
}  # fmt: skip
_DISPUTED: Final[Json] = {"person": "p-17", "group": "employee", "organisation": "auren", "department": "purchasing"}
_CORRECTING: Final[Json] = {
    **_DISPUTED, "group": "supplier", "organisation": "staffing", "valid_from": AT,
    "source": "dispute/8f14e45fceea167a5a36dedd",
}  # fmt: skip
_DISPUTE: Final[Json] = {
    "id": named("dispute"), "kind": "person", "subject": "p-17", "about": _DISPUTED,
    "claimed": {"group": "supplier", "organisation": "staffing", "valid_from": AT, "valid_to": None},
    "reason": "works for an agency, not for the client", "opened_by": "the person", "state": "open", "decision": None,
    "created_at": AT, "decided_at": None,
}  # fmt: skip
_WITHHELD: Final[Json] = {"effect": "withheld", "why": "figures differ by fewer people than the floor"}

ANSWERS: Final[dict[str, Json]] = {
    "Template": {"name": "employees", "ground": msgspec.to_builtins(TEMPLATES["employees"])},
    "Ground": {
        **msgspec.to_builtins(TEMPLATES["employees"]), "id": named("ground"), "signed_by": "the works council and the board",
        "documents": ["Balancing of interests of 2025-12-01"], "works_agreement": "Works agreement 12 of 2025-12-10",
        "impact_assessment": "DPIA 7 of 2025-12-04",
        "valid_from": AT, "created_at": AT,
    },
    "Identity": _IDENTITY,
    "Suggestions": {
        "data": [{"kind": "person", "id": "Anna.Weber", "same_as": "p-17", "rule": "same_form", "confidence": 0.95}]
    },
    "Merger": {"kind": "person", "standing": "p-17", "memberships": [_DISPUTED], "organisations": [], **_WITHHELD},
    "Dispute": _DISPUTE,
    "Remedy": {
        "memberships": [_DISPUTED], "memberships_then": [{**_DISPUTED, "valid_to": AT}, _CORRECTING],
        "organisations": [], "organisations_then": [], **_WITHHELD,
    },
    "CorrectionEntry": {
        "id": named("correction"), "kind": "withdrawn", "file": "events", "batch": None, "reason": "sent twice",
        "made_by": "data steward (c4k0ra2mve1t)", "counts": {"events": 2, "not_found": 0}, "undoes_id": None,
        "undone_id": None, "created_at": AT,
    },
    "IssuedPaper": _ISSUED,
    "Paper": {
        "kind": "notice", "language": "en", "sha256": HASH, "draft": True, "text": TEXT,
        "facts": {"controller": "Auren Motors", "retention": {"events": 90, "rollups": 396, "results": None}},
        "issued": _ISSUED, "outdated": True, "changed": [{"pointer": "/retention/events", "was": 180, "now": 90}],
    },
    "Job": {
        "id": named("job"), "kind": "privacy.erase", "subject": HASH, "state": "succeeded", "done": 117, "total": 117,
        "receipt": {"ids": 1, "rows": {"memberships": 1, "events": 214, "tie_day": 96}}, "reason": None,
        "created_at": AT, "started_at": AT, "finished_at": LATER,
    },
    "AuditEvent": {
        "id": named("audit"), "action": "privacy.erase", "subject": HASH,
        "details": {"job": named("job"), "reason": "their letter of 2 January"}, "created_at": AT,
    },
    "Retention": {
        "chosen": False, "asked": {"events_days": 90, "rollups_days": 396},
        "holds": {"events_days": 90, "rollups_days": 396}, "shortened_by": [], "next_at": "2026-01-06T02:11:00Z",
        "last_at": None, "estimate": [{"table": "events", "rows": 3120, "oldest": "2025-10-02T07:30:00Z"}],
    },
    "Copy": {"subject": HASH, "data": [{"table": "ties", "row": {"actor": "p-17", "target": "p-4", "count": 12}}]},
}  # fmt: skip
