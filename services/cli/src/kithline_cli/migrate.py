"""`kithline migrate`: applies the schema's migrations, or says where they stand."""

import os
import subprocess
import sys

import rich_click as click

from kithline_cli.output import json_option
from kithline_core.errors import Unavailable
from kithline_core.stack import control, folders

OWNER = "KITHLINE_OWNER_DATABASE_URL"


@click.command()
@click.option("--status", "action", flag_value="status", help="List the migrations and which are applied.")
@click.option("--verify", "action", flag_value="verify", help="Check that what was applied is what is shipped.")
@json_option
@click.pass_context
def migrate(ctx: click.Context, action: str | None, as_json: bool) -> None:
    """Apply every migration that is missing, one process at a time, forward only.

    The database is that of `kithline up`, or KITHLINE_OWNER_DATABASE_URL.

    Example: kithline migrate --status
    """
    env = control.environment(folders.locate(os.environ))
    if not env.get(OWNER) and not env.get(f"{OWNER}_FILE"):
        raise Unavailable(f"no database: start one with `kithline up`, or set {OWNER}")
    command = [sys.executable, "-m", "kithline_core.db.migrate", action or "apply", *(["--json"] if as_json else [])]
    ctx.exit(subprocess.run(command, env=env, check=False).returncode)  # noqa: S603 - our own module
