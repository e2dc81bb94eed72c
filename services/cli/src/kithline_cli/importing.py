"""`kithline import`: a dataset folder, or one of its tables, to a server."""

import re
import shlex
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import rich_click as click

from kithline_cli import corrections, refused, transfer
from kithline_cli import grounds as grounds_
from kithline_cli.client import Client, fault, server_options
from kithline_cli.files import NEW_FILE
from kithline_cli.output import FAILED, Halted, json_option, show
from kithline_cli.tapes import Tape
from kithline_cli.transfer import COUNTED, KEPT, How, Report
from kithline_cli.uploads import Stopped
from kithline_core.dataset.folder import Dataset, stem_and_format
from kithline_core.dataset.read import read, read_table
from kithline_core.errors import DatasetError, NoGround
from kithline_core.model.grounds import TEMPLATES
from kithline_core.model.rows import EventRow
from kithline_core.model.verbs import CUSTOM

SHOWN: Final = 20
# Bytes from which on a table is sent in parts and not read first; packed, it has several times as many.
LARGE: Final = 8_000_000
LARGE_PACKED: Final = 1_000_000
_ODD: Final = re.compile(r"[^\w.-]+")


@click.command("import")
@click.argument("source", required=False, type=click.Path(path_type=Path))
@click.option(
    "--ground",
    "grounds",
    multiple=True,
    help=f"First take this ground for data about people: a template ({', '.join(TEMPLATES)}) or a file NAME.json that "
    "says what POST /v1/grounds takes, as one over employees has to. May be repeated.",
)
@click.option("--batch", help="Name of the import, kept with its rows. Default: the source's name and the time.")
@click.option("--undo", metavar="BATCH", help="Take back the import of this name; nothing is sent.")
@click.option("--reason", default=corrections.REASON, show_default=True, help="Why it is undone, for the history.")
@click.option("--dry-run", is_flag=True, help="Only say what would become of each line; nothing is kept.")
@click.option("--atomic", is_flag=True, help="Take each file whole or not at all; for files of up to 10,000 rows.")
@click.option(
    "--resume",
    is_flag=True,
    help="Go on with large files where an earlier import stopped; send none that came to its end.",
)
@click.option("--rejects", type=NEW_FILE, help="Write every line that was not taken to this file, .csv or .ndjson.")
@click.option("--register-verbs", is_flag=True, help="First register the custom verbs that the events use.")
@server_options
@json_option
@click.pass_context
def import_(
    ctx: click.Context,
    /,
    source: Path | None,
    undo: str | None,
    reason: str,
    *,
    as_json: bool,
    **chosen: Any,  # noqa: ANN401 - options, typed by click
) -> None:
    """Send a dataset folder, or one table of it, to a server. Sending it again changes nothing.

    Exit code 1 when a line was not taken, or when Ctrl-C paused it: --resume goes on from there.

    Example: kithline import my-data --ground suppliers
    """
    if source is not None and undo is None:
        _send(ctx, source, chosen, as_json)
    elif source is None and undo is not None:
        with Client.of(chosen["url"], chosen["key"]) as client:
            corrections.take_back(client, undo, reason, dry_run=chosen["dry_run"], as_json=as_json)
    elif source is not None:
        raise click.UsageError("--undo takes an import back and sends nothing: leave the folder or file out")
    else:
        raise click.UsageError(
            "name a folder or file to send, or an import with --undo; `kithline grounds open` takes a ground alone"
        )


def _send(ctx: click.Context, source: Path, chosen: dict[str, Any], as_json: bool) -> None:
    trial, rejects = chosen["dry_run"], chosen["rejects"]
    how = How(
        batch=chosen["batch"] or _named(source), dry_run=trial, atomic=chosen["atomic"], resume=chosen["resume"],
        every=rejects is not None, bare=not source.is_dir(),
    )  # fmt: skip
    tapes = {} if trial or how.atomic else _tapes(source)
    dataset = _read(source, tapes)
    with Client.of(chosen["url"], chosen["key"]) as client:
        _prepare(client, dataset, tapes, () if trial else chosen["grounds"], chosen["register_verbs"] and not trial)
        report = _sent(ctx, client, source, dataset, how, tapes)
    if rejects is not None:
        refused.write(rejects, report)
    _show(report, how, as_json)
    if any(counts["rejected"] or counts["conflicts"] for counts in report.values()):
        ctx.exit(FAILED)


