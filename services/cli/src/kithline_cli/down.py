"""`kithline down`: stops what `kithline up` started."""

import os

import rich_click as click

from kithline_cli.output import json_option, show
from kithline_core.stack import control, folders


@click.command()
@json_option
def down(as_json: bool) -> None:
    """Stop everything in order, also what a killed `kithline up` left behind. The data stays.

    Example: kithline down
    """
    stopped = control.stop(folders.locate(os.environ))
    show({"stopped": stopped}, as_json=as_json, text="stopped; the data stays" if stopped else "nothing was running")
