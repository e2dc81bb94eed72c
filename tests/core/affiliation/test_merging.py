"""Links between ids: everybody under one, and rows that have become one summed up."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kithline_core.affiliation import identity
from kithline_core.affiliation.merging import SAME
from kithline_core.dataset import door, read, write
from kithline_core.errors import DatasetError
from kithline_core.model.identities import IdentityRow
from kithline_core.model.rows import (
    AnswerRow,
    EventRow,
    InterfaceRow,
    OrganisationRow,
    OrganisationTieRow,
    PersonRow,
    RatingRow,
    SurvivalRow,
    TieRow,
)
from kithline_sdk.catalogue import CATALOGUE

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)


def link(alias, same_as, kind="person", **more):
    return IdentityRow(kind=kind, id=alias, same_as=same_as, **more)


def event(name, actor, minutes=0, **more):
    return EventRow(id=name, occurred_at=AT + timedelta(minutes=minutes), actor=actor, verb="posted", **more)


def rows(data, table, *columns):
    return sorted(zip(*(data[table][name] for name in columns), strict=True), key=repr)


def test_events_of_two_ids_count_for_one_from_the_first_to_the_last(folder):
    events = [
        event("1", "ann", 5, target="ben", count=2),
        event("2", "a.weber", target="ben"),
        event("3", "a.weber", 60, target="cyd"),
        event("4", "dan", target="eve"),
    ]

    data = door.data(folder(events=events, identities=[link("a.weber", "ann")]))

    first = min(data["activity_day"]["first_at"])
    assert rows(data, "activity_day", "actor", "count", "first_at", "last_at") == [
        ("ann", 4, first, first + 3_600_000_000),
        ("dan", 1, first, first),
    ]
    assert rows(data, "tie_day", "actor", "target", "count") == [
        ("ann", "ben", 3),
        ("ann", "cyd", 1),
        ("dan", "eve", 1),
    ]


def test_a_chain_of_links_ends_at_its_last_id_and_a_suggestion_links_nothing(folder):
    links = [link("a", "b"), link("b", "c"), link("x", "c", confidence=0.69), link("y", "c", confidence=0.7)]
    people = [PersonRow(person=one) for one in "abcxy"]

    data = door.data(folder(people=people, identities=links))

    assert sorted(data["memberships"]["person"]) == ["c", "x"]


def test_whoever_used_their_own_idea_under_another_id_did_not_use_it(folder):
    events = [event("1", "ann", kind="practice"), event("2", "ann2", 1, parent="1"), event("3", "ben", 2, parent="1")]

    data = door.data(folder(events=events, identities=[link("ann2", "ann")]))

    assert rows(data, "item_use", "actor", "used_by") == [("ann", "ben"), ("ann", None)]


def test_nobody_is_their_own_manager_and_equal_memberships_are_one(folder):
    people = [
        PersonRow(person="ann", department="d"), PersonRow(person="ann2", department="d"),
        PersonRow(person="ben", manager="ann2"), PersonRow(person="ann2", department="e", manager="ann"),
    ]  # fmt: skip

    data = door.data(folder(people=people, identities=[link("ann2", "ann")]))

    assert rows(data, "memberships", "person", "department", "manager") == [
        ("ann", "d", None), ("ann", "e", None), ("ben", None, "ann"),
    ]  # fmt: skip


def test_what_cannot_be_summed_keeps_the_word_given_under_the_standing_id(folder):
    item = {"questionnaire": "q", "assessment": "a", "item": "i"}
    data = door.data(
        folder(
            identities=[link("ann2", "ann")],
            ratings=[RatingRow(object="o", rater=one, item="i", value=v) for one, v in (("ann2", 1), ("ann", 2))],
            answers=[
                AnswerRow(**item, respondent="ann2", value=1, dated=AT), AnswerRow(**item, respondent="ann", value=2),
            ],
            survivals=[
                SurvivalRow(unit="ann", duration=3, ended=True), SurvivalRow(unit="ann2", duration=9, ended=False),
            ],
        )
    )  # fmt: skip

    assert rows(data, "ratings", "rater", "value") == [("ann", 2)]
    assert rows(data, "answers", "respondent", "value") == [("ann", 1)]
    assert rows(data, "survivals", "unit", "duration", "ended") == [("ann", 9, False)]


def test_declared_ties_of_one_span_are_summed_and_others_stay_apart(folder):
    ties = [
        TieRow(actor="ann", target="ben", count=3, days=2, last_at=AT), TieRow(actor="ann2", target="ben", days=1),
        TieRow(actor="ann2", target="ben", count=5, first_at=AT), TieRow(actor="ben", target="ann2"),
    ]  # fmt: skip

    data = door.data(folder(ties=ties, identities=[link("ann2", "ann")]))

    assert rows(data, "ties", "actor", "target", "count", "days") == [
        ("ann", "ben", 4, 2), ("ann", "ben", 5, None), ("ben", "ann", None, None),
    ]  # fmt: skip


def test_organisations_are_one_with_the_others_names_as_aliases(folder):
    firms = [
        OrganisationRow(organisation="bolts", name="Bolts", aliases="B"),
        OrganisationRow(organisation="bolts-ltd", name="Bolts Ltd", role="supplier", tier=0, aliases="BL;B"),
        OrganisationRow(organisation="hub", owner="bolts-ltd", role="focal", competing="bolts-ltd"),
    ]
    ties = [
        OrganisationTieRow(organisation_a="bolts", organisation_b="hub", weight=2.0),
        OrganisationTieRow(organisation_a="bolts-ltd", organisation_b="hub", weight=3.0),
        OrganisationTieRow(organisation_a="bolts-ltd", organisation_b="bolts", weight=9.0),
        OrganisationTieRow(organisation_a="hub", organisation_b="hub", weight=9.0),
    ]
    people = [PersonRow(person="ann", organisation="bolts-ltd", department="fastening")]
    sides = [InterfaceRow(side_a="bolts-ltd", side_b="fastening")]
    links = [link("bolts-ltd", "bolts", "organisation"), link("fastening", "bolts", "organisation")]

    data = door.data(
        folder(organisations=firms, organisation_ties=ties, people=people, interfaces=sides, identities=links)
    )

    assert rows(data, "organisations", "organisation", "name", "role", "tier", "owner", "competing", "aliases") == [
        ("bolts", "Bolts", "supplier", 0, None, None, "B;bolts-ltd;Bolts Ltd;BL"),
        ("hub", None, "focal", None, "bolts", "bolts", None),
    ]
    assert rows(data, "organisation_ties", "organisation_a", "organisation_b", "weight") == [
        ("bolts", "hub", 5.0), ("hub", "hub", 9.0),
    ]  # fmt: skip
    assert data["memberships"]["organisation"] == ["bolts"]
    # A department may be called like an organisation.
    assert rows(data, "interfaces", "side_a", "side_b") == [("bolts", "fastening")]


def test_a_merged_organisation_nobody_described_takes_the_smallest_ids_rows(folder):
    firms = [OrganisationRow(organisation="z", name="Z"), OrganisationRow(organisation="y", name="Y", role="focal")]
    ties = [
        OrganisationTieRow(organisation_a="z", organisation_b="q"),
        OrganisationTieRow(organisation_a="y", organisation_b="q"),
    ]
    links = [link("z", "x", "organisation"), link("y", "x", "organisation")]

    data = door.data(folder(organisations=firms, organisation_ties=ties, identities=links))

    assert rows(data, "organisations", "organisation", "name", "aliases") == [("x", "Y", "y;z;Z")]
    assert rows(data, "organisation_ties", "organisation_a", "weight") == [("x", None)]
    assert list(data["focal"]["organisation"]) == ["x"]


LINKS = st.lists(st.tuples(st.sampled_from("abcdefg"), st.sampled_from("abcdefg")), max_size=12)


@given(LINKS)
def test_the_order_of_links_decides_nothing(pairs):
    links = {}
    for alias, same_as in pairs:
        if alias not in links and not identity.circle(links, alias, same_as):
            links[alias] = same_as

    standing = identity.standing(links)

    assert identity.standing(dict(reversed(links.items()))) == standing
    assert all(standing[alias] == standing.get(same_as, same_as) for alias, same_as in links.items())
    assert not set(standing.values()) & set(links)


@given(LINKS)
def test_even_a_circle_ends_somewhere_and_always_there(pairs):
    links = {alias: same_as for alias, same_as in pairs if alias != same_as}

    standing = identity.standing(links)

    assert identity.standing(dict(sorted(links.items()))) == standing
    assert all(standing.get(alias, alias) == standing.get(same_as, same_as) for alias, same_as in links.items())


def test_a_folder_with_a_circle_is_refused_with_its_link(folder, tmp_path):
    links = [link("a", "b"), link("b", "a"), link("a", "b", "organisation")]
    write.write(tmp_path, folder(identities=links))

    with pytest.raises(DatasetError) as refused:
        read.read(tmp_path)

    assert refused.value.problems == ["identities: 'b' is the same as 'a' closes a circle; leave it out"]


def test_every_table_that_names_people_is_merged(folder):
    """A table that joins the catalogue with a person in it must say what becomes of two rows of one."""
    named = {name for name, columns in CATALOGUE.items() if "person" in columns.values()}

    assert named - set(SAME) == {"memberships", "item_use", "people"}
