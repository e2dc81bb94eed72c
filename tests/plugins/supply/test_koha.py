"""Koha's yearly networks of vendors, libraries and users."""

import csv
import os
from collections import Counter
from pathlib import Path

import networkx as nx
import pytest

ROOT = os.environ.get("KITHLINE_REAL_DATA")
KOHA = Path(ROOT or ".") / "koha_interorg"

pytestmark = pytest.mark.skipif(
    not (ROOT and KOHA.is_dir()), reason="the Koha networks are absent: set KITHLINE_REAL_DATA"
)


def _edges() -> list[dict[str, str]]:
    with (KOHA / "org_edges.csv").open() as lines:
        return list(csv.DictReader(lines))


def _tables(rows):
    ids = sorted({row[side] for row in rows for side in ("org_a", "org_b")})
    ties = [
        {"organisation_a": r["org_a"], "organisation_b": r["org_b"], "weight": float(r["weight"]), "period": r["year"]}
        for r in rows
    ]
    return {"organisation_ties": ties, "organisations": [{"organisation": one, "role": "supplier"} for one in ids]}


def test_the_network_of_2016_has_10_organisations_and_41_ties(score):
    found = score(_tables([row for row in _edges() if row["year"] == "2016"]))

    assert found.status == "not_applicable"
    for prefix in ("", "period:2016."):
        assert found.measures[f"{prefix}organisations"] == 10
        assert found.measures[f"{prefix}organisation_ties"] == 41
    assert found.measures["supplier_density"] == pytest.approx(41 / 45, abs=1e-12)


def test_every_year_is_that_of_networkx(score):
    rows = _edges()

    found = score(_tables(rows)).measures

    for year in Counter(row["year"] for row in rows):
        graph = nx.Graph((row["org_a"], row["org_b"]) for row in rows if row["year"] == year)
        graph.remove_edges_from(list(nx.selfloop_edges(graph)))
        connected = sum(len(part) * (len(part) - 1) for part in nx.connected_components(graph))
        prefix = f"period:{year}."
        assert found[f"{prefix}organisations"] == sum(degree > 0 for _, degree in graph.degree())
        assert found[f"{prefix}organisation_ties"] == graph.number_of_edges()
        assert found[f"{prefix}supplier_density"] == pytest.approx(nx.density(graph), abs=1e-9)
        assert found[f"{prefix}hub_independence"] == pytest.approx(
            connected / (len(graph) * (len(graph) - 1)), abs=1e-9
        )


def test_constraint_of_a_named_hub_is_that_of_networkx(score):
    rows = [row for row in _edges() if row["year"] == "2016"]
    graph = nx.Graph((row["org_a"], row["org_b"]) for row in rows)
    theirs = nx.constraint(graph)

    for hub in sorted(graph):
        found = score({**_tables(rows), "focal": [{"organisation": hub}]})

        assert found.measures["hub_constraint"] == pytest.approx(theirs[hub], abs=1e-9)
