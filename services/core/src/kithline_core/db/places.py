"""Where in the tenant's tables a person's id can stand: what erasure goes through, and what access shows.

A test walks the schema: a column of text or JSON that is neither here nor among the person-free ones fails it.
"""

from collections.abc import Mapping
from typing import Final

import msgspec

from kithline_core.model.rights import speaks


class Place(msgspec.Struct, frozen=True):
    """Columns of one table.

    `people` hold a person's id as their value. `names` are ids of other things that may be a person's id or hold it;
    `texts` (also lists and JSON) may hold it somewhere; `images` are other tables' rows as JSON. `kind`: only rows of
    this kind.
    """

    table: str
    people: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    kind: str | None = None

    def searched(self, person: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the columns whose whole value may be this id, and those in whose values it is looked for."""
        if speaks(person):
            return self.people, (*self.names, *self.texts, *self.images)
        return (*self.people, *self.names, *self.images), ()


# In the order of the work: what another table's rows follow by a foreign key comes first, what the work itself needs last.
PLACES: Final = (
    Place("memberships", ("person", "manager"), (), ("organisation", "department", "rank", "source")),
    Place("identities", ("id", "same_as"), (), ("rule", "source"), kind="person"),
    Place("identities", (), ("id", "same_as"), ("rule", "source"), kind="organisation"),
    Place("ties", ("actor", "target"), (), ("community",)),
    Place("ratings", ("rater",), ("object",), ("item",)),
    Place("survivals", ("unit",), (), ("group",)),
    Place("assessments", texts=("questionnaire", "assessment", "version", "title")),
    Place(
        "answers",
        ("respondent", "confirmed_by"),
        (),
        ("version", "item", "department", "rank", "dimension", "evidence"),
    ),
    Place(
        "events",
        ("actor", "target"),
        ("id", "thread", "parent", "object", "supersedes"),
        ("source", "community", "channel", "batch"),
    ),
    Place("activity_day", ("actor",), (), ("community", "channel")),
    Place("tie_day", ("actor", "target"), (), ("community", "channel")),
    Place("item_use", ("actor", "used_by"), ("item",), ("community", "practice_community")),
    Place(
        "opening",
        ("asker", "answerer"),
        (),
        ("community", "channel", "answer_community", "answer_channel"),
    ),
    Place("competitor_day", texts=("community",)),
    Place(
        "organisations",
        texts=("organisation", "name", "owner", "circles", "competing", "aliases", "successor"),
    ),
    Place("populations", texts=("department",)),
    Place(
        "communities",
        names=("owner", "hosts"),
        texts=("community", "name", "purpose", "audience", "activity", "object", "outcome", "measure", "due"),
    ),
    Place("interfaces", texts=("side_a", "side_b", "why", "source")),
    Place("organisation_ties", texts=("organisation_a", "organisation_b", "kind")),
    Place("value_lines", texts=("line", "document")),
    Place("datasets", texts=("document",)),
    Place("incidents", texts=("incident", "community", "evidence")),
    Place("ideas", texts=("idea", "department", "community", "implementer", "evidence")),
    Place("decisions", texts=("decision", "department", "cites", "evidence")),
    Place("outcomes", texts=("outcome", "kind", "department", "community", "evidence")),
    Place(
        "roadmap",
        texts=("purpose", "community", "horizon", "value", "risk", "investment", "signed_by", "decides"),
    ),
    Place("barriers", texts=("barrier", "code", "strength", "owner", "countermeasure", "gate")),
    Place("interventions", texts=("intervention", "kind", "aim", "department", "community", "owner", "evidence")),
    Place("group_ties", texts=("a", "b")),
    Place("group_activity", texts=("community", "group")),
    Place("waits", texts=("community", "group")),
    Place("contributions", texts=("community", "group")),
    Place("signing_keys", texts=("title",)),
    Place("imports", texts=("batch", "header")),
    Place("import_rejects", texts=("pointer", "message")),
    Place("verb_schemas", texts=("title", "required")),
    Place("batches", texts=("batch",)),
    Place("batch_rows", images=("before", "after")),
    Place("batch_events", (), ("id",), ("source",)),
    Place("corrections", texts=("batch", "reason", "made_by", "counts")),
    Place("corrected_events", (), ("id",), ("source",)),
    Place("corrected_rows", images=("image",)),
    Place("issued_papers", texts=("facts",)),
    Place("questionnaires", texts=("questionnaire", "version", "document")),
    Place("index_variants", texts=("variant", "document")),
    Place("scopes", texts=("scope", "title", "reason", "owner", "communities", "channels")),
    Place(
        "processing_grounds",
        texts=("title", "purposes", "legal_entity", "documents", "works_agreement", "impact_assessment", "signed_by"),
    ),
    Place("disputes", ("subject",), (), ("reason", "opened_by", "decision"), ("about", "claimed"), kind="person"),
    Place("disputes", (), ("subject",), ("reason", "opened_by", "decision"), ("about", "claimed"), kind="organisation"),
    Place("runs", texts=("requested",)),
    Place("run_tasks", texts=("parameters", "reason")),
    Place("attempts", texts=("outcome",)),
    Place("results", texts=("published",)),
    Place("result_inputs", texts=("parameters",)),
    Place("pooling", texts=("reason",)),
    Place("plugin_choices", texts=("reason",)),
    Place("plugin_parameters", texts=("parameters", "reason")),
    Place("shadows", texts=("reason",)),
    Place("replays", texts=("path",)),
    Place("outbox", texts=("payload",)),
    Place("api_keys", texts=("title",)),
    Place("audit_events", texts=("subject", "details")),
    Place("errands", texts=("asked", "problem")),
    Place("jobs", texts=("parameters", "place", "receipt", "reason")),
    Place("person_rights", ("person",)),
)  # fmt: skip

# Columns that hold words of ours, numbers of ours or hashes, and so nobody's id; and those that follow another's.
PERSON_FREE: Final[Mapping[str, frozenset[str]]] = {
    name: frozenset(columns.split())
    for name, columns in {
        "tenants": "external_id title text_secret",
        "api_keys": "key_id secret_hash scopes",
        "processing_grounds": "basis groups country scorers mode",
        "organisations": "role",
        "memberships": "group",
        "populations": "group",
        "communities": "access kind visibility language",
        "identities": "kind",
        "disputes": "kind state",
        "questionnaires": "sha256",
        "organisation_ties": "period direction",
        "ideas": "group status",
        "group_ties": "period level",
        "group_activity": "period",
        "waits": "period",
        "contributions": "period",
        "index_variants": "weights",
        "signing_keys": "public_key",
        "signatures": "signature scorer key",
        "imports": "file format sha256 state",
        "import_rejects": "code",
        "verb_schemas": "verb activity",
        # A foreign key lets these follow their import.
        "batch_rows": "batch file",
        "batch_events": "batch",
        "corrections": "kind file",
        "corrected_rows": "file",
        "issued_papers": "kind language sha256",
        # Truncated keyed hashes; whoever is renamed is renamed there by `publications.rename`.
        "blocks": "people said",
        "snapshots": "scorer digest cells",
        "acquaintances": "people",
        "publications": "scorer digest",
        # Snapshots hold people as numbers and keyed hashes; those in which somebody stands are deleted by `kept.forget`.
        "kept_snapshots": "kept data people",
        # Hashes of many keyed hashes at once.
        "told_lists": "communities members",
        # A foreign key lets these follow their assessment.
        "answers": "role questionnaire assessment language",
        "events": "verb kind visibility text_hash",
        "activity_day": "verb kind",
        "tie_day": "verb kind",
        "opening": "kind",
        "event_day": "ids_hash",
        "runs": "intended_use state",
        "run_tasks": "scorer version plugin plugin_version after state waits_for",
        "attempts": "worker tier",
        "plugin_counts": "plugin plugin_version scorer outcome reason tier",
        # The finding itself is rewritten by a function of its own, and its hash with it.
        # Answers name nobody; they are gone within the hour.
        "errands": "kind answer",
        "result_inputs": "kept plugin plugin_version engine",
        "results": "scorer version status key finding sha256 tier reads origin method",
        "plugin_choices": "plugin pinned",
        "plugin_parameters": "scorer checked_by",
        "shadows": "plugin in_force candidate decision",
        "shadow_differences": "scorer status candidate_status",
        # Names of tables, and numbers.
        "explanations": "document",
        "bridges": "plugin_version status",
        "replays": "outcome reason engine",
        "predictions": "prediction scorer version",
        "outbox": "kind",
        "audit_events": "action",
        "erased_people": "digest",
        "competitor_people": "digest",
        "counted_events": "digest",
        "jobs": "kind subject state",
        "person_rights": "kind name",
        # Rows that hold the id are deleted: an answer that was given before must not come back.
        "idempotency_keys": "operation idempotency_key body_sha256 headers body",
        "changes": "tables",
    }.items()
}

# The tables that erasure goes through, which are those that access shows and receipts count.
TABLES: Final = tuple(dict.fromkeys(place.table for place in PLACES))
# Of these, the columns whose value is a person's id.
ABOUT: Final[Mapping[str, tuple[str, ...]]] = {place.table: place.people for place in PLACES if place.people}
