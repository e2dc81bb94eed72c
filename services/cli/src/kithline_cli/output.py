"""What every command shares: the --json option, the exit codes, and how results and refusals are shown."""

from collections.abc import Callable
from typing import Any, Final, NoReturn, TypeVar

import msgspec
import rich_click as click

from kithline_core.errors import DatasetError, DomainError, Invalid, Unavailable

OK: Final = 0
FAILED: Final = 1
USAGE: Final = 2
INVALID: Final = 3
UNREACHABLE: Final = 4

EXIT_CODES: Final = {Invalid: INVALID, DatasetError: INVALID, Unavailable: UNREACHABLE}

JSON = "kithline.json"
Command = TypeVar("Command", bound=Callable[..., Any])


def json_option(command: Command) -> Command:
    """Add `--json`; the command receives `as_json`."""
    return click.option("--json", "as_json", is_flag=True, callback=_note, is_eager=True, help="Print JSON.")(command)


def show(value: object, *, as_json: bool, text: str) -> None:
    """Print the value as one line of JSON, or the text."""
    click.echo(msgspec.json.encode(value).decode() if as_json else text)


def refuse(ctx: click.Context, error: DomainError) -> NoReturn:
    """Say what was refused, one line a problem on stderr or an object with `--json`, and end with the exit code."""
    problems = error.problems if isinstance(error, DatasetError) else []
    if ctx.meta.get(JSON):
        told = {"code": error.code, "detail": error.detail} | ({"problems": problems} if problems else {})
        click.echo(msgspec.json.encode({"error": told}).decode())
    else:
        for line in problems or [error.detail]:
            click.echo(f"kithline: {line}", err=True)
    ctx.exit(next((code for kind, code in EXIT_CODES.items() if isinstance(error, kind)), FAILED))


def _note(ctx: click.Context, _: click.Parameter, value: bool) -> bool:
    ctx.meta[JSON] = value
    return value
