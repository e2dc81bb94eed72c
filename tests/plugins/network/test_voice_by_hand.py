"""The method page's example, computed, and the figures beside independent libraries on random data."""

import csv
import math
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm
from statsmodels.stats.proportion import proportion_confint

from kithline_network.voice.picture import concentration
from kithline_network.voice.scorer import Voice
from kithline_sdk.stats import gini
from kithline_sdk.testing import declared, run, scorer_entry, snapshot

PAGE = (Path(__file__).parents[3] / "docs/methods/voice.everyone.md").read_text()
VALUES = re.findall(r"^\| `([^`]+)` \| (.+?) \|$", PAGE, re.MULTILINE)
ENTRY = scorer_entry("kithline_network", "voice.everyone")


def _rows(name):
    block = re.search(rf'```csv title="{name}"\n(.*?)```', PAGE, re.DOTALL)
    assert block is not None
    rows = csv.DictReader(block.group(1).splitlines())
    return [{key: value or None for key, value in row.items()} for row in rows]


@pytest.mark.parametrize(("measure", "value"), VALUES)
def test_the_example_of_the_method_page_holds(measure, value):
    tables = {"memberships": _rows("people"), "ties": _rows("ties"), "focal": [{"organisation": "us"}]}

    found = run(Voice(), declared(snapshot(tables, ("2026-01-01", "2026-04-01")), ENTRY), no_floor=True)

    assert math.isclose(found.measures[measure], eval(value), rel_tol=1e-12)


def test_every_measure_and_parameter_stands_on_the_method_page():
    names = [*ENTRY["measures"], *ENTRY["parameters"]]

    assert [name for name in names if f"`{name}`" not in PAGE] == []


def _curve(share):
    z = norm.ppf(0.9) / np.log(0.8 / 0.3)
    return norm.cdf(z * np.log(share / 0.3)) / norm.cdf(z * np.log(1 / 0.3)) if share > 0 else 0.0


STAFF = [f"e{one:02}" for one in range(12)]
OUTSIDE = [f"x{one}" for one in range(4)]


@given(
    departments=st.lists(st.sampled_from("abc"), min_size=12, max_size=12),
    ranks=st.lists(st.sampled_from(["engineer", "Brand", "clerk"]), min_size=12, max_size=12),
    rows=st.lists(
        st.tuples(st.sampled_from(STAFF), st.sampled_from(OUTSIDE), st.booleans(), st.integers(1, 28)),
        min_size=1,
        max_size=40,
    ),
)
def test_figures_agree_with_pandas(departments, ranks, rows):
    people = [
        {"person": one, "group": "employee", "department": department, "rank": rank}
        for one, department, rank in zip(STAFF, departments, ranks, strict=True)
    ] + [{"person": one, "group": "customer", "organisation": "them"} for one in OUTSIDE]
    contacts = [
        {"day": f"2026-01-{day:02}", "actor": a if out else x, "target": x if out else a, "verb": "posted", "recipients": 1, "count": 1}
        for a, x, out, day in rows
    ]  # fmt: skip
    found = run(
        Voice(),
        declared(snapshot({"memberships": people, "tie_day": contacts}, ("2026-01-01", "2026-07-01")), ENTRY),
        no_floor=True,
    )

    staff = pd.DataFrame({"person": STAFF, "department": departments, "account": [rank == "Brand" for rank in ranks]})
    seen = pd.DataFrame(rows, columns=["person", "partner", "out", "day"])
    pairs = seen[seen.out].drop_duplicates(["person", "partner"]).groupby("person").size()
    staff["pairs"] = staff.person.map(pairs).fillna(0)
    named = staff[~staff.account]
    heads = named.groupby("department").size()
    active = named[named.pairs > 0].department.nunique()
    voices = named.groupby("department").pairs.agg(lambda one: (one > 0).mean())
    both = seen.groupby(["person", "partner"]).agg(
        events=("day", "size"), days=("day", "nunique"), ways=("out", "nunique")
    )
    ties = both[((both.events >= 2) & (both.days >= 2)) | (both.ways == 2)].reset_index()
    by_person = ties.person.map(staff.set_index("person").account).astype(bool)

    if not seen.out.any():
        assert found.score is None
        assert not any(one.startswith("voice.") for one in found.measures)
        return
    for department, share in voices.items():
        assert found.measures[f"voice.{department}"] == pytest.approx(share)
        count = round(share * heads[department])
        assert found.intervals.get(
            f"voice.{department}", proportion_confint(count, heads[department], 0.1, "wilson")
        ) == pytest.approx(proportion_confint(count, heads[department], 0.1, "wilson"), abs=1e-9)
    assert found.measures.get("named_share") == (pytest.approx((~by_person).mean()) if len(ties) else None)
    amounts = staff[staff.department.isin(heads.index)].groupby("department").pairs.sum()
    if not len(heads) or not amounts.sum():
        assert found.score is None
        return
    mean = named.department.map(amounts / heads).to_numpy()
    ordered = np.sort(mean)
    coefficient = (2 * np.arange(1, len(ordered) + 1) - len(ordered) - 1) @ ordered / (len(ordered) * ordered.sum())
    parts = [(0.4, _curve(active / len(heads))), (0.3, 1 - coefficient)]
    parts += [(0.3, _curve((~by_person).mean()))] if len(ties) else []
    assert found.measures["gini"] == pytest.approx(coefficient, abs=1e-9)
    assert found.score == pytest.approx(sum(w * x for w, x in parts) / sum(w for w, _ in parts), abs=1e-9)


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 50)), min_size=1, max_size=8))
def test_the_coefficient_is_that_of_people_with_their_departments_mean(cells):
    heads, amounts = np.array(cells, np.float64).T

    expected = gini(np.repeat(amounts / heads, heads.astype(int)))

    assert concentration(heads, amounts) == (None if expected is None else pytest.approx(expected, abs=1e-9))
