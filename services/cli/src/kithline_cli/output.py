"""What every command shares: the --json option, the exit codes, and how results and refusals are shown."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

import msgspec
import rich_click as click
from kithline_core.errors import DatasetError, DomainError, Invalid, Unavailable

OK: Final = 0
FAILED: Final = 1
USAGE: Final = 2
INVALID: Final = 3
UNREACHABLE: Final = 4

JSON = "kithline.json"
Command = TypeVar("Command", bound=Callable[..., Any])


def json_option(command: Command) -> Command:
    """Add `--json`; the command receives `as_json`."""
    return click.option("--json", "as_json", is_flag=True, callback=_note, is_eager=True, help="Print JSON.")(command)


def show(value: object, *, as_json: bool, text: str) -> None:
    """Print the value as one line of JSON, or the text."""
    click.echo(msgspec.json.encode(value).decode() if as_json else text)


class Refusal(click.ClickException):
    """One line on stderr (with `--json` an object on stdout) and exit code 1."""

    exit_code = FAILED

    def __init__(self, error: DomainError, *, as_json: bool) -> None:
        super().__init__(error.detail)
        self.code, self.as_json = error.code, as_json
        self.problems = error.problems if isinstance(error, DatasetError) else []

    def show(self, file: Any = None) -> None:  # noqa: ANN401 - the signature is click's
        """Print the refusal."""
        if self.as_json:
            error = {"code": self.code, "detail": self.message} | ({"problems": self.problems} if self.problems else {})
            click.echo(msgspec.json.encode({"error": error}).decode())
            return
        for line in self.problems or [self.message]:
            click.echo(f"kithline: {line}", err=True, file=file)


class InvalidInput(Refusal):
    """The same with exit code 3."""

    exit_code = INVALID


class NotReachable(Refusal):
    """The same with exit code 4."""

    exit_code = UNREACHABLE


def refused(ctx: click.Context, error: DomainError) -> Refusal:
    """Return the refusal for a domain error: 3 for wrong input, 4 for a server that does not answer, else 1."""
    kinds = {Invalid: InvalidInput, DatasetError: InvalidInput, Unavailable: NotReachable}
    kind = next((refusal for cause, refusal in kinds.items() if isinstance(error, cause)), Refusal)
    return kind(error, as_json=bool(ctx.meta.get(JSON)))


def _note(ctx: click.Context, _: click.Parameter, value: bool) -> bool:
    ctx.meta[JSON] = value
    return value
