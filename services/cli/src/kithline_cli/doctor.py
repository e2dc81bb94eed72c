"""`kithline doctor`: is everything as it should be, and if not, what to do next."""

import asyncio
import os

import rich_click as click

from kithline_cli import checks
from kithline_cli.output import FAILED, json_option, show
from kithline_core.settings import Settings
from kithline_core.stack import control, credentials, folders

COLOURS = {"ok": "green", "warn": "yellow", "fail": "red"}


@click.command()
@json_option
@click.pass_context
def doctor(ctx: click.Context, as_json: bool) -> None:
    """Check the API, the database and its roles, the broker, the sandbox, the plugins and the clocks.

    Each line says ok, warn or fail and what to do next. Exit code 1 when one says fail.

    Example: kithline doctor --json
    """
    root = folders.locate(os.environ)
    env = control.environment(root)
    kept = credentials.read(root / "credentials.json")
    url = env.get("KITHLINE_URL") or (kept.url if kept else "")
    found = asyncio.run(checks.examine(Settings.from_env(env), url))
    show({"checks": found}, as_json=as_json, text="\n".join(_line(check) for check in found))
    ctx.exit(FAILED if any(check.state == "fail" for check in found) else 0)


def _line(check: checks.Check) -> str:
    state = click.style(f"{check.state:<4}", fg=COLOURS[check.state])
    advice = f"\n      {'':<20}  {check.advice}" if check.advice else ""
    return f"{state}  {check.name:<20}  {check.found}{advice}"
