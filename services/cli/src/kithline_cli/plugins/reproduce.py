"""`kithline plugins reproduce`: see a failure again over the twin of a bundle."""

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import rich_click as click

from kithline_cli.output import FAILED, json_option, show
from kithline_cli.plugins.bundle import failure
from kithline_core.errors import Invalid
from kithline_core.sandbox.host import Sandbox
from kithline_core.twin import bundle as files
from kithline_core.twin import reproducing
from kithline_core.twin.bundle import Bundle
from kithline_core.twin.reproducing import Reproduced


@click.command()
@click.argument("bundle", type=click.Path(path_type=Path))
@click.option(
    "--plugin", type=click.Path(path_type=Path), help="A wheel or a project's folder, in place of what is installed."
)
@json_option
@click.pass_context
def reproduce(ctx: click.Context, bundle: Path, plugin: Path | None, as_json: bool) -> None:
    """Run the scorer of a failure BUNDLE over its synthetic twin, in the sandbox, and say whether it fails as it did.

    Exit code 0 when it fails alike, 1 when it does not (any more), 3 for a file that is no bundle.

    Example: kithline plugins reproduce failure.zip --plugin dist/acme_echo-1.0.1-py3-none-any.whl
    """
    try:
        read = files.read(bundle.read_bytes())
    except OSError as error:
        raise Invalid(f"{bundle} cannot be read: {error.strerror}") from None
    found = asyncio.run(_run(read, plugin))
    told: dict[str, Any] = msgspec.to_builtins(found)
    text = [f"{found.scorer} {found.version} of {found.plugin} {found.plugin_version}"]
    text += [f"  then: {failure(told['then'])} in {read.record.version}", f"  now:  {failure(told['now'])}"]
    text += [f"        {found.words}"] if found.words else []
    show(
        told,
        as_json=as_json,
        text="\n".join([*text, f"  {'it fails alike' if found.alike else 'it does not fail alike'}"]),
    )
    ctx.exit(0 if found.alike else FAILED)


async def _run(read: Bundle, plugin: Path | None) -> Reproduced:
    async with Sandbox.open() as sandbox:
        return await reproducing.reproduce(read, plugin, sandbox)
