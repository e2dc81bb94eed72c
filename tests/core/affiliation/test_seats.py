"""Where somebody belonged and when: what users of other systems complained about, held fast."""

import pytest

from helpers.days import day
from kithline_core.dataset import door
from kithline_core.model.datasets import Affiliation
from kithline_core.model.identities import IdentityRow
from kithline_core.model.rows import OrganisationRow, PersonRow


def person(name="ann", **cells):
    dates = {one: day(cells[one]) for one in ("valid_from", "valid_to") if one in cells}
    return PersonRow(person=name, **{**cells, **dates})


def test_a_contractor_is_the_agencys_where_the_tenant_trusts_the_contract_more(seats):
    rows = [
        person(group="employee", organisation="client", source="mail"),
        person(group="supplier", organisation="agency", source="contracts", valid_from="2025-03-01", valid_to="2025-09-01"),
    ]  # fmt: skip

    found = seats("organisation", people=rows, said=Affiliation(sources=["contracts", "mail"]))

    assert found == [
        ("ann", "agency", "2025-03-01", "2025-09-01"),
        ("ann", "client", "2025-09-01", None),
        ("ann", "client", None, "2025-03-01"),
    ]


def test_a_personal_mail_domain_leaves_a_person_unaffiliated_and_there(seats):
    guess = person(group="employee", organisation="webmail", department="web", rank="head", confidence=0.4)

    assert seats("group", "organisation", "department", "rank", people=[guess]) == [
        ("ann", None, None, None, "head", None, None)
    ]


@pytest.mark.parametrize(
    ("confidence", "bar", "held"), [(0.7, 0.7, "x"), (0.69, 0.7, None), (0.4, 0.4, "x"), (None, 1, "x")]
)
def test_a_guess_counts_from_the_bar_on(seats, confidence, bar, held):
    rows = [person(organisation="x", confidence=confidence)]

    assert seats("organisation", people=rows, said=Affiliation(bar=bar)) == [("ann", held, None, None)]


def test_after_a_job_change_the_old_employer_is_gone(seats):
    rows = [person(organisation="old", valid_to="2025-05-01"), person(organisation="new", valid_from="2025-05-01")]

    assert seats("organisation", people=rows) == [
        ("ann", "new", "2025-05-01", None),
        ("ann", "old", None, "2025-05-01"),
    ]


def test_of_two_sources_the_tenant_ranked_alike_the_newer_word_holds(seats):
    rows = [
        person(organisation="old", source="crm", valid_from="2020-01-01"),
        person(organisation="new", source="hr", valid_from="2025-01-01"),
    ]

    assert seats("organisation", people=rows) == [
        ("ann", "new", "2025-01-01", None),
        ("ann", "old", "2020-01-01", "2025-01-01"),
    ]


def test_two_departments_of_one_source_are_two_memberships(seats):
    rows = [person(department="a", source="hr"), person(department="b", source="hr")]

    assert len(seats("department", people=rows)) == 2
    assert len(seats("department", people=[person(department="a"), person(department="b")])) == 2


def test_sources_that_speak_of_different_people_contradict_nobody(seats):
    rows = [person("ann", organisation="x", source="hr"), person("ben", organisation="y", source="crm")]

    assert seats("organisation", people=rows) == [("ann", "x", None, None), ("ben", "y", None, None)]


def test_a_row_that_says_nothing_of_where_contradicts_nobody(seats):
    rows = [person(organisation="x", source="hr"), person(rank="head", source="directory", valid_from="2025-01-01")]

    assert seats("organisation", "rank", people=rows) == [
        ("ann", "x", None, None, None),
        ("ann", None, "head", "2025-01-01", None),
    ]


def test_a_source_that_is_listed_speaks_before_one_that_is_not(seats):
    rows = [person(organisation="x", source="hr"), person(organisation="y", valid_from="2025-01-01")]

    assert seats("organisation", people=rows, said=Affiliation(sources=["hr"])) == [("ann", "x", None, None)]


def test_a_takeover_carries_people_over_on_its_day_with_rank_manager_and_leader(seats):
    firms = [OrganisationRow(organisation="bolts", valid_to=day("2025-07-01"), successor="giant")]
    rows = [
        person(
            "ann",
            organisation="bolts",
            department="d",
            rank="head",
            manager="ben",
            leader=True,
            valid_from="2024-01-01",
        ),
        person("ben", organisation="bolts", valid_to="2025-01-01"),
        person("cyd", organisation="bolts", valid_from="2026-01-01"),
    ]

    columns = ("organisation", "department", "rank", "manager", "leader")
    assert seats(*columns, people=rows, organisations=firms) == [
        ("ann", "bolts", "d", "head", "ben", True, "2024-01-01", "2025-07-01"),
        ("ann", "giant", "d", "head", "ben", True, "2025-07-01", None),
        ("ben", "bolts", None, None, None, None, None, "2025-01-01"),
        ("cyd", "giant", None, None, None, None, "2026-01-01", None),
    ]


