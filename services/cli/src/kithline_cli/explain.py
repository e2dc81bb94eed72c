"""`kithline results delta`, `replay` and `bridge`: why results differ, and whether they come out the same again."""

from typing import Any, Final
from urllib.parse import quote, urlencode

import rich_click as click

from kithline_cli.answered import answered
from kithline_cli.client import Client, server_options
from kithline_cli.output import FAILED, json_option, show

POINT: Final = 10_000_000  # of the units in which parts are told
NAMES: Final = {
    "new_data": "new data",
    "corrected_data": "corrected data",
    "affiliation": "affiliation",
    "scope": "scope",
    "exemptions": "exemptions",
    "parameters": "parameters",
    "rule_version": "rule version",
}
REASONS: Final = {
    "few_people": "it concerns fewer people than the privacy floor",
    "no_score": "there is no score in between",
    "inputs_gone": "what it was computed from is not kept",
    "other_inputs": "the newer rule reads what was not read then",
}


@click.command()
@click.argument("before")
@click.argument("after")
@server_options
@json_option
def delta(before: str, after: str, url: str | None, key: str | None, as_json: bool) -> None:
    """Say why two results of a scorer differ: AFTER minus BEFORE, in parts that add up to it exactly.

    Example: kithline results delta res_agqz... res_agra...
    """
    with Client.of(url, key) as client:
        found = answered(client, "GET", f"/v1/results/{before}/delta/{after}")
    behind = f"what they were computed from: kithline evidence {before}, kithline evidence {after}"
    show(found, as_json=as_json, text="\n".join([*lines(found), behind]))


def lines(found: dict[str, Any]) -> list[str]:
    """Return a difference in words, a line per stage that changed something."""
    whole = found["difference"]
    ends = " to ".join(_shown(found[end]) for end in ("before", "after"))
    told = [f"{found['scorer']}: {ends}" + ("" if whole is None else f", {_points(whole)}")]
    changed = [one for one in found["stages"] if one["changed"]]
    told += [f"  {NAMES[one['stage']]:<15}{_part(one)}" for one in changed] or ["  nothing changed"]
    return [*told, *(f"note: {one}" for one in found["notes"])]


def _shown(end: dict[str, Any]) -> str:
    return end["status"] if end["score"] is None else f"{end['score']:g}"


def _points(units: int) -> str:
    return f"{units / POINT:+.7f} points"


def _part(one: dict[str, Any]) -> str:
    if one["told_with"] is not None:
        return f"told with {NAMES[one['told_with']]}: {REASONS[one['reason']]}"
    came = one["status"] if one["score"] is None else f"{one['score']:g}"
    named = f" ({', '.join(one['tables'])})" if one["tables"] else ""
    return f"{'no part' if one['part'] is None else _points(one['part'])}, then {came}{named}"


@click.command()
@click.argument("result")
@server_options
@json_option
@click.pass_context
def replay(ctx: click.Context, result: str, url: str | None, key: str | None, as_json: bool) -> None:
    """Compute a result again from what it was computed from. Exit code 1 when it is not the same, byte for byte.

    Example: kithline results replay res_agqz...
    """
    with Client.of(url, key) as client:
        found = answered(client, "POST", f"/v1/results/{result}/replay")
    said = {"identical": "the same, byte for byte", "differs": f"differs at {found['path'] or 'its very bytes'}"}
    text = said.get(found["outcome"], f"cannot be computed again: {found['detail']}")
    show(found, as_json=as_json, text=f"{found['result']}: {text}")
    ctx.exit(0 if found["outcome"] == "identical" else FAILED)


@click.command()
@click.argument("scorer")
@click.option("--from", "since", required=True, help="The older version of the scorer.")
@click.option("--to", required=True, help="The newer version, which has to be installed.")
@server_options
@json_option
def bridge(scorer: str, since: str, to: str, url: str | None, key: str | None, as_json: bool) -> None:
    """Say what a newer version of a scorer makes of old data, apart from what the data changed.

    Example: kithline results bridge silos.internal --from 1.0.0 --to 1.1.0
    """
    with Client.of(url, key) as client:
        asked = urlencode({"from": since, "to": to})
        found = answered(client, "GET", f"/v1/scorers/{quote(scorer, safe='')}/bridge?{asked}")
    text = "\n".join(_span(one) for one in found["spans"]) or f"there is no result of {scorer} by either version"
    show(found, as_json=as_json, text=text)


def _span(one: dict[str, Any]) -> str:
    head = f"{one['window'][1][:10]}  {one['version']}  {_shown(one)}"
    if one["reason"] is not None:
        return f"{head}; {REASONS[one['reason']]}"
    then = one["bridged_status"] if one["bridged_score"] is None else f"{one['bridged_score']:g}"
    method = "" if one["method"] is None else f" ({_points(one['method'])} by the method)"
    changed = one["change"]
    since = "" if changed is None else f"; since: data {_points(changed['data'])}, method {_points(changed['method'])}"
    return f"{head}, by the newer rule {then}{method}{since}"
