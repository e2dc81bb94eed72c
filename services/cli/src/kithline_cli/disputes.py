"""`kithline disputes`: what somebody says is wrong about where they belong, or what they are."""

from typing import Any, Final

import rich_click as click

from kithline_cli.client import Client, server_options
from kithline_cli.identity import KIND, told
from kithline_cli.moments import MOMENT
from kithline_cli.output import json_option, show

STATE: Final = click.Choice(["open", "accepted", "refused"])
DATES: Final = ("valid_from", "valid_to")


class Cell(click.ParamType[tuple[str, object]]):
    """Reads COLUMN=VALUE; nothing behind the sign means not known."""

    name = "column=value"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, object]:
        """Return the column and its value as the API takes it."""
        column, sign, text = str(value).partition("=")
        if not sign:
            self.fail(f"{value!r} is no COLUMN=VALUE", param, ctx)
        if not text:
            return column, None
        if column in DATES:
            return column, MOMENT.convert(text, param, ctx).isoformat()
        if column == "tier" and text.isdigit():
            return column, int(text)
        return column, text == "true" if column == "leader" else text


@click.group()
def disputes() -> None:
    """Open, look at, accept and refuse disputes about memberships and organisations.

    Example: kithline disputes list --state open
    """


@disputes.command("list")
@click.option("--state", type=STATE, help="Only those in this state.")
@server_options
@json_option
def listed(state: str | None, url: str | None, key: str | None, as_json: bool) -> None:
    """List disputes, the newest first.

    Example: kithline disputes list --state open
    """
    filters = {"state": state} if state else {}
    with Client.of(url, key) as client:
        found = list(client.pages("/v1/disputes", **filters))
    lines = [f"{one['id']}  {one['state']}  {_subject(one)}: {one['reason']}" for one in found]
    show(found, as_json=as_json, text="\n".join(lines) or "there are no disputes")


def _subject(one: dict[str, Any]) -> str:
    return f"{one['kind']} {one['subject'] or '(the key lacks people:read)'}"


@disputes.command("open")
@click.argument("kind", type=KIND)
@click.argument("subject")
@click.option("--row", type=Cell(), multiple=True, help="What identifies the row besides SUBJECT; may be repeated.")
@click.option("--claim", type=Cell(), multiple=True, required=True, help="What should stand there; may be repeated.")
@click.option("--reason", required=True, help="Why.")
@click.option("--by", required=True, help="Who says so: a role, not a name.")
@server_options
@json_option
def open_(
    kind: str,
    subject: str,
    url: str | None,
    key: str | None,
    as_json: bool,
    **asked: Any,  # noqa: ANN401 - options, typed by click
) -> None:
    """Dispute a row of people.csv or organisations.csv. It counts as it stands until the dispute is accepted.

    Example: kithline disputes open person p-17 --row organisation=client --claim organisation=agency --reason "contractor" --by "the person"
    """
    about = {kind: subject, **dict(asked["row"]), "claimed": dict(asked["claim"])}
    part = "membership" if kind == "person" else "organisation"
    with Client.of(url, key) as client:
        made = client.ask("POST", "/v1/disputes", {part: about, "reason": asked["reason"], "opened_by": asked["by"]})
    show(made, as_json=as_json, text=f"{made['id']}: open; look at it with `kithline disputes preview {made['id']}`")


@disputes.command()
@click.argument("dispute_id")
@server_options
@json_option
def preview(dispute_id: str, url: str | None, key: str | None, as_json: bool) -> None:
    """Show which rows would change, as they count now and as they would. Its effect on figures is withheld.

    Example: kithline disputes preview dsp_agny2s4hvj5ofjwcdrpzu2b2ke
    """
    with Client.of(url, key) as client:
        found = client.ask("GET", f"/v1/disputes/{dispute_id}/preview")
    now, then = ([told(row) for name in _PARTS for row in found[name + tense]] for tense in ("", "_then"))
    show(found, as_json=as_json, text="\n".join(["now:", *now, "then:", *then, f"figures: {found['why']}"]))


_PARTS: Final = ("memberships", "organisations")


@disputes.command()
@click.argument("dispute_id")
@click.option("--reason", required=True, help="Why it is right.")
@server_options
@json_option
def accept(dispute_id: str, reason: str, url: str | None, key: str | None, as_json: bool) -> None:
    """Write the correction beside the disputed row, over which it holds. Results that counted that row are stale.

    Example: kithline disputes accept dsp_agny2s4hvj5ofjwcdrpzu2b2ke --reason "the contract names the agency"
    """
    _decide("accept", dispute_id, reason, url, key, as_json=as_json)


@disputes.command()
@click.argument("dispute_id")
@click.option("--reason", required=True, help="Why it is not.")
@server_options
@json_option
def refuse(dispute_id: str, reason: str, url: str | None, key: str | None, as_json: bool) -> None:
    """Leave everything as it is, and say why.

    Example: kithline disputes refuse dsp_agny2s4hvj5ofjwcdrpzu2b2ke --reason "the register says otherwise"
    """
    _decide("refuse", dispute_id, reason, url, key, as_json=as_json)


def _decide(act: str, dispute_id: str, reason: str, url: str | None, key: str | None, *, as_json: bool) -> None:
    with Client.of(url, key) as client:
        decided = client.ask("POST", f"/v1/disputes/{dispute_id}/{act}", {"reason": reason})
    show(decided, as_json=as_json, text=f"{decided['id']}: {decided['state']}")
