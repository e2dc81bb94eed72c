"""`kithline aggregate`: a dataset folder becomes one without persons."""

from pathlib import Path
from typing import Literal

import rich_click as click

from kithline_cli import files
from kithline_cli.output import json_option, show
from kithline_core.aggregate.make import make
from kithline_core.dataset import write
from kithline_core.dataset.read import read


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The new folder.")
@click.option(
    "--floor", type=click.IntRange(min=5, max=1_000_000), default=5, show_default=True, help="People behind every cell."
)
@click.option(
    "--period", type=click.Choice(["month", "quarter", "window"]), default="window", show_default=True,
    help="How cells are cut in time; `window` is the folder's, else the last 90 days.",
)  # fmt: skip
@json_option
def aggregate(
    folder: Path, out: Path, floor: int, period: Literal["month", "quarter", "window"], as_json: bool
) -> None:
    """Write a dataset folder without persons: cells of at least k people, and what speaks of nobody.

    Example: kithline aggregate my-data --out cells --floor 10
    """
    files.empty(out)
    made = make(read(folder), floor=floor, period=period)
    write.write(out, made.dataset)
    counts = {stem: len(rows) for stem, rows in made.dataset.rows.items() if rows}
    for line in made.warnings:
        click.echo(f"kithline: {line}", err=True)
    lines = [f"{stem}: {count} rows" for stem, count in counts.items()]
    value = {"folder": str(out), "rows": counts, "warnings": made.warnings}
    show(value, as_json=as_json, text="\n".join(lines) or "nothing could be told of so few people")
