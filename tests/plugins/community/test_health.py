"""health.community: the method page's example, the card's fixtures, the kit, and figures beside pandas, lifelines, networkx."""

import itertools
import math
import re
import time
import warnings
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from lifelines import KaplanMeierFitter

from kithline_community.health import pace
from kithline_community.health.scorer import Health
from kithline_sdk.snapshot import DAY, Column, Snapshot, Table
from kithline_sdk.testing import check_scorer, day, declared, run, scorer_entry, snapshot

PAGE = (Path(__file__).parents[3] / "docs/methods/health.community.md").read_text()
VALUES = re.findall(r"^\| `([^`]+)` \| ([0-9(][^|]*) \|$", PAGE, re.MULTILINE)
ENTRY = scorer_entry("kithline_community", "health.community")
START, WINDOW = day("2026-01-01"), ("2026-01-01", "2026-07-16")


def told(window=WINDOW, **tables):
    return declared(snapshot(tables, window), ENTRY)


def row(person, on, community=None, verb="posted", count=1):
    when = {"day": START + on, "first_at": (START + on) * DAY, "last_at": (START + on) * DAY}
    return {**when, "actor": person, "community": community, "verb": verb, "count": count}


def habit(people, rate, days=196, seed=1, community=None, prefix="p"):
    draw = np.random.default_rng(seed)
    return [
        row(f"{prefix}{one}", int(on), community)
        for one in range(people)
        for on in np.flatnonzero(draw.random(days) < rate)
    ]


def touch(a, b, on, community=None):
    return {"day": START + on, "actor": a, "target": b, "verb": "replied", "count": 1, "community": community}


def opening(number, after=None, community=None):
    asked = (START + 5 + number % 150) * DAY + number
    answered = {} if after is None else {"answerer": "z", "answered_at": asked + int(after * DAY)}
    return {
        "community": community,
        "channel": "c",
        "kind": "question",
        "asker": f"p{number}",
        "opened_at": asked,
        **answered,
    }


def lively(community=None, people=40, seed=1):
    names = [f"p{one}" for one in range(people)]
    ties = [
        touch(a, b, one % 190, community) for one, (a, b) in enumerate(zip(names, names[1:] + names[:1], strict=True))
    ]
    return {
        "activity_day": habit(people, 0.15, seed=seed, community=community),
        "tie_day": [*ties, touch("p1", "p0", 9, community)],
        "opening": [opening(one, 1 + one % 9 if one % 4 else None, community) for one in range(60)],
    }


@pytest.mark.parametrize(("measure", "value"), VALUES)
def test_the_example_of_the_method_page_holds(measure, value):
    rows = [row("ann", 0), row("ann", 20), row("ben", 0), row("cem", 35)]

    found = run(Health(), told(("2026-01-01", "2026-02-26"), activity_day=rows))

    assert math.isclose(found.measures[measure], eval(value), rel_tol=1e-12)


def test_it_passes_the_kit():
    found = check_scorer(
        Health(), ENTRY, [told(**lively()), told(**lively("a")), told(activity_day=[row("a", 1)]), told()]
    )

    assert found[0].status == found[1].status == "ok"


def test_a_large_invited_place_with_one_in_a_hundred_is_steady():
    draw = np.random.default_rng(3)
    rows = []
    # 750 a month: half of them regular, the others new every month.
    for month in range(7):
        for one in range(750):
            name = f"r{one}" if one < 375 else f"n{month}-{one}"
            rows += [
                row(name, 28 * month + int(on), "c") for on in draw.choice(28, 4 if one < 375 else 2, replace=False)
            ]
    ties = [touch(f"r{one}", f"r{one ^ 1}", one % 190, "c") for one in range(374)]
    openings = [opening(one, 2.0 if one % 20 < 17 else None, "c") for one in range(400)]
    places = [{"community": "c", "invited": 75_000, "kind": "support"}]

    found = run(Health(), told(activity_day=rows, tie_day=ties, opening=openings, communities=places))

    assert (found.status, found.level >= 2) == ("ok", True)
    assert found.measures["growth_rate"] == pytest.approx(0, abs=0.03)
    assert found.measures["answered_7d"] == pytest.approx(0.85)


