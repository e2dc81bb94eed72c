"""`kithline demo`: the main job, end to end, on the demo organisation."""

import os
import time
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec
import rich_click as click

from kithline_cli import runs, table, transfer
from kithline_cli.client import Client, issue, stored
from kithline_cli.files import NEW_FILE
from kithline_cli.output import FAILED, json_option
from kithline_core import report
from kithline_core.dataset.folder import Dataset
from kithline_core.demo import make
from kithline_core.demo.stream import END, MESH_FROM, START
from kithline_core.errors import Unavailable
from kithline_core.stack import control, credentials, folders

TENANT: Final = "demo"
SUPPLY: Final = "supply.collaboration"


@click.command()
@click.option("--seed", default=make.SEED, show_default=True, help="Another seed, another organisation.")
@click.option("--report", "path", type=NEW_FILE, help="Where the report goes.")
@json_option
@click.pass_context
def demo(ctx: click.Context, seed: int, path: Path | None, as_json: bool) -> None:
    """Start what is not running, send the demo organisation (synthetic), score it and write its report.

    Example: kithline demo --report demo.html
    """
    began = time.monotonic()
    known = _running()
    dataset = make.make(seed)
    with _tenant(known) as client:
        counts = transfer.watched(client, dataset)
        state, documents, stale = _score(client, END)
        _, before, _ = _score(client, MESH_FROM, START, (SUPPLY,))
    path = path or folders.locate(os.environ) / "demo.html"
    path.write_text(_report(dataset, documents, before, stale), encoding="utf-8")
    seconds = time.monotonic() - began
    if as_json:
        _print_json(counts, documents, path, seconds)
    else:
        table.results(table.console(), documents)
        click.echo(f"\n{sum(one['accepted'] for one in counts.values()):,} rows were new, {seconds:.0f} s in all")
        click.echo(
            f"report: {path}\nagain: `kithline results --tenant {TENANT}`; its data are in a tenant of their own"
        )
        click.echo("the servers keep running; `kithline down` stops them")
    if state != "succeeded":
        ctx.exit(FAILED)


def _running() -> credentials.Credentials:
    """Start the stack unless it runs, and return its credentials. Raises Unavailable when it has none."""
    root = folders.locate(os.environ)
    supervisor = None if control.current(root) else control.start(root, "127.0.0.1", None)
    control.await_ready(root, supervisor, lambda step: click.echo(f"starting {step} ...", err=True))
    known = stored()
    if known is None or not known.partner_key:
        raise Unavailable(f"{root} holds no credentials; move it away and run `kithline demo` again")
    return known


def _tenant(known: credentials.Credentials) -> Client:
    """Provision the demo tenant and return a client with a key of its own, which `--tenant` finds."""
    with Client(known.url, known.partner_key) as partner:
        partner.ask("PUT", f"/v1/partners/me/tenants/{TENANT}", {"title": "Auren Motors (synthetic)"})
    return Client(known.url, issue(known, TENANT))


def _score(
    client: Client, end: datetime, begin: datetime | None = None, scorers: tuple[str, ...] = ()
) -> tuple[str, list[bytes], list[str]]:
    run = runs.finished(client, runs.start(client, scorers, begin, end), 600.0)
    return run["state"], runs.findings(client, run["id"]), runs.stale(client, run["id"])


def _report(dataset: Dataset, documents: list[bytes], before: list[bytes], stale: list[str]) -> str:
    return report.page(dataset.settings.title or TENANT, documents, before[0] if before else None, stale)


def _print_json(counts: dict[str, Any], documents: list[bytes], path: Path, seconds: float) -> None:
    value = {
        "rows": {name: {one: found[one] for one in transfer.COUNTED} for name, found in counts.items()},
        "results": [msgspec.Raw(document) for document in documents],
        "report": str(path),
        "seconds": round(seconds, 1),
    }
    click.echo(msgspec.json.encode(value))