def test_a_chain_of_takeovers_is_followed_and_a_return_ends_it(seats):
    firms = [
        OrganisationRow(organisation="a", valid_to=day("2024-01-01"), successor="b"),
        OrganisationRow(organisation="b", valid_to=day("2025-01-01"), successor="c"),
        OrganisationRow(organisation="x", valid_to=day("2024-01-01"), successor="y"),
        OrganisationRow(organisation="y", valid_to=day("2025-01-01"), successor="x"),
    ]

    assert seats("organisation", people=[person(organisation="a")], organisations=firms) == [
        ("ann", "a", None, "2024-01-01"),
        ("ann", "b", "2024-01-01", "2025-01-01"),
        ("ann", "c", "2025-01-01", None),
    ]
    assert seats("organisation", people=[person(organisation="x")], organisations=firms) == [
        ("ann", "x", "2025-01-01", None),
        ("ann", "x", None, "2024-01-01"),
        ("ann", "y", "2024-01-01", "2025-01-01"),
    ]


def test_who_is_said_to_be_with_the_successor_already_is_not_carried_there_again(seats):
    firms = [OrganisationRow(organisation="a", valid_to=day("2024-01-01"), successor="b")]
    rows = [person(organisation="a"), person(organisation="b", department="new", valid_from="2024-06-01")]

    assert seats("organisation", "department", people=rows, organisations=firms) == [
        ("ann", "a", None, None, "2024-01-01"),
        ("ann", "b", "new", "2024-06-01", None),
        ("ann", "b", None, "2024-01-01", "2024-06-01"),
    ]


def test_an_alias_means_its_organisation_wherever_it_stands(folder):
    firms = [
        OrganisationRow(organisation="bolts", aliases="Bolts Ltd; Bolts", competing="Nuts & Co"),
        OrganisationRow(organisation="nuts", aliases="Nuts & Co", owner="Bolts Ltd", role="focal"),
        OrganisationRow(organisation="old", valid_to=day("2020-01-01"), successor="Bolts"),
    ]
    rows = [person("ann", organisation="Bolts Ltd"), person("ben", organisation="old", valid_from="2021-01-01")]

    data = door.data(folder(organisations=firms, people=rows))

    assert list(data["memberships"]["organisation"]) == ["bolts", "bolts"]
    assert data["organisations"]["owner"] == [None, "bolts", None]
    assert data["organisations"]["competing"] == ["nuts", None, None]


def test_an_alias_that_two_claim_or_that_is_an_id_means_nobody(seats):
    firms = [
        OrganisationRow(organisation="a", aliases="Same;b"),
        OrganisationRow(organisation="b", aliases="Same"),
    ]
    rows = [person("ann", organisation="Same"), person("ben", organisation="b")]

    assert [row[1] for row in seats("organisation", people=rows, organisations=firms)] == ["Same", "b"]


def test_bots_are_said_or_likely_unless_somebody_denies_it(folder):
    rows = [
        person("said", bot=True, organisation="x"),
        person("said", bot=False, organisation="y"),
        person("likely", bot_confidence=0.8),
        person("hardly", bot_confidence=0.79),
        person("denied", bot_confidence=0.99, bot=False),
    ]

    assert door.data(folder(people=rows))["bots"]["person"] == ["likely", "said"]
    assert door.data(folder(Affiliation(bot_bar=0.5), people=rows))["bots"]["person"] == ["hardly", "likely", "said"]


def test_a_takeover_without_its_day_is_refused():
    with pytest.raises(ValueError, match="valid_to"):
        OrganisationRow(organisation="a", successor="b")


def test_nothing_to_say_changes_no_cell(folder):
    rows = [person("ann", organisation="x", valid_from="2025-01-01"), person("ben")]
    firms = [OrganisationRow(organisation="x", owner="h", competing="y;z")]

    link = IdentityRow(kind="person", id="u", same_as="v")
    data = door.data(folder(people=rows, organisations=firms, identities=[link]))

    assert data["memberships"]["person"] == ["ann", "ben"]
    assert data["organisations"]["competing"] == ["y;z"]
