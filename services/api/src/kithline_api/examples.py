"""Examples of the OpenAPI document, by schema name; a test decodes each as what it stands for."""

from typing import Any, Final
from uuid import UUID

from kithline_api.catalogue import Kind
from kithline_core import ids

AT: Final = "2026-01-05T09:00:00Z"
HASH: Final = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
PUBLIC_KEY: Final = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
_REQUEST: Final = "req_agnijy4yplpvxajcmvrsmh6zqm"
_SOME: Final = UUID("019b8d8b-9a87-7ae0-a7c2-1c6f9d0a3b51")

PARAMETERS: Final[dict[str, Any]] = {
    "external_id": "auren",
    "key": "quick-scan",
    "version": "1",
    "paper": "notice",
    "plugin": "kithline-network",
    "scorer": "silos.internal",
    "name": "no-ground",
    "verb": "crm.called",
    "batch": "forum-2025",
    "variant": "board",
    "table": "events",
    "Idempotency-Key": "7b1f0c5e-run-of-today",
}

BY_NAME: Final[dict[str, Any]] = {
    "OrganisationRow": {"organisation": "auren", "name": "Auren Motors", "role": "focal"},
    "PersonRow": {"person": "p-17", "group": "employee", "organisation": "auren", "department": "purchasing"},
    "IdentityRow": {"kind": "person", "id": "Anna.Weber", "same_as": "p-17", "confidence": 0.95, "rule": "same_form"},
    "PopulationRow": {"group": "employee", "department": "purchasing", "count": 84},
    "CommunityRow": {"community": "battery", "name": "Battery circle", "purpose": "Cut scrap by a third by June"},
    "EventRow": {
        "id": "m-1", "source": "forum", "occurred_at": AT, "actor": "p-17", "verb": "replied", "target": "p-4",
        "community": "battery",
    },
    "TieRow": {"actor": "p-17", "target": "p-4", "count": 12},
    "OrganisationTieRow": {"organisation_a": "auren", "organisation_b": "cellworks", "weight": 3.0, "period": "2026-Q1"},
    "AnswerRow": {"questionnaire": "quick-scan", "assessment": "2026-1", "item": "L1.1", "value": 3, "respondent": "p-17"},
    "InterfaceRow": {"side_a": "purchasing", "side_b": "engineering", "why": "release of parts"},
    "RatingRow": {"object": "battery", "rater": "r-1", "item": "clarity", "value": 3},
    "SurvivalRow": {"unit": "p-17", "duration": 64.5, "ended": True},
    "IncidentRow": {"incident": "inc-3", "occurred_at": AT, "public": True, "evidence": "https://status.example/3"},
    "IdeaRow": {"idea": "i-12", "submitted_at": AT, "group": "supplier", "status": "open"},
    "DecisionRow": {"decision": "d-4", "decided_at": AT, "department": "engineering", "cites": "i-12"},
    "OutcomeRow": {"outcome": "o-2", "dated": AT, "kind": "process", "verified": True, "ours": True, "theirs": True},
    "RoadmapRow": {"purpose": "scrap", "order": 1, "community": "battery", "decides": "technology;policy"},
    "BarrierRow": {"barrier": "b-1", "code": "property", "strength": "high", "open": True},
    "InterventionRow": {"intervention": "n-1", "started_at": AT, "aim": "supply.collaboration"},
    "GroupTieRow": {"period": "2026-Q1", "level": "group", "a": "employee", "b": "supplier", "people_a": 41, "people_b": 63},
    "GroupActivityRow": {"period": "2026-Q1", "community": "battery", "group": "supplier", "contributors": 17},
    "WaitRow": {"period": "2026-Q1", "group": "supplier", "people": 12, "openings": 30, "answered": 24},
    "ContributionRow": {"period": "2026-Q1", "least": 4, "most": 7, "contributors": 9, "contributions": 47},
    "NewSigningKey": {"title": "site of Auren Motors", "public_key": PUBLIC_KEY, "proof": "A" * 86 + "=="},
    "SignedFinding": {
        "document": "eyJzY29yZXIiOiJzaWxvcy5pbnRlcm5hbCJ9", "signature": "A" * 86 + "==", "sha256": HASH,
        "signing_key": ids.show("signing_key", _SOME), "tenant": ids.show("tenant", _SOME),
    },
    "NewPartner": {"title": "Engage platform"},
    "NewPartnerKey": {"title": "production"},
    "NewGrant": {"given_by": "Auren Motors", "external_id": "auren", "document": "contract of 2026-01-02"},
    "NewTenant": {"title": "Auren Motors"},
    "FirstKey": {"title": "production"},
    "NewKey": {"title": "importer", "scopes": ["events:write", "people:write"]},
    "AskedGround": {
        "template": "employees", "signed_by": "the works council and the board",
        "documents": ["Balancing of interests of 2025-12-01"], "works_agreement": "Works agreement 12 of 2025-12-10",
        "impact_assessment": "DPIA 7 of 2025-12-04",
    },
    "EventsWithdrawal": {"source": "forum", "ids": ["m-1", "m-2"], "reason": "sent twice", "by": "data steward"},
    "RowsWithdrawal": {"rows": [{"group": "employee", "department": "purchasing"}], "reason": "of another company"},
    "WhyUndone": {"reason": "the export was of the wrong year"},
    "NewScope": {
        "scope": "suppliers-only", "communities": ["battery"], "owner": "head of purchasing",
        "reason": "other places hold no suppliers",
    },
    "NewAssessment": {"questionnaire": "quick-scan", "assessment": "2026-1"},
    "Questionnaire": {
        "questionnaire": "pulse", "version": "1", "title": {"en": "Pulse"},
        "items": [{"item": "P1", "text": {"en": "We decide together"}, "level": 1}],
    },
    "NewImport": {"file": "events", "format": "ndjson", "bytes": 181_402_113, "batch": "forum-2025", "sha256": HASH},
    "NewVerb": {"title": "Called by phone", "activity": "Offer", "required": ["target"]},
    "CloudEvent": {
        "specversion": "1.0", "id": "m-1", "source": "forum", "type": "replied", "time": AT, "subject": "battery",
        "data": {"actor": "p-17", "target": "p-4"},
    },
    "Dataset": {"nature": "public", "title": "Auren Motors", "focal": ["auren"]},
    "NewIndexVariant": {
        "title": "For the board",
        "reason": "what the strategy of 2026 is about",
        "indices": ["depth", "supply"],
        "aggregation": "geometric",
        "budget": {
            "document": "minutes of 2026-01-02",
            "allocations": [
                {"depth": 60, "supply": 40},
                {"depth": 50, "supply": 50},
                {"depth": 70, "supply": 30},
                {"depth": 40, "supply": 60},
                {"depth": 50, "supply": 50},
            ],
        },
        "imputation": "none",
    },
    "NewBundle": {"releases": ["synthetic_twin", "failure", "parameters"]},
    "WhatIf": {
        "result_id": ids.show("result", _SOME),
        "overlay": {"answers": [{"item": "WF.2", "value": 4, "evidence": True}], "ceilings": {"leadership": 4}},
    },
    "ValueModel": {
        "lines": [
            {"line": "scrap", "side": "benefit", "unit_value": {"low": 10_000, "likely": 25_000, "high": 40_000}}
        ],
        "discount_rate": 0.08,
    },
    "NewIdentity": {"kind": "organisation", "id": "Cellworks Ltd", "same_as": "cellworks", "reason": "the same register entry"},
    "NewDispute": {
        "membership": {
            "person": "p-17", "group": "employee", "organisation": "auren", "department": "purchasing",
            "claimed": {"group": "supplier", "organisation": "staffing", "valid_from": AT},
        },
        "reason": "works for an agency, not for the client", "opened_by": "the person",
    },
    "Decision": {"reason": "the contract names the agency"},
    "AskedRight": {"person": "p-17", "reason": "their letter of 2 January"},
    "AskedLift": {"person": "p-17", "reason": "their letter of 9 January", "right": "restrict"},
    "AskedDownload": {"person": "p-17"},
    "AskedRetention": {"events_days": 90, "rollups_days": 396, "reason": "as agreed with the works council"},
    "NewPooling": {"agreed": True, "reason": "contract of 2026-01-02, section 4"},
    "NewChoice": {"enabled": True, "pinned": "1.0.0", "reason": "2.0.0 is compared first"},
    "NewParameters": {"parameters": {"min_events": 3}, "reason": "a single exchange is no tie here"},
    "NewShadow": {"version": "2.0.0"},
    "NewDecision": {"decision": "accept", "reason": "no level changed in 40 runs"},
    "AskedRun": {"intended_use": "organisation_development", "scorers": ["silos.internal"]},
}  # fmt: skip


def named(kind: str) -> str:
    """Return the public id of something of this kind."""
    return ids.show(kind, _SOME)


def problem(kind: Kind) -> dict[str, Any]:
    """Return a problem of a kind as it is sent."""
    return {
        "type": kind.type,
        "title": kind.title,
        "status": kind.status,
        "detail": kind.meaning,
        "code": kind.code,
        "request_id": _REQUEST,
    }
