"""Every installed plugin passes the kit on a small organisation, on an empty one and on one without contact."""

import importlib.metadata
import itertools
import random

import pluggy
import pytest

from kithline_core.engine import questionnaires
from kithline_core.plugins import installed
from kithline_sdk import hooks
from kithline_sdk.testing import check_scorer, scorer_entry, snapshot

WINDOW = ("2026-01-01", "2026-04-01")
# How far a figure that rests on draws may move when people and groups are renamed: four Monte Carlo errors at B = 2000.
DRAWN = 0.06


def _scorers():
    for point in importlib.metadata.entry_points(group="kithline"):
        manager = pluggy.PluginManager(hooks.PROJECT)
        manager.add_hookspecs(hooks)
        manager.register(point.load())
        for scorer in itertools.chain(*manager.hook.kithline_scorers()):
            yield pytest.param(scorer, scorer_entry(point.value, scorer.key), id=scorer.key)


def _members():
    sizes = {"sales": 9, "works": 7, "lab": 6}
    staff = [(f"e{name}{one}", "employee", "us", name) for name, size in sizes.items() for one in range(size)]
    others = [(f"s{one}{two}", "supplier", f"s{one}", None) for one in range(6) for two in range(2 + one % 2)]
    # Six report to the first of the staff, all others of it to them.
    first = [row[0] for row in staff]
    managers = [None, *[first[0]] * 6, *(first[1 + one % 6] for one in range(len(staff) - 7)), *[None] * len(others)]
    names = ("person", "group", "organisation", "department", "manager")
    return [dict(zip(names, (*row, one), strict=True)) for row, one in zip(staff + others, managers, strict=True)]


def _contact(members, many):
    draw = random.Random(4)
    pairs = list(itertools.permutations([row["person"] for row in members], 2))
    return [
        {"day": f"2026-0{1 + draw.randrange(3)}-{1 + draw.randrange(28):02}", "actor": a, "target": b, "verb": "posted",
         "kind": draw.choice(["practice", "question", None]), "recipients": 1, "count": 1 + draw.randrange(3)}
        for a, b in draw.choices(pairs, k=many)
    ]  # fmt: skip


def _organisations():
    suppliers = [
        {"organisation": f"s{one}", "name": f"Supplier {one}", "role": "supplier", "tier": 1, "circles": "axle;door"}
        for one in range(6)
    ]
    return [{"organisation": "us", "name": "Us", "role": "focal"}, *suppliers]


def _items():
    columns = questionnaires.items(questionnaires.shipped(), set())
    return [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]


def _answers(items, people):
    draw = random.Random(9)
    return [
        {"questionnaire": item["questionnaire"], "version": item["version"], "assessment": "a", "respondent": person,
         "item": item["item"], "dimension": item["dimension"], "value": float(draw.randrange(5)), "evidence": "minutes"}
        for person in people
        for item in items
    ]  # fmt: skip


def _benefit():
    factors = {"count": (80, 100, 140), "unit": (20, 30, 50), "attribution": (0.2, 0.3, 0.5)}
    ends = ("low", "likely", "high")
    given = {f"{name}_{end}": float(one) for name, many in factors.items() for end, one in zip(ends, many, strict=True)}
    return {"line": "answers", "side": "benefit", "evidence": "B", "discount_rate": 0.04, **given}


def _registers():
    """Ideas from both sides of the border, decisions that cite some, outcomes of two kinds."""
    return {
        "ideas": [
            {
                "idea": f"i{one}",
                "group": ("employee", "customer")[one % 2],
                "status": ("accepted", "open")[one % 3 // 2],
            }
            for one in range(12)
        ],
        "decisions": [{"decision": f"d{one}", "cites": f"i{one}"} for one in range(3)],
        "outcomes": [
            {"outcome": f"o{one}", "kind": kind, "department": department, "verified": True}
            for one, (kind, department) in enumerate([("process", "sales"), ("supply", "works")])
        ],
    }


def _organisation():
    members, items = _members(), _items()
    contact = _contact(members, 900)
    days = sorted({row["day"] for row in contact})
    activity = [
        {**{name: row[name] for name in ("day", "actor", "verb", "count")}, "community": "c"} for row in contact
    ]
    return {
        "organisations": _organisations(),
        "memberships": members,
        "focal": [{"organisation": "us"}],
        "populations": [{"group": "employee", "count": 24}],
        "communities": [{
            "community": "c", "name": "Axle", "activity": "help each other", "owner": "esales0", "kind": "practice",
            "purpose": "Design engineers in Asia answer each other's questions on axles within 24 hours.", "asked": 40,
        }],
        "tie_day": [{**row, "community": "c"} for row in contact],
        "activity_day": activity,
        "opening": [
            {"community": "c", "channel": "c", "kind": "question", "asker": row["actor"], "opened_at": f"{row['day']}T08:00:00Z",
             "answerer": row["target"], "answered_at": f"{row['day']}T09:00:00Z"}
            for row in contact[:20]
        ],
        "event_day": [{"day": day, "count": 9, "ids_hash": "00"} for day in days],
        "interfaces": [
            {"side_a": a, "side_b": b, "why": "orders"}
            for a, b in itertools.combinations(["sales", "works", "lab", "s1"], 2)
        ],
        **_registers(),
        "items": items,
        "answers": _answers(items, [row["person"] for row in members[:8]]),
        "value_lines": [_benefit()],
        "findings": [
            {"scorer": "maturity.depth", "field": "status", "text": "ok"},
            {"scorer": "maturity.depth", "field": "score", "number": 40.0},
            {"scorer": "maturity.depth", "field": "level", "number": 1.0},
            {"scorer": "supply.collaboration", "field": "status", "text": "ok"},
            {"scorer": "supply.collaboration", "field": "measure.survey", "number": 0.8},
            {"scorer": "supply.collaboration", "field": "measure.two_way", "number": 0.4},
        ],
    }  # fmt: skip


@pytest.mark.parametrize(("scorer", "entry"), list(_scorers()))
def test_every_scorer_passes_the_kit(scorer, entry):
    whole = _organisation()
    quiet = {name: rows for name, rows in whole.items() if name not in {"tie_day", "activity_day", "answers"}}

    found = check_scorer(scorer, entry, [snapshot(one, WINDOW) for one in (whole, quiet, {})], drawn=DRAWN)

    assert found[0].status in {"ok", "provisional"}


def test_no_plugin_is_quarantined_and_each_manifest_is_read_by_the_host():
    known = installed()

    assert known.quarantined == []
    assert {point.module for point in importlib.metadata.entry_points(group="kithline")} == {
        plugin.module for plugin in known.plugins
    }


def test_no_two_scorers_share_a_key():
    keys = [spec.key for spec in installed().scorers()]

    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("spec", installed().scorers(), ids=lambda spec: spec.key)
def test_every_scorer_says_what_it_is_not_for(spec):
    assert {"appraisal", "pay", "dismissal", "award", "delisting"} <= set(spec.not_for)


@pytest.mark.parametrize("spec", installed().scorers(), ids=lambda spec: spec.key)
def test_every_measure_is_labelled_in_both_languages(spec):
    assert all(set(measure.label) == {"en", "de"} for measure in spec.measures.values())
    assert set(spec.title) == set(spec.question) == {"en", "de"}
