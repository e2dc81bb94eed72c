"""`kithline plugins new`."""

from pathlib import Path

import rich_click as click

from kithline_cli.output import json_option, show
from kithline_core.errors import Invalid
from kithline_sdk.kit.creating import Refused, create


@click.command()
@click.argument("name")
@click.option("--key", default="", help="The scorer's name for ever, like topic.drift. Default: made from NAME.")
@click.option("--folder", type=click.Path(path_type=Path), help="Where to; a folder called NAME unless said.")
@json_option
def new(name: str, key: str, folder: Path | None, as_json: bool) -> None:
    """Write a plugin that works, to be changed: scorer, manifest, tests, method page, CI. Nothing is overwritten.

    Example: kithline plugins new topic-drift
    """
    try:
        files = create(name, key, folder)
    except Refused as refused:
        raise Invalid(str(refused)) from None
    show([str(one) for one in files], as_json=as_json, text="\n".join(map(str, files)))
