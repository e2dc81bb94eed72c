"""A folder of cells names nobody, and no cell of it speaks of fewer than k people."""

import re
from collections import Counter
from datetime import UTC, datetime

import msgspec
import pytest

from helpers.cells import at, crowd, dataset, event
from helpers.tenants import END, FOCAL, Tenant
from kithline_core.aggregate import spans
from kithline_core.aggregate.make import make
from kithline_core.aggregate.names import Ids
from kithline_core.dataset import write
from kithline_core.dataset.read import read
from kithline_core.errors import DatasetError
from kithline_core.model.datasets import Dataset as Settings
from kithline_core.model.identities import IdentityRow
from kithline_core.model.questionnaires import Item, Questionnaire
from kithline_core.model.registers import BarrierRow, IncidentRow
from kithline_core.model.rows import (
    AnswerRow,
    CommunityRow,
    EventRow,
    OrganisationRow,
    PersonRow,
    RatingRow,
    SurvivalRow,
    TieRow,
)
from kithline_sdk.snapshot import DAY

SEEDS = range(2_000, 2_012)
PERIODS = ("month", "quarter", "window")
MORE = [pytest.param(seed, marks=pytest.mark.slow) for seed in range(2_020, 2_040)]


def ids_of(found):
    return {row.person for row in found.rows["people"]}


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("seed", SEEDS)
def test_no_persons_id_stands_anywhere_in_the_files(tmp_path, seed, period):
    tenant = Tenant(seed, small=True).dataset
    tenant.rows["ratings"] = [RatingRow(object="x", rater="person-e00-000", item="i", value=1)]
    tenant.rows["survivals"] = [SurvivalRow(unit="person-e00-000", duration=1, ended=True)]
    write.write(tmp_path, make(tenant, floor=5, period=period).dataset)

    said = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())

    assert len(list(tmp_path.iterdir())) > 3
    assert not [one for one in ids_of(tenant) if one.encode() in said]
    assert not [row.id for row in tenant.rows["events"] if re.search(rf"\b{row.id}\b".encode(), said)]


@pytest.mark.parametrize("floor", [5, 8])
@pytest.mark.parametrize("seed", SEEDS)
def test_no_cell_speaks_of_fewer_people_than_the_floor(seed, floor):
    rows = make(Tenant(seed).dataset, floor=floor, period="quarter").dataset.rows

    for row in rows["group_ties"]:
        people = (row.people_a or 0) + (row.people_b or 0)
        assert row.level == "role" or people >= floor or row.level == "staff"
        assert row.level != "group" or min(row.people_a, row.people_b or row.people_a) >= floor
        assert row.level != "department" or min(row.people_a, row.people_b or row.people_a) >= floor
        assert row.level != "staff" or row.members >= floor
        assert all(count is None or count >= floor for count in (row.people_a, row.people_b)) or row.level == "staff"
    assert all(row.contributors >= floor for row in rows["group_activity"])
    assert all(row.contributors >= floor for row in rows["contributions"])
    assert all(row.people >= floor for row in rows["waits"])
    assert all(row.respondents is None or row.respondents >= floor for row in rows["answers"])
    assert all(row.respondent is None for row in rows["answers"])
    assert all(not rows[stem] for stem in ("people", "events", "ties", "ratings", "survivals", "identities"))


@pytest.mark.parametrize("seed", [*range(2_000, 2_020), *MORE])
def test_no_figure_that_is_withheld_is_the_only_one_that_lacks_of_a_sum(seed):
    rows = make(Tenant(seed).dataset, floor=5, period="window").dataset.rows
    role = {row.organisation: row.role for row in rows["organisations"]}
    told = {(row.a, row.b) for row in rows["group_ties"] if row.level == "role" and row.ties is not None}
    (staff,) = [row for row in rows["group_ties"] if row.level == "staff"] or [None]
    within = [row for row in rows["group_ties"] if row.level == "department" and row.a == row.b]

    lacking = Counter()
    for row in rows["organisation_ties"]:
        ends = tuple(sorted((role.get(row.organisation_a, "other"), role.get(row.organisation_b, "other"))))
        lacking[ends] += row.weight is None
    assert not [ends for ends in told if lacking[ends] == 1]
    assert staff is None or staff.departments - len(within) != 1


