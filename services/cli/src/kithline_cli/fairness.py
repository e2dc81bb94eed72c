"""`kithline fairness`: whether a questionnaire's items mean the same in every language and at every rank."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

import rich_click as click

from kithline_cli import output
from kithline_cli.client import Client, server_options
from kithline_cli.moments import MOMENT
from kithline_cli.output import json_option
from kithline_cli.table import plain

WORDS: Final = {"B": "moderate", "C": "large"}


@click.command()
@click.argument("questionnaire")
@click.option("--to", "end", type=MOMENT, help="Count answers before this moment. Default: today, 00:00 UTC.")
@server_options
@json_option
def fairness(questionnaire: str, end: datetime | None, url: str | None, key: str | None, as_json: bool) -> None:
    """Show which items of a questionnaire are answered apart by equals of other languages or ranks. Needs 200 respondents.

    Example: kithline fairness depth
    """
    asked = {} if end is None else {"to": end.isoformat()}
    with Client.of(url, key) as client:
        found = client.ask("GET", f"/v1/questionnaires/{quote(questionnaire, safe='')}/fairness", params=asked)
    output.show(found, as_json=as_json, text="\n".join(_lines(found)))


def _lines(found: dict[str, Any]) -> Iterator[str]:
    """Yield what is known of each group, then what is not."""
    yield f"{plain(found['questionnaire'])}: {found['status']}"
    for one in found["compared"]:
        yield from _compared(one)
    for one in found["withheld"]:
        yield f"{one['attribute']}: {one['groups']} withheld, of fewer than {found['least']} respondents each"
    for one in found["missing"]:
        yield f"missing: {plain(one['what'])}{_counted(one['have'], one['need'])} ({one['reason']})"


def _counted(have: float | None, need: float | None) -> str:
    if need is None:
        return ""
    return f": {need:g} needed" if have is None else f": {have:g} of {need:g}"


def _compared(one: dict[str, Any]) -> Iterator[str]:
    flagged = [item for item in one["items"] if item["flag"] in WORDS]
    known = sum(item["flag"] is not None for item in one["items"])
    yield (
        f"{one['attribute']} {plain(one['group'])} beside {plain(one['reference'])}: "
        f"{len(flagged)} of {known} items apart"
    )
    for item in flagged:
        low, high = item["delta_interval"]
        apart = "lower" if item["delta"] < 0 else "higher"
        yield (
            f"  {plain(item['item'])} ({plain(item['scale'])}): {item['flag']}, {WORDS[item['flag']]}, answered {apart} "
            f"than by equals; delta {item['delta']:.2f} ({low:.2f} to {high:.2f})"
        )
