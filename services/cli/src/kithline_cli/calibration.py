"""`kithline calibration`: whether probabilities kept their word."""

import asyncio
import os
from datetime import UTC, datetime
from typing import Any

import msgspec
import rich_click as click

from kithline_cli.client import Client, server_options
from kithline_cli.output import json_option, show
from kithline_core import calibrating
from kithline_core.db import Database
from kithline_core.errors import Invalid, Unavailable
from kithline_core.model.calibration import Ledger
from kithline_core.settings import Settings
from kithline_core.stack import control, folders


@click.command()
@click.option("--pooled", is_flag=True, help="Over all tenants that agreed; for who runs this installation.")
@click.option("--announce", is_flag=True, help="With --pooled: announce the control points of curves that are due.")
@server_options
@json_option
def calibration(pooled: bool, announce: bool, url: str | None, key: str | None, as_json: bool) -> None:
    """Show what results said would hold against what came: Brier score and reliability curve by scorer and version.

    Example: kithline calibration
    """
    if announce and not pooled:
        raise Invalid("--announce needs --pooled: control points stand on many tenants")
    if pooled:
        ledger = msgspec.to_builtins(asyncio.run(_ledger(announce=announce)))
        show(ledger, as_json=as_json, text="\n".join([*lines(ledger), *curves(ledger)]))
        return
    with Client.of(url, key) as client:
        found = client.ask("GET", "/v1/calibration")
    show(found, as_json=as_json, text="\n".join(lines(found)))


async def _ledger(*, announce: bool) -> Ledger:
    settings = Settings.from_env(control.environment(folders.locate(os.environ)))
    if not settings.database_url or not settings.dispatcher_database_url:
        raise Unavailable(
            "no database: start one with `kithline up`, or set KITHLINE_DATABASE_URL and its dispatcher's"
        )
    today = datetime.now(UTC).date()
    async with (
        Database.open(settings.dispatcher_database_url) as dispatch,
        Database.open(settings.database_url, secret=settings.secret) as db,
    ):
        told = await calibrating.over_all(dispatch, db, today)
        if announce and await calibrating.announce(db, told):
            told = await calibrating.over_all(dispatch, db, today)
        return told


def lines(found: dict[str, Any]) -> list[str]:
    """Return a ledger in words, a line for each scorer, and one for each bin."""
    told = []
    for one in found["scorers"]:
        head = f"{one['scorer']} {one['version']}"
        if one["why"] is not None:
            told.append(f"{head}: {one['why']}")
            continue
        ends = one["interval"]
        span = ends if isinstance(ends, str) else f"90 % {ends[0]:.3f} to {ends[1]:.3f}"
        of = f" of {one['tenants']} tenants" if "tenants" in one else f", {one['waiting']} waiting"
        told.append(f"{head}: Brier {one['brier']:.3f} ({span}), {one['n']} predictions{of}")
        told += [f"  {_bin(part)}" for part in one["bins"]]
        told += [
            f"  next version: {step['low']:.2f} to {step['high']:.2f} says {step['fitted']:.2f} "
            f"({step['interval'][0]:.2f} to {step['interval'][1]:.2f})"
            for step in one.get("refit") or []
        ]
    return told


def _bin(one: dict[str, Any]) -> str:
    low, high = one["interval"]
    off = f"off by {one['off']:+.2f}" + (", more than .10" if one["flagged"] else "")
    chance = "" if one["by_chance"] else ", beyond chance"
    return f"{one['low']:.1f} to {one['high']:.1f}: said {one['said']:.2f}, came {one['came']:.2f} ({low:.2f} to {high:.2f}) of {one['n']}; {off}{chance}"


def curves(found: dict[str, Any]) -> list[str]:
    """Return control points in words, a line each."""
    return [f"{one['scorer']} {one['version']} {one['driver']}: {_held(one)}; {_new(one)}" for one in found["points"]]


def _held(one: dict[str, Any]) -> str:
    return f"announced {_pair(one['kept'][-1])}" if one["kept"] else "nothing announced"


def _new(one: dict[str, Any]) -> str:
    return str(one["why"]) if one["proposed"] is None else f"due: {_pair(one['proposed'])}"


def _pair(points: dict[str, Any]) -> str:
    return (
        f"0.5 at {points['median']:.2g}, 0.9 at {points['ninetieth']:.2g} "
        f"({points['announced_on']}; {points['interval']})"
    )
