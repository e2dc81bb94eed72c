"""A plugin that tries to get out: every attempt by its name, when a run asks for it or already while it is imported."""

import json
from typing import Any, ClassVar

import msgspec

from kithline_escapes import (
    answers,
    cunning,
    files,
    hooks,
    network,
    orders,
    processes,
    remains,
    resources,
    strangers,
    surface,
    writing,
)
from kithline_escapes.raw import ATTEMPTS
from kithline_sdk import Finding, Snapshot, hookimpl

PARTS = (files, writing, network, processes, strangers, resources, surface, answers, remains, cunning)
TOLD: dict[str, str] = {}


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    attempt: str
    bait: dict[str, Any]


def brought(name: str, bait: dict[str, Any]) -> Any:
    """Make one attempt and return what it brought back, "" when it was held."""
    try:
        back = ATTEMPTS[name](bait)
    except (OSError, ValueError, KeyError, ImportError):
        return ""
    return back if isinstance(back, Finding | dict) else str(back or "")[:100_000]


class Attempt:
    """Makes one attempt; nothing that it brings back is a figure."""

    key = "escapes.attempt"
    version = "1.0.0"
    Params: ClassVar = Params

    def score(self, snapshot: Snapshot, params: Params, seed: int) -> Finding:
        if params.attempt == "told":
            return Finding(measures={"back": json.dumps(TOLD)})
        if params.attempt == "drawn":
            return Finding(measures={"back": remains.drawn()})
        back = brought(params.attempt, params.bait)
        return Finding(measures={"back": back}) if isinstance(back, str) else back


remains.make_channels()
for hook in orders.HOOKS:
    getattr(hooks, hook)()
for one in orders.ATTEMPTS:
    TOLD[one] = str(brought(one, orders.BAIT))


@hookimpl
def kithline_scorers():
    return [Attempt()]
