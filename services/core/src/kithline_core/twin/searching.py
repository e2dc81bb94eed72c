"""Looks for a twin over which a scorer fails as it did over the data: only whether it does comes back."""

import asyncio
import secrets
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from kithline_core.engine.score import Runs, again
from kithline_core.plugins import Plugin, ScorerSpec
from kithline_core.twin import Twin, Vocabulary, drawn, failing, shape
from kithline_core.twin.failing import Failure
from kithline_sdk.snapshot import Snapshot

SEEDS: Final = 8
# What is about feelings or leaders takes more people (scoring.md, part C 12).
FLOOR_OF_ANSWERS: Final = 10


class Failed(NamedTuple):
    """A failure to be told: what was read, with which parameters in force, k, and how it failed."""

    data: bytes
    parameters: Mapping[str, Any]
    floor: int
    failure: Failure
    salt: int = 0


class Rule(NamedTuple):
    """A scorer with its plugin."""

    plugin: Plugin
    spec: ScorerSpec


class Found(NamedTuple):
    """A twin's bytes, the parameters beside it, and whether the scorer fails alike over it (None: it is not installed)."""

    data: bytes
    parameters: dict[str, Any]
    reproduces: bool | None


async def search(failed: Failed, vocabulary: Vocabulary, rule: Rule | None, sandbox: Runs) -> Found:
    """Return a twin. Up to eight are drawn, each from a seed of its own, until the scorer fails alike over one."""
    read = await asyncio.to_thread(Snapshot.decode, failed.data)
    texts = list(strings(failed.parameters))
    told = await asyncio.to_thread(shape, read, floor_of(read, failed.floor), vocabulary, failed.salt, texts)
    for _ in range(SEEDS):
        twin = await asyncio.to_thread(drawn, told, secrets.randbits(63))
        data, parameters = twin.snapshot.encode(), replaced(failed.parameters, rule, twin)
        if rule is None:
            return Found(data, parameters, reproduces=None)
        if failed.failure.alike(await failure(rule, data, parameters, sandbox), moved=False):
            return Found(data, parameters, reproduces=True)
    return Found(data, parameters, reproduces=False)


async def failure(rule: Rule, data: bytes, parameters: dict[str, Any], sandbox: Runs) -> Failure | None:
    """Return how a scorer fails over a snapshot; None where it does not."""
    judged = await again(rule.plugin, rule.spec, data, parameters, sandbox)
    return failing.of(judged.document, rule.plugin)


def floor_of(snapshot: Snapshot, floor: int) -> int:
    """Return by how many people something has to be shared: the floor in force, ten where answers or leaders are read."""
    delicate = "answers" in snapshot or any("leader" in table for table in snapshot.tables.values())
    return max(floor, FLOOR_OF_ANSWERS) if delicate else floor


def strings(value: object) -> Iterator[str]:
    """Yield every text in a JSON value, names of members too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from (name, *strings(inner))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from strings(inner)


def replaced(parameters: Mapping[str, Any], rule: Rule | None, twin: Twin) -> dict[str, Any]:
    """Return parameters in which only what the manifest itself says is told in its words; other texts are the twin's."""
    texts = iter(twin.texts)
    usual = {} if rule is None else rule.spec.parameters
    found = {}
    for name, value in parameters.items():
        next(texts)
        other = _replaced(value, texts)
        found[name] = value if name in usual and usual[name] == value else other
    return found


def _replaced(value: Any, texts: Iterator[str]) -> Any:  # noqa: ANN401 - JSON values
    if isinstance(value, str):
        return next(texts)
    if isinstance(value, Mapping):
        return {next(texts): _replaced(inner, texts) for inner in value.values()}
    if isinstance(value, list | tuple):
        return [_replaced(inner, texts) for inner in value]
    return value