def test_fewer_than_three_in_the_last_month_is_dormant():
    tables = lively()
    tables["activity_day"] = [one for one in tables["activity_day"] if one["day"] - START < 168 or one["actor"] == "p0"]

    found = run(Health(), told(**tables))

    assert (found.level, found.level_probability, found.measures["mau_last_day"]) == (0, 1.0, 1)


def test_who_falls_silent_last_lifts_no_score():
    def left(names):
        tables = lively()
        kept = [one for one in tables["activity_day"] if one["day"] - START < 168 or one["actor"] in names]
        return run(Health(), told(**{**tables, "activity_day": kept}))

    two, one, nobody = left({"p0", "p1"}), left({"p0"}), left(set())

    assert two.score > one.score > nobody.score
    assert "growth_rate" not in nobody.measures
    assert {driver.name: driver.weight for driver in nobody.drivers}["growth"] == pytest.approx(0.15)


def test_growth_accounts_add_up_and_who_came_before_the_window_is_not_new():
    rows = [*habit(50, 0.03), *(row(f"p{one}", -5 - one) for one in range(20))]

    table = run(Health(), told(activity_day=rows)).tables["growth_28d"]

    assert len(table) == 7
    for before, now in itertools.pairwise(table):
        assert now["active"] == before["active"] + now["new"] + now["resurrected"] - now["churned"]
        assert now["active"] == now["retained"] + now["new"] + now["resurrected"]
    assert table[0]["new"] <= 30


def test_figures_agree_with_pandas_lifelines_and_networkx():
    rows = habit(60, 0.02, seed=7)
    ties = [touch(f"p{a}", f"p{b}", 3) for a, b in np.random.default_rng(2).integers(0, 30, (80, 2)).tolist()]
    found = run(Health(), told(activity_day=rows, tie_day=ties)).measures
    frame = pd.DataFrame([(one["actor"], one["day"] - START) for one in rows], columns=["who", "on"])
    month = pd.Series([frame[(frame.on > t - 28) & (frame.on <= t)].who.nunique() for t in range(196)])
    daily = frame.groupby("on").who.nunique().reindex(range(196), fill_value=0)
    ends = frame.groupby("who").on.agg(["min", "max"])
    gone = 196 - ends["max"] >= 28
    fitted = KaplanMeierFitter().fit(np.where(gone, ends["max"] - ends["min"], 196 - ends["min"]), gone)
    graph = nx.DiGraph((one["actor"], one["target"]) for one in ties if one["actor"] != one["target"])

    assert (found["mau_last_day"], found["mau_max"]) == (month.iloc[-1], month.max())
    assert found["stickiness_mean"] == pytest.approx((daily / month)[27:].mean(), abs=1e-12)
    assert found["growth_rate"] == pytest.approx(math.log(month.iloc[-1] / month.iloc[-85]) / 3, abs=1e-12)
    assert found["lapsed_people"] == gone.sum()
    for days in (28, 56, 90):
        assert found[f"km_survival_{days}d"] == pytest.approx(float(fitted.predict(days)), abs=1e-9)
    assert (found["directed_ties"], found["reciprocity"]) == (
        graph.size(),
        pytest.approx(nx.overall_reciprocity(graph)),
    )
    person, day_ = np.unique(frame.who, return_inverse=True)[1], frame.on.to_numpy()
    order = np.lexsort((day_, person))
    gaps = (
        frame.sort_values(["who", "on"])
        .groupby("who")
        .on.apply(lambda on: on.diff().dropna().median() if len(on) > 1 else 0)
    )
    assert pace.gaps(pace.pace(person[order], day_[order], 196))[1] == pytest.approx(gaps.to_numpy())


def test_communities_are_weighted_by_contributors_and_small_ones_withheld():
    one, two = lively("a"), lively("b", 25, 2)
    tables = {name: one[name] + two[name] for name in one}
    tables["activity_day"] += habit(3, 0.2, community="tiny", prefix="t")

    found = run(Health(), told(**tables))

    assert found.measures["communities_scored"] == 2
    assert found.measures["score_worst"] < found.score < found.measures["score_worst"] + found.measures["score_spread"]
    assert found.coverage == pytest.approx(65 / 68)
    assert not [name for name in found.measures if name.startswith("community:tiny")]
    assert math.fsum(part.contribution for part in found.drivers) == pytest.approx(found.score, abs=1e-12)


