"""`kithline plugins counters`."""

import asyncio
import os
from datetime import date, datetime
from pathlib import Path

import rich_click as click

from kithline_cli.moments import MOMENT
from kithline_cli.output import json_option, show
from kithline_core import signing
from kithline_core.counting import publishing, summing
from kithline_core.counting.publishing import Told, Week
from kithline_core.counting.summing import Bounds, Summary
from kithline_core.db import Database
from kithline_core.errors import Unavailable
from kithline_core.model.counters import Period
from kithline_core.settings import Settings
from kithline_core.stack import control, folders

PATH = click.Path(path_type=Path)


@click.command()
@click.argument("plugin", required=False)
@click.option("--version", help="This version alone.")
@click.option("--since", type=MOMENT, help="From this day on (UTC). Default: four weeks ago.")
@click.option(
    "--by", "period", type=click.Choice(["all", "week", "day"]), default="all", show_default=True, help="Cut by what."
)
@click.option(
    "--export", type=PATH, help="Write what PLUGIN's publisher may have: whole weeks, enough tenants in each."
)
@click.option("--key", "key_file", type=PATH, help="Sign the export, with a key of `kithline findings keygen`.")
@json_option
def counters(
    plugin: str | None,
    version: str | None,
    since: datetime | None,
    period: Period,
    export: Path | None,
    key_file: Path | None,
    *,
    as_json: bool,
) -> None:
    """Say how plugin versions fared here: attempts, what came of them, kinds of errors, tiers, how long they took.

    What is shown is for whoever runs this installation; what leaves it is what --export writes.

    Example: kithline plugins counters acme-echo --since 2026-01-01
    """
    first = since.date() if since else None
    if export is None:
        if key_file is not None:
            raise click.UsageError("--key signs what --export writes")
        found = asyncio.run(_summaries(plugin, version, first, period))
        show(found, as_json=as_json, text="\n".join(map(_line, found)) or "nothing was counted")
        return
    if plugin is None:
        raise click.UsageError("--export tells one publisher of one plugin: name it")
    told = asyncio.run(_told(plugin, version, first))
    _write(told, export, key_file)
    show(
        told,
        as_json=as_json,
        text="\n".join([*map(_week, told.weeks), f"written to {export}, weeks before {told.until}"]),
    )


async def _summaries(plugin: str | None, version: str | None, since: date | None, period: Period) -> list[Summary]:
    async with Database.of(_settings()) as db, db.platform() as tx:
        return await summing.read(tx, since, period, plugin, version)


async def _told(plugin: str, version: str | None, since: date | None) -> Told:
    settings = _settings()
    async with Database.of(settings) as db, db.platform() as tx:
        return await publishing.read(tx, plugin, since, settings.counters_floor, settings.counters_days, version)


def _settings() -> Settings:
    settings = Settings.from_env(control.environment(folders.locate(os.environ)))
    if not settings.database_url:
        raise Unavailable("no database: start one with `kithline up`, or set KITHLINE_DATABASE_URL")
    return settings


def _write(told: Told, file: Path, key_file: Path | None) -> None:
    said, signature = publishing.signed(told, signing.load(key_file) if key_file else None)
    file.write_bytes(said)
    if signature is not None:
        file.with_name(f"{file.name}.sig").write_text(signature)


def _line(one: Summary) -> str:
    when = f"{one.began:%Y-%m-%d}  {one.plugin} {one.version}  {one.scorer}"
    took = f"p50 {_between(one.seconds.p50)}, p95 {_between(one.seconds.p95)}"
    return (
        f"{when}: {one.attempts} attempts of {one.tenants} tenants, {one.runs} runs ({_counts(one.outcomes)}); {took}; "
        f"tiers {_counts(one.tiers)}"
    )


def _week(one: Week) -> str:
    when = f"{one.began:%Y-%m-%d}  {one.version}  {one.scorer}"
    if one.attempts is None:
        return f"{when}: withheld: {one.withheld['all']}"
    kept = f"; withheld: {', '.join(one.withheld)}" if one.withheld else ""
    return f"{when}: {one.attempts} attempts ({_counts(one.outcomes) or 'withheld'}){kept}"


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items())


def _between(bounds: Bounds | None) -> str:
    if bounds is None:
        return "unknown"
    low, high = bounds
    return f"over {low:g} s" if high is None else f"{low:g} to {high:g} s"
