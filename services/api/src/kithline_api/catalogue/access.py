"""Who is not let in, and what is not theirs to see."""

from typing import Final

from kithline_api.catalogue.kind import Kind

KINDS: Final = (
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
)