def test_too_short_or_too_few_gives_measures_and_no_score():
    short = run(Health(), told(("2026-01-01", "2026-02-01"), activity_day=habit(30, 0.3, 31)))
    few = run(Health(), told(activity_day=habit(8, 0.3)))
    alone = run(Health(), told(("2026-01-01", "2026-03-15"), activity_day=habit(30, 0.3, 70)))

    assert [found.reasons for found in (short, few, alone)] == [["short_window"], ["few_contributors"], ["few_parts"]]
    assert short.measures["contributors"] == 30
    reasons = {one.what: one.reason for one in short.missing}
    assert (reasons["km_survival_28d"], reasons["answered_7d"]) == ("short_window", "no_openings")


def test_reactions_alone_make_no_contributor():
    found = run(
        Health(), told(activity_day=[row("a", 3), row("b", 4, verb="reacted", count=5), row("a", 5, verb="reacted")])
    )

    assert (found.measures["people"], found.measures["contributors"]) == (2, 1)


def test_declared_ties_that_go_one_way_say_nothing_of_reciprocity():
    found = run(Health(), told(activity_day=[row("a", 3)], ties=[{"actor": "a", "target": "b"}]))

    assert found.measures["directed_ties"] == 1
    assert {one.what: one.reason for one in found.missing}["reciprocity"] == "direction_unknown"


def test_survivals_that_were_handed_in_are_read():
    rows = [{"unit": f"u{one}", "duration": float(one), "ended": one % 3 > 0, "group": "g"} for one in range(1, 40)]
    small = [{"unit": f"s{one}", "duration": 5.0, "ended": True, "group": "s"} for one in range(3)]
    fitted = KaplanMeierFitter().fit([one["duration"] for one in rows], [one["ended"] for one in rows])

    found = run(Health(), told(survivals=rows), survival_at=20.0)
    withheld = run(Health(), told(survivals=rows + small), survival_at=20.0)

    assert found.measures["km_at.g.20"] == pytest.approx(float(fitted.predict(20)), abs=1e-12)
    assert found.measures["km_median.g"] == fitted.median_survival_time_
    assert {one.what: one.reason for one in withheld.missing}["km_median.s"] == "below_floor"


@pytest.mark.parametrize(
    ("active", "wanted"),
    [((5, 5, 5), "inception"), ((40, 30, 20), "decline"), ((40, 40, 41, 40), "maturity"), ((20, 25, 33), "growth")],
)
def test_each_stage(active, wanted):
    person = np.concatenate([np.arange(many) for many in active])
    on = np.repeat(np.arange(len(active)) * 28 + 20, active)
    order = np.lexsort((on, person))
    days = 28 * len(active)

    found = pace.stage(pace.pace(person[order], on[order], days), pace.accounts(person, on, days))

    assert found == wanted


def test_twenty_thousand_people_in_fifty_places_take_seconds():
    draw, people, rows = np.random.default_rng(5), 20_000, 400_000
    on, actor = START + draw.integers(0, 196, rows), draw.integers(0, people, rows)
    empty = told()
    columns = {
        name: Column("int", np.zeros(rows, np.int64), np.zeros(rows, np.bool_)) for name in ("first_at", "last_at")
    }
    present = np.ones(rows, np.bool_)
    common = {
        "day": Column("int", on, present), "community": Column("str", draw.integers(0, 50, rows), present, tuple(map(str, range(50)))),
        "actor": Column("person", actor, present), "target": Column("person", draw.integers(0, people, rows), present),
        "verb": Column("str", np.zeros(rows, np.int64), present, ("posted",)), "count": Column("int", np.ones(rows, np.int64), present),
        **columns,
    }  # fmt: skip
    tables = [
        Table(name, {one: common[one] for one in table.columns}) if name in {"activity_day", "tie_day"} else table
        for name, table in empty.tables.items()
    ]
    begun = time.process_time()

    found = run(Health(), Snapshot(empty.window, tables))

    assert found.measures["communities_scored"] == 50
    assert time.process_time() - begun < 20
