"""`kithline connect`: exports of other systems become dataset folders, read in the sandbox on this machine."""

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import rich_click as click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from kithline_cli import files, skeleton, transfer
from kithline_cli.client import Client, fault, server_options
from kithline_cli.output import FAILED, json_option, show
from kithline_core import connecting, plugins
from kithline_core.connecting import Export, Read
from kithline_core.dataset.read import read as read_dataset
from kithline_core.errors import Invalid
from kithline_core.sandbox import Sandbox

SHOWN = 20


@click.group()
def connect() -> None:
    """Read exports of other systems.

    Example: kithline connect run slack.export export.zip --out my-data
    """


@connect.command("list")
@json_option
def listed(as_json: bool) -> None:
    """List the installed connectors and what they read.

    Example: kithline connect list
    """
    found = plugins.installed().connectors()
    value = [{"key": one.key, "version": one.version, "takes": one.takes, "writes": one.writes} for one in found]
    lines = [f"{one.key:18} {one.title['en']} ({', '.join(one.takes)})" for one in found]
    show(value, as_json=as_json, text="\n".join(lines))


@connect.command("run")
@click.argument("connector")
@click.argument("export", type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path), help="Write a new dataset folder; without it the rows are sent."
)
@click.option("--dry-run", is_flag=True, help="Only say what would come of it.")
@click.option("--option", "options", multiple=True, metavar="NAME=VALUE", help="Set an option of the connector.")
@click.option("--mapping", type=click.Path(path_type=Path), help="The mapping of csv.mapped: a JSON file.")
@server_options
@json_option
@click.pass_context
def run(ctx: click.Context, /, connector: str, export: Path, *, as_json: bool, **chosen: Any) -> None:  # noqa: ANN401 - options, typed by click
    """Read an export on this machine; what cannot be taken is listed, and what is left out by design (`left_out`).

    Exit code 1 when a row was refused, 3 when the export cannot be read: nothing is left behind then.

    Example: kithline connect run hr.list staff.csv --option encoding=cp1252 --dry-run
    """
    given = connecting.settings(dict(map(_option, chosen["options"])), chosen["mapping"])
    asked = Export(path=export, connector=connector, options=given)
    found, sent = _done(asked, chosen)
    counts = {"rows": dict(found.rows), "refused": found.refused, "left_out": found.left_out}
    show({**counts, "faults": found.faults, "sent": sent}, as_json=as_json, text="\n".join(_told(found, sent)))
    if found.refused or any(one["rejected"] or one["conflicts"] for one in (sent or {}).values()):
        ctx.exit(FAILED)


def _done(asked: Export, chosen: dict[str, Any]) -> tuple[Read, transfer.Report | None]:
    """Read into the folder that was named, or into one that is sent and forgotten."""
    out: Path | None = chosen["out"]
    if out is not None:
        files.empty(out)
    if out is not None or chosen["dry_run"]:
        return asyncio.run(_read(asked, None if chosen["dry_run"] else out)), None
    with Client.of(chosen["url"], chosen["key"]) as client, tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(_read(asked, Path(folder) / "rows"))
        return found, transfer.watched(client, read_dataset(Path(folder) / "rows")) if found.rows else {}


async def _read(asked: Export, folder: Path | None) -> Read:
    columns = (TextColumn("reading"), BarColumn(), TaskProgressColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        bar = progress.add_task("reading", total=None)
        async with Sandbox.open() as sandbox:
            return await connecting.read(
                asked, sandbox, folder, lambda done, total: progress.update(bar, completed=done, total=total)
            )


def _option(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise Invalid(f"--option wants NAME=VALUE, like group=supplier, and got {text!r}")
    return name, value


def _told(found: Read, sent: transfer.Report | None) -> Iterator[str]:
    yield from (f"{name}: {count} rows" for name, count in sorted(found.rows.items()))
    if not found.rows:
        yield "no rows"
    yield from (f"  {one.where}: {one.message} ({one.code})" for one in found.faults[:SHOWN])
    others = found.refused + found.left_out - SHOWN
    if others > 0:
        yield f"  and {others} others; --json names more"
    for name, counts in (sent or {}).items():
        yield f"sent {name}: " + ", ".join(f"{counts[one]} {one}" for one in transfer.COUNTED if counts[one])
        yield from (f"  {fault(one)}" for one in counts["errors"][:SHOWN])


@connect.command("new")
@click.argument("name")
@click.argument("folder", type=click.Path(path_type=Path))
@json_option
def new(name: str, folder: Path, as_json: bool) -> None:
    """Write the skeleton of a connector plugin, with its manifest and a test that passes.

    Example: kithline connect new acme.tickets acme-tickets
    """
    files.empty(folder)
    written = [str(path) for path in skeleton.write(name, folder)]
    todo = f"next: pip install -e {folder}, then run its test; `kithline connect list` names it"
    show({"folder": str(folder), "files": written}, as_json=as_json, text="\n".join([*written, todo]))
