"""dataset.json: what the whole folder, or the whole tenant, says about itself."""

from typing import Annotated, Literal

from msgspec import Meta, field

from kithline_core.model.shapes import Asked
from kithline_core.model.types import Id, Text, Time

Nature = Literal["synthetic", "public", "private"]


class Dataset(Asked, frozen=True, omit_defaults=True):
    """Nature (default private), title, languages, time zone, default window and the focal organisations."""

    nature: Nature = "private"
    title: Text | None = None
    languages: Annotated[list[Annotated[str, Meta(max_length=20)]], Meta(max_length=50)] = field(default_factory=list)
    timezone: Text | None = None
    start: Time | None = field(name="from", default=None)
    end: Time | None = field(name="to", default=None)
    focal: Annotated[list[Id], Meta(max_length=100)] | Id = field(default_factory=list)
