"""leadership.presence and voice.everyone on 100,000 people and two million days of contact."""

import time

import numpy as np
import pytest

from kithline_network.leadership.scorer import Leadership
from kithline_network.voice.scorer import Voice
from kithline_sdk import Column, Snapshot, Table
from kithline_sdk.testing import declared, run, scorer_entry, snapshot

WINDOW = ("2025-10-03", "2026-01-01")
PEOPLE, ROWS, SECONDS = 100_000, 2_000_000, 10.0


def column(kind, values, labels=()):
    return Column(kind, values, np.ones(len(values), np.bool_), labels)


def large():
    whole = snapshot({}, WINDOW)
    random = np.random.default_rng(1)
    person = np.arange(PEOPLE)
    manager = Column("person", person // 10, person > 0)
    labels = tuple(f"d{one:03}" for one in range(200))
    members = {
        "person": column("person", person),
        "group": column("str", (person % 4 == 0).astype(np.int64), ("employee", "zulieferer")),
        "department": column("str", person % 200, labels),
        "rank": column("str", np.zeros(PEOPLE, np.int64), ("engineer",)),
        "manager": manager,
    }
    days = whole.window.first_day + random.integers(90, size=ROWS)
    ends = np.minimum(PEOPLE - 1, (PEOPLE * random.random((2, ROWS)) ** 2).astype(np.int64))
    told = {
        "day": column("day", days),
        "actor": column("person", ends[0]),
        "count": column("int", np.ones(ROWS, np.int64)),
    }
    told["verb"] = column("str", np.zeros(ROWS, np.int64), ("posted",))
    contact = {
        "target": column("person", ends[1]),
        "recipients": told["count"],
        "first_at": column("time", days * 86_400_000_000),
    }
    tables = {"memberships": members, "tie_day": told | contact, "activity_day": told}
    filled = [
        Table(name, {one: tables[name].get(one, _empty(old, len(next(iter(tables[name].values())).present))) for one, old in table.columns.items()})
        if name in tables else table
        for name, table in whole.tables.items()
    ]  # fmt: skip
    return Snapshot(whole.window, filled)


def _empty(like, rows):
    kind = np.float64 if like.kind == "float" else np.int64
    return Column(like.kind, np.full(rows, -1 if like.kind == "str" else 0, kind), np.zeros(rows, np.bool_))


@pytest.mark.slow
@pytest.mark.parametrize("scorer", [Leadership, Voice])
def test_two_million_rows_take_seconds(scorer):
    cut = declared(large(), scorer_entry("kithline_network", scorer.key))

    began = time.process_time()
    found = run(scorer(), cut)

    assert found.score is not None
    assert time.process_time() - began < SECONDS
