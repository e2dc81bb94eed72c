"""Makes every attempt in one configuration and says which got through."""

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal

import msgspec

from helpers.escapes.bait import PLUGIN, Bait
from helpers.escapes.naive import Naive
from helpers.escapes.table import ATTEMPTS, DEADLY, Ran, again, refused, unstopped
from kithline_core.plugins import Limits, Manifest, Plugin, ScorerSpec, Tier
from kithline_core.sandbox import Failed, Outcome, Sandbox, Scored
from kithline_core.sandbox.process import PluginProcess
from kithline_core.sandbox.talk import Gone
from kithline_sdk import Finding
from kithline_sdk.snapshot import Snapshot, Window

EMPTY = Snapshot(Window(0, 1), []).encode()
SHORT, LONG = 0.5, 5.0
SPEC = ScorerSpec(
    key="escapes.attempt", version="1.0.0", title={}, question={}, unit="none", aggregation="none", levels=[],
    window_days=1, inputs=[], not_for=[], limits=Limits(seconds=LONG, memory_mb=512),
)  # fmt: skip
LOUD = {"resources", "answers", "remains"}
# What a host says of a plugin whose attempt was never made, or that answered for another reason than the attempt.
UNMADE = ("cannot be loaded", "offers no scorer", "Error:", "invalid_parameter")
Configuration = Tier | Literal["naive"]
Ask = Callable[[str, dict[str, Any], float], Awaitable[Outcome]]
READY = "ready"  # asked for, this is no run: the process that the next one takes place in is waited for


class Verdict(msgspec.Struct, frozen=True):
    """Whether one attempt got through, and how that is known; `clear` is False when it was not even made."""

    name: str
    part: str
    through: bool
    how: str
    clear: bool = True


def plugin(folder: Path) -> Plugin:
    """Return the plugin whose files lie there, as one from a store: nothing that lies beside it is its business."""
    manifest = Manifest(plugin="kithline-escapes", version="1.0.0", api_version="1", scorers=[SPEC])
    return Plugin("kithline_escapes", folder, manifest, digest="0" * 64)


@asynccontextmanager
async def asking(tier: Configuration, folder: Path) -> AsyncIterator[Ask]:
    """Open a configuration: one of the sandbox's tiers, or `naive`, the control."""
    if tier == "naive":
        control = Naive(folder)
        try:
            yield lambda name, bait, seconds: asyncio.to_thread(
                control.run, "told" if name == READY else name, bait, seconds
            )
        finally:
            control.stop()
        return
    async with Sandbox.open(tier=tier) as sandbox:
        installed = plugin(folder)

        async def ask(name: str, bait: dict[str, Any], seconds: float) -> Outcome:
            if name == READY:
                return await ready(sandbox._process(installed))
            spec = msgspec.structs.replace(SPEC, limits=Limits(seconds=seconds, memory_mb=512))
            return await sandbox.score(installed, spec, EMPTY, {"attempt": name, "bait": bait}, 7)

        yield ask


async def ready(process: PluginProcess) -> Outcome:
    """Wait until the next run need not wait."""
    async with process.turn:
        try:
            await process.ready()
        except Gone as gone:
            process.stop()
            return Failed("crash", str(gone))
    return Scored(Finding())


async def runs(
    tier: Configuration, bait: Bait, names: Iterable[str] = ATTEMPTS, hooks: Iterable[str] = ()
) -> list[Verdict]:
    """Make attempts one after the other, each in a run of its own. `hooks` work on the process that forks before."""
    app = bait.copy("installed", hooks=hooks)
    bait.before = bait.look()
    async with asking(tier, app) as ask:
        ready = await ask("told", {}, LONG * 4)
        assert isinstance(ready, Scored), ready
        return [await made(ask, bait, app, name) for name in names]


