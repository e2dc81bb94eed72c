"""What cannot be done as things stand."""

from typing import Final

from kithline_api.catalogue.kind import Kind

KINDS: Final = (
    Kind(
        "conflict",
        409,
        "The state of things forbids it",
        "The object is in a state that does not allow this, or exists with another content.",
        "Read the object first; a version that exists stays as it is, so send a new one.",
    ),
    Kind(
        "no_ground",
        409,
        "No processing ground is in force",
        "Data about people is only taken while a processing ground covers it.",
        "POST /v1/grounds with a template from GET /v1/ground-templates, or with your own terms.",
    ),
    Kind(
        "mode_not_allowed",
        409,
        "Rows about single people are not taken",
        "The ground in force for these people is in the mode aggregates or local: only cells of enough people, or signed "
        "findings, are taken of them.",
        "Run `kithline aggregate` or `kithline score` at your own site and send what they write, or end that ground and "
        "put one of another mode on record.",
    ),
    Kind(
        "scorer_disabled",
        409,
        "The scorer's plugin is not enabled",
        "It is installed, and this tenant does not use it: what is not first-party is used when the tenant says so.",
        "PATCH /v1/plugins/{plugin} with `enabled`, or `kithline plugins enable`; or leave the scorer out.",
    ),
    Kind(
        "plugin_sunset",
        409,
        "The plugin version has had its last day",
        "It is deprecated and its sunset has passed, so that it is neither run nor pinned; its results stay.",
        "Use the successor that the detail names, or another version; GET /v1/plugins lists both.",
    ),
    Kind(
        "withheld",
        409,
        "The result is withheld",
        "Showing it is not allowed any more, or not yet: a processing ground it rests on is no longer in force "
        "(`ground_ended`).",
        "Put a ground on record with POST /v1/grounds and start a new run: an ended ground never comes back to life, and "
        "nor do its results.",
    ),
    Kind(
        "inputs_gone",
        409,
        "What the result was computed from is gone",
        "A result can be computed again, and told apart from others, as long as its snapshot is kept: it goes with whoever is "
        "erased, and who is in it is forgotten with the roll-ups.",
        "Start a new run over the same window and ask about its result; the result itself stays as it is.",
    ),
    Kind(
        "not_failed",
        409,
        "The result is no error",
        "A failure bundle tells how a scorer failed, and this one did not: its result has another status than `error`.",
        "Name a result whose status is error; GET /v1/results lists every status.",
    ),
    Kind(
        "too_few",
        409,
        "It would tell of too few people",
        "A what-if supposes something about groups, and what it answers, beside the result or beside another what-if, would "
        "tell of fewer people than the privacy floor.",
        "Suppose something about larger groups, of more pairs, or of fewer of all pairs; the detail says which part it is.",
    ),
    Kind(
        "wrong_offset",
        409,
        "The part begins elsewhere than the last one ended",
        "Parts of an import follow each other without a gap: this one was sent before, or one before it is missing.",
        "Go on from the byte that the header Upload-Offset names.",
    ),
    Kind(
        "erased",
        409,
        "This person was erased",
        "Nothing is held about this person any more, and nothing new about them is written down.",
        "There is nothing to do; rows about them are refused when they are sent again.",
    ),
    Kind(
        "inputs_expired",
        409,
        "What the run would count is gone",
        "The window, with the look-back of the scorer, reaches into days whose roll-ups retention has removed.",
        "Let the window begin on the day that `detail` names or later, or name scorers whose windows are shorter.",
    ),
    Kind(
        "idempotency_key_running",
        409,
        "The first request with this key is still running",
        "Two requests came with the same Idempotency-Key; the first has not ended.",
        "Wait for Retry-After and send the same request again.",
    ),
)
