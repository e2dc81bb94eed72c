"""The tables a snapshot can hold, with their columns and types: what a manifest may ask for.

Types: `int`, `float`, `bool`, `str`, `time` (microseconds since 1970, UTC), `day` (days since 1970, UTC) and
`person` (a dense number, in the order of the people's ids; scorers never see an id).
"""

from typing import Final, Literal

ColumnType = Literal["int", "float", "bool", "str", "time", "day", "person"]

CATALOGUE: Final[dict[str, dict[str, ColumnType]]] = {
    "organisations": {
        "organisation": "str", "name": "str", "role": "str", "tier": "int", "owner": "str", "circles": "str",
        "competing": "str", "aliases": "str", "valid_from": "time", "valid_to": "time",
    },
    "memberships": {
        "person": "person", "group": "str", "organisation": "str", "department": "str", "rank": "str",
        "manager": "person", "leader": "bool", "valid_from": "time", "valid_to": "time",
    },
    "populations": {"group": "str", "department": "str", "count": "int"},
    "communities": {
        "community": "str", "name": "str", "purpose": "str", "audience": "str", "activity": "str", "object": "str",
        "outcome": "str", "measure": "str", "due": "str", "owner": "str", "launched_at": "time", "invited": "int",
        "asked": "int", "access": "str", "kind": "str", "visibility": "str", "sensitive": "bool", "language": "str",
    },
    "activity_day": {
        "day": "day", "community": "str", "channel": "str", "actor": "person", "verb": "str", "kind": "str",
        "count": "int", "first_at": "time", "last_at": "time",
    },
    "tie_day": {
        "day": "day", "community": "str", "channel": "str", "actor": "person", "target": "person", "verb": "str",
        "kind": "str", "recipients": "int", "count": "int", "first_at": "time", "last_at": "time",
    },
    "item_use": {"item": "str", "day": "day", "actor": "person", "used_by": "person"},
    "opening": {
        "community": "str", "channel": "str", "kind": "str", "asker": "person", "opened_at": "time",
        "answerer": "person", "answered_at": "time",
    },
    "event_day": {"day": "day", "count": "int", "ids_hash": "str"},
    "competitor_day": {"day": "day", "community": "str", "count": "int"},
    "ties": {
        "actor": "person", "target": "person", "count": "int", "days": "int", "first_at": "time", "last_at": "time",
        "community": "str",
    },
    "organisation_ties": {
        "organisation_a": "str", "organisation_b": "str", "weight": "float", "kind": "str", "period": "str",
        "direction": "str", "declared": "bool",
    },
    "interfaces": {"side_a": "str", "side_b": "str", "why": "str", "weight": "float", "source": "str"},
    "answers": {
        "questionnaire": "str", "version": "str", "assessment": "str", "respondent": "person", "department": "str",
        "rank": "str", "dimension": "str", "item": "str", "value": "float", "seconds": "float", "evidence": "str",
        "dated": "time", "role": "str", "confirmed_by": "str", "respondents": "int", "language": "str",
    },
    "items": {
        "questionnaire": "str", "version": "str", "item": "str", "level": "int", "ceiling": "str", "dimension": "str",
        "group": "str", "step": "str", "weight": "float", "mandatory": "bool", "effort": "float", "minimum": "float",
        "maximum": "float", "reverse": "bool", "text": "str", "improvement": "str",
    },
    "ratings": {"object": "str", "rater": "person", "item": "str", "value": "float"},
    "survivals": {"unit": "person", "duration": "float", "ended": "bool", "group": "str"},
    "incidents": {
        "incident": "str", "occurred_at": "time", "acknowledged_at": "time", "remedied_at": "time", "public": "bool",
        "community": "str", "evidence": "str",
    },
    "ideas": {
        "idea": "str", "submitted_at": "time", "group": "str", "department": "str", "community": "str",
        "status": "str", "decided_at": "time", "implemented_at": "time", "implementer": "str", "evidence": "str",
    },
    "decisions": {"decision": "str", "decided_at": "time", "department": "str", "cites": "str", "evidence": "str"},
    "outcomes": {
        "outcome": "str", "dated": "time", "kind": "str", "department": "str", "community": "str", "verified": "bool",
        "ours": "bool", "theirs": "bool", "evidence": "str",
    },
    "roadmap": {
        "purpose": "str", "order": "int", "community": "str", "horizon": "str", "value": "str", "risk": "str",
        "investment": "str", "signed_by": "str", "decides": "str",
    },
    "barriers": {
        "barrier": "str", "code": "str", "strength": "str", "owner": "str", "countermeasure": "str", "gate": "str",
        "open": "bool",
    },
    "interventions": {
        "intervention": "str", "started_at": "time", "ended_at": "time", "kind": "str", "aim": "str",
        "department": "str", "community": "str", "owner": "str", "evidence": "str",
    },
    "value_lines": {
        "line": "str", "side": "str", "kind": "str", "count_low": "float", "count_likely": "float", "count_high": "float",
        "unit_low": "float", "unit_likely": "float", "unit_high": "float", "attribution_low": "float",
        "attribution_likely": "float", "attribution_high": "float", "start_month": "int", "evidence": "str",
        "driver": "str", "overlaps": "str", "discount_rate": "float",
    },
    "group_ties": {
        "period": "str", "level": "str", "a": "str", "b": "str", "people_a": "int", "people_b": "int",
        "ties": "float", "forward": "int", "backward": "int", "members": "int", "met": "int", "departments": "int",
        "departments_at_floor": "int", "within": "float", "expected": "float", "items": "int", "adopted": "int",
        "sharing": "int", "evenness": "float",
    },
    "group_activity": {
        "period": "str", "community": "str", "group": "str", "contributors": "int", "contributions": "int",
        "events": "int",
    },
    "waits": {
        "period": "str", "community": "str", "group": "str", "people": "int", "openings": "int", "answered": "int",
        "within_24h": "int", "within_168h": "int", "median_hours": "float",
    },
    "contributions": {
        "period": "str", "community": "str", "group": "str", "least": "int", "most": "int", "contributors": "int",
        "contributions": "int",
    },
    "focal": {"organisation": "str"},
    "findings": {"scorer": "str", "field": "str", "number": "float", "text": "str"},
    "people": {"person": "person", "id": "str"},
}  # fmt: skip
