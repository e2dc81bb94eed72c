"""What every command shares: the --json option, the exit codes, and how results and refusals are shown."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NoReturn, TypeVar

import msgspec
import rich_click as click

from kithline_core.errors import DatasetError, DomainError, Invalid, Unavailable

OK: Final = 0
FAILED: Final = 1
USAGE: Final = 2
INVALID: Final = 3
UNREACHABLE: Final = 4

# Counts of lines that are here after an import.
TAKEN: Final = ("accepted", "duplicates")

EXIT_CODES: Final = {Invalid: INVALID, DatasetError: INVALID, Unavailable: UNREACHABLE}

JSON = "kithline.json"
Command = TypeVar("Command", bound=Callable[..., Any])


class Halted(DomainError):
    """Something was refused half-way: the cause, the counts of the files that are in, where it stopped, what is left."""

    def __init__(self, cause: DomainError, done: Mapping[str, dict[str, Any]], at: str, left: Sequence[str]) -> None:
        super().__init__(cause.detail)
        self.cause, self.done, self.at, self.left = cause, done, at, left
        self.remedy = ""

    @property
    def told(self) -> dict[str, Any]:
        """Return what stands beside the error in JSON."""
        return {"sent": list(self.done), "stopped_in": self.at, "not_sent": list(self.left), "remedy": self.remedy}

    @property
    def lines(self) -> list[str]:
        """Return it in words, a line each."""
        sent = [f"{name} ({sum(counts[one] for one in TAKEN)} lines)" for name, counts in self.done.items()]
        lines = [f"{self.at}: {self.detail}", f"in: {', '.join(sent) or 'no file'}"]
        lines.append(f"not in, or in part: {self.at}" + (f"; not in: {', '.join(self.left)}" if self.left else ""))
        return [*lines, self.remedy] if self.remedy else lines


def json_option(command: Command) -> Command:
    """Add `--json`; the command receives `as_json`."""
    return click.option("--json", "as_json", is_flag=True, callback=_note, is_eager=True, help="Print JSON.")(command)


def show(value: object, *, as_json: bool, text: str) -> None:
    """Print the value as one line of JSON, or the text."""
    click.echo(msgspec.json.encode(value).decode() if as_json else text)


def refuse(ctx: click.Context, error: DomainError) -> NoReturn:
    """Say what was refused, one line a problem on stderr or an object with `--json`, and end with the exit code."""
    halted = error if isinstance(error, Halted) else None
    cause = error if halted is None else halted.cause
    lines = halted.lines if halted is not None else cause.problems if isinstance(cause, DatasetError) else []
    if ctx.meta.get(JSON):
        more = halted.told if halted is not None else {"problems": lines} if lines else {}
        told = {"code": cause.code, "detail": error.detail} | more
        click.echo(msgspec.json.encode({"error": told}).decode())
    else:
        for line in lines or [error.detail]:
            click.echo(f"kithline: {line}", err=True)
    ctx.exit(next((code for kind, code in EXIT_CODES.items() if isinstance(cause, kind)), FAILED))


def _note(ctx: click.Context, _: click.Parameter, value: bool) -> bool:
    ctx.meta[JSON] = value
    return value
