from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import pytest
from hypothesis import settings

from kithline_network import Silos
from kithline_sdk import Finding
from kithline_sdk.testing import declared, run, scorer_entry, snapshot

# How long an example takes says more about the machine than about the code.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

WINDOW = ("2026-01-01", "2026-04-01")
Score = Callable[..., Finding]


@pytest.fixture(scope="session")
def entry() -> dict[str, Any]:
    return scorer_entry("kithline_network", "silos.internal")


@pytest.fixture(scope="session")
def score(entry) -> Score:
    """Score departments {person: department} with ties [(a, b)], further tables and parameters."""

    def scored(
        people: Mapping[str, str | Sequence[str]] = {},
        ties: Iterable[tuple[str, str]] = (),
        tables: Mapping[str, list[dict[str, object]]] = {},
        **parameters: object,
    ) -> Finding:
        rows = [
            {"person": person, "group": "employee", "department": one}
            for person, several in people.items()
            for one in ([several] if isinstance(several, str) else several)
        ]
        own = {"memberships": rows, "ties": [{"actor": a, "target": b} for a, b in ties]}
        cut = declared(snapshot({**own, **tables}, WINDOW), entry)
        if parameters.get("persons"):
            whole = snapshot({**own, **tables}, WINDOW)
            cut.tables["people"] = whole["people"]
        return run(Silos(), cut, **parameters)

    return scored
