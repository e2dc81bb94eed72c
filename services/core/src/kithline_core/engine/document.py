"""The finding document: what a result says, a pure function of its key (rulings 1.2 and 1.6)."""

from typing import Any

import msgspec

from kithline_sdk.contract import Interval, Missing, Note, Recommendation, Value


class Lineage(msgspec.Struct, frozen=True, kw_only=True):
    """Where figures come from: table, filter, window, how many rows or events, and the sha256 of their sorted ids."""

    table: str
    filter: str
    window: tuple[str, str]
    count: int
    ids_hash: str


class ShownDriver(msgspec.Struct, frozen=True, kw_only=True):
    """A driver with its contribution and gain in points (or logarithms, where the score is geometric)."""

    name: str
    raw: Value
    sub_score: float | None
    weight: float | None
    contribution: float | None
    gain: float | None


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """All fields, in the order in which they are written."""

    scorer: str
    version: str
    status: str
    reasons: list[str]
    score: float | None
    unit: str
    level: int | None
    level_name: str | None
    level_probability: float | None
    interval: Interval | None
    bounds: tuple[float, float] | None
    coverage: float | None
    concentration: float | None
    window: tuple[str, str]
    measures: dict[str, Any]
    intervals: dict[str, Interval]
    tables: dict[str, list[dict[str, Value]]]
    findings: list[Note]
    drivers: list[ShownDriver]
    missing: list[Missing]
    recommendations: list[Recommendation]
    lineage: list[Lineage]
    not_for: list[str]
    key: str


def encode(document: Document) -> bytes:
    """Return the bytes that are stored, served and printed."""
    return msgspec.json.encode(document)


def decode(document: bytes) -> Document:
    """Read stored bytes back."""
    return msgspec.json.decode(document, type=Document)


def withheld(document: Document, why: list[Missing]) -> Document:
    """Return what is left of a document that may not be shown: which scorer, which window, which key, and why."""
    return Document(
        scorer=document.scorer, version=document.version, status="withheld", reasons=[one.reason for one in why], score=None,
        unit=document.unit, level=None, level_name=None, level_probability=None, interval=None, bounds=None,
        coverage=None, concentration=None, window=document.window, measures={}, intervals={}, tables={}, findings=[],
        drivers=[], missing=why, recommendations=[], lineage=[], not_for=document.not_for, key=document.key,
    )  # fmt: skip