async def made(ask: Ask, bait: Bait, app: Path, name: str) -> Verdict:
    """Make one attempt; twice where the second run looks for what the first left."""
    part, evidence = ATTEMPTS[name]
    limit = SHORT if evidence is unstopped else LONG
    await ask(READY, {}, LONG)  # an earlier attempt may have ended the process: its start is not this one's time
    begun = time.monotonic()
    outcome = await ask(name, {**bait.told(app), "whisper": "earlier-words"}, limit)
    if evidence is again:
        outcome = await ask(name, {**bait.told(app), "whisper": "later-words"}, limit)
    ran = Ran(outcome, time.monotonic() - begun, limit, bait.changes())
    spoiled = await ask("told", {}, LONG) if part in LOUD else None
    if isinstance(spoiled, Failed):
        return Verdict(name, part, through=True, how=f"the next run: {spoiled.reason}")
    return Verdict(name, part, through(ran, name, bait), how(ran), clear(ran))


def through(ran: Ran, name: str, bait: Bait) -> bool:
    """Return whether an attempt succeeded: by its own evidence, or because the host saw anything change."""
    _, evidence = ATTEMPTS[name]
    return bool(evidence(ran, bait)) or bool(ran.changes)


def how(ran: Ran) -> str:
    """Return in a line how an attempt went."""
    words = ran.back or ran.reason or ("refused" if refused(ran) else "accepted")
    told = "; ".join([*ran.changes, " ".join(words.split())[:80]])
    return "".join(letter if letter.isprintable() else "." for letter in told)


def clear(ran: Ran) -> bool:
    """Return whether the attempt itself was made: a plugin that never ran proves nothing."""
    own = ("RecursionError", "MemoryError", "SystemExit")
    code = ran.outcome.code if isinstance(ran.outcome, Failed) else ""
    said = f"{code} {ran.reason}"
    return not any(word in said for word in UNMADE) or any(word in said for word in own)


def quiet() -> list[str]:
    """Return the attempts that may be made together while a plugin is imported: they end by themselves."""
    return [name for name, (part, _) in ATTEMPTS.items() if part not in LOUD and name not in DEADLY]


async def imports(tier: Configuration, bait: Bait, names: Iterable[str]) -> list[Verdict]:
    """Make attempts while the plugin is imported: all at once, and alone where that leaves a doubt."""
    together = await imported(tier, bait, list(names))
    doubtful = [verdict.name for verdict in together if verdict.through or not verdict.clear]
    alone = {name: (await imported(tier, bait, [name]))[0] for name in doubtful}
    return [alone.get(verdict.name, verdict) for verdict in together]


async def imported(tier: Configuration, bait: Bait, names: list[str]) -> list[Verdict]:
    """Import a copy of the plugin that makes these attempts, and ask it what they brought."""
    app = bait.copy("installed", *names)
    bait.before = bait.look()
    begun = time.monotonic()
    async with asking(tier, app) as ask:
        outcome = await ask("told", {}, LONG * 4)
    seconds, changes = time.monotonic() - begun, bait.changes()
    brought = json.loads(Ran(outcome, 0, 0, []).back or "{}")
    return [judged(name, Ran(answer(outcome, brought, name), seconds, LONG * 4, changes), bait) for name in names]


def answer(outcome: Outcome, brought: dict[str, str], name: str) -> Outcome:
    """Return an outcome as it would be had the plugin made this one attempt alone."""
    if isinstance(outcome, Failed):
        return outcome
    return Scored(msgspec.structs.replace(outcome.finding, measures={"back": brought.get(name, "")}))


def judged(name: str, ran: Ran, bait: Bait) -> Verdict:
    """Judge one attempt of an import. Where nobody answers, only an attempt that ends its process may have been made."""
    made = isinstance(ran.outcome, Scored) or (name in DEADLY and "cannot be loaded" not in ran.reason)
    return Verdict(name, ATTEMPTS[name][0], through(ran, name, bait), how(ran), made)


def offered() -> set[str]:
    """Return the names of all attempts that the plugin offers; its files define them, nothing else."""
    sources = (PLUGIN / "kithline_escapes").glob("*.py")
    return {name for file in sources for name in re.findall(r"^@attempt\ndef (\w+)", file.read_text(), re.MULTILINE)}
