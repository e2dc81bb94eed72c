"""What a tenant uses of what is installed, below `kithline plugins`: enabled, pinned, with parameters, compared in the shadow."""

from typing import Any
from urllib.parse import quote

import msgspec
import rich_click as click

from kithline_cli.answered import answered
from kithline_cli.client import Client, server_options
from kithline_cli.output import json_option, show
from kithline_core.errors import Invalid, NotFound

_reason = click.option("--reason", required=True, help="Why it is so from now on; kept with the choice.")


@click.command()
@server_options
@json_option
def used(url: str | None, key: str | None, as_json: bool) -> None:
    """List the plugins as the tenant uses them: enabled, pinned, what there is to know before something stops working.

    Example: kithline plugins used
    """
    with Client.of(url, key) as client:
        found = client.ask("GET", "/v1/plugins")["data"]
    show(found, as_json=as_json, text="\n".join(line for one in found for line in _lines(one)) or "none is installed")


@click.command()
@click.argument("plugin")
@_reason
@server_options
@json_option
def enable(plugin: str, reason: str, url: str | None, key: str | None, as_json: bool) -> None:
    """Use a plugin in runs from now on.

    Example: kithline plugins enable acme-echo --reason "read by our data protection officer"
    """
    _change(plugin, {"enabled": True, "reason": reason}, url, key, as_json=as_json)


@click.command()
@click.argument("plugin")
@_reason
@server_options
@json_option
def disable(plugin: str, reason: str, url: str | None, key: str | None, as_json: bool) -> None:
    """Do without a plugin in runs from now on. Its results stay.

    Example: kithline plugins disable acme-echo --reason "not agreed with the works council"
    """
    _change(plugin, {"enabled": False, "reason": reason}, url, key, as_json=as_json)


@click.command()
@click.argument("plugin")
@click.argument("version")
@_reason
@server_options
@json_option
def pin(plugin: str, version: str, reason: str, url: str | None, key: str | None, as_json: bool) -> None:
    """Stay with a version, whatever is installed beside it.

    Example: kithline plugins pin kithline-network 1.0.0 --reason "until the report of the year is out"
    """
    _change(plugin, {"pinned": version, "reason": reason}, url, key, as_json=as_json)


@click.command()
@click.argument("plugin")
@_reason
@server_options
@json_option
def unpin(plugin: str, reason: str, url: str | None, key: str | None, as_json: bool) -> None:
    """Follow the newest active version again.

    Example: kithline plugins unpin kithline-network --reason "2.0.0 was compared"
    """
    _change(plugin, {"pinned": None, "reason": reason}, url, key, as_json=as_json)


@click.command()
@click.argument("scorer")
@click.option("--set", "settings", multiple=True, metavar="PARAM=VALUE", help="Set one parameter; may be repeated.")
@click.option("--unset", multiple=True, metavar="PARAM", help="Leave one as the manifest says; may be repeated.")
@click.option("--reason", help="Why it is so from now on; needed where something changes.")
@server_options
@json_option
def params(
    scorer: str,
    settings: tuple[str, ...],
    unset: tuple[str, ...],
    reason: str | None,
    url: str | None,
    key: str | None,
    as_json: bool,
) -> None:
    """Show a scorer's parameters in force, or change the tenant's own; its plugin may refuse a value.

    Example: kithline plugins params silos.internal --set min_events=3 --reason "one exchange is no tie here"
    """
    changes = dict(map(_setting, settings))
    if (changes or unset) and not reason:
        raise click.UsageError("say why, with --reason")
    with Client.of(url, key) as client:
        found = _scorer(client, scorer)
        if changes or unset:
            own = {name: value for name, value in {**found["own"], **changes}.items() if name not in unset}
            asked = {"parameters": own, "reason": reason}
            found = answered(client, "PUT", f"/v1/scorers/{quote(scorer, safe='')}/parameters", asked)["holding"]
    told = {name: found[name] for name in ("own", "in_force")}
    show({"scorer": scorer, **told}, as_json=as_json, text="\n".join(_parameters(scorer, told)))


