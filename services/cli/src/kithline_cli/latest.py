"""The newest results of a server, and which of them somebody means."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from kithline_cli.client import Client
from kithline_core.errors import NotFound


def latest(client: Client, scorers: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Return the envelopes by scorer: of the window that ends last, the newest."""
    asked = scorers or [one["key"] for one in client.ask("GET", "/v1/scorers")["data"]]
    pages = [client.ask("GET", "/v1/results", params={"scorer": one, "limit": 200})["data"] for one in sorted(asked)]
    # A page has the newest first, and max keeps the first of equals.
    return [max(page, key=lambda one: datetime.fromisoformat(one["window_end"])) for page in pages if page]


def named(client: Client, result: str) -> str:
    """Return the id of a result that is named by it, or by its scorer's key: then the latest. Raises NotFound."""
    if "." not in result:
        return result
    found = latest(client, [result])
    if not found:
        raise NotFound(f"there is no result of {result}; `kithline run` asks for one")
    return str(found[0]["id"])
