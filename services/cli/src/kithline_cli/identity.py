"""`kithline identity`: ids that name one person or one organisation."""

from typing import Any, Final

import rich_click as click

from kithline_cli.client import Client, server_options
from kithline_cli.output import json_option, show

KIND: Final = click.Choice(["person", "organisation"])


@click.group()
def identity() -> None:
    """Link ids that name one person or one organisation, and take links back.

    Example: kithline identity suggest
    """


@identity.command("list")
@server_options
@json_option
def listed(url: str | None, key: str | None, as_json: bool) -> None:
    """List every link that was ever made, the newest first, and which were taken back.

    Example: kithline identity list
    """
    with Client.of(url, key) as client:
        found = list(client.pages("/v1/identities:history"))
    lines = [f"{one['id']}  {one['kind']}  {one['alias']} -> {one['same_as']}{_state(one)}" for one in found]
    show(found, as_json=as_json, text="\n".join(lines) or "no link was ever made")


def _state(one: dict[str, Any]) -> str:
    why = f"  ({one['rule']})" if one["rule"] else ""
    return f"{why}  taken back at {one['undone_at']}" if one["undone_at"] else why


@identity.command()
@server_options
@json_option
def suggest(url: str | None, key: str | None, as_json: bool) -> None:
    """List ids that look like one, with the rule and how sure it is. Nothing is linked.

    Example: kithline identity suggest
    """
    with Client.of(url, key) as client:
        found = client.ask("GET", "/v1/identities:suggested")["data"]
    lines = [f"{one['kind']}  {one['id']} -> {one['same_as']}  {one['rule']} {one['confidence']:g}" for one in found]
    show(found, as_json=as_json, text="\n".join(lines) or "no two ids look like one")


@identity.command()
@click.argument("kind", type=KIND)
@click.argument("alias")
@click.argument("same_as")
@server_options
@json_option
def preview(kind: str, alias: str, same_as: str, url: str | None, key: str | None, as_json: bool) -> None:
    """Show the rows that a link would bring together. Its effect on figures is withheld; nothing is linked.

    Example: kithline identity preview person Anna.Weber p-17
    """
    with Client.of(url, key) as client:
        found = client.ask("POST", "/v1/identities:preview", {"kind": kind, "id": alias, "same_as": same_as})
    rows = [told(row) for row in (*found["memberships"], *found["organisations"])]
    standing = found["standing"] or "an id that no list may show"
    show(found, as_json=as_json, text="\n".join([f"all under {standing}:", *rows, f"figures: {found['why']}"]))


def told(row: dict[str, Any]) -> str:
    """Return a row in words."""
    return "  " + ", ".join(f"{name} {value}" for name, value in row.items() if value is not None)


@identity.command()
@click.argument("kind", type=KIND)
@click.argument("alias")
@click.argument("same_as")
@click.option("--reason", help="Why they are one.")
@server_options
@json_option
def link(
    kind: str, alias: str, same_as: str, reason: str | None, url: str | None, key: str | None, as_json: bool
) -> None:
    """Count whatever stands under ALIAS for SAME_AS. No row is changed, so it can be taken back.

    Example: kithline identity link person Anna.Weber p-17 --reason "same badge"
    """
    body = {"kind": kind, "id": alias, "same_as": same_as} | ({"reason": reason} if reason else {})
    with Client.of(url, key) as client:
        made = client.ask("POST", "/v1/identities:link", body)
    show(made, as_json=as_json, text=f"{made['id']}: {alias} counts for {same_as}")


@identity.command()
@click.argument("link_id")
@server_options
@json_option
def undo(link_id: str, url: str | None, key: str | None, as_json: bool) -> None:
    """Take a link back: what was sent under each id counts for that id again.

    Example: kithline identity undo idn_agny2s4hvj5ofjwcdrpzu2b2ke
    """
    with Client.of(url, key) as client:
        undone = client.ask("POST", f"/v1/identities/{link_id}/undo")
    show(undone, as_json=as_json, text=f"{undone['alias'] or 'the id'} counts for itself again")
