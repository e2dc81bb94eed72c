"""`kithline privacy`: rights of people over their data, each a job with a receipt; and the papers about them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, TypeVar

import rich_click as click

from kithline_cli import jobs, papers
from kithline_cli.client import Client, server_options
from kithline_cli.files import NEW_FILE
from kithline_cli.jobs import wait_options
from kithline_cli.output import json_option

Command = TypeVar("Command", bound=Callable[..., Any])
REASON: Final = "asked for on the command line"


@click.group()
def privacy() -> None:
    """Do what the law gives people: access, objection, restriction, erasure; and write the papers about it.

    PERSON is the id as the sender sends it, also where only pseudonyms are kept.

    Example: kithline privacy access p-17 --out p-17.ndjson
    """


def _options(command: Command) -> Command:
    """Add what every right takes; the command receives `ctx` and the options by name."""
    reason = click.option(
        "--reason", default=REASON, show_default=True, help="Why, for the audit; the id is taken out."
    )
    person = click.argument("person")
    return click.pass_context(person(reason(wait_options(server_options(json_option(command))))))  # type: ignore[return-value]  # click's own type


def _ask(ctx: click.Context, asked: str, person: str, given: dict[str, Any], **more: Any) -> None:  # noqa: ANN401 - JSON
    body = {"person": person, "reason": given["reason"], **more}
    with Client.of(given["url"], given["key"]) as client:
        job = client.ask("POST", f"/v1/privacy/{asked}", body)
        waiting = {name: given[name] for name in ("no_wait", "seconds", "as_json")}
        jobs.report(ctx, client, job, **waiting)


@privacy.command()
@click.option(
    "--out", type=NEW_FILE, help="Write every row to this file, one JSON object a line; only you may read it."
)
@_options
def access(ctx: click.Context, /, person: str, out: Path | None, **given: Any) -> None:  # noqa: ANN401 - typed by click
    """Count what is held about a person, and write all of it to a file.

    Example: kithline privacy access p-17 --out p-17.ndjson
    """
    if out is not None:
        with Client.of(given["url"], given["key"]) as client:
            _write(out, client.lines("/v1/privacy/download", {"person": person}))
    _ask(ctx, "access", person, given)


def _write(out: Path, lines: Iterator[bytes]) -> None:
    out.touch(mode=0o600)
    out.chmod(0o600)
    with out.open("wb") as file:
        file.writelines(line + b"\n" for line in lines)


@privacy.command("object")
@_options
def object_(ctx: click.Context, /, person: str, **given: Any) -> None:  # noqa: ANN401 - typed by click
    """Leave a person out of every score from now on.

    Example: kithline privacy object p-17 --reason "their letter of 2 January"
    """
    _ask(ctx, "object", person, given)


@privacy.command()
@_options
def restrict(ctx: click.Context, /, person: str, **given: Any) -> None:  # noqa: ANN401 - typed by click
    """Leave a person out of every score, list and export until the restriction is lifted.

    Example: kithline privacy restrict p-17
    """
    _ask(ctx, "restrict", person, given)


@privacy.command()
@click.option("--right", type=click.Choice(["restrict", "object"]), default="restrict", show_default=True,
              help="Which right ends.")  # fmt: skip
@_options
def lift(ctx: click.Context, /, person: str, right: str, **given: Any) -> None:  # noqa: ANN401 - typed by click
    """End a restriction, or an objection that the person took back.

    Example: kithline privacy lift p-17
    """
    _ask(ctx, "lift", person, given, right=right)


@privacy.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
@_options
def erase(ctx: click.Context, /, person: str, yes: bool, **given: Any) -> None:  # noqa: ANN401 - typed by click
    """Replace a person's id by a random name wherever it stands, for good. Sums stay as they are.

    Example: kithline privacy erase p-17 --yes --reason "their letter of 2 January"
    """
    if not yes:
        click.confirm("This cannot be undone. Erase this person?", abort=True, err=True)
    _ask(ctx, "erase", person, given)


for _command in papers.COMMANDS:
    privacy.add_command(_command)
