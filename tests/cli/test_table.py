import io

import pytest
from rich.console import Console

from kithline_cli import table
from kithline_core.engine.document import Document, ShownDriver, encode
from kithline_sdk.contract import Missing, Note, Recommendation


def document(scorer="silos.internal", **said):
    bare = {
        "version": "1.0.0", "status": "ok", "reasons": [], "score": None, "unit": "points", "level": None,
        "level_name": None, "level_probability": None, "interval": None, "bounds": None, "coverage": None,
        "concentration": None, "window": ("a", "b"), "measures": {}, "intervals": {}, "tables": {}, "findings": [],
        "drivers": [], "missing": [], "recommendations": [], "lineage": [], "not_for": [], "key": "k",
    }  # fmt: skip
    return Document(scorer=scorer, **{**bare, **said})


def driver(name, contribution):
    return ShownDriver(name=name, raw=None, sub_score=None, weight=None, contribution=contribution, gain=None)


def advice(text):
    return Recommendation(code="c", text=text, evidence="e", gain="unquantified: x", effort="low", refuted_by="r")


def printed(*documents, width=200, sites=()):
    console = Console(file=io.StringIO(), width=width)
    table.results(console, [encode(one) for one in documents], sites)
    return console.file.getvalue()


VERDICT = document("kithline.verdict", unit="none", measures={"sentence": "Social media."})


def test_the_verdict_line_comes_first_wherever_it_was_found():
    assert printed(document(), VERDICT).startswith("Social media.\n")


def test_a_verdict_without_a_sentence_gives_its_label_or_says_that_it_is_open():
    assert table.verdict(document(measures={"label": "folly"})) == "folly"
    assert table.verdict(document()) == "not decidable"


def test_a_verdict_alone_has_no_empty_table_under_it():
    assert "index" not in printed(VERDICT)


def test_what_is_unknown_is_called_unknown_and_never_zero():
    cells = table.row(document(status="insufficient", reasons=["few_people"]))

    assert cells == ["silos.internal", "-", "unknown", "-", "insufficient (few_people)", "-", "-"]
    assert table.score(document(unit="none")) == "-"


def test_a_level_that_is_not_sure_stands_between():
    assert table.level(document(level=1, level_name="vague", level_probability=0.5)) == "about 1 vague"
    assert table.level(document(level=1, level_name="vague", level_probability=0.9)) == "1 vague"
    assert table.level(document(level=1, level_name="vague")) == "1 vague"


def test_a_level_of_behaviour_is_called_an_orientation():
    notes = [Note(code="orientation", clause="until thirty tenants stand behind the cut-offs")]

    assert table.level(document(level=1, level_name="vague", findings=notes)) == "1 vague (orientation)"


@pytest.mark.parametrize("width", [60, 200])
def test_what_was_computed_at_the_tenants_site_says_so(width):
    shown = printed(VERDICT, document(), document("maturity.depth"), width=width, sites=["silos.internal"])
    all_of_it = printed(VERDICT, document(), width=width, sites=["silos.internal", "kithline.verdict"])

    assert shown.count("ok, computed at your site") == 1
    assert shown.startswith("Social media.\n")
    assert all_of_it.startswith("Social media. (computed at your site)\n")
    assert "site" not in printed(VERDICT, document(), width=width)


def test_an_interval_shows_both_ends_or_why_not():
    assert table.interval(document(interval=(1.0, 2.25))) == "1.0 to 2.2"
    assert table.interval(document(interval="unquantified: one answer")) == "unquantified: one answer"


def test_many_reasons_are_counted():
    assert table.status(document(reasons=["a", "b", "c", "d"])) == "ok (a, b, 2 more)"


def test_the_first_driver_is_the_one_that_carries_most():
    found = document(drivers=[driver("department.a_b", 1.0), driver("department.c", -3.0), driver("idle", None)])

    assert table.driver(found) == "department: c (-3.0)"


def test_drivers_of_a_product_are_factors():
    assert table.driver(document("purpose.clarity", drivers=[driver("needed", -0.6931471805599453)])) == (
        "needed (x 0.50)"
    )


def test_the_next_step_is_advice_or_what_is_missing():
    lacking = Missing(what="departments", reason="few", have=1, need=2)

    assert table.step(document(recommendations=[advice("Talk.")], missing=[lacking])) == "Talk."
    assert table.step(document(missing=[lacking])) == "missing: departments (1 of 2: 1 more)"
    assert (
        table.step(document(missing=[Missing(what="rows", reason="x", need=1)])) == "missing: rows (none of 1: 1 more)"
    )
    assert table.step(document(missing=[Missing(what="a language", reason="x")])) == "missing: a language"


def test_a_long_step_is_one_line_cut_between_words():
    shown = table.step(document(recommendations=[advice("word " * 40)]))

    assert len(shown) <= table.STEP
    assert shown.endswith("word ...")


@pytest.mark.parametrize("width", [60, 200])
def test_what_a_sender_wrote_is_text_and_no_markup_or_command(width):
    hostile = document(level=1, level_name="[/red]\x1b[2J", recommendations=[advice("[bold]do[/]\n\x07 it")])

    shown = printed(hostile, width=width)

    assert "[/red]?[2J" in shown
    assert "[bold]do[/]?? it" in shown
    assert "\x1b" not in shown


def test_a_narrow_window_shows_a_paragraph_for_each_index():
    shown = printed(VERDICT, document(score=12.5, level=0, level_name="none"), width=60)

    assert "silos.internal\n  level          0 none\n  score          12.5\n" in shown
    assert "│" not in shown


def test_a_row_fits_on_one_line_where_there_is_no_terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")

    assert table.console().width == table.NO_TERMINAL


def test_a_terminal_keeps_its_width(monkeypatch):
    monkeypatch.setenv("COLUMNS", "133")
    monkeypatch.setenv("FORCE_COLOR", "1")

    assert table.console().width == 133
