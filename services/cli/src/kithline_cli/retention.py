"""`kithline retention`: how long data stay, what would go now, and a run."""

from typing import Any

import rich_click as click

from kithline_cli import jobs
from kithline_cli.client import Client, server_options
from kithline_cli.jobs import wait_options
from kithline_cli.output import json_option, show
from kithline_core.errors import Invalid


@click.group()
def retention() -> None:
    """Say how long data stay, and take away what has had its time.

    Example: kithline retention estimate
    """


@retention.command("show")
@server_options
@json_option
def show_(url: str | None, key: str | None, as_json: bool) -> None:
    """Show how long data stay and when the next run is.

    Example: kithline retention show
    """
    held = _read(url, key)
    show(held, as_json=as_json, text=_terms(held))


@retention.command()
@server_options
@json_option
def estimate(url: str | None, key: str | None, as_json: bool) -> None:
    """Show what a run would remove now, before anything goes.

    Example: kithline retention estimate
    """
    held = _read(url, key)
    leaving = [one for one in held["estimate"] if one["rows"]]
    lines = [f"{one['table']}: {one['rows']} rows, the oldest received {one['oldest']}" for one in leaving]
    show(held["estimate"], as_json=as_json, text="\n".join(lines) or "nothing has had its time")


@retention.command("set")
@click.option("--events", required=True, metavar="DAYS", help="Days that events stay, from receipt; `ever` for ever.")
@click.option("--rollups", required=True, metavar="DAYS", help="Days that their daily counts stay; `ever` for ever.")
@click.option("--reason", required=True, help="Why, for the audit.")
@server_options
@json_option
def set_(events: str, rollups: str, reason: str, url: str | None, key: str | None, as_json: bool) -> None:
    """Set how long data stay. Grounds in force can only shorten it; nothing goes before the next run.

    Example: kithline retention set --events 90 --rollups 396 --reason "works agreement of 2026"
    """
    asked = {"events_days": _days(events), "rollups_days": _days(rollups), "reason": reason}
    with Client.of(url, key) as client:
        held = client.ask("PUT", "/v1/retention", asked)
    show(held, as_json=as_json, text=_terms(held))


@retention.command()
@wait_options
@server_options
@json_option
@click.pass_context
def run(ctx: click.Context, /, no_wait: bool, seconds: float, url: str | None, key: str | None, as_json: bool) -> None:
    """Take away now what has had its time. Exit code 1 when it does not succeed.

    Example: kithline retention run
    """
    with Client.of(url, key) as client:
        job = client.ask("POST", "/v1/retention/run")
        jobs.report(ctx, client, job, no_wait=no_wait, seconds=seconds, as_json=as_json)


def _read(url: str | None, key: str | None) -> dict[str, Any]:
    with Client.of(url, key) as client:
        held: dict[str, Any] = client.ask("GET", "/v1/retention")
    return held


def _days(text: str) -> int | None:
    if text == "ever":
        return None
    if not text.isdecimal():
        raise Invalid(f"{text!r} is no number of days; write one, or `ever`")
    return int(text)


def _terms(held: dict[str, Any]) -> str:
    holds = held["holds"]
    lines = [f"{name}: {_told(holds[key])}" for name, key in (("events", "events_days"), ("roll-ups", "rollups_days"))]
    lines += [f"shortened by {', '.join(held['shortened_by'])}"] if held["shortened_by"] else []
    return "\n".join([*lines, f"next run: {held['next_at'] or 'within a day'}"])


def _told(days: int | None) -> str:
    return "for ever" if days is None else f"{days} days"
