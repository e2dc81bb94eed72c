"""`kithline up`: Postgres, broker, API, worker and dispatcher on this machine."""

import os
import signal
import subprocess
import time
from pathlib import Path

import rich_click as click

from kithline_cli.output import json_option, show
from kithline_core.stack import control, credentials, folders
from kithline_core.stack.account import StackError
from kithline_core.stack.state import State

NEXT = (
    ("kithline demo", "score the demo organisation and write its report"),
    ("kithline dataset new FOLDER", "write a small example of your own data"),
    ("kithline down", "stop everything; the data stays"),
)


@click.command()
@click.option("--detach", "-d", is_flag=True, help="Return once everything is ready; stop it with `kithline down`.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address the API listens on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), help="Port of the API; 0 for any. Default 8787, or any if taken."
)
@json_option
def up(detach: bool, host: str, port: int | None, as_json: bool) -> None:
    """Start everything on this machine; Ctrl-C stops it. When it runs already, say where.

    Data lies in KITHLINE_HOME, else XDG_DATA_HOME/kithline, else ~/.local/share/kithline.

    Example: kithline up --detach
    """
    root = folders.locate(os.environ)
    if control.joinable(root):
        _announce(root, control.await_ready(root, None, _tell), as_json)
        return
    supervisor = control.start(root, host, port, tied=not detach)
    asked = _forward_signals(supervisor)
    try:
        ready = control.await_ready(root, supervisor, _tell)
    except StackError:
        if not asked:
            raise
    else:
        _announce(root, ready, as_json)
        if not detach:
            _follow(root, supervisor)


def _tell(step: str) -> None:
    click.echo(f"starting {step} ...", err=True)


def _announce(root: Path, state: State, as_json: bool) -> None:
    """Print the address, the key and what to do next."""
    keys = credentials.read(root / "credentials.json") or credentials.Credentials(url=state.url)
    value = {
        "url": state.url,
        "tenant": keys.tenant,
        "key": keys.tenant_key,
        "credentials": str(root / "credentials.json"),
        "home": str(root),
        "pid": state.supervisor.pid,
    }
    lines = [f"Kithline is up at {state.url}", f"  key   {keys.tenant_key or '(made earlier, and not kept here)'}"]
    lines += [f"  all   {root / 'credentials.json'}", "", "Next:"]
    lines += [f"  {command:<28}  {what}" for command, what in NEXT]
    show(value, as_json=as_json, text="\n".join(lines))


def _forward_signals(supervisor: subprocess.Popen[bytes]) -> list[int]:
    """Pass Ctrl-C, SIGTERM and SIGHUP on to the supervisor, which stops everything in order; return what came."""
    came: list[int] = []

    def forward(number: int, _: object) -> None:
        came.append(number)
        supervisor.send_signal(signal.SIGTERM if number == signal.SIGHUP else number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, forward)
    return came


def _follow(root: Path, supervisor: subprocess.Popen[bytes]) -> None:
    """Stay in front until the stack ends, telling when a child was started again. Raises StackError if it failed."""
    restarts: dict[str, int] = {}
    while supervisor.poll() is None:
        found = control.current(root)
        for child in found.children if found else []:
            if child.restarts > restarts.get(child.name, 0):
                click.echo(f"{child.name} was started again ({child.restarts}): {child.reason}", err=True)
            restarts[child.name] = child.restarts
        time.sleep(0.2)
    if supervisor.returncode:
        raise StackError(control.epitaph(root, supervisor.pid))
    click.echo("stopped; the data stays", err=True)
