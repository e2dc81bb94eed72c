"""`kithline privacy notice`, `ropa`, `dpia` and `works-agreement`: drafts written from the tenant's configuration."""

from pathlib import Path
from typing import Any, Final

import rich_click as click

from kithline_cli.client import Client, server_options
from kithline_cli.files import NEW_FILE
from kithline_cli.output import json_option, show

_WHAT: Final = {
    "notice": "Write a draft of the information that people get about their data.",
    "ropa": "Write a draft of the record of processing activities.",
    "dpia": "Write a draft of the data protection impact assessment.",
    "works-agreement": "Write a draft of a works agreement.",
}


def paper(kind: str) -> click.Command:
    """Return the command that writes one kind of paper."""

    @click.command(
        kind,
        help=f"{_WHAT[kind]} It says what is configured now, carries the hash of it, and has to be checked and signed by "
        f"whoever is responsible.\n\nExample: kithline privacy {kind} --lang de",
    )
    @click.option("--lang", type=click.Choice(["en", "de"]), default="en", show_default=True, help="Its language.")
    @click.option("--out", type=NEW_FILE, help="Write it to this file instead of stdout.")
    @click.option("--issue", is_flag=True, help="Record that this draft is issued: a later change is then told.")
    @server_options
    @json_option
    def write(lang: str, out: Path | None, issue: bool, url: str | None, key: str | None, as_json: bool) -> None:
        with Client.of(url, key) as client:
            if issue:
                client.ask("POST", f"/v1/papers/{kind}/issue", params={"lang": lang})
            found = client.ask("GET", f"/v1/papers/{kind}", params={"lang": lang})
        tell(found, out, as_json=as_json)

    return write


def tell(found: dict[str, Any], out: Path | None, *, as_json: bool) -> None:
    """Print the paper or write it down, and say on stderr what is no longer true of the one that was issued."""
    if out is not None:
        out.write_text(found["text"], encoding="utf-8")
    show(found, as_json=as_json, text=f"written: {out}" if out is not None else found["text"])
    if found["outdated"]:
        places = ", ".join(change["pointer"] for change in found["changed"])
        issued = f"the paper issued at {found['issued']['issued_at']}"
        click.echo(f"kithline: {issued} is no longer true ({places}); issue it anew", err=True)


COMMANDS: Final = tuple(paper(kind) for kind in _WHAT)
