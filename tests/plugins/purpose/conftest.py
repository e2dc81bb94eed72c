"""Texts and snapshots that several tests of purpose.clarity read."""

from collections.abc import Callable
from typing import Any

import pytest

from kithline_purpose.clarity import Clarity
from kithline_purpose.parameters import Params
from kithline_purpose.reading import Reading, read
from kithline_purpose.tokens import names
from kithline_sdk import Finding, Snapshot
from kithline_sdk.testing import declared, scorer_entry, snapshot

WINDOW = ("2025-10-03", "2026-01-01")
SEED = 20_260_101

# In the spirit of the seed essay: a professional interest, peers who answer, a link to what the host sells.
DESIGN_SPARK = (
    "Electronics design engineers lose days when a question about a circuit or a component stays unanswered. "
    "DesignSpark brings 75,000 design engineers together who answer each other's questions within 24 hours and share "
    "tested schematics and board layouts, so that prototypes reach production two weeks earlier. "
    "Post your first schematic and get a review from three engineers who have built that circuit."
)
VAGUE = "connect with our community"
TWIN = (
    "Connect with our vibrant community of passionate people and unlock synergies that drive engagement, innovation "
    "and growth across our digital ecosystem. Together we leverage best practices, empower stakeholders and shape the "
    "future. Join the conversation on our cutting-edge platform and be part of a world-class journey."
)


@pytest.fixture
def texts() -> dict[str, str]:
    return {"design_spark": DESIGN_SPARK, "vague": VAGUE, "twin": TWIN}


@pytest.fixture
def reading() -> Callable[..., Reading]:
    def of(text: str, language: str | None = None, known: tuple[str, ...] = (), **fields: str) -> Reading:
        return read(text, fields, language, names(known), Params())

    return of


@pytest.fixture
def snap() -> Callable[..., Snapshot]:
    """Tables by name, cut to what the manifest declares; a community may be given as its purpose text alone."""

    def of(communities: list[dict[str, Any] | str], **tables: list[dict[str, Any]]) -> Snapshot:
        rows = [{"community": "c1", "purpose": one} if isinstance(one, str) else one for one in communities]
        whole = snapshot({"communities": rows, **tables}, WINDOW)
        return declared(whole, scorer_entry("kithline_purpose", "purpose.clarity"))

    return of


@pytest.fixture
def score(snap: Callable[..., Snapshot]) -> Callable[..., Finding]:
    def of(communities: list[dict[str, Any] | str], **given: Any) -> Finding:
        params = given.pop("params", {})
        return Clarity().score(snap(communities, **given), Params(**params), SEED)

    return of


@pytest.fixture
def posts() -> Callable[..., list[dict[str, Any]]]:
    """One row a person and day: `people` persons who post in a community, `count` times each."""

    def of(
        community: str, people: int, day: str = "2025-12-20", prefix: str = "p", **more: Any
    ) -> list[dict[str, Any]]:
        row = {"day": day, "community": community, "verb": "posted", "count": 1} | more
        return [{**row, "actor": f"{prefix}{number:03}"} for number in range(people)]

    return of


@pytest.fixture
def answers() -> Callable[..., list[dict[str, Any]]]:
    """Poll answers of one community: values per item, one respondent each."""

    def of(community: str, **items: list[float]) -> list[dict[str, Any]]:
        return [
            {
                "questionnaire": "purpose.poll",
                "assessment": community,
                "respondent": f"r{n:03}",
                "item": item,
                "value": value,
            }
            for item, values in items.items()
            for n, value in enumerate(values)
        ]

    return of
