"""Grounds over employees with everything named that has to be."""

from typing import Any

import msgspec

from kithline_core.model.grounds import TEMPLATES, NewGround

NAMED: dict[str, Any] = {
    "signed_by": "the works council and the board",
    "documents": ["Balancing of interests of 2025-12-01"],
    "works_agreement": "Works agreement 12 of 2025-12-10",
    "impact_assessment": "DPIA 7 of 2025-12-04",
}


def employees(template: str = "employees", **changes: Any) -> NewGround:
    """Return a template over employees, named and signed, with what differs."""
    return msgspec.structs.replace(TEMPLATES[template], **{**NAMED, **changes})


def asked(template: str = "employees", **changes: Any) -> dict[str, Any]:
    """Return the body that asks for it over the API."""
    return {"template": template, **NAMED, **changes}
