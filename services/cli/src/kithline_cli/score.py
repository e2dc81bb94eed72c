"""`kithline score FOLDER`: score a dataset folder without a server."""

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import rich_click as click

from kithline_cli import moments, table
from kithline_cli.files import NEW_FILE
from kithline_cli.moments import MOMENT
from kithline_cli.output import json_option
from kithline_core import offline, report
from kithline_core.dataset.folder import Dataset
from kithline_core.dataset.read import read
from kithline_core.engine.score import Judged
from kithline_core.errors import Invalid
from kithline_core.sandbox.host import Sandbox


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--scorer", "scorers", multiple=True, help="Score only this key; may be repeated.")
@click.option("--from", "start", type=MOMENT, help="First moment inside the window.")
@click.option("--to", "end", type=MOMENT, help="First moment outside; alone it ends each scorer's own window.")
@click.option("--all", "everything", is_flag=True, help="From the first event to the last.")
@click.option("--persons", is_flag=True, help="Print measures of single people; only for public or synthetic data.")
@click.option("--floor", type=int, help="Raise the privacy floor (5).")
@click.option("--no-floor", is_flag=True, help="Lift the privacy floor; only for public or synthetic data.")
@click.option("--set", "settings", multiple=True, metavar="KEY.PARAM=VALUE", help="Set one parameter of one scorer.")
@click.option("--html", type=NEW_FILE, help="Write a report into this file.")
@json_option
def score(folder: Path, html: Path | None, as_json: bool, **chosen: Any) -> None:  # noqa: ANN401 - options, typed by click
    """Score a dataset folder on this machine, with the same engine and the same bytes as the server.

    Example: kithline score my-data --to 2026-01-01 --set silos.internal.min_events=3 --html report.html
    """
    moments.check(chosen["start"], chosen["end"], everything=chosen["everything"])
    dataset = read(folder)
    judged = asyncio.run(_run(dataset, _request(chosen)))
    if as_json:
        for one in judged:
            click.echo(one.document)
    else:
        table.results(table.console(), [one.document for one in judged])
    if html is not None:
        title = dataset.settings.title or folder.absolute().name
        html.write_text(report.page(title, [one.document for one in judged]), encoding="utf-8")
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
