"""`kithline plugins bundle`: release what a plugin's author needs to see a failure again."""

import base64
from pathlib import Path
from typing import Any, Final

import rich_click as click

from kithline_cli.answered import answered
from kithline_cli.client import Client, server_options
from kithline_cli.files import NEW_FILE
from kithline_cli.output import json_option, show
from kithline_core.questions.bundling import PARTS

SAID: Final = {
    True: "the scorer fails alike over the twin",
    False: "no twin was found over which the scorer fails alike",
    None: "the plugin is not installed there, so nobody tried whether it fails alike",
}


@click.command()
@click.argument("result")
@click.option("-o", "--output", "file", type=NEW_FILE, required=True, help="The file to write.")
@click.option("--yes", is_flag=True, help="Release it without being asked.")
@server_options
@json_option
def bundle(result: str, file: Path, url: str | None, key: str | None, *, yes: bool, as_json: bool) -> None:
    """Write a failure bundle of a RESULT that is an error: a synthetic twin of what was read, and how the scorer failed.

    It holds nobody's data. Nothing is sent anywhere: give the file to the plugin's author yourself. The release is audited.

    Example: kithline plugins bundle res_agqz... -o failure.zip
    """
    if not yes:
        click.confirm(f"Release {', '.join(PARTS)} of {result}?", abort=True, err=True)
    with Client.of(url, key) as client:
        found: dict[str, Any] = answered(client, "POST", f"/v1/results/{result}/bundle", {"releases": list(PARTS)})
    file.write_bytes(base64.b64decode(found.pop("bundle")))
    how = failure(found["failure"])
    text = f"{file}: {found['scorer']} {found['version']} of {found['plugin']} {found['plugin_version']}, {how}"
    show({**found, "file": str(file)}, as_json=as_json, text=f"{text}\n  {SAID[found['reproduces']]}")


def failure(told: dict[str, Any] | None) -> str:
    """Return in words how a scorer failed; None: it did not."""
    if told is None:
        return "no failure"
    where = " at {file}:{line} in {function}".format_map(told["place"]) if told.get("place") else ""
    return f"{told['code']} ({told['error']}{where})" if told["error"] else str(told["code"])