def _named(source: Path) -> str:
    name = _ODD.sub("-", source.absolute().name)[:80].strip("-.") or "import"
    return f"{name}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"


def _tapes(source: Path) -> dict[str, Tape]:
    """Return the tables that are sent in parts: the large ones of a folder, or the one file."""
    paths = sorted(source.iterdir()) if source.is_dir() else [source] if source.is_file() else []
    known = {path: found for path in paths if (found := stem_and_format(path)) and found[1] != ".parquet"}
    chosen = {path: found for path, found in known.items() if path == source or _large(path)}
    return {stem: Tape(path) for path, (stem, _) in chosen.items() if path.stat().st_size}


def _large(path: Path) -> bool:
    return path.stat().st_size > (LARGE_PACKED if path.suffix == ".gz" else LARGE)


def _read(source: Path, tapes: dict[str, Tape]) -> Dataset:
    if not source.exists():
        raise DatasetError([f"there is no {source}; `kithline dataset new {source}` makes an example"])
    if source.is_dir():
        return read(source, leave=[tape.path for tape in tapes.values()])
    return Dataset() if tapes else read_table(source)


def _prepare(
    client: Client, dataset: Dataset, tapes: dict[str, Tape], grounds: tuple[str, ...], register_verbs: bool
) -> None:
    for name in grounds:
        grounds_.take(client, name)
    if register_verbs:
        events = [row for row in dataset.rows["events"] if isinstance(row, EventRow)]
        used = {row.verb.removeprefix(CUSTOM) for row in events if row.verb.startswith(CUSTOM)}
        used |= tapes["events"].content.verbs if "events" in tapes else set()
        known = {one["verb"].removeprefix(CUSTOM) for one in client.ask("GET", "/v1/verbs")}
        for verb in sorted(used - known):
            client.ask("PUT", f"/v1/verb-schemas/{verb}", {"title": verb, "activity": "Create"})


def _sent(
    ctx: click.Context, client: Client, source: Path, dataset: Dataset, how: How, tapes: dict[str, Tape]
) -> Report:
    try:
        return transfer.watched(client, dataset, how, tapes)
    except Halted as halted:
        halted.remedy = _remedy(source, how, resume=bool(tapes), ground=isinstance(halted.cause, NoGround))
        raise
    except Stopped as stopped:
        one = stopped.one
        told = f"paused {one['file']} at byte {one['position']} of {one['bytes']}"
        click.echo(f"kithline: {told}; `kithline import {source} --resume` goes on", err=True)
        ctx.exit(FAILED)


def _remedy(source: Path, how: How, *, resume: bool, ground: bool) -> str:
    more = [" --ground NAME"] if ground else []
    more += [f" --batch {shlex.quote(str(how.batch))}", " --resume" if resume else ""]
    again = f"`kithline import {shlex.quote(str(source))}{''.join(more)}`"
    named = f" (NAME: {', '.join(TEMPLATES)}, or a file)" if ground else ""
    return f"once that is mended, {again}{named} goes on from there: what is in stays, and nothing comes in twice"


def _show(report: Report, how: How, as_json: bool) -> None:
    for counts in report.values():
        counts["errors"] = counts["errors"][:KEPT]
        if not how.dry_run:
            counts.setdefault("batch", how.batch)
    batches = dict.fromkeys(counts["batch"] for counts in report.values() if "batch" in counts)
    lines = [*told(report), *(f"batch: {name}" for name in batches)]
    show(report, as_json=as_json, text="\n".join(lines) or "the folder is empty")


def told(report: Report) -> Iterator[str]:
    """Yield a line per file, and below it the first lines that were not taken."""
    for name, counts in report.items():
        yield f"{name}: " + ", ".join(f"{counts[one]} {one}" for one in COUNTED if counts[one])
        faults = counts["errors"]
        yield from (f"  {fault(one)}" for one in faults[:SHOWN])
        if len(faults) > SHOWN:
            yield f"  and {len(faults) - SHOWN}{' or more' if len(faults) == KEPT else ''} others; --json names more"
