"""The words of the contract: names, hooks, catalogue, grouping."""

import subprocess
import sys

import numpy as np
import pluggy
from hypothesis import given
from hypothesis import strategies as st

from kithline_sdk import Finding, hookimpl, hooks, unquantified
from kithline_sdk.catalogue import CATALOGUE
from kithline_sdk.contract import Driver
from kithline_sdk.grouping import by_pair
from kithline_sdk.names import name, part


def test_a_number_without_interval_says_why():
    assert unquantified("two raters") == "unquantified: two raters"


def test_a_finding_is_fine_with_nothing_but_its_status():
    assert (Finding().status, Finding().measures, Driver(name="x").contribution) == ("ok", {}, None)


def test_a_hook_gathers_scorers_from_every_plugin():
    class One:
        @hookimpl
        def kithline_scorers(self):
            return ["one"]

    manager = pluggy.PluginManager(hooks.PROJECT)
    manager.add_hookspecs(hooks)
    manager.register(One())
    manager.check_pending()

    assert manager.hook.kithline_scorers() == [["one"]]
    assert hooks.kithline_scorers() == ()


@given(st.text(), st.text())
def test_ids_in_names_stay_apart(one, other):
    assert "." not in part(one)
    assert (name("lift", one, "x") == name("lift", other, "x")) == (one == other)


def test_dots_and_percent_signs_are_escaped():
    assert name("lift", "a.b", "50%") == "lift.a%2Eb.50%25"


def test_every_table_of_the_catalogue_has_columns():
    assert all(CATALOGUE.values())


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(-3, 3)), max_size=20))
def test_rows_are_grouped_by_pairs(rows):
    one, other = (np.array([row[side] for row in rows], np.int64) for side in (0, 1))

    found = by_pair(one, other)

    assert list(zip(found.one.tolist(), found.other.tolist(), strict=True)) == sorted(set(rows))
    assert [(found.one[place], found.other[place]) for place in found.of.tolist()] == rows
    assert found.size == len(set(rows))


def test_the_sdk_brings_no_science_stack_along():
    loaded = (
        "import sys, kithline_sdk.testing; print([m for m in ('scipy', 'networkx', 'hypothesis') if m in sys.modules])"
    )

    assert subprocess.check_output([sys.executable, "-c", loaded], text=True).strip() == "[]"
