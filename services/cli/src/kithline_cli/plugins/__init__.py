"""`kithline plugins`: what is installed, what may be loaded, and where it comes from. Parts are loaded when used."""

from importlib import import_module

import rich_click as click

# Name below `kithline plugins` → where the click command lives. The order is that of `--help`.
PARTS = {
    "new": "kithline_cli.plugins.new:new",
    "check": "kithline_cli.plugins.check:check",
    "reproduce": "kithline_cli.plugins.reproduce:reproduce",
    "list": "kithline_cli.plugins.listing:listed",
    "install": "kithline_cli.plugins.install:install",
    "allow": "kithline_cli.plugins.allow:allow",
    "verify": "kithline_cli.plugins.verify:verify",
    "doctor": "kithline_cli.plugins.doctor:doctor",
    "remove": "kithline_cli.plugins.remove:remove",
    "index": "kithline_cli.plugins.index:index",
    "constructs": "kithline_cli.plugins.constructs:constructs",
    "pooling": "kithline_cli.plugins.pooling:pooling",
    "counters": "kithline_cli.plugins.counters:counters",
    "used": "kithline_cli.plugin_choices:used",
    "enable": "kithline_cli.plugin_choices:enable",
    "disable": "kithline_cli.plugin_choices:disable",
    "pin": "kithline_cli.plugin_choices:pin",
    "unpin": "kithline_cli.plugin_choices:unpin",
    "params": "kithline_cli.plugin_choices:params",
    "shadow": "kithline_cli.plugin_choices:shadow",
    "bundle": "kithline_cli.plugins.bundle:bundle",
}


class Parts(click.RichGroup):
    """Finds commands by name."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the signature is click's
        """Return the names in the order they are listed."""
        return list(PARTS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        """Load a command's module; None when there is no such command."""
        module, _, name = PARTS.get(cmd_name, "").partition(":")
        found = getattr(import_module(module), name) if module else None
        return found if isinstance(found, click.Command) else None


@click.group(cls=Parts)
def plugins() -> None:
    """Install plugins, let them in, and look after them. No command but `check` runs code of a plugin outside the sandbox.

    Example: kithline plugins list
    """
