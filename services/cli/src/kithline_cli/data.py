"""`kithline validate`, `schema` and `dataset new`: dataset folders without a server."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import rich_click as click
from rich.table import Table

from kithline_cli.output import json_option, show
from kithline_cli.table import console
from kithline_core import plugins
from kithline_core.dataset import door, example, schema
from kithline_core.dataset.folder import Dataset
from kithline_core.dataset.read import read
from kithline_core.engine import plan
from kithline_core.engine.assemble import assemble
from kithline_core.engine.tables import FILES
from kithline_core.model import sensitive
from kithline_core.model.rows import CommunityRow


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@json_option
def validate(folder: Path, as_json: bool) -> None:
    """Check every file of a folder and say which scorers can run on it. Exit code 3 lists every error at once.

    Communities whose name or purpose looks sensitive are asked about: nothing of them is counted before the column
    `sensitive` says true or false.

    Example: kithline validate my-data
    """
    dataset = read(folder)
    counts = {name: len(rows) for name, rows in dataset.rows.items() if rows}
    runnable = readiness(dataset)
    asked = questions(dataset)
    value = {
        "rows": counts,
        "questions": asked,
        "scorers": {key: {"runs": not missing, "needs": missing} for key, missing in runnable.items()},
    }
    lines = [f"{name}: {count} rows" for name, count in counts.items()] or ["the folder is empty"]
    lines += [
        f"{key}: {'can run' if not missing else 'needs ' + ' or '.join(missing)}" for key, missing in runnable.items()
    ]
    lines += [
        f"is the community {one.community!r} sensitive ({one.topic}: {one.words!r})? Until communities.csv says "
        "true or false under `sensitive`, nothing of it is counted"
        for one in asked
    ]
    show(value, as_json=as_json, text="\n".join(lines))


def questions(dataset: Dataset) -> list[sensitive.Question]:
    """Return the communities that look sensitive and are not marked."""
    rows = (row for row in dataset.rows["communities"] if isinstance(row, CommunityRow))
    asked = (sensitive.question(row.community, row.name, row.purpose, row.sensitive) for row in rows)
    return [one for one in asked if one is not None]


def readiness(dataset: Dataset) -> dict[str, list[str]]:
    """Return per scorer the files or scorers of which at least one must be there; empty when it can run."""
    tables = assemble(door.data(dataset), dataset.questionnaires)
    found: dict[str, list[str]] = {}
    for spec in plan.order(plugins.installed().scorers()):
        # The table `findings` holds what the scorers before it found.
        needed = [one.table for one in spec.inputs if one.required and one.table in tables]
        there = any(tables[name].rows for name in needed) or any(not found[key] for key in spec.after if key in found)
        lacking = dict.fromkeys([*(FILES.get(name, name) for name in needed), *spec.after])
        found[spec.key] = [] if there else list(lacking)
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
    drawn = Table("column", "required", "type", "values")
    for one in columns:
        drawn.add_row(one["name"], "yes" if one["required"] else "", one["type"], ", ".join(one["values"]))
    console().print(drawn)


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
