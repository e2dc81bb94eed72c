"""`kithline plugins remove`."""

import rich_click as click

from kithline_cli.output import json_option, show
from kithline_cli.plugins.store import store
from kithline_core.plugins.store import folder


@click.command()
@click.argument("plugin")
@json_option
def remove(plugin: str, as_json: bool) -> None:
    """Remove a stored plugin: its name, `NAME==VERSION` where there are several, or 12 digits of its digest.

    Results that it gave stay; they can be replayed when the same wheel is installed again.

    Example: kithline plugins remove acme-echo==1.0.0
    """
    place = store().folder
    with folder.changing(place):
        found = folder.named(place, plugin)
        folder.take_out(found.folder)
    told = {"name": found.record.plugin, "version": found.record.version, "digest": found.record.digest}
    show(told, as_json=as_json, text=f"{found.record.plugin} {found.record.version} is removed")
