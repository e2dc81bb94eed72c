"""`kithline plugins verify`."""

from pathlib import Path
from typing import Any

import rich_click as click

from kithline_cli.output import FAILED, json_option, show
from kithline_cli.plugins.store import store
from kithline_core.plugins.index.building import ATTESTATION
from kithline_core.plugins.listing import REFUSED, published
from kithline_core.plugins.store import allowed, attested, folder, sound
from kithline_core.plugins.store.loading import Terms
from kithline_core.plugins.wheel import reading


@click.command()
@click.argument("wheel")
@json_option
@click.pass_context
def verify(ctx: click.Context, wheel: str, as_json: bool) -> None:
    """Read a wheel as `install` would, or hold a stored plugin against what was installed; exit code 1 where it differs.

    Every file is held against RECORD, and the attestation, if there is one, against the wheel.

    Example: kithline plugins verify dist/acme_echo-1.0.0-py3-none-any.whl
    """
    terms = store()
    told = _file(Path(wheel), terms) if wheel.endswith(".whl") else _stored(wheel, terms)
    faults = told["faults"]
    lines = [f"{told['name']} {told['version']}, sha256 {told['digest']}", f"  attestation: {told['attestation']}"]
    lines += [f"  {'allowed' if told['allowed'] else 'not allowed'}", *(f"  {fault}" for fault in faults)]
    show(told, as_json=as_json, text="\n".join(lines))
    ctx.exit(FAILED if faults else 0)


def _file(path: Path, terms: Terms) -> dict[str, Any]:
    """Return what a wheel says. Raises Invalid for one that is refused."""
    wheel, beside, by = reading.read(path), path.with_name(path.name + ATTESTATION), "none"
    if beside.exists():
        found = attested.publisher(beside, path.name, wheel.digest, terms.trust)
        by = f"{found.name} ({found.issuer})"
    may = allowed.read(terms.folder).allows(wheel.digest)
    told = {"name": wheel.about.name, "version": wheel.about.version, "digest": wheel.digest}
    return {**told, "attestation": by, "allowed": may, "faults": []}


def _stored(name: str, terms: Terms) -> dict[str, Any]:
    one = folder.named(terms.folder, name)
    by = published(one, terms.trust)
    faults = sound.faults(one) + ([f"its attestation is {by}"] if by.startswith(REFUSED) else [])
    may = allowed.read(terms.folder).allows(one.record.digest)
    told = {"name": one.record.plugin, "version": one.record.version, "digest": one.record.digest}
    return {**told, "attestation": by, "allowed": may, "faults": faults}
