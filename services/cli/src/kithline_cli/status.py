"""`kithline status`: what runs, since when it restarts, and why."""

import os

import rich_click as click
from rich.console import Console
from rich.table import Table

from kithline_cli.output import FAILED, UNREACHABLE, json_option, show
from kithline_core.stack import control, folders, processes
from kithline_core.stack.probe import answers
from kithline_core.stack.state import Child, State


@click.command()
@json_option
@click.pass_context
def status(ctx: click.Context, as_json: bool) -> None:
    """Show what runs. Exit code 0 when all is well, 1 when a part is not, 4 when nothing runs.

    Example: kithline status --json
    """
    root = folders.locate(os.environ)
    found = control.current(root)
    if found is None:
        show({"phase": "down", "home": str(root)}, as_json=as_json, text="nothing runs; start it with `kithline up`")
        ctx.exit(UNREACHABLE)
    ready = found.phase == "ready" and answers(f"{found.url}/readyz")
    children = [_child(child) for child in found.children]
    value = {"phase": found.phase, "ready": ready, "url": found.url, "home": str(root), "children": children}
    if as_json:
        show(value, as_json=True, text="")
    else:
        _draw(found, ready)
    ctx.exit(0 if ready and all(child.state == "running" for child in found.children) else FAILED)


def _child(child: Child) -> dict[str, object]:
    return {
        "name": child.name,
        "state": child.state,
        "pid": child.process.pid if child.process else None,
        "restarts": child.restarts,
        "reason": child.reason,
    }


def _draw(found: State, ready: bool) -> None:
    table = Table(
        "part", "state", "pid", "restarts", "why", title=f"{found.url} is {'ready' if ready else found.phase}"
    )
    for child in found.children:
        pid = str(child.process.pid) if processes.alive(child.process) and child.process else "-"
        table.add_row(child.name, child.state, pid, str(child.restarts), child.reason)
    Console().print(table)
