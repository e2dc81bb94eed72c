"""`kithline plugins list`."""

import rich_click as click

from kithline_cli.output import json_option, show
from kithline_cli.plugins.store import store
from kithline_core import plugins
from kithline_core.plugins.listing import Listed
from kithline_core.plugins.listing import listed as every


@click.command("list")
@json_option
def listed(as_json: bool) -> None:
    """List the plugins: version, status, scorers, digest, who published them, Python and numpy of their environment.

    Example: kithline plugins list
    """
    found = every(plugins.installed(), store())
    show(found, as_json=as_json, text="\n".join(line for one in found for line in _lines(one)) or "none is installed")


def _lines(one: Listed) -> list[str]:
    if one.status == "quarantined":
        return [
            f"{one.name} {one.version}  left out: {one.reason}",
            *([] if one.remedy in one.reason else [f"  {one.remedy}"]),
        ]
    told = one.lifecycle
    sunset = f" until {told.sunset}" if told.sunset else ""
    tier = "" if one.minimum_tier == "none" else f", wants isolation {one.minimum_tier}"
    offers = ", ".join([*one.scorers, *one.connectors]) or "nothing"
    label = f", {one.label} by the checks on tenants" if one.label else ""
    lines = [f"{one.name} {one.version}  {one.status}, {told.status}{sunset}{label}{tier}  {offers}"]
    lines.append(f"  Python {one.python}, numpy {one.numpy}" + (f", sha256 {one.digest}" if one.digest else ""))
    lines += [f"  {words}" for words in one.deprecated]
    return lines + ([f"  published by {one.attestation}"] if one.attestation not in {"", "none"} else [])
