"""The two manners of structs: what we store and show, and what is asked of us."""

from msgspec import Struct


class Stored(Struct, frozen=True, kw_only=True):
    """A row as the database holds it. Ids are UUIDs here; `ids.show` makes them public."""


class Asked(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A request's body: strict, its limits in its types."""
