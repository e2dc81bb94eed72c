"""What is wrong with a request before anybody looks at what it says."""

from typing import Final

from kithline_api.catalogue.kind import Kind

KINDS: Final = (
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
        "method_not_allowed",
        405,
        "Method not allowed",
        "The address exists and does not take this method.",
        "The Allow header lists the methods it takes.",
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
        "rate_limited",
        429,
        "Too many requests",
        "The key or the tenant is over its rate.",
        "Wait for Retry-After.",
    ),
)
