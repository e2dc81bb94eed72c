"""Competitors' people: counted per day and community, in no other table."""

from datetime import UTC, datetime, timedelta

import pytest

from kithline_core import offline
from kithline_core.affiliation import steps
from kithline_core.dataset import competitors, door
from kithline_core.model.datasets import Affiliation
from kithline_core.model.identities import IdentityRow
from kithline_core.model.rows import AnswerRow, EventRow, PersonRow, RatingRow, SurvivalRow, TieRow
from kithline_sdk.catalogue import CATALOGUE
from kithline_sdk.snapshot import DAY

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
DAYS = (AT - datetime(1970, 1, 1, tzinfo=UTC)).days


@pytest.fixture
def rivals(folder):
    """A folder in which `rival` is a competitor's, and everybody has to do with them."""
    return folder(
        people=[
            PersonRow(person="ann", group="employee", manager="rival"), PersonRow(person="rival", group="supplier"),
            PersonRow(person="rival", group="competitor", confidence=0.1, valid_to=AT),
        ],
        events=[
            EventRow(id="1", occurred_at=AT, actor="rival", verb="posted", community="c", count=3),
            EventRow(id="2", occurred_at=AT, actor="ann", target="rival", verb="posted", community="c"),
            EventRow(id="3", occurred_at=AT, actor="ann", target="ben", verb="posted"),
            EventRow(id="4", occurred_at=AT + timedelta(days=9), actor="rival", verb="posted"),
        ],
        ties=[TieRow(actor="ann", target="rival"), TieRow(actor="ann", target="ben")],
        answers=[
            AnswerRow(questionnaire="q", assessment="a", item="i", value=1, respondent="rival"),
            AnswerRow(questionnaire="q", assessment="a", item="i", value=1, respondent="ann", confirmed_by="rival"),
        ],
        ratings=[RatingRow(object="o", rater="rival", item="i", value=1)],
        survivals=[SurvivalRow(unit="rival", duration=1, ended=True)],
        identities=[
            IdentityRow(kind="person", id="r", same_as="rival"),
            IdentityRow(kind="organisation", id="rival", same_as="rival-ltd"),
        ],
    )  # fmt: skip


def test_nothing_of_them_is_left_but_how_much_they_did(rivals):
    data = door.data(rivals)

    cells = {cell for name in data if name in CATALOGUE for column in data[name].values() for cell in column}
    assert "rival" not in cells
    counted = zip(*(data["competitor_day"][name] for name in ("day", "community", "count")), strict=True)
    assert set(counted) == {(DAYS, "c", 4), (DAYS + 9, None, 1)}
    assert list(data["event_day"]["count"]) == [1]


def test_their_rows_leave_and_who_named_them_stays(rivals):
    kept = competitors.apart(rivals)

    assert {stem: len(rows) for stem, rows in kept.rows.items() if rows} == {
        "people": 1, "events": 1, "ties": 1, "answers": 1, "identities": 1,
    }  # fmt: skip
    assert kept.rows["people"][0].manager is None
    assert kept.rows["answers"][0].confirmed_by is None
    assert competitors.apart(kept) is kept


def test_what_they_do_moves_no_window(rivals):
    assert offline.default_end(competitors.apart(rivals)) == (DAYS + 1) * DAY


def test_rows_from_before_there_was_a_door_are_left_out_too():
    def table(name, *rows):
        return {column: [row.get(column) for row in rows] for column in steps.columns(name)}

    data = {
        "memberships": table("memberships", {"person": "rival", "group": "competitor"}, {"person": "ann", "manager": "rival"}),
        "organisations": table("organisations"), "identities": table("identities"), "focal": {"organisation": []},
        "activity_day": table(
            "activity_day", {"day": 7, "actor": "rival", "count": 2}, {"day": 7, "actor": "ann", "count": 1},
            {"day": 8, "actor": "rival", "count": 1},
        ),
        "competitor_day": table("competitor_day", {"day": 7, "count": 5}),
    }  # fmt: skip

    found = steps.resolved(data, Affiliation())
    without = steps.resolved({name: cells for name, cells in data.items() if name != "competitor_day"}, Affiliation())

    assert found["memberships"]["person"] == ["ann"]
    assert found["memberships"]["manager"] == [None]
    assert found["activity_day"]["actor"] == ["ann"]
    assert dict(zip(found["competitor_day"]["day"], found["competitor_day"]["count"], strict=True)) == {7: 7, 8: 1}
    assert "competitor_day" not in without
