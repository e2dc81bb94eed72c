"""`kithline plugins index`."""

from pathlib import Path

import rich_click as click

from kithline_cli.output import json_option, show
from kithline_core import signing
from kithline_core.plugins.index import building

PATH = click.Path(path_type=Path)


@click.command()
@click.argument("folder", type=PATH)
@click.argument("wheels", nargs=-1, type=PATH)
@click.option(
    "--key", "key_file", type=PATH, required=True, help="The key to sign with, of `kithline findings keygen`."
)
@click.option("--title", default="Kithline plugins", show_default=True, help="What to call the index.")
@json_option
def index(folder: Path, wheels: tuple[Path, ...], key_file: Path, title: str, as_json: bool) -> None:
    """Make or renew a signed index: a folder of wheels, a page for each, and index.json with its signature.

    Serve it as it is, or copy it to who needs it; `kithline plugins install NAME --index FOLDER` reads a copy.

    Example: kithline plugins index public dist/acme_echo-1.0.0-py3-none-any.whl --key index.pem
    """
    key = signing.load(key_file)
    made = building.build(folder, wheels, title, key)
    public = signing.public(key)
    lines = [f"{one.name} {one.version}  sha256 {one.digest}" for one in made.plugins]
    lines.append(f"signed; whoever installs from it says --publisher {public}")
    show({"plugins": made.plugins, "publisher": public}, as_json=as_json, text="\n".join(lines))
