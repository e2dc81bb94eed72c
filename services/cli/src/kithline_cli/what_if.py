"""`kithline what-if`: what a result would be, without changing anything."""

from pathlib import Path
from typing import Any, Final

import msgspec
import rich_click as click

from kithline_cli import latest
from kithline_cli.answered import answered
from kithline_cli.client import Client, server_options
from kithline_cli.output import json_option, show
from kithline_core.errors import Invalid

EVIDENCE: Final = "evidence"
OUTSIDE: Final = "outside"
MARKS: Final = {EVIDENCE, OUTSIDE}


@click.command("what-if")
@click.argument("result")
@click.option(
    "--answer", "answers", multiple=True, metavar="ITEM=VALUE[,evidence][,outside]", help="An assessor's answer."
)
@click.option("--ceiling", "ceilings", multiple=True, metavar="FACTOR=LEVEL", help="A declared ceiling; 4 lifts it.")
@click.option(
    "--pairs", "pairs", multiple=True, metavar="KIND:NAME[~KIND:NAME]=NUMBER", help="Pairs of groups that start talking."
)  # fmt: skip
@click.option(
    "--overlay", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="A JSON file with all there is to suppose."
)  # fmt: skip
@server_options
@json_option
def what_if(
    result: str, answers: tuple[str, ...], ceilings: tuple[str, ...], pairs: tuple[str, ...], overlay: Path | None,
    url: str | None, key: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Show what a result would be with other answers, ceilings or contacts. Nothing is stored. RESULT: id or scorer's key.

    Example: kithline what-if maturity.depth --answer WF.2=4,evidence --ceiling leadership=4
    """
    supposed = _overlay(overlay, answers, ceilings, pairs)
    with Client.of(url, key) as client:
        asked = {"result_id": latest.named(client, result), "overlay": supposed}
        found = answered(client, "POST", "/v1/what-if", asked)
    show(found, as_json=as_json, text="\n".join(lines(found)))


def _overlay(
    file: Path | None, answers: tuple[str, ...], ceilings: tuple[str, ...], pairs: tuple[str, ...]
) -> dict[str, Any]:
    """Return the overlay of a file with what the options add. Raises Invalid."""
    try:
        whole: dict[str, Any] = msgspec.json.decode(file.read_bytes(), type=dict[str, Any]) if file else {}
    except msgspec.DecodeError as error:
        raise Invalid(f"{file} is no JSON object: {error}") from None
    more = {
        "answers": [*whole.get("answers", []), *map(answer, answers)],
        "ceilings": {**whole.get("ceilings", {}), **dict(map(ceiling, ceilings))},
        "talks": [*whole.get("talks", []), *map(talk, pairs)],
    }
    return whole | {name: value for name, value in more.items() if value}


def answer(said: str) -> dict[str, Any]:
    """Return an answer: `WF.2=4,evidence`. Raises Invalid."""
    item, _, rest = said.partition("=")
    value, *marks = rest.split(",")
    if not item or not set(marks) <= MARKS:
        raise Invalid(f"--answer is ITEM=VALUE, then `,evidence` and `,outside` as wanted; got {said!r}")
    return {"item": item, "value": _number(value, said), "evidence": EVIDENCE in marks, "confirmed": OUTSIDE in marks}


def ceiling(said: str) -> tuple[str, int]:
    """Return a ceiling: `workforce=4`. Raises Invalid."""
    factor, _, level = said.partition("=")
    return factor, int(_number(level, said))


def talk(said: str) -> dict[str, Any]:
    """Return pairs that start talking: `department:sales~department:service=10`, or of one group. Raises Invalid."""
    sides, _, number = said.rpartition("=")
    ends = [one.partition(":") for one in sides.split("~")]
    if not sides or len(ends) > 2 or not all(kind and name for kind, _, name in ends):  # noqa: PLR2004 - two groups
        raise Invalid(f"--pairs is KIND:NAME=NUMBER or KIND:NAME~KIND:NAME=NUMBER; got {said!r}")
    found = [{"kind": kind, "name": name} for kind, _, name in ends]
    more = {"and": found[1]} if len(found) > 1 else {}
    return {"between": found[0], **more, "pairs": int(_number(number, said))}


def _number(text: str, said: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise Invalid(f"{text!r} is no number, in {said!r}") from None


def lines(found: dict[str, Any]) -> list[str]:
    """Return a what-if in words, a line each."""
    told = [f"{found['scorer']}, supposed and not stored:"]
    told += [f"  {_added(one)}" for one in found["added"]]
    told += [f"{name:8} {_standing(found[name])}" for name in ("before", "after")]
    change = found["difference"]
    if change["score"] is None:
        return [*told, f"change   {change['interval']}"]
    ends = change["interval"]
    span = f"90 % {ends[0]:+g} to {ends[1]:+g}" if isinstance(ends, list) else str(ends)
    return [*told, f"change   {change['score']:+g} points ({span})"]


def _added(one: dict[str, Any]) -> str:
    possible = "" if one["possible"] is None else f", of about {one['possible']} that never did"
    gone = f", in the place of {one['set_aside']}" if one["set_aside"] else ""
    return f"{one['what']}{possible}{gone}"


def _standing(one: dict[str, Any]) -> str:
    if one["score"] is None:
        return str(one["status"])
    level = "" if one["level"] is None else f", level {one['level']} ({one['level_name']})"
    ends = one["interval"]
    span = f"90 % {ends[0]:g} to {ends[1]:g}" if isinstance(ends, list) else str(ends)
    return f"{one['score']:g}{level}, {span}, {one['status']}"
