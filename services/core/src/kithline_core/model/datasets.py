"""dataset.json: what the whole folder, or the whole tenant, says about itself."""

from typing import Annotated, Literal

from msgspec import Meta, field

from kithline_core.model.shapes import Asked
from kithline_core.model.types import Id, Share, Text, Time

Nature = Literal["synthetic", "public", "private"]
Language = Annotated[str, Meta(max_length=20, pattern=r"^[A-Za-z0-9-]+$")]
# Not Id: msgspec 0.22 ends the process over a union of a list and a string with a pattern.
OneId = Annotated[str, Meta(min_length=1, max_length=200)]


class Affiliation(Asked, frozen=True, omit_defaults=True):
    """Whose word counts first, and from which confidence on somebody is where a row says, or is a program."""

    sources: Annotated[list[Id], Meta(max_length=100)] = field(default_factory=list)
    bar: Share = 0.7
    bot_bar: Share = 0.8


class Dataset(Asked, frozen=True, omit_defaults=True):
    """Nature (default private), title, languages, time zone, default window and the focal organisations."""

    nature: Nature = "private"
    title: Text | None = None
    languages: Annotated[list[Language], Meta(max_length=50)] = field(default_factory=list)
    timezone: Text | None = None
    start: Time | None = field(name="from", default=None)
    end: Time | None = field(name="to", default=None)
    focal: Annotated[list[Id], Meta(max_length=100)] | OneId = field(default_factory=list)
    affiliation: Affiliation = Affiliation()
    # A folder of cells, without persons; `kithline aggregate` writes it.
    mode: Literal["aggregates"] | None = None

    def __post_init__(self) -> None:
        """Refuse a NUL, which Postgres cannot keep. Raises ValueError."""
        if isinstance(self.focal, str) and "\0" in self.focal:
            raise ValueError("focal holds a NUL")
