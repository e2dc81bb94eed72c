"""`kithline demo` on real parts: what a newcomer sees first."""

import re

from helpers import scorers

VERDICT = "Social media, 1 gate from on the way; the workforce ceiling binds at level 2 (recommendable)."
HEADS = ("index", "level", "score", "90 % interval", "status", "first driver", "next step")


def test_the_verdict_line_comes_first(demo):
    assert demo.splitlines()[0] == VERDICT


def test_the_table_has_a_row_for_each_index_with_score_and_interval(demo):
    head, *rows = [re.split("[│┃]", line)[1:-1] for line in demo.splitlines() if line.startswith(("│", "┃"))]

    assert tuple(cell.strip() for cell in head) == HEADS
    assert [row[0].strip() for row in rows] == sorted(scorers.SHIPPED - {scorers.VERDICT})
    scored = [row for row in rows if row[0].strip() not in scorers.UNSCORED]
    assert all(re.fullmatch(r" *\d+\.\d *", row[2]) for row in scored)
    assert all(re.fullmatch(r" *\d+\.\d to \d+\.\d *", row[3]) for row in scored)


def test_the_report_shows_the_planted_truths_and_loads_nothing(demo, installation):
    html = (installation.home / "demo.html").read_text()

    assert f"report: {installation.home / 'demo.html'}" in demo
    assert VERDICT in html
    assert "ceiling: workforce" in html
    assert "59 suppliers, 0 ties among them" in html
    assert re.search(r"59 suppliers, [1-9]\d\d ties among them", html)
    assert "must talk: no two-way contact" in html
    assert not re.search(r"https?://|<script|url\(", html)


def test_a_second_demo_is_clean_and_changes_nothing(demo, installation):
    again = installation.run("demo").decode()

    assert "\n0 rows were new," in again
    assert again.split("\n\n")[:2] == demo.split("\n\n")[:2]
