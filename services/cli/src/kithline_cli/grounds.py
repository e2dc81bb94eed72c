"""`kithline grounds`: put on record why, for whom and until when data about people may be processed, and end it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import msgspec
import rich_click as click

from kithline_cli.client import Client, server_options
from kithline_cli.moments import MOMENT
from kithline_cli.output import json_option, show
from kithline_core.errors import Conflict, Invalid
from kithline_core.model.grounds import TEMPLATES

Ground = dict[str, Any]
# Options of `open` that say a field of the ground, and the field.
FIELDS: Final = ("title", "signed_by", "works_agreement", "impact_assessment")


@click.group()
def grounds() -> None:
    """Put grounds for data about people on record, list and end them.

    Example: kithline grounds open --template suppliers --signed-by "head of purchasing"
    """


@grounds.command()
@click.argument("ground")
@click.option("--at", type=MOMENT, help="First moment it no longer holds, past or to come. Default: now.")
@server_options
@json_option
def end(ground: str, at: datetime | None, url: str | None, key: str | None, as_json: bool) -> None:
    """End a ground for good. Results that rest on it are withheld from then on.

    Example: kithline grounds end gnd_agnbcu5utf5kjnwcmvpqkthbxm
    """
    more = {} if at is None else {"params": {"at": at.isoformat()}}
    with Client.of(url, key) as client:
        ended = client.ask("POST", f"/v1/grounds/{quote(ground, safe='')}/end", **more)
    show(ended, as_json=as_json, text=f"{told(ended)}; results that rest on it are withheld from then on")


@grounds.command("list")
@server_options
@json_option
def listed(url: str | None, key: str | None, as_json: bool) -> None:
    """List grounds, the newest first, ended ones too.

    Example: kithline grounds list
    """
    with Client.of(url, key) as client:
        found = list(client.pages("/v1/grounds"))
    empty = "there are no grounds, so no data about people is taken; `kithline grounds open` puts one on record"
    show(found, as_json=as_json, text="\n".join(map(told, found)) or empty)


@grounds.command("open")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--template", help=f"Start from a template: {', '.join(TEMPLATES)}.")
@click.option("--title", help="What to call it.")
@click.option("--signed-by", help="Who answers for it.")
@click.option("--document", "documents", multiple=True, help="A document it rests on; may be repeated.")
@click.option("--works-agreement", help="The works agreement with its date, for employees.")
@click.option("--impact-assessment", help="The impact assessment with its date, for employees.")
@server_options
@json_option
def open_(file: Path | None, url: str | None, key: str | None, as_json: bool, **chosen: Any) -> None:  # noqa: ANN401 - options, typed by click
    """Put a ground on record: a template, a JSON file with what POST /v1/grounds takes, or both. No data are sent.

    Exit code 1 when a ground of that title is in force already, 3 when something is still to be named.

    Example: kithline grounds open --template suppliers --signed-by "head of purchasing"
    """
    if file is None and chosen["template"] is None:
        raise click.UsageError("name a template with --template, or a file that says what POST /v1/grounds takes")
    said = {name: chosen[name] for name in ("template", *FIELDS) if chosen[name] is not None}
    said |= {"documents": list(chosen["documents"])} if chosen["documents"] else {}
    asked = {**({} if file is None else _read(file)), **said}
    with Client.of(url, key) as client:
        if (held := _held(client, asked)) is not None:
            raise Conflict(f"{held['id']} of that title is in force; end it first, or give this one another --title")
        made = client.ask("POST", "/v1/grounds", asked)
    show(made, as_json=as_json, text=told(made))


def take(client: Client, name: str) -> None:
    """Put a ground of a template or of a file NAME.json on record, unless one of that title is in force. Raises Invalid."""
    asked = _read(Path(name)) if name.endswith(".json") else {"template": name}
    if _held(client, asked) is None:
        client.ask("POST", "/v1/grounds", {"signed_by": "kithline import", **asked})


def _held(client: Client, asked: Ground) -> Ground | None:
    """Return the ground in force without an end that has the title of what is asked for."""
    titles = {one["name"]: one["ground"]["title"] for one in client.ask("GET", "/v1/ground-templates")}
    title = asked.get("title", titles.get(str(asked.get("template"))))
    held = (one for one in client.pages("/v1/grounds") if one.get("valid_to") is None and one["title"] == title)
    return next(held, None)


def _read(path: Path) -> Ground:
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
    except (OSError, msgspec.DecodeError) as error:
        raise Invalid(f"{path} holds no ground: {error}; POST /v1/grounds says what one is") from None


def told(one: Ground) -> str:
    """Return a ground in a line: its id, title, mode, groups, and whether it holds."""
    whose = ", ".join(one.get("groups") or ["every group"])
    return f"{one['id']}  {one['title']} ({one['mode']}; {whose}): {_holds(one, datetime.now(UTC))}"


def _holds(one: Ground, now: datetime) -> str:
    start, end = (one.get(name) for name in ("valid_from", "valid_to"))
    if end is not None and datetime.fromisoformat(end) <= now:
        return f"ended {end}"
    state = "in force" if start is None or datetime.fromisoformat(start) <= now else f"begins {start}"
    return state if end is None else f"{state}, ends {end}"
