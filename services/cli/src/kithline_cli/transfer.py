"""A dataset folder to a server (see `importing`), and `kithline export`: back again."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import msgspec
import rich_click as click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from kithline_cli import choices, files, tenants, uncovered, uploads
from kithline_cli.client import NDJSON, Client, server_options
from kithline_cli.output import Halted, json_option, show
from kithline_cli.tapes import Tape
from kithline_cli.uncovered import Lines
from kithline_core.dataset import write
from kithline_core.dataset.folder import Dataset
from kithline_core.errors import DomainError, Invalid
from kithline_core.model.chosen import Choices
from kithline_core.model.datasets import Dataset as Settings
from kithline_core.model.questionnaires import Questionnaire
from kithline_core.model.rows import FILES, Row
from kithline_core.model.value import ValueModel

LINES: Final = 5_000
BYTES: Final = 6_000_000
KEPT: Final = 100
COUNTED: Final = ("accepted", "updated", "duplicates", "conflicts", "rejected")
# What one request may hold.
MOST_LINES: Final = 10_000
MOST_BYTES: Final = 10_000_000
Tell = Callable[[str, int], None]
Report = dict[str, dict[str, Any]]


class How(msgspec.Struct, frozen=True, kw_only=True):
    """How to send: under which name, for trial, each file whole or not at all, going on, naming all that is refused.

    `bare`: the tables alone, without settings and questionnaires.
    """

    batch: str | None = None
    dry_run: bool = False
    atomic: bool = False
    resume: bool = False
    every: bool = False
    bare: bool = False

    @property
    def parameters(self) -> dict[str, str]:
        """Return the parameters of a bulk request."""
        asked = {
            "batch": self.batch,
            "dry_run": "true" if self.dry_run else None,
            "atomic": "true" if self.atomic else None,
            "verdicts": "all" if self.every else None,
        }
        return {name: value for name, value in asked.items() if value is not None}


# What no file of a folder holds, and a backup of the database does.
BEHIND: Final = {
    "competitors": "who was named a competitor's person, and how much such people did per day: name them in people.csv again",
}
# What a key without the scopes for it does not see.
UNREAD: Final = {
    "choices": "own parameters, pinned versions and named totals: the key may not read runs, plugins and indices",
}
_SO: Final = How()
_NONE: Final[Mapping[str, Tape]] = {}


def watched(client: Client, dataset: Dataset, how: How = _SO, tapes: Mapping[str, Tape] = _NONE) -> Report:
    """Send a dataset and large files behind progress bars on stderr and return the counts per file."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        rows = progress.add_task(
            "sending", total=sum(map(len, dataset.rows.values())), visible=any(dataset.rows.values())
        )
        bars = {stem: progress.add_task(stem, total=tape.content.size) for stem, tape in tapes.items()}

        def tell(name: str, amount: int) -> None:
            progress.update(bars.get(name, rows), advance=amount, description=name)

        return send(client, dataset, tell, how, tapes)


def send(client: Client, dataset: Dataset, tell: Tell, how: How = _SO, tapes: Mapping[str, Tape] = _NONE) -> Report:
    """Send settings, questionnaires, value lines, choices and every file, in an order in which grounds come first.

    Raises Halted, with what is in, where a file is refused.
    """
    if not (how.dry_run or how.bare):
        _documents(client, dataset)
    report, refused = Report(), uncovered.Refused()
    names = [stem for stem in FILES if stem in tapes or dataset.rows[stem]]
    for place, stem in enumerate(names):
        try:
            if stem in tapes:
                refused.check(stem)
                report[stem] = _large(client, tapes[stem], how, tell)
            else:
                lines, left_out = refused.apart(stem, _lines(dataset, stem))
                report[stem] = _with(left_out, _file(client, stem, lines, tell, how))
        except DomainError as error:
            if how.dry_run:
                raise
            raise Halted(error, report, stem, names[place + 1 :]) from None
        if stem == "people":
            refused = uncovered.refused(None if stem in tapes else lines, report[stem]["errors"])
        report[stem]["errors"] = report[stem]["errors"][: None if how.every else KEPT]
    return report


def _lines(dataset: Dataset, stem: str) -> Lines:
    rows = dataset.rows[stem]
    return Lines(rows, dataset.lines.get(stem) or range(1, len(rows) + 1))


def _with(faults: list[dict[str, Any]], counts: dict[str, Any]) -> dict[str, Any]:
    errors = sorted([*faults, *counts["errors"]], key=lambda one: one.get("line") or 0) if faults else counts["errors"]
    return {**counts, "rejected": counts["rejected"] + len(faults), "errors": errors}


def _documents(client: Client, dataset: Dataset) -> None:
    # A folder that says nothing about itself must not end what an earlier one said: its ground would be gone for good.
    if dataset.settings != Settings():
        client.ask("PUT", "/v1/dataset", dataset.settings)
    for one in dataset.questionnaires:
        client.ask("PUT", _address(one), one)
    if dataset.value is not None:
        client.ask("PUT", "/v1/value-model", dataset.value)
    if dataset.choices != Choices():
        choices.send(client, dataset.choices)


