"""`kithline import` and `kithline export`: a dataset folder to a server and back."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import msgspec
import rich_click as click
from kithline_core.dataset import write
from kithline_core.dataset.folder import Dataset
from kithline_core.dataset.read import read
from kithline_core.model.datasets import Dataset as Settings
from kithline_core.model.questionnaires import Questionnaire
from kithline_core.model.rows import FILES, Row
from kithline_core.model.value import ValueModel
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from kithline_cli.client import NDJSON, Client, server_options
from kithline_cli.output import FAILED, json_option, show

LINES: Final = 5_000
BYTES: Final = 6_000_000
COUNTED: Final = ("accepted", "updated", "duplicates", "conflicts", "rejected")
Tell = Callable[[str, int], None]


@click.command("import")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--ground", help="First take this ground template, e.g. `employees`; see GET /v1/ground-templates.")
@server_options
@json_option
@click.pass_context
def import_(
    ctx: click.Context, folder: Path, ground: str | None, url: str | None, key: str | None, as_json: bool
) -> None:
    """Send a dataset folder to a server. Sending it again changes nothing. Exit code 1 when a line was not taken.

    Example: kithline import my-data --ground suppliers
    """
    dataset = read(folder)
    with Client.of(url, key) as client:
        if ground:
            client.ask("POST", "/v1/grounds", {"template": ground, "signed_by": "kithline import"})
        report = watched(client, dataset)
    lines = [
        f"{name}: " + ", ".join(f"{counts[one]} {one}" for one in COUNTED if counts[one])
        for name, counts in report.items()
    ]
    show(report, as_json=as_json, text="\n".join(lines) or "the folder is empty")
    if any(counts["rejected"] or counts["conflicts"] for counts in report.values()):
        ctx.exit(FAILED)


def watched(client: Client, dataset: Dataset) -> dict[str, dict[str, Any]]:
    """Send a dataset behind a progress bar on stderr and return the counts per file."""
    total = sum(len(rows) for rows in dataset.rows.values())
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        bar = progress.add_task("sending", total=total)
        return send(client, dataset, lambda name, rows: progress.update(bar, description=name, advance=rows))


def send(client: Client, dataset: Dataset, tell: Tell) -> dict[str, dict[str, Any]]:
    """Send settings, questionnaires, value lines and every file, in an order in which grounds come first."""
    client.ask("PUT", "/v1/dataset", dataset.settings)
    for one in dataset.questionnaires:
        client.ask("PUT", f"/v1/questionnaires/{one.questionnaire}/versions/{one.version}", one)
    if dataset.value is not None:
        client.ask("PUT", "/v1/value-model", dataset.value)
    return {stem: _file(client, stem, dataset.rows[stem], tell) for stem in FILES if dataset.rows[stem]}


def _file(client: Client, stem: str, rows: list[Row], tell: Tell) -> dict[str, Any]:
    totals: dict[str, Any] = {**dict.fromkeys(COUNTED, 0), "errors": []}
    for size, body in batches(rows):
        answer = client.send("POST", f"/v1/{stem.replace('_', '-')}:bulk", body, headers={"content-type": NDJSON})
        report = msgspec.json.decode(answer.content)
        for name in COUNTED:
            totals[name] += report.get(name, 0)
        totals["errors"] = [*totals["errors"], *report["errors"]][:100]
        tell(stem, size)
    return totals


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
    """Write a tenant's data into a dataset folder; scored offline it gives the stored keys and bytes.

    Example: kithline export backup
    """
    with Client.of(url, key) as client:
        counts = fetch(client, folder)
    show(
        {"folder": str(folder), "rows": counts},
        as_json=as_json,
        text="\n".join(f"{name}: {n} rows" for name, n in counts.items()),
    )


def fetch(client: Client, folder: Path) -> dict[str, int]:
    """Write everything behind a key into the folder and return the rows per file."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = msgspec.convert(client.ask("GET", "/v1/dataset"), Settings)
    questionnaires = [msgspec.convert(one, Questionnaire) for one in client.pages("/v1/questionnaires")]
    value = msgspec.convert(client.ask("GET", "/v1/value-model"), ValueModel)
    own = Dataset(settings=settings, questionnaires=questionnaires, value=value if value.lines else None)
    write.settings(folder, own)
    counts = {stem: _fetch(client, folder, stem) for stem in FILES}
    return {stem: count for stem, count in counts.items() if count}


def _fetch(client: Client, folder: Path, stem: str) -> int:
    count = 0

    def rows() -> Iterator[Row]:
        nonlocal count
        for line in client.lines(f"/v1/{stem.replace('_', '-')}"):
            count += 1
            yield msgspec.json.decode(line, type=FILES[stem])

    path = write.table(folder, stem, rows())
    if not count:
        path.unlink()
    return count
