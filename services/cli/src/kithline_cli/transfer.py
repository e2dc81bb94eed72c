"""`kithline import` and `kithline export`: a dataset folder to a server and back."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import msgspec
import rich_click as click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from kithline_cli import files
from kithline_cli.client import NDJSON, Client, fault, server_options
from kithline_cli.output import FAILED, json_option, show
from kithline_core.dataset import write
from kithline_core.dataset.folder import Dataset
from kithline_core.dataset.read import read
from kithline_core.errors import Invalid, NoGround
from kithline_core.model.datasets import Dataset as Settings
from kithline_core.model.grounds import TEMPLATES
from kithline_core.model.questionnaires import Questionnaire
from kithline_core.model.rows import FILES, Row
from kithline_core.model.value import ValueModel

LINES: Final = 5_000
BYTES: Final = 6_000_000
KEPT: Final = 100
SHOWN: Final = 20
COUNTED: Final = ("accepted", "updated", "duplicates", "conflicts", "rejected")
Tell = Callable[[str, int], None]
Report = dict[str, dict[str, Any]]


@click.command("import")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--ground",
    "grounds",
    multiple=True,
    help=f"First take this ground for data about people: a template ({', '.join(TEMPLATES)}) or a file NAME.json that "
    "says what POST /v1/grounds takes, as one over employees has to. May be repeated.",
)
@server_options
@json_option
@click.pass_context
def import_(
    ctx: click.Context, folder: Path, grounds: tuple[str, ...], url: str | None, key: str | None, as_json: bool
) -> None:
    """Send a dataset folder to a server. Sending it again changes nothing. Exit code 1 when a line was not taken.

    Example: kithline import my-data --ground suppliers
    """
    dataset = read(folder)
    with Client.of(url, key) as client:
        for name in grounds:
            take_ground(client, name)
        try:
            report = watched(client, dataset)
        except NoGround as error:
            raise NoGround(
                f"{error.detail}: `kithline import {folder} --ground NAME`, with NAME one of {', '.join(TEMPLATES)}"
            ) from None
    show(report, as_json=as_json, text="\n".join(_told(report)) or "the folder is empty")
    if any(counts["rejected"] or counts["conflicts"] for counts in report.values()):
        ctx.exit(FAILED)


def _told(report: Report) -> Iterator[str]:
    """Yield a line per file, and below it the first lines that were not taken."""
    for name, counts in report.items():
        yield f"{name}: " + ", ".join(f"{counts[one]} {one}" for one in COUNTED if counts[one])
        faults = counts["errors"]
        yield from (f"  {fault(one)}" for one in faults[:SHOWN])
        if len(faults) > SHOWN:
            yield f"  and {len(faults) - SHOWN}{' or more' if len(faults) == KEPT else ''} others; --json names more"


def take_ground(client: Client, name: str) -> None:
    """Put a ground of a template or file on record, unless one of that title is in force. Raises Invalid."""
    asked = ground_of(name)
    titles = {one["name"]: one["ground"]["title"] for one in client.ask("GET", "/v1/ground-templates")}
    held = {one["title"] for one in client.pages("/v1/grounds") if one.get("valid_to") is None}
    if asked.get("title", titles.get(asked.get("template"))) not in held:
        client.ask("POST", "/v1/grounds", {"signed_by": "kithline import", **asked})


def ground_of(name: str) -> dict[str, Any]:
    """Return what is asked for: a template by its name, or what a file says. Raises Invalid for another file."""
    if not name.endswith(".json"):
        return {"template": name}
    try:
        return msgspec.json.decode(Path(name).read_bytes(), type=dict[str, Any])
    except (OSError, msgspec.DecodeError) as error:
        raise Invalid(f"{name} holds no ground: {error}; POST /v1/grounds says what one is") from None


def watched(client: Client, dataset: Dataset) -> Report:
    """Send a dataset behind a progress bar on stderr and return the counts per file."""
    total = sum(len(rows) for rows in dataset.rows.values())
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        bar = progress.add_task("sending", total=total)
        return send(client, dataset, lambda name, rows: progress.update(bar, description=name, advance=rows))


def send(client: Client, dataset: Dataset, tell: Tell) -> Report:
    """Send settings, questionnaires, value lines and every file, in an order in which grounds come first."""
    client.ask("PUT", "/v1/dataset", dataset.settings)
    for one in dataset.questionnaires:
        client.ask("PUT", _address(one), one)
    if dataset.value is not None:
        client.ask("PUT", "/v1/value-model", dataset.value)
    return {stem: _file(client, stem, dataset.rows[stem], tell) for stem in FILES if dataset.rows[stem]}


def _file(client: Client, stem: str, rows: list[Row], tell: Tell) -> dict[str, Any]:
    totals: dict[str, Any] = {**dict.fromkeys(COUNTED, 0), "errors": []}
    before = 0
    for size, body in batches(rows):
        report = client.ask("POST", _path(stem, ":bulk"), msgspec.Raw(body), headers={"content-type": NDJSON})
        for name in COUNTED:
            totals[name] += report.get(name, 0)
        faults = [{**one, "line": one["line"] + before} if one.get("line") else one for one in report["errors"]]
        totals["errors"] = [*totals["errors"], *faults][:KEPT]
        tell(stem, size)
        before += size
    return totals


def _address(one: Questionnaire) -> str:
    key, version = quote(one.questionnaire, safe=""), quote(one.version, safe="")
    return f"/v1/questionnaires/{key}/versions/{version}"


def _path(stem: str, action: str = "") -> str:
    return f"/v1/{stem.replace('_', '-')}{action}"


def batches(rows: list[Row]) -> Iterator[tuple[int, bytes]]:
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
    """Write a tenant's data into a new dataset folder; scored offline it gives the stored keys and bytes.

    Example: kithline export backup
    """
    files.empty(folder)
    with Client.of(url, key) as client:
        counts = fetch(client, folder)
    lines = [f"{name}: {count} rows" for name, count in counts.items()]
    show({"folder": str(folder), "rows": counts}, as_json=as_json, text="\n".join(lines) or "the tenant has no rows")


def fetch(client: Client, folder: Path) -> dict[str, int]:
    """Write everything behind a key into the folder and return the rows per file."""
    settings = msgspec.convert(client.ask("GET", "/v1/dataset"), Settings)
    questionnaires = [msgspec.convert(one, Questionnaire) for one in client.pages("/v1/questionnaires")]
    value = msgspec.convert(client.ask("GET", "/v1/value-model"), ValueModel)
    own = Dataset(settings=settings, questionnaires=questionnaires, value=value if value.lines else None)
    folder.mkdir(parents=True, exist_ok=True)
    write.settings(folder, own)
    counts = {stem: _fetch(client, folder, stem) for stem in FILES}
    return {stem: count for stem, count in counts.items() if count}


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
