"""Every error the API can answer with: its code, status and title, what it means and what to do about it.

`docs/api/errors.md` and `GET /errors/{name}` say the same words; a test holds them together.
"""

from typing import Final

from msgspec import Struct


class Kind(Struct, frozen=True):
    """One kind of error. The title is fixed; `detail` of a problem says what happened this time."""

    code: str
    status: int
    title: str
    meaning: str
    remedy: str

    @property
    def name(self) -> str:
        """Return the code as it stands in addresses, e.g. `no-ground`."""
        return self.code.replace("_", "-")

    @property
    def type(self) -> str:
        """Return the problem type: a page of this very installation."""
        return f"/errors/{self.name}"


_KINDS = (
    Kind(
        "malformed",
        400,
        "The body cannot be read",
        "The body is empty, not JSON, not UTF-8, nested too deeply, names a member twice, or cannot be unpacked.",
        "Send one JSON value in UTF-8, in whole if it is compressed; the detail says where reading stopped.",
    ),
    Kind(
        "invalid_parameter",
        400,
        "A parameter is wrong",
        "A path, query or header parameter is missing, unknown or has a value outside its bounds.",
        "Compare `errors` with the operation in /openapi.json.",
    ),
    Kind(
        "invalid_cursor",
        400,
        "The cursor does not belong here",
        "Cursors are made for one list of one tenant with its filters, and cannot be edited.",
        "Start again without a cursor, or follow `next_cursor` of this very list.",
    ),
    Kind(
        "idempotency_key_missing",
        400,
        "An Idempotency-Key is needed",
        "Starting a run must be safe to repeat, so this operation insists on the header.",
        "Send `Idempotency-Key: <up to 255 characters of your own>`, the same one on a retry.",
    ),
    Kind(
        "idempotency_key_unsupported",
        400,
        "No Idempotency-Key is taken here",
        "The answer may show a secret or has no tenant to be kept with, so a repetition could not get it again.",
        "Leave the header out; if an answer got lost, list what there is and revoke what you cannot use.",
    ),
    Kind(
        "unauthenticated",
        401,
        "No valid API key",
        "The Authorization header is absent, or its key is unknown, revoked, expired or mistyped.",
        "Send `Authorization: Bearer kithline_…`.",
    ),
    Kind(
        "forbidden",
        403,
        "The key does not carry the scope",
        "The key is valid, but it is another kind of key or lacks the scope that the operation names.",
        "Use a key with the scope in `detail`; GET /v1/whoami shows what yours carries.",
    ),
    Kind(
        "no_grant",
        403,
        "No grant is in force",
        "A platform acts for a tenant only while a grant lets it: this one has none, or it ended or was revoked.",
        "Ask the operator for a grant: POST /v1/partners/{partner}/grants.",
    ),
    Kind(
        "not_found",
        404,
        "Not found",
        "There is no such address or object, or it belongs to somebody else.",
        "Check the id and the key.",
    ),
    Kind(
        "method_not_allowed",
        405,
        "Method not allowed",
        "The address exists and does not take this method.",
        "The Allow header lists the methods it takes.",
    ),
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
    Kind(
        "too_large",
        413,
        "The request is too large",
        "The body is larger, or has more lines, than the operation takes.",
        "Cut it into parts of at most 10,000 lines and 10 MB, or open an import: POST /v1/imports.",
    ),
    Kind(
        "unsupported_media_type",
        415,
        "The media type is not supported",
        "The Content-Type is absent or not one the operation reads, or the Content-Encoding is.",
        "Send application/json; operations that take lines also read NDJSON, CSV and CloudEvents, with gzip or zstd.",
    ),
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
    Kind(
        "rate_limited",
        429,
        "Too many requests",
        "The key or the tenant is over its rate.",
        "Wait for Retry-After.",
    ),
    Kind(
        "internal",
        500,
        "Something broke on our side",
        "The request was understood and a defect stopped it; nothing of it was stored.",
        "Quote `request_id` to whoever runs this installation.",
    ),
    Kind(
        "unavailable",
        503,
        "A part that is needed does not answer",
        "The database is starting, busy or away.",
        "Wait for Retry-After and send the same request again.",
    ),
)

KINDS: Final[dict[str, Kind]] = {kind.code: kind for kind in _KINDS}
