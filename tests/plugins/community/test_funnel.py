"""cocreation.funnel: the method page's example, the kit, and curves beside lifelines."""

import csv
import math
import re
import warnings
from pathlib import Path

import msgspec
import numpy as np
import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from lifelines import KaplanMeierFitter

from kithline_community.funnel.ideas import read
from kithline_community.funnel.scorer import Funnel
from kithline_sdk.testing import check_scorer, declared, run, scorer_entry, snapshot

PAGE = (Path(__file__).parents[3] / "docs/methods/cocreation.funnel.md").read_text()
VALUES = re.findall(r"^\| `([^`]+)` \| (.+?) \|$", PAGE, re.MULTILINE)
ENTRY = scorer_entry("kithline_community", "cocreation.funnel")
YEAR = ("2026-01-01", "2027-01-01")
STAFF = [{"person": name, "group": "employee", "department": name} for name in "ab"]


def _rows(name):
    block = re.search(rf'```csv title="{name}"\n(.*?)```', PAGE, re.DOTALL)
    assert block is not None
    rows = [{key: value or None for key, value in row.items()} for row in csv.DictReader(block.group(1).splitlines())]
    flags = {"verified", "ours", "theirs"}
    return [{key: value == "1" if key in flags else value for key, value in row.items()} for row in rows]


def told(**tables):
    return declared(snapshot({"memberships": STAFF, **tables}, YEAR), ENTRY)


def idea(number, group="customer", status="accepted", decided="2026-02-01", submitted="2026-01-01"):
    at = None if status == "open" else decided
    return {"idea": f"i{number}", "group": group, "submitted_at": submitted, "status": status, "decided_at": at}


def busy():
    ideas = [
        idea(n, "employee" if n % 3 else "customer", ("accepted", "open", "rejected")[n % 4 % 3]) for n in range(24)
    ]
    decisions = [{"decision": f"d{n}", "decided_at": "2026-03-01", "cites": "i1" if n % 2 else None} for n in range(12)]
    outcomes = [
        {"outcome": f"o{n}", "dated": "2026-04-01", "kind": "process", "department": "ab"[n % 2], "verified": True}
        for n in range(12)
    ]
    return {"ideas": ideas, "decisions": decisions, "outcomes": outcomes}


@pytest.mark.parametrize(("measure", "value"), VALUES)
def test_the_example_of_the_method_page_holds(measure, value):
    tables = {name: _rows(name) for name in ("ideas", "decisions", "outcomes")}

    found = run(Funnel(), told(**tables), no_floor=True)

    assert math.isclose(found.measures[measure], eval(value), rel_tol=1e-12)


def test_it_passes_the_kit():
    check_scorer(Funnel(), ENTRY, [told(**busy()), told(ideas=[idea(1)]), told()])


def test_drivers_add_up_to_the_score_and_the_interval_holds_it():
    found = run(Funnel(), told(**busy()))

    assert found.status == "ok"
    assert math.fsum(one.contribution for one in found.drivers) == pytest.approx(found.score, abs=1e-12)
    assert found.interval[0] < found.score < found.interval[1]


def test_too_little_of_the_weight_gives_no_score_but_measures():
    found = run(Funnel(), told(decisions=busy()["decisions"]))

    assert (found.status, found.score, found.measures["decisions_citing"]) == ("insufficient", None, 0.5)


def test_a_part_that_is_absent_is_spread_and_told():
    tables = busy()
    del tables["outcomes"]

    found = run(Funnel(), told(**tables))

    assert found.status == "provisional"
    assert math.fsum(one.weight for one in found.drivers) == pytest.approx(1)
    assert {one.what: one.reason for one in found.missing}["outcome_evenness"] == "no_outcomes"


def test_unverified_outcomes_move_nothing():
    more = [{"outcome": f"u{n}", "dated": "2026-04-01", "department": "a", "verified": False} for n in range(50)]
    tables = busy()
    extra = {**tables, "outcomes": tables["outcomes"] + more}

    assert msgspec.json.encode(run(Funnel(), told(**tables))) == msgspec.json.encode(run(Funnel(), told(**extra)))


def test_what_is_withheld_cannot_be_subtracted():
    ideas = [idea(n, group) for group, many in (("customer", 20), ("employee", 9), ("partner", 2)) for n in range(many)]

    found = run(Funnel(), told(ideas=ideas))

    # One small group alone would follow from the rest, so the next smallest goes too.
    assert {name for name in found.measures if name.startswith("origin.")} == {"origin.customer"}
    reasons = {one.what: one.reason for one in found.missing}
    assert reasons["origin.partner"] == reasons["origin.employee"] == "below_floor"


def test_ratings_without_dates_and_no_incident_are_told_as_such():
    low = [{"object": "p", "rater": "a", "value": 1.0}, {"object": "q", "rater": "a", "value": 5.0}]
    cited = [{"decision": "d", "decided_at": "2026-03-01", "cites": "x; p"}]

    found = run(Funnel(), told(ratings=low, decisions=cited))

    reasons = {one.what: one.reason for one in found.missing}
    assert (reasons["low_rated_acted"], reasons["acknowledge_hours"]) == ("no_dates", "not_observed")
    assert found.measures["low_rated_cited"] == 1


def test_incidents_wait_until_they_are_acknowledged():
    rows = [
        {"incident": f"n{n}", "occurred_at": "2026-03-01", "acknowledged_at": f"2026-03-0{n}", "public": True}
        for n in (2, 3, 4)
    ]

    assert run(Funnel(), told(incidents=rows)).measures["acknowledge_hours"] == 48


def test_one_sided_value_is_found():
    rows = [
        {"outcome": "o", "dated": "2026-04-01", "kind": "process", "department": "a", "verified": True, "ours": True}
    ]

    found = run(Funnel(), told(outcomes=rows))

    assert {"one_sided_value", "not_two_kinds"} <= {one.code for one in found.findings}


def test_what_is_decided_after_the_window_is_still_open():
    found = run(Funnel(), told(ideas=[idea(1, decided="2027-02-01")]))

    assert found.measures["adopted_180d"] == 0
    assert {one.what: one.reason for one in found.missing}["median_days"] == "half_still_open"


def test_the_curve_of_adoption_agrees_with_lifelines():
    draw = np.random.default_rng(5)
    rows = []
    for n in range(200):
        month, later = 1 + int(draw.integers(8)), int(draw.integers(1, 28))
        status = str(draw.choice(["accepted", "open", "rejected", "implemented"]))
        decided = f"2026-{month + int(draw.integers(1, 5)):02}-{later:02}"
        rows.append(idea(n, status=status, decided=decided, submitted=f"2026-{month:02}-01"))
    ideas = read(told(ideas=rows))
    fitted = KaplanMeierFitter().fit(np.where(ideas.adopted, ideas.days, ideas.seen), ideas.adopted)

    for days in (30, 90, 180):
        assert ideas.adoption().at(days) == pytest.approx(float(fitted.predict(days)), abs=1e-12)
