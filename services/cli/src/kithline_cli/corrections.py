"""`kithline events withdraw`, `corrections`, `batches`, and `import --undo`: taking back what was sent."""

from typing import Any, Final
from urllib.parse import quote

import rich_click as click

from kithline_cli.client import Client, server_options
from kithline_cli.output import json_option, show

REASON: Final = "asked for on the command line"
SUMMED: Final = ("events", "removed", "restored", "left_alone")
SHOWN: Final = 20


@click.group()
def events() -> None:
    """Take events back that were sent.

    Example: kithline events withdraw m-1 m-2 --source forum --reason "sent twice"
    """


@events.command()
@click.argument("ids", nargs=-1)
@click.option("--source", help="The source that the ids are of.")
@click.option("--batch", help="In place of ids: all events that came with this import.")
@click.option("--reason", required=True, help="Why, for whoever reads the history.")
@click.option("--by", help="In which role; the key is noted anyway.")
@server_options
@json_option
def withdraw(
    ids: tuple[str, ...],
    source: str | None,
    batch: str | None,
    reason: str,
    by: str | None,
    url: str | None,
    key: str | None,
    as_json: bool,
) -> None:
    """Withdraw events: they stay as history and count in nothing, also when they are sent again.

    Example: kithline events withdraw m-1 m-2 --source forum --reason "sent twice"
    """
    if bool(ids) == bool(batch):
        raise click.UsageError("name events by their ids, or an import with --batch")
    named = {"ids": list(ids), "source": source} if ids else {"batch": batch}
    body = {name: value for name, value in {**named, "reason": reason, "by": by}.items() if value is not None}
    with Client.of(url, key) as client:
        made = client.ask("POST", "/v1/events:withdraw", body)
    show(made, as_json=as_json, text=_line(made))


@click.group()
def corrections() -> None:
    """List what was withdrawn, restored and undone, and take a withdrawal back.

    Example: kithline corrections list
    """


@corrections.command("list")
@server_options
@json_option
def listed(url: str | None, key: str | None, as_json: bool) -> None:
    """List corrections, the newest first: when, what, by whom and why.

    Example: kithline corrections list
    """
    with Client.of(url, key) as client:
        found = list(client.pages("/v1/corrections"))
    show(found, as_json=as_json, text="\n".join(map(_line, found)) or "nothing was corrected")


@corrections.command("undo")
@click.argument("correction")
@click.option("--reason", required=True, help="Why, for whoever reads the history.")
@click.option("--by", help="In which role; the key is noted anyway.")
@server_options
@json_option
def undo(correction: str, reason: str, by: str | None, url: str | None, key: str | None, as_json: bool) -> None:
    """Restore what a withdrawal took, which is another correction.

    Example: kithline corrections undo cor_agnbcu5utf5kjnwcmvpqkthbxm --reason "it was right"
    """
    with Client.of(url, key) as client:
        made = client.ask("POST", f"/v1/corrections/{quote(correction, safe='')}/undo", _why(reason, by))
    show(made, as_json=as_json, text=_line(made))


@click.command()
@server_options
@json_option
def batches(url: str | None, key: str | None, as_json: bool) -> None:
    """List imports by their names, the newest first: `kithline import --undo NAME` takes one back.

    Example: kithline batches
    """
    with Client.of(url, key) as client:
        found = list(client.pages("/v1/batches"))
    lines = [
        f"{one['batch']}  {one['events']} events, {one['rows']} rows{'  undone' if one['undone_at'] else ''}"
        for one in found
    ]
    show(found, as_json=as_json, text="\n".join(lines) or "there are no imports")


def take_back(client: Client, batch: str, reason: str, *, dry_run: bool, as_json: bool) -> None:
    """Undo an import, in as many steps as it takes, and say what became of it."""
    address = f"/v1/batches/{quote(batch, safe='')}/undo" + ("?dry_run=true" if dry_run else "")
    told = client.ask("POST", address, _why(reason, None))
    while not (told["done"] or dry_run):
        more = client.ask("POST", address, _why(reason, None))
        told = {**more, **{name: told[name] + more[name] for name in SUMMED}, "left": [*told["left"], *more["left"]]}
    show(told, as_json=as_json, text="\n".join(_undone(told, dry_run)))


def _undone(told: dict[str, Any], dry_run: bool) -> list[str]:
    verb = "would take out" if dry_run else "took out"
    more = "" if told["done"] else " or more"
    lines = [
        (
            f"{told['batch']}: {verb} {told['events']}{more} events and {told['removed']} rows, "
            f"{told['restored']} rows as they were before, {told['left_alone']} left as they are"
        )
    ]
    for one in told["left"][:SHOWN]:
        row = ", ".join(f"{name}={cell}" for name, cell in one["row"].items())
        lines.append(f"  changed since: {one['file']} {row}")
    return lines + [f"  stays, also if it came with it: {one['words']}" for one in told["stays"]]


def _why(reason: str, by: str | None) -> dict[str, str]:
    return {"reason": reason} | ({"by": by} if by else {})


def _line(one: dict[str, Any]) -> str:
    what = " ".join(filter(None, [one["file"], one["batch"] and f"of {one['batch']}"]))
    counts = ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in one["counts"].items() if number)
    return f"{one['id']}  {one['created_at'][:16]}  {one['kind']} {what}: {counts or 'nothing'}  {one['reason']}  by {one['made_by']}"