@pytest.mark.parametrize("seed", SEEDS)
def test_a_folder_of_cells_is_read_back_as_it_was_written(tmp_path, seed):
    made = make(Tenant(seed, small=True).dataset, floor=5, period="window").dataset

    write.write(tmp_path, made)
    again = read(tmp_path)

    assert again.settings == made.settings
    assert again.settings.mode == "aggregates"
    assert {stem: rows for stem, rows in again.rows.items() if rows} == {
        stem: rows for stem, rows in made.rows.items() if rows
    }


def test_cells_of_cells_are_the_persons_free_files_alone():
    once = make(Tenant(2_001).dataset, floor=5, period="window").dataset

    twice = make(once, floor=5, period="window")

    assert not twice.dataset.rows["group_ties"]
    assert any("cells that were made elsewhere" in line for line in twice.warnings)
    assert twice.dataset.rows["organisation_ties"] == once.rows["organisation_ties"]


def test_a_folder_that_says_it_holds_no_persons_is_refused_with_some(tmp_path):
    found = dataset(people=[PersonRow(person="anna", group="employee")])
    found.settings = msgspec.structs.replace(found.settings, mode="aggregates")
    write.write(tmp_path, found)

    with pytest.raises(DatasetError, match="people: names persons"):
        read(tmp_path)


def test_texts_that_hold_an_id_are_left_out_and_names_that_do_refuse_the_folder():
    rows = {
        "people": [PersonRow(person="anna.berg", group="employee"), PersonRow(person="77", group="employee")],
        "communities": [
            CommunityRow(community="c", owner="Anna.Berg and others", hosts="77;78", purpose="Cut scrap by 177")
        ],
        "incidents": [IncidentRow(incident="x", evidence="https://wiki/~anna.bergen")],
        "barriers": [BarrierRow(barrier="x", owner="the works council")],
    }

    made = make(dataset(**rows), floor=5, period="window")

    (place,), (mistake,), (barrier,) = (made.dataset.rows[stem] for stem in ("communities", "incidents", "barriers"))
    assert (place.owner, place.hosts, place.purpose) == (None, None, "Cut scrap by 177")
    assert mistake.evidence is None
    assert barrier.owner == "the works council"
    assert sum("held the id of a person" in line for line in made.warnings) == 3

    rows["communities"] = [CommunityRow(community="room of anna.berg")]
    with pytest.raises(DatasetError, match=r"community 'room of anna\.berg' holds the id of a person"):
        make(dataset(**rows), floor=5, period="window")


def test_a_questionnaire_that_names_a_person_refuses_the_folder():
    found = dataset(people=[PersonRow(person="anna.berg", group="employee")])
    item = Item(item="one", text={"en": "I can ask Anna.Berg for help."})
    found.questionnaires = [Questionnaire(questionnaire="q", version="1", items=[item])]

    with pytest.raises(DatasetError, match=r"questionnaires/q@1\.json"):
        make(found, floor=5, period="window")


@pytest.mark.parametrize(
    ("text", "stands"),
    [("e-17", True), ("E-17", True), ("me-171x", True), ("a7", True), ("see a7.", True), ("a77", False), ("", False)],
)
def test_a_long_id_counts_inside_a_word_and_a_short_one_by_itself(text, stands):
    assert Ids(["e-17", "a7", "2026"]).stand_in(text) is stands


def test_numbers_count_by_themselves_only():
    found = Ids(["2026"])

    assert found.stand_in("in 2026")
    assert not found.stand_in("part 20261")
    assert not Ids([]).stand_in("anything")


