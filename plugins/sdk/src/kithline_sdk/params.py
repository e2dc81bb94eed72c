"""Ranges for the parameters of scorers: a value outside is refused in words before anything is computed."""

from typing import Annotated

from msgspec import Meta

Share = Annotated[float, Meta(ge=0, le=1)]
Positive = Annotated[float, Meta(gt=0, le=1e9)]
Count = Annotated[int, Meta(ge=1, le=1_000_000)]
Cap = Annotated[int, Meta(ge=0, le=1_000_000, description="0 switches it off")]
DrawCount = Annotated[int, Meta(ge=100, le=20_000)]
Floor = Annotated[int, Meta(ge=1, le=1_000_000)]
