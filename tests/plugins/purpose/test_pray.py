"""Provide and pray: which clauses fire, from which day, and what luck is."""

import pytest

TEXT = "Welders of the body shop compare seam defects every week at the bench."


def notes(finding):
    return [(note.code, note.clause, note.date) for note in finding.findings]


def test_a_place_of_sixty_days_without_purpose_and_members_is_raised_with_dates(score, posts):
    found = score([{"community": "c1", "launched_at": "2025-11-02"}], activity_day=posts("c1", 2))

    assert notes(found) == [
        ("provide_and_pray", "no_purpose_text", "2025-11-02"),
        ("provide_and_pray", "weak_uptake", "2026-01-01"),
        ("provide_and_pray", "few_contributors", "2026-01-01"),
    ]
    assert found.measures["provide_and_pray"] == "raised"
    assert found.recommendations[0].code == "write_purpose"


@pytest.mark.parametrize(
    ("launched", "expected"), [("2025-11-03", "warning"), ("2025-12-02", "warning"), ("2025-12-03", "no")]
)
def test_from_day_thirty_it_is_a_warning(score, posts, launched, expected):
    found = score([{"community": "c1", "launched_at": launched}], activity_day=posts("c1", 2))

    assert found.measures["provide_and_pray"] == expected


def test_a_tightly_guarded_place_is_raised_even_with_a_text(score, posts):
    place = {"community": "c1", "purpose": TEXT, "access": "restricted", "launched_at": "2025-06-01", "invited": 100}
    found = score([place], activity_day=posts("c1", 4))

    assert [clause for _, clause, _ in notes(found)] == ["restricted_access", "weak_uptake"]
    assert "write_purpose" not in [step.code for step in found.recommendations]


def test_good_uptake_without_a_purpose_is_lucky(score, posts):
    found = score([{"community": "c1", "launched_at": "2025-06-01", "invited": 40}], activity_day=posts("c1", 30))

    assert notes(found) == [("lucky", "no_purpose_text", "2025-06-01"), ("lucky", "good_uptake", "2026-01-01")]
    assert found.measures["uptake"] > 0.9


def test_a_purpose_and_open_doors_leave_nothing_to_pray_for(score, posts):
    found = score([{"community": "c1", "purpose": TEXT, "launched_at": "2025-06-01"}], activity_day=posts("c1", 1))

    assert found.measures["provide_and_pray"] == "no"
    assert not found.findings


@pytest.mark.parametrize("place", [{"launched_at": None}, {"launched_at": "2025-06-01", "seen": False}])
def test_without_launch_or_events_nothing_is_claimed(score, posts, place):
    rows = posts("c1", 1) if place.pop("seen", True) else []
    found = score([{"community": "c1", **place}], activity_day=rows)

    assert "provide_and_pray" not in found.measures
    assert not found.findings


def test_no_count_of_people_stands_in_the_evidence(score, posts):
    found = score([{"community": "c1", "launched_at": "2025-06-01"}], activity_day=posts("c1", 2))

    assert all("2 " not in note.evidence.replace("28 days", "") for note in found.findings)


def test_a_text_of_tools_without_an_outcome_is_a_finding(score):
    tools = score(["The new portal with its app, chat and wiki is the platform of our intranet for all welders."])
    told = score(["The new portal with its app and chat lets welders log seams so that scrap falls on our platform."])

    assert [note.code for note in tools.findings] == ["tool_text"]
    assert not told.findings
