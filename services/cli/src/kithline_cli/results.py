"""`kithline results`: what a server has, without a run."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import rich_click as click

from kithline_cli import runs, table, tenants
from kithline_cli.client import Client, server_options
from kithline_cli.files import NEW_FILE
from kithline_cli.output import json_option
from kithline_core import report

SITE: Final = "site"


@click.command()
@click.option("--scorer", "scorers", multiple=True, help="Show only this one; may be repeated.")
@click.option("--html", type=NEW_FILE, help="Write a report into this file.")
@server_options
@json_option
def results(scorers: tuple[str, ...], html: Path | None, url: str | None, key: str | None, as_json: bool) -> None:
    """Show what is stored: of each index the result of the latest window, wherever it was computed. Nothing is run.

    Example: kithline results --html report.html
    """
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


def latest(client: Client, scorers: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Return the envelopes by scorer: of the window that ends last, the newest."""
    asked = scorers or [one["key"] for one in client.ask("GET", "/v1/scorers")["data"]]
    pages = [client.ask("GET", "/v1/results", params={"scorer": one, "limit": 200})["data"] for one in sorted(asked)]
    # A page has the newest first, and max keeps the first of equals.
    return [max(page, key=lambda one: datetime.fromisoformat(one["window_end"])) for page in pages if page]


def _named(envelopes: Sequence[dict[str, Any]], field: str = "scorer") -> list[str]:
    return [str(one["scorer"]) for one in envelopes if one[field]]
