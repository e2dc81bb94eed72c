import re

import pytest
from msgspec.structs import replace

from kithline_core.engine.document import encode, withheld
from kithline_core.report import page
from kithline_sdk.contract import Missing, Note, Recommendation

HOSTILE = '<img src=x onerror=alert(1)>"&'
STEP = Recommendation(
    code="do", text="Talk to each other.", evidence="nobody does", gain=(1.0, 2.0), effort="low", refuted_by="x"
)


@pytest.fixture
def verdict(made):
    return made.document(
        "kithline.verdict", unit="none", measures={"sentence": "Social media."}, recommendations=[STEP, STEP, STEP]
    )


def drawn(*documents, title="Auren", before=None):
    return page(title, [encode(one) for one in documents], encode(before) if before else None)


def test_the_verdict_comes_first_with_three_steps(verdict, made):
    html = drawn(made.document(), verdict)

    assert html.index("Social media.") < html.index("Talk to each other.") < html.index("Results")
    assert html.count("<li><b>Talk to each other.</b>") == 3


def test_a_step_says_why_what_it_is_worth_what_it_costs_and_what_would_show_that_it_did_not_work(made):
    html = drawn(made.document(recommendations=[STEP, replace(STEP, gain="unquantified: nobody tried")]))

    assert "Why: nobody does. Expected: +1.0 to +2.0 points. Effort: low. It did not work if: x." in html
    assert "Expected: unquantified: nobody tried." in html


def test_without_a_verdict_the_page_says_so():
    assert "No verdict yet" in drawn()


def test_what_is_withheld_says_so_and_draws_nothing(verdict, made):
    why = [Missing(what="a ground in force", reason="ground_ended")]

    html = drawn(
        *(withheld(one, why) for one in (verdict, made.document("silos.internal"), made.document("maturity.depth")))
    )

    assert "No verdict yet" in html
    assert html.count("ground ended") == 2
    assert "Social media." not in html


def test_an_unknown_score_reads_unknown_and_never_zero(made):
    html = drawn(made.document(status="insufficient", missing=[Missing(what="answers", reason="few", have=3, need=5)]))

    assert '<span class="score">unknown</span>' in html
    assert "answers (3 of 5: 2 more)" in html
    assert "0.0" not in html


def test_a_lack_without_a_count_says_none_of_what_is_needed(made):
    lacks = [Missing(what="rows of answers", reason="no_data", need=1), Missing(what="a language", reason="no_list")]

    assert "rows of answers (none of 1: 1 more); a language." in drawn(made.document(missing=lacks))


def test_of_many_lacks_and_notes_the_rest_is_counted(made):
    lacks = [Missing(what=f"thing {i}", reason="x", have=0, need=1) for i in range(6)]
    notes = [Note(code="c", clause=f"clause {i}") for i in range(7)]

    html = drawn(made.document(missing=lacks, findings=notes))

    assert "and 2 more." in html
    assert "and 2 more in the result itself" in html


def test_a_scorer_without_a_score_is_not_called_unknown(made):
    assert "unknown" not in drawn(made.document(unit="none")).split("<footer>")[0].split("<body>")[1]


def test_an_interval_that_is_not_known_says_why(made):
    assert "unquantified: one respondent" in drawn(made.document(score=1.0, interval="unquantified: one respondent"))


def test_a_level_that_is_not_sure_stands_between(made):
    assert "(between)" in drawn(made.document(level=1, level_name="vague", level_probability=0.6))


def test_a_level_of_behaviour_is_called_an_orientation(made):
    notes = [Note(code="orientation", clause="until thirty tenants stand behind the cut-offs")]

    assert "(orientation)" in drawn(made.document(level=1, level_name="vague", findings=notes))
    assert "(orientation)" not in drawn(made.document(level=1, level_name="vague"))


def test_the_supply_network_stands_before_and_after(made):
    before, after = made.network(), made.network([("a", "b", True)])

    html = drawn(after, before=before)

    assert "The supply network, before and after" in html
    assert html.index("3 suppliers, 0 ties") < html.index("3 suppliers, 1 ties")
    assert "before and after" not in drawn(after)
    assert "The supply network" not in drawn(made.document())


def test_everything_a_sender_wrote_is_escaped(made, verdict):
    said = replace(
        made.network([(HOSTILE, "b", True)], suppliers=(HOSTILE, "b")),
        level_name=HOSTILE,
        reasons=[HOSTILE],
        findings=[Note(code="c", clause=HOSTILE, evidence=HOSTILE)],
        missing=[Missing(what=HOSTILE, reason=HOSTILE, have=HOSTILE, need=HOSTILE)],
        recommendations=[replace(STEP, text=HOSTILE)],
        drivers=[made.driver(HOSTILE, 1.0)],
        not_for=[HOSTILE],
        key=HOSTILE,
    )

    html = drawn(said, replace(verdict, measures={"sentence": HOSTILE}), title=HOSTILE)

    assert "<img" not in html
    assert "&lt;img" in html


def test_nothing_is_loaded_from_anywhere_and_nothing_runs(made, verdict):
    html = drawn(verdict, made.network(), made.document())

    assert "default-src 'none'" in html
    assert not re.search(r"(?:src|href|xlink:href|action|data)\s*=|url\(|@import|<script|<link|<iframe|\bon\w+=", html)


def test_a_scorer_that_is_not_installed_here_is_shown_under_its_key(made):
    assert "<h2>other.index</h2>" in drawn(made.document("other.index"))


def test_what_was_computed_at_the_tenants_site_is_said_of_the_result_and_of_the_verdict(verdict, made):
    documents = [encode(verdict), encode(made.document("silos.internal")), encode(made.document("maturity.depth"))]

    here = page("Auren", documents)
    one = page("Auren", documents, sites=["silos.internal"])
    both = page("Auren", documents, sites=["silos.internal", "kithline.verdict"])

    assert "at your site" not in here
    assert one.index("computed at your site") > one.index("silos.internal")
    assert [html.count("Computed at your site") for html in (here, one, both)] == [0, 1, 2]
    assert [html.count(">computed at your site<") for html in (here, one, both)] == [0, 1, 1]
    assert both.index("Computed at your site") < both.index("Results")


def test_what_changed_since_is_said_beside_the_result_and_the_verdict(verdict, made):
    documents = [encode(verdict), encode(made.document("silos.internal")), encode(made.document("maturity.depth"))]

    fresh = page("Auren", documents)
    one = page("Auren", documents, stale=["silos.internal"])
    both = page("Auren", documents, stale=["silos.internal", "kithline.verdict"])

    assert [html.count("run again") for html in (fresh, one, both)] == [0, 1, 2]