def test_waits_are_counted_from_the_question_to_the_first_word_back():
    people = crowd("employee", 5) + crowd("supplier", 5)
    asked = [event(f"q{n}", 10, f"supplier-{n:02}", kind="question", community="c", thread=f"t{n}") for n in range(5)]
    back = [
        EventRow(id="b0", occurred_at=at(10, 12), actor="employee-00", verb="replied", parent="eq0"),
        EventRow(id="b1", occurred_at=at(8), actor="employee-01", verb="replied", thread="t1"),
        EventRow(id="b2", occurred_at=at(10, 10), actor="supplier-02", verb="replied", thread="t2"),
        EventRow(id="b3", occurred_at=at(10, 10), actor="employee-03", verb="reacted", parent="eq3"),
    ]

    rows = make(dataset(people=people, events=asked + back), floor=5, period="window").dataset.rows["waits"]

    assert {(row.community, row.group) for row in rows} == {(None, "supplier"), ("c", "supplier")}
    (row,) = [row for row in rows if row.community is None]
    assert (row.people, row.openings, row.answered, row.within_24h, row.within_168h) == (5, 5, 2, 1, 2)
    assert row.median_hours is None


def test_first_contact_waits_for_the_one_who_was_spoken_to():
    people = [*crowd("employee", 6), PersonRow(person="robot", group="supplier", bot=True)]
    first = [
        event(f"c{n}", 30, f"employee-{n:02}", verb="mentioned", target=f"employee-{(n + 1) % 6:02}") for n in range(6)
    ]
    back = [
        EventRow(
            id=f"r{n}",
            occurred_at=at(29),
            actor=f"employee-{(n + 1) % 6:02}",
            verb="replied",
            target=f"employee-{n:02}",
        )
        for n in range(6)
    ]
    robot = [event("bot", 31, "robot", verb="posted")]

    rows = make(dataset(people=people, events=first + back + robot), floor=5, period="window").dataset.rows["waits"]

    assert [(row.group, row.openings, row.answered, row.median_hours) for row in rows] == [("employee", 6, 6, 24.0)]


def test_two_ids_of_one_person_count_as_one():
    people = crowd("supplier", 4)
    rows = [event(f"a{n}", 5, f"supplier-{n:02}", community="room") for n in range(4)] + [event("b", 5, "other name")]
    links = [IdentityRow(kind="person", id="other name", same_as="supplier-00")]
    members = [*people, PersonRow(person="other name", group="supplier")]

    apart = make(dataset(people=members, events=rows), floor=5, period="window").dataset.rows
    one = make(dataset(people=members, events=rows, identities=links), floor=5, period="window").dataset.rows

    assert [row.people for row in apart["waits"]] == [5]
    assert not one["waits"]
    assert not one["group_activity"]


def answer(who, value, **more):
    return AnswerRow(
        questionnaire="q", version="1", assessment="a", item=more.pop("item", "i"), value=value, respondent=who, **more
    )


def test_answers_of_people_become_means_and_those_in_a_role_stay():
    many = [answer(f"person-{n}", float(n), evidence="a page" if n == 3 else None, dated=at(9)) for n in range(6)]
    few = [answer(f"person-{n}", 1.0, item="rare") for n in range(4)]
    team = [answer("lead", 4.0, item="team", role="assessor", confirmed_by="somebody")]
    both = [answer(None, 3.0, item="both"), *(answer(f"person-{n}", 1.0, item="both") for n in range(6))]

    rows = make(dataset(answers=many + few + team + both), floor=5, period="window").dataset.rows["answers"]

    told = {row.item: (row.value, row.respondents, row.evidence, row.confirmed_by) for row in rows}
    assert told == {
        "i": (2.5, 6, "given", None), "team": (4.0, None, None, "given"), "both": (3.0, None, None, None),
    }  # fmt: skip


