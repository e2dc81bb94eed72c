"""`kithline jobs`: work that takes longer than a request; and how other commands wait for it."""

import time
from collections.abc import Callable
from typing import Any, Final, TypeVar

import rich_click as click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from kithline_cli.client import Client, server_options
from kithline_cli.output import FAILED, json_option, show
from kithline_core.errors import Unavailable

Command = TypeVar("Command", bound=Callable[..., Any])
FINAL: Final = frozenset({"succeeded", "failed", "cancelled"})
# What to look at when nothing is there: an id is compared letter by letter.
NOBODY: Final = """nothing is held about anybody under this id; if that is a surprise, check
  the spelling: capitals, blanks and leading zeros count, and a name or address is not the id
  in a tenant that keeps pseudonyms: give the id as the sender sends it, or its pseudonym (p-…)
  the tenant: the key decides which one is asked"""


def wait_options(command: Command) -> Command:
    """Add `--no-wait` and `--seconds`."""
    seconds = click.option("--seconds", default=600.0, show_default=True, help="How long to wait.")
    no_wait = click.option("--no-wait", is_flag=True, help="Return at once; `kithline jobs wait ID` waits later.")
    return no_wait(seconds(command))


def finished(client: Client, job_id: str, seconds: float) -> dict[str, Any]:
    """Wait behind a progress bar on stderr until a job is over, and return it. Raises Unavailable when it takes longer."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    deadline, pause = time.monotonic() + seconds, 0.05
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("waiting", total=None)
        while time.monotonic() < deadline:
            found: dict[str, Any] = client.ask("GET", f"/v1/jobs/{job_id}")
            if found["state"] in FINAL:
                return found
            progress.update(bar, description=found["state"], completed=found["done"], total=found["total"])
            time.sleep(pause)
            pause = min(1.0, pause * 1.5)
    raise Unavailable(
        f"the job {job_id} is not over within {seconds:g} s; look again with `kithline jobs wait {job_id}`"
    )


def told(job: dict[str, Any]) -> str:
    """Return a job in words: its state, the rows of its receipt, and what to check where there are none."""
    rows = job["receipt"].get("rows", {})
    lines = [f"{job['id']} {job['kind']}: {job['state']}{': ' + job['reason'] if job['reason'] else ''}"]
    lines += [f"person: {job['subject']} (keyed hash)"] if job["subject"] else []
    lines += [f"{table}: {count} rows" for table, count in sorted(rows.items())]
    return "\n".join(
        [*lines, *([NOBODY] if job["receipt"].get("held") is False and job["state"] == "succeeded" else [])]
    )


def report(
    ctx: click.Context, client: Client, job: dict[str, Any], *, no_wait: bool, seconds: float, as_json: bool
) -> None:
    """Print a job, after its end unless nobody waits. Exit code 1 when it did not succeed."""
    ended = job if no_wait else finished(client, job["id"], seconds)
    show(ended, as_json=as_json, text=told(ended))
    if not no_wait and ended["state"] != "succeeded":
        ctx.exit(FAILED)


@click.group()
def jobs() -> None:
    """Look at work that takes longer than a request: rights of people, retention.

    Example: kithline jobs list
    """


@jobs.command("list")
@click.option("--kind", help="Only jobs of this kind, e.g. privacy.erase.")
@click.option("--state", help="Only jobs in this state, e.g. running.")
@server_options
@json_option
def list_(kind: str | None, state: str | None, url: str | None, key: str | None, as_json: bool) -> None:
    """Show jobs, the newest first.

    Example: kithline jobs list --state running
    """
    asked = {name: value for name, value in {"kind": kind, "state": state}.items() if value is not None}
    with Client.of(url, key) as client:
        found = list(client.pages("/v1/jobs", **asked))
    lines = [f"{job['id']} {job['kind']}: {job['state']} ({job['done']}/{job['total'] or '?'})" for job in found]
    show(found, as_json=as_json, text="\n".join(lines) or "there are no jobs")


@jobs.command("show")
@click.argument("job")
@server_options
@json_option
def show_(job: str, url: str | None, key: str | None, as_json: bool) -> None:
    """Show one job with its receipt.

    Example: kithline jobs show job_agnijy4yplpvxajcmvrsmh6zqm
    """
    with Client.of(url, key) as client:
        found = client.ask("GET", f"/v1/jobs/{job}")
    show(found, as_json=as_json, text=told(found))


@jobs.command("wait")
@click.argument("job")
@click.option("--seconds", default=600.0, show_default=True, help="How long to wait.")
@server_options
@json_option
@click.pass_context
def wait(ctx: click.Context, /, job: str, seconds: float, url: str | None, key: str | None, as_json: bool) -> None:
    """Wait until a job is over and show it. Exit code 1 when it does not succeed.

    Example: kithline jobs wait job_agnijy4yplpvxajcmvrsmh6zqm
    """
    with Client.of(url, key) as client:
        found = client.ask("GET", f"/v1/jobs/{job}")
        report(ctx, client, found, no_wait=False, seconds=seconds, as_json=as_json)


@jobs.command("cancel")
@click.argument("job")
@server_options
@json_option
def cancel(job: str, url: str | None, key: str | None, as_json: bool) -> None:
    """Call a job off, where it may stop half-way; what it did stays done.

    Example: kithline jobs cancel job_agnijy4yplpvxajcmvrsmh6zqm
    """
    with Client.of(url, key) as client:
        found = client.ask("POST", f"/v1/jobs/{job}/cancel")
    show(found, as_json=as_json, text=told(found))
