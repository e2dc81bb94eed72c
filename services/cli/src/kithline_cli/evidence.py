"""`kithline evidence`: what the figures of a result came from, down to the ids, counted again here."""

import hashlib
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import quote, urlencode

import rich_click as click

from kithline_cli import latest
from kithline_cli.answered import answered
from kithline_cli.client import Client, server_options
from kithline_cli.output import FAILED, json_option, show
from kithline_core.engine import lineage

HELD_BACK: Final = {
    "few_people": "fewer people than the privacy floor stand behind them, or behind what is left beside them",
    "pair": "contact between two groups is told of each by itself",
    "one_kind": "lists by department and by group have people in common",
    "told_otherwise": "days of it were listed by other communities or other members",
    "people_only": "only people tell its rows apart",
    "erased": "somebody in it was erased",
    "restricted": "somebody in it is under a restriction",
    "not_kept": "what it was computed from is not kept",
    "let_go": "who belonged where is forgotten",
    "computed_elsewhere": "it was computed at the site",
    "retention": "the events had their time",
}
Row = dict[str, Any]


@click.command()
@click.argument("result")
@click.argument("table", required=False)
@click.option("--measure", help="Only what this measure came from: one of a community, department or group.")
@server_options
@json_option
@click.pass_context
def evidence(
    ctx: click.Context, result: str, table: str | None, measure: str | None, url: str | None, key: str | None, as_json: bool
) -> None:  # fmt: skip
    """Show what a result's figures came from and count it again; with TABLE, list the ids. RESULT: its id, or a scorer's key.

    Exit code 1 when something is not as it was counted.

    Example: kithline evidence silos.internal events --measure department_ei.purchasing
    """
    asked = {} if measure is None else {"measure": measure}
    with Client.of(url, key) as client:
        address = f"/v1/results/{latest.named(client, result)}/evidence"
        found = answered(client, "GET", f"{address}?{urlencode(asked)}")
        rows = None if table is None else list(client.pages(f"{address}/{quote(table, safe='')}", **asked))
    if table is None or rows is None:
        show(found, as_json=as_json, text="\n".join(lines(found)))
        ctx.exit(0 if all(one["recount"] in ("same", None) for one in found["tables"]) else FAILED)
    told = next(one for one in found["tables"] if one["table"] == table)
    counted = recounted(rows, of_events=table == lineage.EVENTS)
    same = counted == expected(told)
    listed = {"result": found["result"], "table": table, "ids": rows, **counted, "same": same}
    show(listed, as_json=as_json, text="\n".join([*map(_line, rows), _sum(counted, same=same)]))
    ctx.exit(0 if same else FAILED)


def expected(told: Row) -> Row:
    """Return the count and hash that the ids of a table should have."""
    part = told["part"] or told
    return {"count": part["count"], "ids_hash": part["ids_hash"]}


def recounted(rows: Iterable[Row], *, of_events: bool) -> Row:
    """Return how many ids there are and their hash, as docs/evidence.md says."""
    by_day: dict[str, list[bytes]] = {}
    for row in rows:
        by_day.setdefault(row["at"][:10] if of_events else "", []).append(lineage.line(row["id"]))
    days = [lineage.hashed(by_day[day]) for day in sorted(by_day)]
    count = sum(map(len, by_day.values()))
    if of_events:
        return {"count": count, "ids_hash": hashlib.sha256("".join(days).encode()).hexdigest()}
    return {"count": count, "ids_hash": days[0] if days else lineage.hashed([])}


def lines(found: Row) -> list[str]:
    """Return a result's evidence in words, three lines a table."""
    of = "" if found["measure"] is None else f", {found['measure']}"
    stale = "" if found["stale_since"] is None else f" (its data changed since {found['stale_since'][:10]})"
    return [
        f"{found['result']}: {found['scorer']}{of}{stale}",
        *(line for one in found["tables"] for line in _table(one)),
    ]


def _table(one: Row) -> list[str]:
    named = f" ({one['filter']})" if one["filter"] else ""
    told = [f"{one['table']}{named}, {one['window'][0][:10]} to {one['window'][1][:10]}"]
    told.append(f"  {one['count']} ids, sha256 {one['ids_hash']}: {_state(one)}")
    if one["part"] is not None:
        told.append(f"  of them {one['part']['count']} ids, sha256 {one['part']['ids_hash']}: {one['part']['filter']}")
    if one["held_back"] is not None:
        told.append(f"  not listed: {HELD_BACK[one['held_back']]}")
    return told


def _state(one: Row) -> str:
    state = "cannot be counted again" if one["recount"] is None else one["recount"]
    now = "" if one["recount"] == "same" or one["now"] is None else f", now {one['now']['count']}"
    untold = one["recount"] == "changed" and one["now"] is None and "erased" not in one["reasons"]
    why = f" ({', '.join(one['reasons'])})" if one["reasons"] else ""
    return state + now + why + ("; by how much is not told, it could be one person" if untold else "")


def _line(row: Row) -> str:
    return "  ".join([*row["id"], *(str(row[name]) for name in ("at", "verb", "result") if row[name] is not None)])


def _sum(counted: Row, *, same: bool) -> str:
    return f"{counted['count']} ids, sha256 {counted['ids_hash']}: {'as they were counted' if same else 'not as they were counted'}"
