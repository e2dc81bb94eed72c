"""`kithline plugins doctor`."""

import rich_click as click

from kithline_cli.output import FAILED, json_option, show
from kithline_cli.plugins.store import store
from kithline_core import plugins
from kithline_core.plugins.examining import Finding, examine

COLOURS = {"ok": "green", "warn": "yellow", "fail": "red"}


@click.command()
@json_option
@click.pass_context
def doctor(ctx: click.Context, as_json: bool) -> None:
    """Look every plugin over: left out and why, files that changed, last days, hooks and fields that are on their way out.

    Each line says ok, warn or fail and what to do next. Exit code 1 when one says fail.

    Example: kithline plugins doctor
    """
    found = examine(plugins.installed(), store())
    show({"plugins": found}, as_json=as_json, text="\n".join(map(_line, found)) or "none is installed")
    ctx.exit(FAILED if any(one.state == "fail" for one in found) else 0)


def _line(one: Finding) -> str:
    state = click.style(f"{one.state:<4}", fg=COLOURS[one.state])
    return f"{state}  {one.plugin:<28}  {one.found}" + (f"\n      {'':<28}  {one.advice}" if one.advice else "")
