"""`kithline validate`, `schema` and `dataset new`: dataset folders without a server."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import rich_click as click
from kithline_core import plugins
from kithline_core.dataset import door, example, schema
from kithline_core.dataset.folder import Dataset
from kithline_core.dataset.read import read
from kithline_core.engine.assemble import assemble
from rich.console import Console
from rich.table import Table

from kithline_cli.output import json_option, show


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@json_option
def validate(folder: Path, as_json: bool) -> None:
    """Check every file of a folder and say which scorers can run on it. Exit code 3 lists every error at once.

    Example: kithline validate my-data
    """
    dataset = read(folder)
    counts = {name: len(rows) for name, rows in dataset.rows.items() if rows}
    runnable = readiness(dataset)
    value = {
        "rows": counts,
        "scorers": {key: {"runs": not missing, "needs": missing} for key, missing in runnable.items()},
    }
    lines = [f"{name}: {count} rows" for name, count in counts.items()] or ["the folder is empty"]
    lines += [
        f"{key}: {'can run' if not missing else 'needs ' + ' or '.join(missing)}" for key, missing in runnable.items()
    ]
    show(value, as_json=as_json, text="\n".join(lines))


def readiness(dataset: Dataset) -> dict[str, list[str]]:
    """Return per scorer the tables of which at least one must have rows; empty when it can run."""
    tables = assemble(door.data(dataset), dataset.questionnaires)
    found = {}
    for spec in plugins.installed().scorers():
        needed = [one.table for one in spec.inputs if one.required and one.table in tables and one.table != "findings"]
        found[spec.key] = [] if not needed or any(tables[name].rows for name in needed) else needed
    return found


@click.command("schema")
@click.argument("file", required=False)
@json_option
def schema_(file: str | None, as_json: bool) -> None:
    """Show what a file of a dataset folder may hold; without FILE, the names of all files.

    Example: kithline schema people.csv
    """
    if file is None:
        show(schema.names(), as_json=as_json, text="\n".join(schema.names()))
        return
    found = schema.describe(file)
    if as_json or "columns" not in found:
        click.echo(msgspec.json.format(msgspec.json.encode(found), indent=0 if as_json else 2))
    else:
        _draw(found["columns"])


def _draw(columns: Sequence[dict[str, Any]]) -> None:
    table = Table("column", "required", "type", "values")
    for one in columns:
        table.add_row(one["name"], "yes" if one["required"] else "", one["type"], ", ".join(one["values"]))
    Console().print(table)


@click.group()
def dataset() -> None:
    """Make dataset folders.

    Example: kithline dataset new my-data
    """


@dataset.command("new")
@click.argument("folder", type=click.Path(path_type=Path))
@json_option
def new(folder: Path, as_json: bool) -> None:
    """Write a tiny filled example of every file into a new folder.

    Example: kithline dataset new my-data && kithline validate my-data
    """
    files = [str(path) for path in example.write(folder)]
    show({"folder": str(folder), "files": files}, as_json=as_json, text="\n".join(files))
