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
    "event_day": {"day": "day", "count": "int", "ids_hash": "str"},
    "ties": {
        "actor": "person", "target": "person", "count": "int", "days": "int", "first_at": "time", "last_at": "time",
        "community": "str",
    },
    "organisation_ties": {
        "organisation_a": "str", "organisation_b": "str", "weight": "float", "kind": "str", "period": "str",
    },
    "interfaces": {"side_a": "str", "side_b": "str", "why": "str", "weight": "float", "source": "str"},
    "answers": {
        "questionnaire": "str", "version": "str", "assessment": "str", "respondent": "person", "department": "str",
        "rank": "str", "dimension": "str", "item": "str", "value": "float", "seconds": "float", "evidence": "str",
        "dated": "time", "role": "str", "confirmed_by": "str",
    },
    "items": {
        "questionnaire": "str", "version": "str", "item": "str", "level": "int", "ceiling": "str", "dimension": "str",
        "group": "str", "step": "str", "weight": "float", "mandatory": "bool", "effort": "float", "minimum": "float",
        "maximum": "float", "reverse": "bool", "text": "str", "improvement": "str",
    },
    "ratings": {"object": "str", "rater": "person", "item": "str", "value": "float"},
    "survivals": {"unit": "person", "duration": "float", "ended": "bool", "group": "str"},
    "focal": {"organisation": "str"},
    "findings": {"scorer": "str", "field": "str", "number": "float", "text": "str"},
    "people": {"person": "person", "id": "str"},
}  # fmt: skip
