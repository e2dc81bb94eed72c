"""The `kithline` command. A command is a click command in a module of its own, named here; it is loaded when used."""

import os
from collections.abc import Mapping
from importlib import import_module

import rich_click as click

from kithline_cli.output import refuse
from kithline_core.errors import DomainError
from kithline_core.settings import PREFIX, Settings, adopt

# Name on the command line → where the click command lives. The order is that of `kithline --help`.
COMMANDS = {
    "up": "kithline_cli.up:up",
    "down": "kithline_cli.down:down",
    "status": "kithline_cli.status:status",
    "doctor": "kithline_cli.doctor:doctor",
    "migrate": "kithline_cli.migrate:migrate",
    "demo": "kithline_cli.demo:demo",
    "connect": "kithline_cli.connect:connect",
    "grounds": "kithline_cli.grounds:grounds",
    "import": "kithline_cli.importing:import_",
    "batches": "kithline_cli.corrections:batches",
    "events": "kithline_cli.corrections:events",
    "corrections": "kithline_cli.corrections:corrections",
    "scopes": "kithline_cli.scopes:scopes",
    "run": "kithline_cli.runs:run",
    "results": "kithline_cli.results:results",
    "evidence": "kithline_cli.evidence:evidence",
    "what-if": "kithline_cli.what_if:what_if",
    "sensitivity": "kithline_cli.sensitivity:sensitivity",
    "calibration": "kithline_cli.calibration:calibration",
    "trend": "kithline_cli.trend:trend",
    "indices": "kithline_cli.indices:indices",
    "fairness": "kithline_cli.fairness:fairness",
    "export": "kithline_cli.transfer:export",
    "score": "kithline_cli.score:score",
    "plugins": "kithline_cli.plugins:plugins",
    "aggregate": "kithline_cli.aggregate:aggregate",
    "findings": "kithline_cli.findings:findings",
    "identity": "kithline_cli.identity:identity",
    "disputes": "kithline_cli.disputes:disputes",
    "privacy": "kithline_cli.privacy:privacy",
    "retention": "kithline_cli.retention:retention",
    "jobs": "kithline_cli.jobs:jobs",
    "validate": "kithline_cli.data:validate",
    "schema": "kithline_cli.data:schema_",
    "dataset": "kithline_cli.data:dataset",
}


class Commands(click.RichGroup):
    """Finds commands by name and turns refusals into one line and an exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the signature is click's
        """Return the names in the order they are listed."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command's module; None when there is no such command."""
        if cmd_name not in COMMANDS:
            ctx.fail(f"there is no command {cmd_name!r}; `kithline --help` lists them")
        module, _, name = COMMANDS[cmd_name].partition(":")
        found = getattr(import_module(module), name)
        return found if isinstance(found, click.Command) else None

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; a refusal of the domain becomes a line on stderr, or JSON, and an exit code."""
        try:
            return super().invoke(ctx)
        except DomainError as error:
            refuse(ctx, error)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="kithline-cli")
def cli() -> None:
    """Measure how far an organisation is from social media to social business, and say what to do next.

    Exit codes: 0 done, 1 a check failed, 2 wrong usage, 3 invalid input, 4 server not reachable.

    Example: kithline up --detach && kithline demo
    """
    adopt(Settings.from_env(_about_plugins(os.environ)))


def _about_plugins(env: Mapping[str, str]) -> dict[str, str]:
    """Return what says where plugins lie and how they are shut in; who scores a folder must not stumble over a server's."""
    places, own = ("HOME", "XDG_DATA_HOME", f"{PREFIX}HOME"), (f"{PREFIX}PLUGINS_", f"{PREFIX}SANDBOX_")
    return {name: value for name, value in env.items() if name in places or name.startswith(own)}
