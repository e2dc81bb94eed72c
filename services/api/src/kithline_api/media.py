"""What bodies may be: their media types and their content codings."""

from typing import Any, Final

from kithline_core.model.rows import EventRow

JSON: Final = "application/json"
NDJSON: Final = "application/x-ndjson"
CSV: Final = "text/csv"
CLOUD_EVENT: Final = "application/cloudevents+json"
CLOUD_EVENTS: Final = "application/cloudevents-batch+json"
BYTES: Final = "application/octet-stream"

IDENTITY: Final = "identity"
CODINGS: Final = (IDENTITY, "gzip", "zstd")


def of(kind: Any) -> tuple[str, ...]:  # noqa: ANN401 - a row type
    """Return the media types in which rows of a type may be sent in bulk."""
    return (JSON, NDJSON, CSV, *((CLOUD_EVENT, CLOUD_EVENTS) if kind is EventRow else ()))


def coding(header: str | None) -> str:
    """Return a Content-Encoding as it is compared; none means `identity`."""
    return (header or IDENTITY).strip().lower()
