"""What tells a row of a table from others, which of its figures grow by themselves, and which tables follow others."""

from collections.abc import Mapping
from typing import Final

# Columns by which a row is the same one, though it says something else. All tables that a snapshot can hold stand here.
NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "organisations": ("organisation",),
    "memberships": ("person",),
    "populations": ("group", "department"),
    "communities": ("community",),
    "activity_day": ("day", "community", "channel", "actor", "verb", "kind"),
    "tie_day": ("day", "community", "channel", "actor", "target", "verb", "kind", "recipients"),
    "item_use": ("item", "day", "actor", "used_by"),
    "opening": ("community", "channel", "kind", "asker", "opened_at", "answerer"),
    "event_day": ("day",),
    "competitor_day": ("day", "community"),
    "ties": ("actor", "target", "community"),
    "organisation_ties": ("organisation_a", "organisation_b", "kind", "period", "direction", "declared"),
    "interfaces": ("side_a", "side_b", "why"),
    "answers": ("questionnaire", "version", "assessment", "respondent", "item", "role"),
    "items": ("questionnaire", "version", "item"),
    "ratings": ("object", "rater", "item"),
    "survivals": ("unit", "group"),
    "incidents": ("incident",),
    "ideas": ("idea",),
    "decisions": ("decision",),
    "outcomes": ("outcome",),
    "roadmap": ("order", "community"),
    "barriers": ("barrier",),
    "interventions": ("intervention",),
    "value_lines": ("line",),
    "group_ties": ("period", "level", "a", "b"),
    "group_activity": ("period", "community", "group"),
    "waits": ("period", "community", "group"),
    "contributions": ("period", "community", "group"),
    "focal": ("organisation",),
    "findings": ("scorer", "field"),
}
# What grows as time goes on: more of it is new, less of it was taken back.
GROWS: Final[Mapping[str, str]] = {
    "activity_day": "count",
    "tie_day": "count",
    "event_day": "count",
    "competitor_day": "count",
    "ties": "count",
    "survivals": "duration",
}
# Between these a row holds: days, or instants. It left a window, or could not be in it yet, by them alone.
DATED: Final[Mapping[str, tuple[str, str]]] = {
    "activity_day": ("day", "day"),
    "tie_day": ("day", "day"),
    "item_use": ("day", "day"),
    "opening": ("opened_at", "opened_at"),
    "event_day": ("day", "day"),
    "competitor_day": ("day", "day"),
    "memberships": ("valid_from", "valid_to"),
    "organisations": ("valid_from", "valid_to"),
    "ties": ("first_at", "last_at"),
    "interventions": ("started_at", "ended_at"),
    "answers": ("dated", "dated"),
    "incidents": ("occurred_at", "occurred_at"),
    "ideas": ("submitted_at", "submitted_at"),
    "decisions": ("decided_at", "decided_at"),
    "outcomes": ("dated", "dated"),
}
# An event that says something else stands in another row of the same day and people.
NEAR: Final[Mapping[str, tuple[str, ...]]] = {"activity_day": ("day", "actor"), "tie_day": ("day", "actor", "target")}
# Who belongs where, and who is who.
AFFILIATION: Final = ("memberships", "organisations", "populations", "focal")
# Which columns say what a scope chooses by, per table that it chooses from.
SCOPED: Final[Mapping[str, tuple[str, ...]]] = {
    "activity_day": ("community", "channel"),
    "tie_day": ("community", "channel"),
    "opening": ("community", "channel"),
    "competitor_day": ("community",),
    "communities": ("community",),
    "ties": ("community",),
}
# Tables that are made of others: by the columns named, their rows change for the reason those do.
FOLLOWS: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "event_day": (("day",), ("activity_day", "tie_day", "item_use")),
    "items": (("questionnaire", "version"), ("answers",)),
}
# Columns that name an organisation, in tables that speak of ties between them.
ORGANISATIONS: Final = frozenset({"organisation_a", "organisation_b"})
