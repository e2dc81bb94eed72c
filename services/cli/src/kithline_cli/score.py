"""`kithline score FOLDER`: score a dataset folder without a server."""

import asyncio
import sys
from pathlib import Path
from typing import Any

import msgspec
import rich_click as click

from kithline_cli import moments, series, table
from kithline_cli.files import NEW_FILE
from kithline_cli.moments import MOMENT
from kithline_cli.output import json_option
from kithline_core import offline, over_time, report
from kithline_core.dataset.folder import Dataset
from kithline_core.dataset.read import read
from kithline_core.engine.score import Judged
from kithline_core.errors import Invalid
from kithline_core.over_time import Every
from kithline_core.sandbox.host import Sandbox


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--scorer", "scorers", multiple=True, help="Score only this key; may be repeated.")
@click.option("--from", "start", type=MOMENT, help="First moment inside the window.")
@click.option("--to", "end", type=MOMENT, help="First moment outside; alone it ends each scorer's own window.")
@click.option("--all", "everything", is_flag=True, help="From the first event to the last.")
@click.option("--every", type=click.Choice(["week", "month", "quarter"]), help="A series: score at each end of one.")
@click.option("--persons", is_flag=True, help="Print measures of single people; only for public or synthetic data.")
@click.option("--floor", type=int, help="Raise the privacy floor (5).")
@click.option("--no-floor", is_flag=True, help="Lift the privacy floor; only for public or synthetic data.")
@click.option("--set", "settings", multiple=True, metavar="KEY.PARAM=VALUE", help="Set one parameter of one scorer.")
@click.option("--html", type=NEW_FILE, help="Write a report into this file.")
@json_option
def score(folder: Path, html: Path | None, every: Every | None, as_json: bool, **chosen: Any) -> None:  # noqa: ANN401 - options, typed by click
    """Score a dataset folder on this machine, with the same engine and the same bytes as the server.

    With --every it prints a series; --from and --to then bound where its windows end.

    Example: kithline score my-data --to 2026-01-01 --set silos.internal.min_events=3 --html report.html
    """
    moments.check(chosen["start"], chosen["end"], everything=chosen["everything"])
    if every is not None and chosen["everything"]:
        raise click.UsageError("--all is one window; leave --every out, or --all")
    dataset = read(folder)
    request = _request(chosen)
    found = [asyncio.run(_run(dataset, request))] if every is None else asyncio.run(_series(dataset, request, every))
    points = {} if every is None else over_time.series(found)
    if as_json:
        for one in (one for judged in found for one in sorted(judged, key=lambda one: table.place(one.scorer))):
            click.echo(one.document)
    elif every is None:
        table.results(table.console(), [one.document for one in sorted(found[0], key=lambda one: one.scorer)])
    else:
        series.show(table.console(), points)
    if html is not None:
        title = dataset.settings.title or folder.absolute().name
        html.write_text(report.page(title, [one.document for one in found[-1]], series=points), encoding="utf-8")
        click.echo(f"report: {html.resolve()}", err=as_json)


def _request(chosen: dict[str, Any]) -> offline.Request:
    general = {name: True for name in ("persons", "no_floor") if chosen[name]}
    if chosen["floor"] is not None:
        general["floor"] = chosen["floor"]
    return offline.Request(
        scorers=chosen["scorers"],
        start=chosen["start"],
        end=chosen["end"],
        everything=chosen["everything"],
        parameters=offline.parameters(general, [_setting(one) for one in chosen["settings"]]),
    )


def _setting(text: str) -> tuple[str, str, Any]:
    name, equals, value = text.partition("=")
    key, dot, parameter = name.rpartition(".")
    if not equals or not dot:
        raise Invalid(f"--set wants KEY.PARAM=VALUE, like silos.internal.min_events=3, and got {text!r}")
    try:
        return key, parameter, msgspec.json.decode(value)
    except msgspec.DecodeError:
        return key, parameter, value


async def _run(dataset: Dataset, request: offline.Request) -> list[Judged]:
    async with Sandbox.open() as sandbox:
        return [judged async for judged in offline.score(dataset, request, sandbox)]


async def _series(dataset: Dataset, request: offline.Request, every: Every) -> list[list[Judged]]:
    until = over_time.ends(dataset, request, every)
    found: list[list[Judged]] = []
    async with Sandbox.open() as sandbox:
        async for judged in over_time.score(dataset, request, until, sandbox):
            found.append(judged)
            told(len(found), len(until))
    return found


def told(done: int, total: int) -> None:
    """Say on a terminal how far a series is."""
    if sys.stderr.isatty():
        click.echo(f"\r{done} of {total} windows" + ("\n" if done == total else ""), nl=False, err=True)
