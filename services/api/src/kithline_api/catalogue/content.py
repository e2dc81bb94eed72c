"""What was read well and cannot be taken."""

from typing import Final

from kithline_api.catalogue.kind import Kind

KINDS: Final = (
    Kind(
        "invalid",
        422,
        "The content is wrong",
        "The body is JSON and does not fit the operation; `errors` names up to 50 places at once.",
        "Each entry has an RFC 6901 pointer, a code and a message.",
    ),
    Kind(
        "all_rejected",
        422,
        "Every line was rejected",
        "No line of the batch could be taken; nothing was stored.",
        "`errors` names the lines with their reasons.",
    ),
    Kind(
        "consent_not_valid",
        422,
        "Consent is no ground here",
        "Employees cannot refuse their employer freely, so their consent does not hold; and of nobody else it is offered, "
        "for what was counted cannot be uncounted when it is taken back.",
        "For employees conclude a works agreement and take the template employees, or employees-aggregates; for others "
        "take one of GET /v1/ground-templates.",
    ),
    Kind(
        "not_all_taken",
        422,
        "A line cannot be taken, so that none was",
        "The batch was to be taken whole or not at all (`atomic=true`), and a line of it was rejected or a conflict.",
        "`errors` names the lines with their reasons; set them right, or send the batch without `atomic`.",
    ),
    Kind(
        "unknown_scorer",
        422,
        "No such scorer",
        "The run names a scorer that is not installed.",
        "GET /v1/scorers lists what is installed.",
    ),
    Kind(
        "signature_invalid",
        422,
        "The signature does not fit",
        "The signature is not the named key's over exactly these bytes and this tenant, or that key was revoked; or what "
        "should prove that the sender holds a key does not.",
        "Sign the document's bytes as they are with `kithline findings send`, and register keys with "
        "`kithline findings register`; GET /v1/signing-keys lists the keys.",
    ),
    Kind(
        "other_tenant",
        422,
        "The finding was signed for another tenant",
        "What a site signs names the tenant it is for, so that nobody can send it on to another.",
        "Use the API key of the tenant that the finding is for, or sign it again for this one; GET /v1/whoami names the "
        "tenant of a key.",
    ),
    Kind(
        "finding_refused",
        422,
        "The document is no finding of this scorer",
        "The scorer installed here could not have written these bytes, or they speak of single people.",
        "Score with the plugin version that GET /v1/scorers names, without `--persons`, and send the document unchanged.",
    ),
    Kind(
        "use_refused",
        422,
        "This use is refused",
        "Results about communities must not decide about a person or an award: appraisal, pay, dismissal, award and "
        "delisting are refused.",
        "State the use you really intend; there is no setting that lifts this.",
    ),
    Kind(
        "parameter_refused",
        422,
        "This parameter is not offered here",
        "`persons` and `no_floor` work offline only; other parameters must be in the scorer's manifest, with its type, and "
        "be such that its plugin takes them.",
        "GET /v1/scorers lists every parameter with its default and its value in force; the pointer names the field.",
    ),
    Kind(
        "unknown_version",
        422,
        "The plugin is not here in this version",
        "A version is named, or pinned, that is not installed.",
        "GET /v1/plugins lists the versions of each plugin; pin one of those, or unpin it.",
    ),
    Kind(
        "idempotency_mismatch",
        422,
        "The Idempotency-Key was used for another request",
        "A key stands for one operation with one body; this one came with another.",
        "Use a new key for a new request.",
    ),
)
