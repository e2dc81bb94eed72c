"""`kithline plugins pooling`."""

import rich_click as click

from kithline_cli.client import Client, server_options
from kithline_cli.output import json_option, show
from kithline_cli.table import plain
from kithline_core.errors import Invalid


@click.command()
@click.option("--agree", "decision", flag_value="agree", help="Let them count yours.")
@click.option("--withdraw", "decision", flag_value="withdraw", help="Let them count yours no longer.")
@click.option("--reason", help="Why, for the audit.")
@server_options
@json_option
def pooling(decision: str | None, reason: str | None, url: str | None, key: str | None, as_json: bool) -> None:
    """Show, or decide, whether figures over ten or more tenants count yours: those by which plugins are checked.

    Example: kithline plugins pooling --agree --reason "contract of 2026-01-02"
    """
    if (decision is None) != (reason is None):
        raise Invalid("--agree and --withdraw need a --reason, and a reason needs one of them")
    with Client.of(url, key) as client:
        if decision is None:
            held = client.ask("GET", "/v1/pooling")
        else:
            held = client.ask("PUT", "/v1/pooling", body={"agreed": decision == "agree", "reason": reason})
    why = "" if held["reason"] is None else f" ({plain(held['reason'])})"
    show(
        held,
        as_json=as_json,
        text=("pooled figures count yours" if held["agreed"] else "no pooled figure counts yours") + why,
    )
