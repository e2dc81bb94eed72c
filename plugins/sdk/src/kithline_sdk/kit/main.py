"""The command line of the kit: `python -m kithline_sdk new NAME` and `python -m kithline_sdk check WHEEL|FOLDER`.

Exit codes: 0 done and all checks hold, 1 a check failed, 2 wrong usage, or nothing there to check.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

OK: Final = 0
FAILED: Final = 1
USAGE: Final = 2


def main(words: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    given = _parser().parse_args(words)
    act = {"new": _new, "check": _check}[given.command]
    return act(given)


def _new(given: argparse.Namespace) -> int:
    from kithline_sdk.kit.creating import Refused, create  # noqa: PLC0415 - a command loads what it needs

    try:
        files = create(given.name, given.key, given.folder)
    except Refused as refused:
        return _refuse(str(refused))
    if given.json:
        _say(msgspec.json.encode([str(one) for one in files]).decode())
    else:
        _say("\n".join(map(str, files)))
    return OK


def _check(given: argparse.Namespace) -> int:
    from kithline_sdk.kit import showing  # noqa: PLC0415 - the same
    from kithline_sdk.kit.checking import Unusable, Wanted, check  # noqa: PLC0415 - the same

    wanted = Wanted(scorers=given.scorer, skip=given.skip, update_golden=given.update_golden)
    wanted = msgspec.structs.replace(wanted, validity=given.validity, costs=given.costs)
    try:
        report = check(given.target, wanted)
    except Unusable as unusable:
        return _refuse(str(unusable))
    if given.html:
        given.html.write_text(showing.page(report), encoding="utf-8")
    _say(msgspec.json.encode(report).decode() if given.json else showing.text(report))
    return OK if report.passed else FAILED


def _parser() -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser(prog="python -m kithline_sdk", description="The kit of plugin authors.")
    commands = whole.add_subparsers(dest="command", required=True)
    new = commands.add_parser("new", help="write a plugin that works, to be changed")
    new.add_argument("name", help="what the wheel is called, like topic-drift")
    new.add_argument("--key", default="", help="the scorer's name for ever, like topic.drift")
    new.add_argument("--folder", type=Path, help="where to; NAME when left out. It must be empty or not be there")
    new.add_argument("--json", action="store_true", help="print JSON")
    check = commands.add_parser("check", help="try every law that holds for plugins on a wheel or a folder")
    check.add_argument("target", type=Path, help="a wheel, or the folder of a project")
    check.add_argument("--json", action="store_true", help="print JSON")
    check.add_argument("--html", type=Path, metavar="FILE", help="write a page besides")
    check.add_argument("--scorer", action="append", default=[], metavar="KEY", help="this scorer alone; repeatable")
    check.add_argument("--skip", action="append", default=[], metavar="CHECK", help="leave a check out; repeatable")
    check.add_argument("--update-golden", action="store_true", help="write the golden findings anew")
    check.add_argument("--validity", action="store_true", help="say what the cheapest forgery costs, and who sees it")
    check.add_argument("--costs", type=Path, metavar="FILE", help="what forgeries cost, where it is not the usual")
    return whole


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


def _refuse(words: str) -> int:
    sys.stderr.write(f"kithline_sdk: {words}\n")
    return USAGE
