"""`kithline run`: start a run on a server, wait for it, show its results."""

import time
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
import rich_click as click

from kithline_cli import moments, table, tenants
from kithline_cli.client import Client, server_options
from kithline_cli.moments import MOMENT
from kithline_cli.output import FAILED, json_option
from kithline_core.engine.document import decode
from kithline_core.errors import Unavailable

USE: Final = "organisation_development"
WITHHELD: Final = "withheld"
FINAL: Final = frozenset({"succeeded", "failed", "cancelled"})


@click.command()
@click.option("--scorer", "scorers", multiple=True, help="Score only this key; may be repeated.")
@click.option("--from", "start", type=MOMENT, help="First moment inside the window.")
@click.option("--to", "end", type=MOMENT, help="First moment outside; alone it ends each scorer's own window.")
@click.option("--use", default=USE, show_default=True, help="What the results are for.")
@click.option("--seconds", default=600.0, show_default=True, help="How long to wait.")
@server_options
@json_option
@click.pass_context
def run(
    ctx: click.Context,
    /,
    url: str | None,
    key: str | None,
    seconds: float,
    as_json: bool,
    **asked: Any,  # noqa: ANN401 - options, typed by click
) -> None:
    """Ask for a run, wait for it and print its results. Exit code 1 when the run does not succeed.

    Example: kithline run --to 2026-01-01
    """
    moments.check(asked["start"], asked["end"])
    with Client.of(url, key) as client:
        done = finished(client, start(client, asked["scorers"], asked["start"], asked["end"], asked["use"]), seconds)
        documents = findings(client, done["id"])
        changed = stale(client, done["id"])
    tell_stale(changed)
    if not counted(documents):
        tenants.tell("nothing was counted", key)
    if as_json:
        for document in documents:
            click.echo(document)
    else:
        table.results(table.console(), documents)
    if done["state"] != "succeeded":
        ctx.exit(FAILED)


def start(
    client: Client,
    scorers: tuple[str, ...] = (),
    begin: datetime | None = None,
    end: datetime | None = None,
    use: str = USE,
) -> str:
    """Ask for a run and return its id."""
    body: dict[str, object] = {"intended_use": use}
    body |= {"scorers": list(scorers)} if scorers else {}
    body |= {name: moment.isoformat() for name, moment in (("from", begin), ("to", end)) if moment is not None}
    return str(client.ask("POST", "/v1/runs", body, headers={"idempotency-key": str(uuid.uuid4())})["id"])


def finished(client: Client, run_id: str, seconds: float) -> dict[str, Any]:
    """Wait until a run ends and return it. Raises Unavailable when it does not in time."""
    deadline, pause = time.monotonic() + seconds, 0.05
    while time.monotonic() < deadline:
        found: dict[str, Any] = client.ask("GET", f"/v1/runs/{run_id}")
        if found["state"] in FINAL:
            return found
        time.sleep(pause)
        pause = min(1.0, pause * 1.5)
    raise Unavailable(f"the run {run_id} did not end within {seconds:g} s; look again with GET /v1/runs/{run_id}")


def findings(client: Client, run_id: str) -> list[bytes]:
    """Return the finding documents of a run, the verdict first, then by scorer: as stored, or what is left of one that is withheld."""
    listed = sorted(client.pages("/v1/results", run=run_id), key=lambda one: table.place(str(one["scorer"])))
    return [document(client, one) for one in listed]


def stale(client: Client, run_id: str) -> list[str]:
    """Return the scorers of a run whose data have changed since."""
    return sorted(str(one["scorer"]) for one in client.pages("/v1/results", run=run_id) if one["stale_since"])


def tell_stale(scorers: Sequence[str]) -> None:
    """Say on stderr whose data have changed."""
    for scorer in scorers:
        click.echo(f"kithline: what {scorer} counted has changed since: run again", err=True)


def counted(documents: Sequence[bytes]) -> bool:
    """Say whether anything was counted; of what is withheld nobody knows, so it counts as that."""
    found = [decode(one) for one in documents]
    return any(one.status == WITHHELD or any(row.count for row in one.lineage) for one in found)


def document(client: Client, envelope: dict[str, Any]) -> bytes:
    """Return a result's finding document as stored, or what is left of one that is withheld."""
    address = f"/v1/results/{envelope['id']}"
    if envelope["reasons"]:
        return msgspec.json.encode(client.ask("GET", address)["finding"])
    return client.send("GET", f"{address}/finding").content
