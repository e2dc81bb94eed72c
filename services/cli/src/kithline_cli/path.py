"""`kithline results path`: the cheapest ways to the next level."""

from typing import Any

import rich_click as click

from kithline_cli import latest
from kithline_cli.answered import answered
from kithline_cli.client import Client, server_options
from kithline_cli.output import json_option, show


@click.command()
@click.argument("result")
@server_options
@json_option
def path(result: str, url: str | None, key: str | None, as_json: bool) -> None:
    """Show the cheapest steps to the next level, and why no others are cheaper. RESULT: its id, or a scorer's key.

    Example: kithline results path maturity.depth
    """
    with Client.of(url, key) as client:
        found = answered(client, "GET", f"/v1/results/{latest.named(client, result)}/path")
    show(found, as_json=as_json, text="\n".join(lines(found)))


def lines(found: dict[str, Any]) -> list[str]:
    """Return a path in words, a line each."""
    if not found["reachable"]:
        return [f"{found['scorer']}: no path: {found['why']}", *_gates("unmet", found["unmet"]), *_unknown(found)]
    aim = f"level {found['next_level']}" + (f" ({found['next_name']})" if found["next_name"] else "")
    held = ": first the ceiling, which binds" if found["kind"] == "ceiling" else ""
    told = [f"{found['scorer']}: from level {found['level']} to {aim}{held}", *_gates("unmet", found["unmet"])]
    for number, one in enumerate(found["sets"], 1):
        told += [f"way {number} of {_count(found)}, effort {found['effort']:g}, {_gain(one)}"]
        told += [f"  - {step['what']} ({step['step']}, effort {step['effort']:g})" for step in one["steps"]]
    return [*told, *_gates("then", found["then"]), *_unknown(found), found["proof"]["statement"]]


def _count(found: dict[str, Any]) -> str:
    return f"more than {len(found['sets'])}" if found["more"] else str(len(found["sets"]))


def _gain(one: dict[str, Any]) -> str:
    if one["gain"] is None:
        return f"gain {one['interval']}"
    ends = one["interval"]
    span = f"90 % {ends[0]:g} to {ends[1]:g}" if isinstance(ends, list) else str(ends)
    return f"gain {one['gain']:g} points ({span})"


def _gates(head: str, gates: list[dict[str, Any]]) -> list[str]:
    return [
        f"{head}: {one['what']}: {'not known' if one['have'] is None else format(one['have'], '.3g')}, needs {one['need']:g}"
        for one in gates
    ]


def _unknown(found: dict[str, Any]) -> list[str]:
    return [f"left out, for nobody declared its effort: {one['what']} ({one['step']})" for one in found["unknown"]]
