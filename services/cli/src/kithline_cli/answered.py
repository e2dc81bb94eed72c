"""Waits for what a worker answers: at once where it is quick, else where the server says the answer will be."""

import time
from typing import Any, Final

import msgspec

from kithline_cli.client import Client
from kithline_core.errors import Unavailable

PATIENCE_SECONDS: Final = 600.0
PAUSE_SECONDS: Final = 0.5
_LATER: Final = 202


def answered(client: Client, method: str, path: str, body: object = None, patience: float = PATIENCE_SECONDS) -> Any:  # noqa: ANN401 - JSON
    """Return the answer of an operation that a worker performs. Raises Unavailable after ten minutes without one."""
    raw = None if body is None else msgspec.json.encode(body)
    answer = client.send(method, path, raw)
    if answer.status_code != _LATER:
        return msgspec.json.decode(answer.content)
    until = time.monotonic() + patience
    while time.monotonic() < until:
        found = client.ask("GET", answer.headers["location"])
        if found["state"] == "answered":
            return found["answer"]
        time.sleep(PAUSE_SECONDS)
    raise Unavailable("no worker has answered; is one up? try `kithline status`")
