"""The method page's example, computed, and the figures beside networkx and pandas on random trees."""

import csv
import math
import random
import re
from pathlib import Path

import networkx as nx
import pandas as pd
import pytest
from scipy.stats import norm

from kithline_network.leadership.scorer import Leadership
from kithline_sdk.testing import declared, run, scorer_entry, snapshot

PAGE = (Path(__file__).parents[3] / "docs/methods/leadership.presence.md").read_text()
VALUES = re.findall(r"^\| `([^`]+)` \| (.+?) \|$", PAGE, re.MULTILINE)
ENTRY = scorer_entry("kithline_network", "leadership.presence")
WINDOW = ("2026-01-01", "2026-04-01")


def _rows(name):
    block = re.search(rf'```csv title="{name}"\n(.*?)```', PAGE, re.DOTALL)
    assert block is not None
    rows = [{key: value or None for key, value in row.items()} for row in csv.DictReader(block.group(1).splitlines())]
    return [
        {key: int(value) if key in {"recipients", "count"} else value for key, value in row.items()} for row in rows
    ]


def _scored(people, contacts):
    activity = [{name: row[name] for name in ("day", "actor", "verb", "count")} for row in contacts]
    tables = {"memberships": people, "tie_day": contacts, "activity_day": activity}
    return run(Leadership(), declared(snapshot(tables, WINDOW), ENTRY), no_floor=True)


def rise(x, m, h):
    return norm.cdf(math.log(x / m) / (math.log(h / m) / norm.ppf(0.9))) if x > 0 else 0.0


@pytest.mark.parametrize(("measure", "value"), VALUES)
def test_the_example_of_the_method_page_holds(measure, value):
    found = _scored(_rows("people"), _rows("contact"))

    assert math.isclose(found.measures[measure], eval(value), rel_tol=1e-12)


def test_the_score_of_the_example_is_the_mean_of_four():
    found = _scored(_rows("people"), _rows("contact"))

    parts = [rise(2 / 3, 0.5, 1.2), rise(0.5, 0.3, 0.8) / rise(1, 0.3, 0.8), 0.5, 0.8]
    assert found.score == pytest.approx(sum(parts) / 4, abs=1e-9)


def test_every_measure_and_parameter_stands_on_the_method_page():
    names = [*ENTRY["measures"], *ENTRY["parameters"]]

    assert [name for name in names if f"`{name}`" not in PAGE] == []


@pytest.mark.parametrize("seed", range(12))
def test_figures_agree_with_networkx_and_pandas(seed):
    draw = random.Random(seed)
    names = [f"p{one:02}" for one in range(40)]
    draw.shuffle(names)
    manager = {
        name: None if not one else names[draw.randrange(max(1, one // 3))] for one, name in enumerate(names[:36])
    }
    people = [{"person": name, "group": "employee", "manager": manager.get(name)} for name in names]
    rows = [(draw.choice(names), draw.choice(names), draw.randrange(1, 91), draw.randrange(24)) for _ in range(400)]
    start = pd.Timestamp("2026-01-01", tz="UTC")
    events = pd.DataFrame([row for row in rows if row[0] != row[1]], columns=["a", "b", "day", "hour"])
    events["at"] = start + pd.to_timedelta(events.day - 1, "D") + pd.to_timedelta(events.hour, "h")
    contacts = [
        {"day": at.date().isoformat(), "actor": a, "target": b, "verb": "posted", "recipients": 1, "count": 1, "first_at": at.isoformat()}
        for a, b, at in zip(events.a, events.b, events["at"], strict=True)
    ]  # fmt: skip
    found = _scored(people, contacts)

    tree = nx.DiGraph([(boss, name) for name, boss in manager.items() if boss])
    below = {one: nx.descendants(tree, one) for one in tree if tree.in_degree(one) == 0}
    (top,) = [one for one in below if len(below[one]) == max(map(len, below.values()))]
    leaders = {top, *tree.successors(top)}
    others = below[top] - leaders
    inside = leaders | others
    own = events[events.a.isin(inside) & events.b.isin(inside)]
    pair = own.assign(low=own[["a", "b"]].min(axis=1), high=own[["a", "b"]].max(axis=1)).groupby(["low", "high"])
    told = pair.agg(events=("a", "size"), days=("day", "nunique"), ways=("a", "nunique"))
    ties = nx.Graph(list(told[((told.events >= 2) & (told.days >= 2)) | (told.ways == 2)].index))
    sent = events.groupby("a").day.nunique()
    mean = {key: sum(sent.get(one, 0) for one in group) / len(group) for key, group in (("l", leaders), ("o", others))}
    reach = sum(any(near in leaders for near in ties[one]) for one in others if one in ties) / len(others)
    met = set(own.a) | set(own.b) | (set(events.a) & inside)
    lines = [(name, boss) for name, boss in manager.items() if boss and {name, boss} <= inside & met]
    down = int((own.a.isin(leaders) & own.b.isin(others)).sum())
    up = int((own.a.isin(others) & own.b.isin(leaders)).sum())
    asked = []
    for (low, high), _ in pair:
        if len({low, high} & leaders) == 1:
            both = own[own.a.isin([low, high]) & own.b.isin([low, high])]
            ahead, back = both[both.a.isin(others)]["at"].min(), both[both.a.isin(leaders)]["at"].min()
            week = pd.Timedelta(days=7)
            if pd.notna(ahead) and not back <= ahead and ahead + week <= start + pd.Timedelta(days=90):
                asked.append(bool(pd.notna(back) and back - ahead <= week))
    expected = {
        "leaders": len(leaders),
        "others": len(others),
        "outside_tree": 40 - len(inside),
        "active_day_ratio": mean["l"] / mean["o"],
        "reach_1hop": reach,
        "manager_tie_share": sum(ties.has_edge(*line) for line in lines) / len(lines) if lines else None,
        "symmetric_flow": 1 - abs(down - up) / (down + up),
        "upward_contacts": len(asked),
        "upward_answered": sum(asked) / len(asked) if asked else None,
    }
    for key, value in expected.items():
        assert found.measures.get(key) == (None if value is None else pytest.approx(value, abs=1e-9)), key
