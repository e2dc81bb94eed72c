"""`kithline sensitivity`: what a score hangs on."""

from typing import Any, Final

import rich_click as click

from kithline_cli import latest
from kithline_cli.answered import answered
from kithline_cli.client import Client, server_options
from kithline_cli.output import json_option, show

PLURAL: Final = {
    "item": "questions", "community": "communities", "organisation": "organisations", "department": "departments",
    "person": "people",
}  # fmt: skip


@click.command()
@click.argument("result")
@server_options
@json_option
def sensitivity(result: str, url: str | None, key: str | None, as_json: bool) -> None:
    """Show what a score hangs on: ranges with one thing left out, and what each gate does alone. RESULT: id or scorer's key.

    Example: kithline sensitivity maturity.depth
    """
    with Client.of(url, key) as client:
        found = answered(client, "GET", f"/v1/results/{latest.named(client, result)}/sensitivity")
    show(found, as_json=as_json, text="\n".join(lines(found)))


def lines(found: dict[str, Any]) -> list[str]:
    """Return it in words, a line each."""
    score = found["status"] if found["score"] is None else format(found["score"], "g")
    level = "" if found["level"] is None else f", level {found['level']}"
    told = [f"{found['scorer']}: {score}{level}", "one at a time to the next cut-off:"]
    told += [f"  {found['alone_why']}"] if found["alone_why"] else []
    told += [f"  {one['what']}: {_alone(one)}" for one in found["alone"]]
    return [*told, "one left out:", *(f"  {PLURAL[one['kind']]}: {_left_out(one)}" for one in found["left_out"])]


def _alone(one: dict[str, Any]) -> str:
    need = "" if one["need"] is None else f", needs {one['need']:g}"
    have = f"{one['have']:.3g}" if isinstance(one["have"], int | float) else "not known"
    gain = "" if one["gain"] is None else f"; {one['gain']:+g} points"
    level = "" if one["level"] is None else f", level {one['level']}"
    return f"{have}{need}{gain}{level}" + ("" if one["why"] is None else f"; {one['why']}")


def _left_out(one: dict[str, Any]) -> str:
    if one["change"] is None:
        return str(one["why"])
    low, high = one["change"]
    heaviest = ", heaviest first" if one["tried"] < one["of"] else ""
    told = [f"{low:+g} to {high:+g} points ({one['tried']} of {one['of']} tried{heaviest})"]
    if one["most"] is not None:
        told.append(f"most without {one['most']['name']} ({one['most']['change']:+g})")
    if one["level_holds"] is not None:
        told.append("the level holds" if one["level_holds"] else "the level does not always hold")
    told += [f"{one['withheld']} withheld"] if one["withheld"] else []
    return "; ".join(told)
