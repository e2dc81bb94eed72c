"""`kithline plugins install`."""

from pathlib import Path

import rich_click as click

from kithline_cli.output import json_option, show
from kithline_cli.plugins.store import store
from kithline_core import plugins
from kithline_core.plugins.index import fetching
from kithline_core.plugins.index.building import ATTESTATION
from kithline_core.plugins.store import allowed, attested
from kithline_core.plugins.store.folder import DIGITS, Stored
from kithline_core.plugins.store.installing import install as put
from kithline_core.plugins.wheel import archive

PATH = click.Path(path_type=Path)


@click.command()
@click.argument("wheel")
@click.option("--wheels", type=PATH, help="A folder with the wheels that the plugin's lock names.")
@click.option("--attestation", type=PATH, help="Its attestation. Default: the file beside the wheel, if there is one.")
@click.option("--index", type=PATH, help="Take the wheel out of this index, a folder; WHEEL is then a name.")
@click.option("--publisher", help="The public key that must have signed the index, in base64.")
@json_option
def install(
    wheel: str, wheels: Path | None, attestation: Path | None, index: Path | None, publisher: str | None, as_json: bool
) -> None:
    """Put a plugin's wheel into the store, with an environment of its own. Nothing is fetched, and nothing of it is run.

    It is loaded once its digest is allowed: see `kithline plugins allow`.

    Example: kithline plugins install dist/acme_echo-1.0.0-py3-none-any.whl
    """
    terms = store()
    if index is None:
        beside = Path(wheel + ATTESTATION)
        made = _put(Path(wheel), wheels, attestation or (beside if beside.exists() else None))
    elif publisher is None:
        raise click.UsageError("an index is trusted by its signature: give the public key as --publisher")
    else:
        found = fetching.fetch(index, wheel, publisher)
        made = _put(found.wheel, wheels or found.wheels, attestation or found.attestation)
    told = {"name": made.record.plugin, "version": made.record.version, "digest": made.record.digest}
    may = allowed.read(terms.folder).allows(made.record.digest)
    text = f"{made.record.plugin} {made.record.version} is installed, sha256 {made.record.digest}"
    show({**told, "allowed": may}, as_json=as_json, text=text if may else f"{text}\n{_next(made)}")


def _put(wheel: Path, wheels: Path | None, attestation: Path | None) -> Stored:
    """Install a wheel, after its attestation was verified where there is one."""
    terms = store()
    if attestation is not None:
        attested.publisher(attestation, wheel.name, archive.digest(wheel), terms.trust)
    return put(terms.folder, wheel, wheels, plugins.installed().plugins, attestation)


def _next(made: Stored) -> str:
    return f"it is loaded once you allow it: kithline plugins allow {made.record.digest[:DIGITS]} --reason WHY"
