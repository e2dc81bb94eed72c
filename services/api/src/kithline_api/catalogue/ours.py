"""What is not the caller's doing."""

from typing import Final

from kithline_api.catalogue.kind import Kind

KINDS: Final = (
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
