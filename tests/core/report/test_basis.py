"""A report tells apart what was asked, what was seen and what was inferred."""

from kithline_core.engine.document import Lineage
from kithline_core.report.basis import ASIDE, FOUND, SEEN, basis
from kithline_sdk.catalogue import CATALOGUE
from kithline_sdk.contract import Recommendation

STEP = Recommendation(code="do", text="t", evidence="e", gain=(1.0, 2.0), effort="low", refuted_by="x")


def row(table, count):
    return Lineage(table=table, filter="", window=("", ""), count=count, ids_hash="")


def test_rows_stand_where_they_come_from_and_what_follows_from_them_beside(made):
    found = made.document(
        score=50.0, level=2, recommendations=[STEP, STEP],
        lineage=[row("answers", 1200), row("tie_day", 30), row("findings", 3), row("items", 16), row("waits", 0)],
    )  # fmt: skip

    assert basis(found) == (["1,200 answers"], ["30 tie day"], ["3 findings", "score", "level", "2 recommendations"])


def test_of_a_single_recommendation_it_says_one_and_of_nothing_nothing(made):
    assert basis(made.document(recommendations=[STEP])).inferred == ["1 recommendation"]
    assert basis(made.document()) == ([], [], [])


def test_every_table_named_is_one_of_the_catalogue():
    assert CATALOGUE.keys() >= SEEN | FOUND | ASIDE
