"""What a score hangs on, as it is answered: ranges with one thing left out, and each gate by itself."""

from typing import Any, Literal

from msgspec import Struct


class Most(Struct, frozen=True, kw_only=True):
    """What moves the score most when it is left out: score, change in points and level without it."""

    name: str
    score: float
    change: float
    level: int | None


class LeftOut(Struct, frozen=True, kw_only=True):
    """Ranges over runs that each leave one thing of a kind out, or `why` they are unknown.

    `tried` of `of` were left out, heaviest first; `withheld` would tell of too few people; `unscored` had no score. `score`
    and `change`: lowest and highest, in points. `levels`: the share of scored runs that end at each level. Of people the
    ends are bounds in whole points, and neither names, shares nor numbers of runs are told: `level_holds` says whether the
    level stays whoever is left out.
    """

    kind: Literal["item", "community", "organisation", "department", "person"]
    method: str
    tried: int
    of: int
    withheld: int
    unscored: int | None
    score: tuple[float, float] | None
    change: tuple[float, float] | None
    levels: dict[str, float] | None
    level_holds: bool | None
    most: Most | None
    why: str | None


class Alone(Struct, frozen=True, kw_only=True):
    """What one gate or driver does by itself: `have` brought to `need`, all else as it is.

    `gain`: by how many points the score would rise, and `level`, from a what-if of `steps` (gates) or as the scorer says
    (drivers; no interval). `reaches`: whether that alone reaches the next level; `why` it does not, or is not known.
    """

    name: str
    kind: Literal["ceiling", "level", "driver"]
    what: str
    have: Any
    need: float | None
    gain: float | None
    interval: Any
    level: int | None
    reaches: bool | None
    steps: list[str]
    why: str | None


class Sensitivity(Struct, frozen=True, kw_only=True):
    """What a score hangs on. Runs are ordinary ones over changed data and never results."""

    hypothetical: bool
    result: str
    scorer: str
    version: str
    status: str
    score: float | None
    level: int | None
    next_level: int | None
    alone: list[Alone]
    alone_why: str | None
    left_out: list[LeftOut]
