"""choices.json: what a tenant chose about methods, so that its folder gives the keys that its server stores."""

from typing import Annotated, Any

from msgspec import Meta, field

from kithline_core.model.indices import NewIndexVariant
from kithline_core.model.plugin_choices import Version
from kithline_core.model.shapes import Asked

Key = Annotated[str, Meta(min_length=1, max_length=200)]


class Choices(Asked, frozen=True, omit_defaults=True):
    """Own parameters by scorer, pinned versions by plugin, and named totals of the indices by name."""

    parameters: Annotated[dict[Key, dict[Key, Any]], Meta(max_length=500)] = field(default_factory=dict)
    pinned: Annotated[dict[Key, Version], Meta(max_length=500)] = field(default_factory=dict)
    indices: Annotated[dict[Key, NewIndexVariant], Meta(max_length=500)] = field(default_factory=dict)
