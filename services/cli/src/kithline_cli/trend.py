"""`kithline trend`: a scorer's results over time, as a server has them."""

from datetime import datetime

import msgspec
import rich_click as click

from kithline_cli import moments, series, table
from kithline_cli.client import Client, server_options
from kithline_cli.moments import MOMENT
from kithline_cli.output import json_option
from kithline_core.engine.series import Point


@click.command()
@click.argument("scorer")
@click.option("--from", "start", type=MOMENT, help="Only windows that reach past this moment.")
@click.option("--to", "end", type=MOMENT, help="Only windows that end by this moment.")
@click.option("--scope", "scope_id", help="Of this version of a scope, by its id. Default: of everything.")
@server_options
@json_option
def trend(
    scorer: str, start: datetime | None, end: datetime | None, scope_id: str | None, url: str | None, key: str | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Show a scorer's results over time: what changed by more than chance, and where the method did. Nothing is run.

    Example: kithline trend silos.internal --from 2025-01-01
    """
    moments.check(start, end)
    asked = {name: at.isoformat() for name, at in (("from", start), ("to", end)) if at is not None}
    with Client.of(url, key) as client:
        scope = {} if scope_id is None else {"scope_id": scope_id}
        found = client.ask("GET", f"/v1/trends/{scorer}", params={**asked, **scope})
    if as_json:
        click.echo(msgspec.json.encode(found))
        return
    points = [msgspec.convert(one, Point) for one in found["points"]]
    series.show(table.console(), {scorer: points})
