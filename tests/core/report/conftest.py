"""Finding documents by hand: only what a test is about is said."""

import pytest

from kithline_core.engine.document import Document, ShownDriver


def document(scorer="maturity.depth", **said):
    bare = {
        "version": "1.0.0", "status": "ok", "reasons": [], "score": None, "unit": "points", "level": None,
        "level_name": None, "level_probability": None, "interval": None, "bounds": None, "coverage": None,
        "concentration": None, "window": ("2025-10-03T00:00:00Z", "2026-01-01T00:00:00Z"), "measures": {},
        "intervals": {}, "tables": {}, "findings": [], "drivers": [], "missing": [], "recommendations": [],
        "lineage": [], "not_for": ["pay"], "key": "sha256:0",
    }  # fmt: skip
    return Document(scorer=scorer, **{**bare, **said})


def driver(name, contribution=None, gain=None):
    return ShownDriver(name=name, raw=None, sub_score=None, weight=None, contribution=contribution, gain=gain)


def network(ties=(), suppliers=("a", "b", "c"), focal=("hub",), circles=None):
    roles = [*((one, "supplier") for one in suppliers), *((one, "focal") for one in focal)]
    organisations = [
        {"organisation": one, "role": role, "circles": (circles or {}).get(one), "practices": 0.0}
        for one, role in roles
    ]
    rows = [{"a": a, "b": b, "weight": 1.0, "two_way": way} for a, b, way in ties]
    return document("supply.collaboration", tables={"organisations": organisations, "ties": rows})


@pytest.fixture
def made():
    """The makers, for tests that need several documents."""
    return type("Made", (), {"document": document, "driver": driver, "network": network})