def _large(client: Client, tape: Tape, how: How, tell: Tell) -> dict[str, Any]:
    one = uploads.upload(client, tape, how.batch, how.resume, tell)
    counts = {name: one[name] for name in COUNTED}
    refused = counts["rejected"] + counts["conflicts"]
    errors = uploads.rejects(client, one, None if _all(tape.stem, how) else KEPT) if refused else []
    return {**counts, "errors": errors, "import": one["id"], "batch": one["batch"]}


def _all(stem: str, how: How) -> bool:
    """Say whether every fault of a file has to be known: of people, for what speaks of them is left out."""
    return how.every or stem == "people"


def _file(client: Client, stem: str, lines: Lines, tell: Tell, how: How = _SO) -> dict[str, Any]:
    totals: dict[str, Any] = {**dict.fromkeys(COUNTED, 0), "errors": []}
    asked = msgspec.structs.replace(how, every=_all(stem, how))
    before, more = 0, {"headers": {"content-type": NDJSON}, "params": asked.parameters}
    for size, body in _whole(stem, lines.rows) if how.atomic else batches(lines.rows):
        report = client.ask("POST", _path(stem, ":bulk"), msgspec.Raw(body), **more)
        for name in COUNTED:
            totals[name] += report.get(name, 0)
        faults = [_placed(one, lines.numbers, before) for one in _faults(report)]
        totals["errors"] = [*totals["errors"], *faults][: None if asked.every else KEPT]
        tell(stem, size)
        before += size
    return totals


def _placed(fault: dict[str, Any], numbers: Sequence[int], before: int) -> dict[str, Any]:
    """Return a fault with the line of the file in place of that of the request."""
    return {**fault, "line": numbers[before + fault["line"] - 1]} if fault.get("line") else fault


def _faults(report: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what was not taken: of every line the first reason, where all were asked for, else the errors."""
    if "verdicts" not in report:
        return list(report["errors"])
    return [one for one in report["verdicts"] if one["status"] in ("conflict", "rejected")]


def _whole(stem: str, rows: Sequence[Row]) -> Iterator[tuple[int, bytes]]:
    body = b"\n".join(map(msgspec.json.Encoder().encode, rows))
    if len(rows) > MOST_LINES or len(body) > MOST_BYTES:
        raise Invalid(
            f"--atomic holds for one request, and {stem} has {len(rows)} rows in {len(body)} bytes; "
            f"at most {MOST_LINES} rows and {MOST_BYTES} bytes go at once"
        )
    yield len(rows), body


def _address(one: Questionnaire) -> str:
    key, version = quote(one.questionnaire, safe=""), quote(one.version, safe="")
    return f"/v1/questionnaires/{key}/versions/{version}"


def _path(stem: str, action: str = "") -> str:
    return f"/v1/{stem.replace('_', '-')}{action}"


def batches(rows: Sequence[Row]) -> Iterator[tuple[int, bytes]]:
    """Yield bodies of at most 5,000 lines and 6 MB, each with its number of lines."""
    encode, lines, size = msgspec.json.Encoder().encode, list[bytes](), 0
    for row in rows:
        line = encode(row)
        if lines and (len(lines) == LINES or size + len(line) > BYTES):
            yield len(lines), b"\n".join(lines)
            lines, size = [], 0
        lines.append(line)
        size += len(line) + 1
    if lines:
        yield len(lines), b"\n".join(lines)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@server_options
@json_option
def export(folder: Path, url: str | None, key: str | None, as_json: bool) -> None:
    """Write a tenant's data and choices into a new dataset folder; scored offline it gives the stored keys and bytes.

    It says what stays behind: what is known of competitors' people, whose rows were never kept.

    Example: kithline export backup
    """
    files.empty(folder)
    with Client.of(url, key) as client:
        counts, chosen = fetch(client, folder)
    if not counts:
        tenants.tell("there are no rows", key)
    behind = BEHIND if chosen else BEHIND | UNREAD
    lines = [f"{name}: {count} rows" for name, count in counts.items()] or ["the tenant has no rows"]
    lines += [f"not in it: {words}" for words in behind.values()]
    told = {"folder": str(folder), "rows": counts, "left_behind": behind}
    show(told, as_json=as_json, text="\n".join(lines))


def fetch(client: Client, folder: Path) -> tuple[dict[str, int], bool]:
    """Write everything behind a key into the folder; return the rows per file, and whether choices could be read."""
    settings = msgspec.convert(client.ask("GET", "/v1/dataset"), Settings)
    questionnaires = [msgspec.convert(one, Questionnaire) for one in client.pages("/v1/questionnaires")]
    value = msgspec.convert(client.ask("GET", "/v1/value-model"), ValueModel)
    chosen = choices.fetched(client)
    own = Dataset(
        settings=settings, questionnaires=questionnaires, value=value if value.lines else None,
        choices=chosen or Choices(),
    )  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    write.settings(folder, own)
    counts = {stem: _fetch(client, folder, stem) for stem in FILES}
    return {stem: count for stem, count in counts.items() if count}, chosen is not None


def _fetch(client: Client, folder: Path, stem: str) -> int:
    count = 0

    def rows() -> Iterator[Row]:
        nonlocal count
        for line in client.lines(_path(stem)):
            count += 1
            yield msgspec.json.decode(line, type=FILES[stem])

    path = write.table(folder, stem, rows())
    if not count:
        path.unlink()
    return count
