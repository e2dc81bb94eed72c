"""`kithline indices`: the five indices with their parts, and a total only by its name and below them."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

import rich_click as click
from rich.table import Table
from rich.text import Text

from kithline_cli import output, table, tenants
from kithline_cli.client import Client, server_options
from kithline_cli.moments import MOMENT
from kithline_cli.output import json_option

HEADS: Final = ("index", "score", "90 % interval", "status", "moves it without")
CHOICES: Final = {
    "parts": "what was measured", "weights": "weights", "aggregation": "adding or multiplying",
    "inclusion": "which indices count",
}  # fmt: skip


@click.command()
@click.option("--variant", help="Show the total of this name below its indices.")
@click.option("--to", "end", type=MOMENT, help="As of the last window that ends by this moment.")
@click.option("--scope", "scope_id", help="Of this version of a scope, by its id. Default: of everything.")
@server_options
@json_option
def indices(
    variant: str | None, end: datetime | None, scope_id: str | None, url: str | None, key: str | None, as_json: bool
) -> None:
    """Show the five indices, each its own number with its parts and what is missing. Nothing is run.

    There is no total but one that your organisation defined, with a name: PUT /v1/index-variants/{name}.

    Example: kithline indices
    """
    asked = {"to": None if end is None else end.isoformat(), "scope_id": scope_id}
    address = "/v1/indices" if variant is None else f"/v1/index-variants/{quote(variant, safe='')}/value"
    with Client.of(url, key) as client:
        found = client.ask("GET", address, params={name: one for name, one in asked.items() if one is not None})
    shown = found["parts"] if "variant" in found else found["indices"]
    if not any(part["result"] for one in shown for part in one["parts"]):
        tenants.tell("there is no result", key)
    if as_json:
        output.show(found, as_json=True, text="")
        return
    _table(shown)
    if "variant" in found:
        click.echo("\n".join(_total(found)))


def _table(shown: Sequence[dict[str, Any]]) -> None:
    drawn = Table(*HEADS)
    drawn.columns[1].justify = "right"
    for row in (row for one in shown for row in _rows(one)):
        drawn.add_row(*(Text(table.plain(cell)) for cell in row))
    table.console().print(drawn)


def _rows(one: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """Yield an index and, indented, its parts."""
    yield one["title"]["en"], _score(one), _interval(one), _status(one), ""
    for part in one["parts"]:
        shift = one["measures"].get(f"leave_one_out_shift.{part['part'].replace('.', '%2E')}")
        moved = "" if shift is None else f"{shift:+.1f}"
        yield f"  {part['part']}", _score(part), _interval(part), _status(part), moved


def _score(one: dict[str, Any]) -> str:
    return "unknown" if one["score"] is None else f"{one['score']:.1f}"


def _interval(one: dict[str, Any]) -> str:
    """Return both ends, or the word why there are none."""
    if isinstance(one["interval"], list):
        return "{:.1f} to {:.1f}".format(*one["interval"])
    return one["interval"] or "-"


def _status(one: dict[str, Any]) -> str:
    return f"{one['status']} ({', '.join(one['reasons'])})" if one["reasons"] else str(one["status"])


def _total(found: dict[str, Any]) -> Iterator[str]:
    """Yield the total and what it hangs on: a line each."""
    name = found["title"] or found["variant"]
    yield f"{table.plain(name)}: {_score(found)} ({_interval(found)})  {_status(found)}"
    weights = ", ".join(f"{index} {100 * weight:.0f} %" for index, weight in found["weights"].items())
    yield f"  {found['aggregation']} mean, {table.plain(found['weighting'])}: {weights}"
    hangs = [
        f"{words} {100 * found['measures'][f'sobol_total.{choice}']:.0f} %"
        for choice, words in CHOICES.items()
        if f"sobol_total.{choice}" in found["measures"]
    ]
    if hangs:
        yield f"  hangs on: {', '.join(hangs)} (shares of its variance, together with others)"
    yield from _place(found)


def _place(found: dict[str, Any]) -> Iterator[str]:
    if not found["field"]:
        return
    own, size = found["field"][-1], len(found["field"])
    if own["rank"] is None:
        yield f"  band {own['band']} of {max(one['band'] for one in found['field'])} among {size} windows"
    else:
        holds = "" if own["holds"] is None else f", above the next in {100 * own['holds']:.0f} % of draws"
        yield "  rank {} ({} to {}) among {} windows".format(own["rank"], *own["rank_interval"], size) + holds
