"""What is told of two results: how much each stage made of their difference, as it is stored and served."""

from datetime import datetime

from msgspec import Struct

from kithline_core.engine.delta.parts import Stage


class Compared(Struct, frozen=True, kw_only=True):
    """One of two results. `value`: its score in units of 1e-9 of the whole; `exact`: it is more than what is shown."""

    result: str
    version: str
    plugin_version: str
    window: tuple[datetime, datetime]
    status: str
    score: float | None
    level: int | None
    value: int | None
    exact: bool


class Delta(Struct, frozen=True, kw_only=True):
    """Why two results of a scorer differ: the parts of the stages add up to the difference (units of 1e-9)."""

    scorer: str
    unit: str
    before: Compared
    after: Compared
    difference: int | None
    stages: list[Stage]
    notes: list[str]
