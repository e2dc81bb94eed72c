"""`kithline results`: what a server has, without a run."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import rich_click as click

from kithline_cli import runs, table, tenants
from kithline_cli.client import Client, server_options
from kithline_cli.explain import bridge, delta, replay
from kithline_cli.files import NEW_FILE
from kithline_cli.latest import latest
from kithline_cli.output import json_option
from kithline_cli.path import path
from kithline_core import report

SITE: Final = "site"


@click.group(invoke_without_command=True)
@click.option("--scorer", "scorers", multiple=True, help="Show only this one; may be repeated.")
@click.option("--html", type=NEW_FILE, help="Write a report into this file.")
@server_options
@json_option
@click.pass_context
def results(
    ctx: click.Context, scorers: tuple[str, ...], html: Path | None, url: str | None, key: str | None, as_json: bool
) -> None:
    """Show what is stored: of each index the result of the latest window, wherever it was computed. Nothing is run.

    Example: kithline results --html report.html
    """
    if ctx.invoked_subcommand is not None:
        return
    with Client.of(url, key) as client:
        found = latest(client, scorers)
        documents = [runs.document(client, one) for one in found]
        title = client.ask("GET", "/v1/dataset").get("title") if html else None
    changed, sites = _named(found, "stale_since"), _named([one for one in found if one["origin"] == SITE])
    runs.tell_stale(changed)
    if not found:
        tenants.tell("there is no result", key)
    if as_json:
        for document in documents:
            click.echo(document)
    else:
        table.results(table.console(), documents, sites)
    if html is not None:
        html.write_text(report.page(title or "Results", documents, stale=changed, sites=sites), encoding="utf-8")
        click.echo(f"report: {html.resolve()}", err=as_json)


def _named(envelopes: Sequence[dict[str, Any]], field: str = "scorer") -> list[str]:
    return [str(one["scorer"]) for one in envelopes if one[field]]


results.add_command(path)
results.add_command(delta)
results.add_command(replay)
results.add_command(bridge)