@click.command()
@click.argument("plugin")
@click.option("--version", help="Start: let this version run beside the one in force.")
@click.option("--decide", type=click.Choice(["accept", "pin", "opt_out"]), help="End: move, stay, or do without.")
@click.option("--reason", help="Why it was decided so; needed with --decide.")
@server_options
@json_option
def shadow(
    plugin: str,
    version: str | None,
    decide: str | None,
    reason: str | None,
    url: str | None,
    key: str | None,
    as_json: bool,
) -> None:
    """Compare another version with the one in force: start, look, decide. Nothing it says is published.

    Example: kithline plugins shadow kithline-network --version 2.0.0
    """
    if version and decide:
        raise click.UsageError("either start with --version or end with --decide")
    if decide and not reason:
        raise click.UsageError("say why, with --reason")
    address = f"/v1/plugins/{quote(plugin, safe='')}/shadow"
    with Client.of(url, key) as client:
        if version:
            told = client.ask("POST", address, {"version": version})
        elif decide:
            told = client.ask("POST", f"{address}/decision", {"decision": decide, "reason": reason})
        else:
            told = client.ask("GET", address)
    show(told, as_json=as_json, text="\n".join(_compared(told)))


def _change(plugin: str, change: dict[str, Any], url: str | None, key: str | None, *, as_json: bool) -> None:
    with Client.of(url, key) as client:
        made = client.ask("PATCH", f"/v1/plugins/{quote(plugin, safe='')}", change)
    show(made, as_json=as_json, text="\n".join(_lines(made)))


def _lines(one: dict[str, Any]) -> list[str]:
    state = "enabled" if one["enabled"] else "not enabled"
    pinned = f", pinned to {one['pinned']}" if one["pinned"] else ""
    there = ", ".join(version["version"] for version in one["versions"])
    compared = f"; {one['shadow']} runs in the shadow" if one["shadow"] else ""
    line = f"{one['plugin']} {one['in_force'] or 'in no version'}  {state}{pinned}; here: {there}{compared}"
    return [line, *(f"  {caution['words']}" for caution in one["cautions"])]


def _setting(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise Invalid(f"--set wants PARAM=VALUE, like min_events=3, and got {text!r}")
    try:
        return name, msgspec.json.decode(value)
    except msgspec.DecodeError:
        return name, value


def _scorer(client: Client, scorer: str) -> dict[str, Any]:
    for one in client.ask("GET", "/v1/scorers")["data"]:
        if one["key"] == scorer:
            found: dict[str, Any] = one
            return found
    raise NotFound(f"no scorer named {scorer!r} is installed; `kithline plugins used` lists what is")


def _parameters(scorer: str, told: dict[str, Any]) -> list[str]:
    if told["in_force"] is None:
        return [f"{scorer}: what you set does not fit the version in force", *_each(told["own"], {})]
    return [f"{scorer}:", *_each(told["in_force"], told["own"])]


def _each(values: dict[str, Any], own: dict[str, Any]) -> list[str]:
    return [
        f"  {name} = {msgspec.json.encode(value).decode()}{'  (set by you)' if name in own else ''}"
        for name, value in sorted(values.items())
    ]


def _compared(told: dict[str, Any]) -> list[str]:
    ended = f"ended with {told['decision']}: {told['reason']}" if told["decision"] else "runs in the shadow"
    head = f"{told['plugin']} {told['candidate']} beside {told['in_force']}  {ended}"
    return [head, *(line for one in told["scorers"] for line in _differs(one))]


def _differs(one: dict[str, Any]) -> list[str]:
    if one["reason"] and not one["compared"]:
        return [f"  {one['scorer']}: not compared, {one['reason']}"]
    waiting = f", {one['waiting']} more waiting" if one["waiting"] else ""
    lines = [f"  {one['scorer']}: {one['compared']} snapshots, {one['identical']} with identical findings{waiting}"]
    lines += [f"    {name} {_step(step)}" for name in ("statuses", "levels") for step in one[name] if _moved(step)]
    if (spread := one["score"]) is not None:
        ranks = ", ".join(f"{name} {spread[name]:+g}" for name in ("min", "p05", "median", "p95", "max"))
        lines.append(f"    points of {spread['n']} scores: {ranks} ({one['doubt']})")
    return lines


def _moved(step: dict[str, Any]) -> bool:
    return bool(step["before"] != step["after"])


def _step(step: dict[str, Any]) -> str:
    return f"{step['before']} -> {step['after']}: {step['count']}"
