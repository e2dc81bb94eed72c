"""`kithline plugins allow`: the operator's list."""

import getpass
from datetime import UTC, datetime
from pathlib import Path

import rich_click as click

from kithline_cli.output import json_option, show
from kithline_cli.plugins.store import store
from kithline_core.plugins.store import allowed, folder
from kithline_core.plugins.store.allowed import Decision
from kithline_core.plugins.wheel import archive


@click.command()
@click.argument("wheel")
@click.option("--reason", required=True, help="Why; it stays on the list.")
@click.option("--who", help="Who decided. Default: who you are on this machine.")
@click.option("--withdraw", is_flag=True, help="Take the wheel off the list again.")
@json_option
def allow(wheel: str, reason: str, who: str | None, withdraw: bool, as_json: bool) -> None:
    """Let a wheel be loaded: a file, a stored plugin's name, or a digest (of a stored one, its first 12 digits).

    Example: kithline plugins allow acme-echo==1.0.0 --reason "read by two of us"
    """
    place = store().folder
    decision = Decision(
        digest=_digest(place, wheel), allowed=not withdraw, who=who or getpass.getuser(),
        when=datetime.now(UTC), reason=reason,
    )  # fmt: skip
    allowed.decide(place, decision)
    verb = "no longer allowed" if withdraw else "allowed"
    show(decision, as_json=as_json, text=f"sha256 {decision.digest} is {verb}, by {decision.who}: {reason}")


def _digest(place: Path, wheel: str) -> str:
    """Return the digest that somebody means. Raises NotFound, Conflict, Invalid."""
    plain = wheel.removeprefix("sha256:")
    if allowed.DIGEST.fullmatch(plain):
        return plain
    return archive.digest(Path(wheel)) if wheel.endswith(".whl") else folder.named(place, plain).record.digest