def test_organisations_show_who_is_linked_and_weights_only_of_enough_people():
    people = [
        *crowd("employee", 6, organisation=FOCAL),
        *(PersonRow(person=f"big-{n}", group="supplier", organisation="big") for n in range(6)),
        PersonRow(person="solo", group="supplier", organisation="small"),
        PersonRow(person="host", group="other", organisation="forum"),
    ]
    firms = [
        OrganisationRow(organisation=FOCAL, role="focal"),
        OrganisationRow(organisation="big", role="supplier"),
        OrganisationRow(organisation="small", role="supplier"),
        OrganisationRow(organisation="forum", role="neutral"),
    ]
    talk = [
        row
        for n in range(6)
        for row in (
            event(f"a{n}", 9, f"employee-{n:02}", target=f"big-{n}"),
            event(f"b{n}", 8, f"big-{n}", target=f"employee-{n:02}"),
        )
    ]
    talk += [event(f"s{day}", day, "employee-00", target="solo") for day in (5, 6)]
    talk += [event(f"h{day}", day, "employee-00", target="host") for day in (5, 6)]
    said = [TieRow(actor="solo", target="big-0")]

    alone = dataset(people=people, organisations=firms, events=talk[:12])
    whole = dataset(people=people, organisations=firms, events=talk, ties=said)

    def told(found):
        rows = make(found, floor=5, period="window").dataset.rows["organisation_ties"]
        return {(row.organisation_a, row.organisation_b): (row.weight, row.direction, row.declared) for row in rows}

    assert told(alone) == {("auren", "big"): (6.0, "both", False)}
    # The weights of the small ones would follow from the sum over all, so that of the big one goes too.
    assert told(whole) == {
        ("auren", "big"): (None, "both", False),
        ("auren", "small"): (None, "forward", False),
        ("small", "big"): (None, "forward", True),
    }


def test_communities_stand_in_for_circles_that_nobody_named():
    people = [PersonRow(person=f"p-{n}", group="supplier", organisation=f"s{n}") for n in range(4)]
    firms = [OrganisationRow(organisation=f"s{n}", role="supplier") for n in range(4)]
    talk = [event(f"a{n}", 5, f"p-{n}", community="room") for n in range(4)]
    talk += [event(f"b{n}", 5, f"p-{n}", community="corner") for n in range(2)]
    talk += [event(f"c{n}", 5, f"p-{n}", community="a;b") for n in range(4)]

    found = make(dataset(people=people, organisations=firms, events=talk), floor=5, period="window").dataset
    named = [msgspec.structs.replace(firms[0], circles="axles"), *firms[1:]]
    kept = make(dataset(people=people, organisations=named, events=talk), floor=5, period="window").dataset

    assert {row.circles for row in found.rows["organisations"]} == {"room"}
    assert kept.rows["organisations"] == named


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("month", ["2025-10", "2025-11", "2025-12"]),
        ("quarter", ["2025-Q4"]),
        ("window", ["2025-10-03/2026-01-01"]),
    ],
)
def test_periods_cover_the_data_there_is(kind, names):
    found = dataset(events=[event(1, 92, "p"), event(2, 1, "p")])

    periods = spans.periods(found, kind)

    assert [one.name for one in periods] == names
    assert periods[-1].window.end == round(END.timestamp()) * 1_000_000


def test_the_folders_own_window_is_kept_to_whole_days():
    found = dataset()
    found.settings = Settings(start=datetime(2025, 11, 5, 7, tzinfo=UTC), end=datetime(2025, 12, 9, 1, tzinfo=UTC))

    (window,) = spans.periods(found, "window")
    months = spans.periods(found, "month")

    assert window.name == "2025-11-05/2025-12-10"
    assert window.window.days == (window.window.end - window.window.start) / DAY == 35
    assert [one.name for one in months] == ["2025-11", "2025-12"]
