"""The page for tenants names every caution, every decision and every figure of the comparison."""

from typing import get_args

from helpers import pages
from kithline_core.choices import cautions, shadowing
from kithline_core.choices.shadowed import Compared
from kithline_core.model.plugin_choices import Decision

PAGE = pages.read("plugins-for-tenants.md")


def named(heading):
    rows = pages.rows(pages.section(PAGE, heading))
    return {code for row in rows for code in pages.codes(row[0])}


def test_every_caution_is_on_the_page():
    assert named("Cautions") == set(get_args(cautions.Code))
    assert f"{cautions.SOON} days" in PAGE
    assert f"{cautions.URGENT} days" in PAGE


def test_every_figure_of_a_comparison_and_every_decision_is_on_the_page():
    told = named("Another version in the shadow")

    assert told == {*Compared.__struct_fields__, *get_args(Decision)} - {"scorer", "version", "candidate"}
    assert f"latest {shadowing.BEFORE} kept snapshots" in " ".join(PAGE.split())
