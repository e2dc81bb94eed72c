"""The kit's checks of reach.ecosystem, and its cost at a size that takes seconds."""

import time

import numpy as np

from kithline_network.reach.scorer import Reach
from kithline_sdk.snapshot import Column, Table
from kithline_sdk.testing import check_scorer, declared, run, scorer_entry, snapshot

WINDOW = ("2026-01-01", "2026-04-01")
ENTRY = scorer_entry("kithline_network", "reach.ecosystem")
SECONDS = 20  # several times what it takes alone: the machine has other work


def _rows(people, contacts, seed=3):
    draw = np.random.default_rng(seed)
    groups = ("employee", "supplier", "partner", "customer")
    sizes = {group: people // 4 + number for number, group in enumerate(groups)}
    members = [
        {"person": f"{group}{one:03}", "group": group, "organisation": f"o{one % 3}"}
        for group, size in sizes.items() for one in range(size)
    ]  # fmt: skip
    members += [{"person": f"customer{one:03}", "group": "partner"} for one in range(7)]
    who = sorted({row["person"] for row in members})
    ends = draw.integers(0, len(who), (contacts, 2)).tolist()
    return {
        "memberships": members,
        "populations": [{"group": group, "count": 2 * size} for group, size in sizes.items()],
        "tie_day": [
            {"day": f"2026-02-{1 + n % 28:02}", "community": f"c{n % 3}", "actor": who[a], "target": who[b], "verb": "posted",
             "recipients": 1, "count": 1} for n, (a, b) in enumerate(ends) if a != b
        ],
        "activity_day": [
            {"day": "2026-02-01", "community": f"c{n % 3}", "actor": one, "verb": "posted", "count": 1 + n % 4}
            for n, one in enumerate(who)
        ],
    }  # fmt: skip


def test_the_kit_passes_on_a_mixed_crowd_on_a_quiet_one_and_on_nothing():
    worlds = [_rows(80, 900), {**_rows(80, 0), "tie_day": []}, {}]

    found = check_scorer(Reach(), ENTRY, [snapshot(one, WINDOW) for one in worlds], drawn=0.06)

    assert [one.status for one in found] == ["ok", "provisional", "insufficient"]


def test_three_hundred_thousand_contacts_take_seconds():
    people, contacts = 20_000, 300_000
    draw, cut = np.random.default_rng(1), declared(snapshot({}, WINDOW), ENTRY)
    actor = draw.integers(0, people, contacts)
    whole = {
        "day": ("day", cut.window.first_day + draw.integers(0, 90, contacts)), "community": ("str", draw.integers(0, 9, contacts)),
        "actor": ("person", actor), "target": ("person", (actor + draw.integers(1, 9, contacts)) % people),
        "verb": ("str", np.zeros(contacts, np.int64)), "recipients": ("int", np.ones(contacts, np.int64)), "count": ("int", np.ones(contacts, np.int64)),
    }  # fmt: skip
    labels = {"community": tuple(f"c{one}" for one in range(9)), "verb": ("posted",)}

    def table(name):
        given = {
            one: Column(kind, values, np.ones(contacts, np.bool_), labels.get(one, ()))
            for one, (kind, values) in whole.items()
        }
        return Table(
            name,
            {one: given[one] for one in next(part["columns"] for part in ENTRY["inputs"] if part["table"] == name)},
        )

    rows = [{"person": one, "group": ("employee", "customer")[one % 2]} for one in range(people)]
    cut.tables["memberships"] = declared(snapshot({"memberships": rows}, WINDOW), ENTRY)["memberships"]
    cut.tables |= {name: table(name) for name in ("tie_day", "activity_day")}
    began = time.monotonic()

    found = run(Reach(), cut)

    assert found.measures["active_people"] == people
    assert time.monotonic() - began < SECONDS
