"""`kithline scopes`: which communities and channels count, who answers for that, and what it would come to."""

from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import msgspec
import rich_click as click

from kithline_cli import moments
from kithline_cli.client import Client, server_options
from kithline_cli.moments import MOMENT
from kithline_cli.output import json_option, show
from kithline_core.errors import Invalid, NotFound

WITHHELD: Final = {
    "differencing": "it would tell of too few people, by itself or beside what was shown before",
    "snapshot_budget": "too many different previews were shown already",
}


@click.group()
def scopes() -> None:
    """Say which communities and channels count. A version is never changed; setting a scope writes the next.

    Example: kithline scopes list
    """


@scopes.command("list")
@click.option("--versions", is_flag=True, help="Every version, not only the latest of each scope.")
@server_options
@json_option
def listed(versions: bool, url: str | None, key: str | None, as_json: bool) -> None:
    """List scopes, the newest first, with their owners and reasons.

    Example: kithline scopes list
    """
    with Client.of(url, key) as client:
        found = list(client.pages("/v1/scopes", **({} if versions else {"latest": "true"})))
    show(found, as_json=as_json, text="\n".join(map(_line, found)) or "there are no scopes: everything counts")


@scopes.command("show")
@click.argument("scope")
@click.option("--version", type=int, help="This version. Default: the latest.")
@server_options
@json_option
def show_(scope: str, version: int | None, url: str | None, key: str | None, as_json: bool) -> None:
    """Show one version of a scope: what counts, whose decision it is, and why.

    Example: kithline scopes show suppliers-only
    """
    with Client.of(url, key) as client:
        found = _named(client, scope, version)
    show(found, as_json=as_json, text="\n".join([_line(found), *_contents(found)]))


@scopes.command("set")
@click.argument("scope")
@click.option("--file", type=click.Path(path_type=Path), help="A JSON file with the body of POST /v1/scopes.")
@click.option("--community", "communities", multiple=True, help="Count this community; may be repeated. Default: all.")
@click.option("--channel", "channels", multiple=True, help="Count this channel; may be repeated. Default: all.")
@click.option("--title", help="What people call it.")
@click.option("--owner", help="Which role answers for it. Default: whoever owned the version before.")
@click.option("--reason", help="Why it is so from now on; needed here or in the file.")
@server_options
@json_option
def set_(scope: str, *, file: Path | None, url: str | None, key: str | None, as_json: bool, **told: Any) -> None:  # noqa: ANN401 - texts, and tuples of them
    """Write the next version of a scope, from options, a file, or both: an option stands before what the file says.

    Example: kithline scopes set suppliers-only --community battery --owner "head of purchasing" --reason "pilot"
    """
    options = {name: list(cell) if isinstance(cell, tuple) else cell for name, cell in told.items() if cell}
    asked = {**(_read(file) if file else {}), **options}
    if asked.setdefault("scope", scope) != scope:
        raise Invalid(f"{file} is about the scope {asked['scope']!r}, not about {scope!r}")
    if not asked.get("reason"):
        raise click.UsageError("say why, with --reason or as `reason` in the file")
    with Client.of(url, key) as client:
        if not (asked.get("owner") or _owner(client, scope)):
            raise click.UsageError(
                "nobody owns this scope yet: say which role does, with --owner or as `owner` in the file"
            )
        made = client.ask("POST", "/v1/scopes", asked)
    show(made, as_json=as_json, text="\n".join([_line(made), *_contents(made)]))


@scopes.command()
@click.argument("scope")
@click.option("--version", type=int, help="This version. Default: the latest.")
@click.option("--from", "start", type=MOMENT, help="First moment inside the window. Default: 90 days before its end.")
@click.option("--to", "end", type=MOMENT, help="First moment outside. Default: today, midnight UTC.")
@server_options
@json_option
def preview(
    scope: str,
    version: int | None,
    start: datetime | None,
    end: datetime | None,
    url: str | None,
    key: str | None,
    as_json: bool,
) -> None:
    """Show how much a version would count, rounded, beside the version before it; withheld where it tells of too few people.

    Example: kithline scopes preview suppliers-only
    """
    moments.check(start, end)
    window = {name: at.isoformat() for name, at in (("from", start), ("to", end)) if at is not None}
    with Client.of(url, key) as client:
        one = _named(client, scope, version)
        told = client.ask("GET", f"/v1/scopes/{quote(one['id'], safe='')}/preview", params=window)
    show(told, as_json=as_json, text="\n".join(_previewed(told)))


def _named(client: Client, scope: str, version: int | None) -> dict[str, Any]:
    """Return a version of a scope, the latest unless said otherwise. Raises NotFound."""
    for one in client.pages("/v1/scopes", scope=scope):
        if version in (None, one["version"]):
            found: dict[str, Any] = one
            return found
    what = f"no scope {scope!r}" if version is None else f"no version {version} of a scope {scope!r}"
    raise NotFound(f"there is {what}; `kithline scopes list --versions` lists them")


def _owner(client: Client, scope: str) -> str | None:
    found = list(client.pages("/v1/scopes", scope=scope, latest="true"))
    return found[0]["owner"] if found else None


def _read(file: Path) -> dict[str, Any]:
    try:
        return msgspec.json.decode(file.read_bytes(), type=dict[str, Any])
    except (OSError, msgspec.DecodeError) as error:
        raise Invalid(f"{file} holds no scope: {error}; POST /v1/scopes says what one is") from None


def _line(one: dict[str, Any]) -> str:
    title, owner = f" {one['title']}" if one["title"] else "", one["owner"] or "nobody"
    return f"{one['scope']} version {one['version']}{title}  owned by {owner}  {one['reason'] or 'no reason given'}"


def _contents(one: dict[str, Any]) -> list[str]:
    return [
        f"  {name}: {'all' if one[name] is None else ', '.join(one[name]) or 'none'}"
        for name in ("communities", "channels")
    ]


def _previewed(told: dict[str, Any]) -> list[str]:
    starts, ends = (at[:10] for at in told["window"])
    lines = [f"{told['scope']} from {starts} to {ends}:"]
    lines += [_counted(one) for one in (told["counted"], told["before"]) if one is not None]
    return lines + [f"  not counted: {one['community']} ({one['reason']})" for one in told["not_counted"]]


def _counted(one: dict[str, Any]) -> str:
    if one["withheld"]:
        return f"  version {one['version']}: withheld, {WITHHELD.get(one['withheld'], one['withheld'])}"
    return f"  version {one['version']}: about {one['events']} events of {one['people']} people"
