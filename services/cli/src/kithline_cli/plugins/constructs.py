"""`kithline plugins constructs`."""

import asyncio
import os
from collections.abc import Iterator

import rich_click as click

from kithline_cli.output import json_option, show
from kithline_cli.plugins.store import store
from kithline_core import constructs as checking
from kithline_core import plugins
from kithline_core.db import Database
from kithline_core.engine.constructs.checks import Check
from kithline_core.errors import Unavailable
from kithline_core.plugins import standing
from kithline_core.plugins.standing import Checked
from kithline_core.settings import Settings
from kithline_core.stack import control, folders


@click.command()
@click.option("--publish", is_flag=True, help="Write it into the store: a version that fails is labelled experimental.")
@json_option
def constructs(publish: bool, as_json: bool) -> None:
    """Check on tenants that agreed whether measures mean what they are called. Needs ten of them.

    Example: kithline plugins constructs --publish
    """
    settings = Settings.from_env(control.environment(folders.locate(os.environ)))
    if not settings.database_url or not settings.dispatcher_database_url:
        raise Unavailable(
            "no database: start one with `kithline up`, or set KITHLINE_DATABASE_URL and KITHLINE_DISPATCHER_DATABASE_URL"
        )
    found = standing.settled(store().folder, asyncio.run(_checked(settings)))
    if publish:
        standing.publish(store().folder, found)
    show(
        [{**_plain(one), "label": one.label} for one in found],
        as_json=as_json,
        text="\n".join(line for one in found for line in _lines(one)) or "no plugin declares constructs",
    )


async def _checked(settings: Settings) -> list[Checked]:
    dispatcher = Database.open(settings.dispatcher_database_url, pool_max=1)
    async with Database.of(settings) as db, dispatcher as dispatch:
        return await checking.of(db, dispatch, plugins.installed())


def _plain(one: Checked) -> dict[str, object]:
    return {name: getattr(one, name) for name in one.__struct_fields__}


def _lines(one: Checked) -> Iterator[str]:
    label = f", {one.label}" if one.label else ""
    yield f"{one.plugin} {one.version}: {one.verdict}{label}"
    for check in one.checks:
        yield f"  {check.check.replace('_', ' ')}, {check.dimension} ({', '.join(check.measures)}): {_said(check)}"


def _said(check: Check) -> str:
    if check.value is None or check.interval is None:
        return f"unknown ({check.reason})"
    low, high = check.interval
    doubt = "" if check.sure else ", though its interval leaves that open"
    return f"{check.verdict}, {check.value:.2f} ({low:.2f} to {high:.2f}) over {check.tenants} tenants{doubt}"
