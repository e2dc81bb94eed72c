"""Turns the Koha data (eight yearly networks and the event stream) into dataset folders."""

import csv
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kithline_core.dataset.folder import Dataset
from kithline_core.model.datasets import Dataset as Settings
from kithline_core.model.rows import EventRow, OrganisationRow, OrganisationTieRow, PersonRow


def folder() -> Path:
    """Return where the data lie, or skip the test and say why."""
    found = Path(os.environ.get("KITHLINE_REAL_DATA", "/nowhere")) / "koha_interorg"
    if not found.is_dir():
        pytest.skip("KITHLINE_REAL_DATA names no folder with koha_interorg; real data are not shipped")
    return found


def _rows(name: str) -> list[dict[str, str]]:
    with (folder() / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def network(year: str) -> Dataset:
    """Return one year's network of organisations: public, without a focal one."""
    dataset = Dataset(settings=Settings(nature="public", title=f"Koha {year}"))
    ties = [row for row in _rows("org_edges.csv") if row["year"] == year]
    nodes = [row["org"] for row in _rows("org_nodes.csv") if row["year"] == year]
    dataset.rows["organisations"] = [OrganisationRow(organisation=one, role="supplier") for one in nodes]
    dataset.rows["organisation_ties"] = [
        OrganisationTieRow(
            organisation_a=row["org_a"], organisation_b=row["org_b"], weight=float(row["weight"]), period=year
        )
        for row in ties
    ]
    return dataset


def stream() -> Dataset:
    """Return the event stream with everybody's organisation."""
    dataset = Dataset(settings=Settings(nature="public", title="Koha"))
    dataset.rows["events"] = [
        EventRow(
            id=str(number), source="git", actor=row["person"], verb="posted",
            occurred_at=datetime.fromisoformat(row["time_utc"]).replace(tzinfo=UTC),
        )
        for number, row in enumerate(_rows("events.csv"))
    ]  # fmt: skip
    people = _rows("people.csv")
    dataset.rows["people"] = [
        PersonRow(person=row["person"], group="supplier", organisation=row["org"]) for row in people
    ]
    dataset.rows["organisations"] = [
        OrganisationRow(organisation=one, role="supplier") for one in sorted({row["org"] for row in people})
    ]
    return dataset
