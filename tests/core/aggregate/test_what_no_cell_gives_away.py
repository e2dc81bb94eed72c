"""What is withheld stays so: no sum, no other cell and nobody who does nearly everything gives it away."""

import pytest

from helpers.cells import crowd, dataset, event
from helpers.tenants import FOCAL
from kithline_core.aggregate import activity
from kithline_core.aggregate.make import make
from kithline_core.model.rows import CommunityRow, OrganisationRow, PersonRow


def test_somebody_who_does_nearly_everything_hides_the_cell():
    people = crowd("employee", 6) + crowd("customer", 6)
    quiet = [
        event(f"{a.person}{b.person}{day}", day, a.person, target=b.person)
        for a in people[:6] for b in people[6:] for day in (10, 20)
    ]  # fmt: skip
    loud = [event(f"loud{number}", 1 + number % 80, "employee-00", target="customer-00") for number in range(900)]

    even = make(dataset(people=people, events=quiet), floor=5, period="window").dataset.rows
    loudly = make(dataset(people=people, events=quiet + loud), floor=5, period="window").dataset.rows

    def of_groups(rows):
        return [(row.a, row.b, row.people_a, row.people_b) for row in rows["group_ties"] if row.level == "group"]

    assert of_groups(even) == [("customer", "employee", 6, 6)]
    assert of_groups(loudly) == []
    assert not [row for row in loudly["group_activity"] if row.group == "employee"]


def of_departments():
    """Four departments of eight: everybody talks to the next in the own one and to the namesakes in the others."""
    people = [
        PersonRow(person=f"{name}-{number:02}", group="employee", organisation=FOCAL, department=name)
        for name in "abcd"
        for number in range(8)
    ]
    names = [one.person for one in people]
    near = [(one, other) for one in names for other in names if one != other and _near(one, other)]
    return people, [event(f"{one}{other}{day}", day, one, target=other) for one, other in near for day in (10, 20)]


def _near(one, other):
    return one[2:] == other[2:] or (one[0] == other[0] and (int(one[2:]) + 1) % 8 == int(other[2:]))


def told(people, rows):
    cells = make(dataset(people=people, events=rows), floor=5, period="window").dataset.rows["group_ties"]
    return {(row.a, row.b) for row in cells if row.level == "department"}


def test_somebody_who_makes_most_between_two_departments_hides_their_pair():
    people, rows = of_departments()
    names = [one.person for one in people]
    # Both have enough of their own, so that nobody makes most of what touches them.
    rows += [
        event(f"own{one}{other}{day}", 1 + day, one, target=other)
        for one in names for other in names if one < other and one[0] == other[0] for day in range(30)
    ]  # fmt: skip
    assert ("a", "b") in told(people, rows)

    rows += [event(f"s{n}{day}", 1 + day, "a-00", target=f"b-{n:02}") for n in range(8) for day in range(80)]

    assert ("a", "a") in told(people, rows)
    assert ("a", "b") not in told(people, rows)


def test_somebody_who_makes_most_of_what_touches_a_department_hides_its_pairs():
    people, rows = of_departments()
    assert ("a", "c") in told(people, rows)

    rows += [event(f"s{n}{day}", 1 + day, "a-00", target=f"a-{n:02}") for n in range(1, 8) for day in range(200)]

    assert not [pair for pair in told(people, rows) if "a" in pair]


@pytest.mark.parametrize("group", ["customer", "supplier"])
def test_few_on_either_side_hide_the_contact_of_two_groups(group):
    many, few = crowd("employee", 12), crowd(group, 4)
    rows = [event(f"{a.person}{b.person}{day}", day, a.person, target=b.person)
            for a in many for b in few for day in (10, 20)]  # fmt: skip

    cells = make(dataset(people=many + few, events=rows), floor=5, period="window").dataset.rows

    assert not [row for row in cells["group_ties"] if row.level == "group"]


def test_somebody_who_does_nearly_everything_hides_the_contact_of_two_roles():
    people = crowd("employee", 6, organisation=FOCAL) + crowd("partner", 6, organisation="volt")
    firms = [OrganisationRow(organisation=FOCAL, role="focal"), OrganisationRow(organisation="volt", role="partner")]
    rows = [
        event(f"e{n}{day}", day, f"employee-{n:02}", target=f"partner-{n:02}") for n in range(6) for day in (10, 20)
    ]

    def roles(events):
        made = make(dataset(people=people, organisations=firms, events=events), floor=5, period="window").dataset
        return [(row.a, row.b) for row in made.rows["group_ties"] if row.level == "role"]

    assert roles(rows) == [("focal", "partner")]
    assert roles(rows + [event(f"s{n}", 1 + n, "employee-00", target="partner-00") for n in range(200)]) == []


def test_contributions_are_told_in_steps_of_at_least_k_people():
    amount = activity.np.array([1] * 9 + [2, 3] * 3 + [5] * 2 + [40] * 7)

    steps = [(one.least, one.most, len(one.amount)) for one in activity.steps(amount, 5)]

    assert steps == [(1, 1, 9), (2, 3, 6), (4, None, 9)]
    assert activity.steps(amount[:4], 5) == []


def test_few_who_made_more_stand_in_a_step_with_others():
    amount = activity.np.array([1] * 9 + [2] * 3)

    assert [(one.least, one.most, len(one.amount)) for one in activity.steps(amount, 5)] == [(1, None, 12)]


def test_a_groups_cells_do_not_give_away_the_one_that_is_withheld():
    people = crowd("supplier", 12)
    rows = [event(f"a{n}", 5, f"supplier-{n:02}", community="big") for n in range(12)]
    rows += [event(f"b{n}", 5, f"supplier-{n:02}", community="small") for n in range(2)]

    cells = make(dataset(people=people, events=rows), floor=5, period="window").dataset.rows

    assert [(row.community, row.people) for row in cells["waits"]] == [(None, 12)]
    assert [(row.community, row.contributors) for row in cells["group_activity"]] == [(None, 12)]


def test_the_same_few_in_two_cells_cover_for_nothing():
    people = crowd("supplier", 12)
    rows = [event(f"a{n}", 5, f"supplier-{n:02}", community="big") for n in range(12)]
    few = [("one", 3), ("two", 3)]
    rows += [event(f"{place}{n}", 5, f"supplier-{n:02}", community=place) for place, many in few for n in range(many)]

    cells = make(dataset(people=people, events=rows), floor=5, period="window").dataset.rows

    # Six in all, one behind the other: the sum less the large cell would tell of three people.
    assert [(row.community, row.people) for row in cells["waits"]] == [(None, 12)]
    assert [(row.community, row.contributors) for row in cells["group_activity"]] == [(None, 12)]


def test_a_cell_of_one_who_asks_nearly_everything_covers_for_nothing():
    people = crowd("supplier", 12)
    rows = [event(f"a{n}", 5, f"supplier-{n:02}", community="big") for n in range(12)]
    rows += [event(f"b{n}", 5, f"supplier-{n:02}", community="loud") for n in range(6)]
    rows += [event(f"c{n}", 6, "supplier-00", community="loud") for n in range(60)]
    rows += [event("d", 5, "supplier-00", community="small")]

    cells = make(dataset(people=people, events=rows), floor=5, period="window").dataset.rows

    assert not [row for row in cells["waits"] if row.community]


def test_different_people_in_two_cells_cover_each_other():
    people = crowd("supplier", 12)
    rows = [event(f"a{n}", 5, f"supplier-{n:02}", community="big") for n in range(12)]
    rows += [event(f"b{n}", 5, f"supplier-{n:02}", community="two" if n % 2 else "one") for n in range(6)]

    cells = make(dataset(people=people, events=rows), floor=5, period="window").dataset.rows

    assert {row.community for row in cells["waits"]} == {None, "big"}
    assert not [row for row in cells["group_activity"] if row.community in ("one", "two")]


def places_of(cells):
    return {(row.community, row.group) for row in cells["group_activity"]}


def said_in(people, **places):
    return [
        event(f"{place}{one.person}", 5, one.person, community=place)
        for place, many in places.items()
        for one in people[:many]
    ]


def test_one_groups_withheld_cell_is_no_cover_for_anothers():
    suppliers, employees = crowd("supplier", 12), crowd("employee", 12)
    rows = said_in(suppliers, here=12, aside=3) + said_in(employees, there=12, apart=3)

    cells = make(dataset(people=suppliers + employees, events=rows), floor=5, period="window").dataset.rows

    assert places_of(cells) == {(None, "supplier"), (None, "employee")}


def test_a_communitys_other_groups_do_not_give_away_the_one_that_is_withheld():
    suppliers, employees, customers = crowd("supplier", 12), crowd("employee", 3), crowd("customer", 3)
    rows = said_in(suppliers, here=12, there=12) + said_in(employees, here=3) + said_in(customers, there=3)

    cells = make(dataset(people=suppliers + employees + customers, events=rows), floor=5, period="window").dataset.rows

    assert places_of(cells) == {(None, "supplier")}


def test_contributions_of_one_who_makes_nearly_all_are_told_in_no_step():
    people = crowd("supplier", 6)
    rows = said_in(people, here=6)
    assert make(dataset(people=people, events=rows), floor=5, period="window").dataset.rows["contributions"]

    rows += [event(f"more{n}", 5, "supplier-00", community="here") for n in range(99)]

    assert not make(dataset(people=people, events=rows), floor=5, period="window").dataset.rows["contributions"]


def test_many_who_look_on_make_no_cell_of_few_who_contribute():
    people = crowd("supplier", 12)
    rows = [event(f"a{n}", 5, f"supplier-{n:02}", verb="viewed", community="c") for n in range(12)]
    rows += [event(f"b{n}", 5, f"supplier-{n:02}", community="c") for n in range(4)]

    cells = make(dataset(people=people, events=rows), floor=5, period="window").dataset.rows

    assert not cells["group_activity"]
    assert not cells["contributions"]


def test_sensitive_communities_leave_every_cell():
    people = crowd("supplier", 8)
    rows = [event(f"a{n}", 5, f"supplier-{n:02}", community="union") for n in range(8)]
    places = [CommunityRow(community="union", sensitive=True)]

    cells = make(dataset(people=people, events=rows, communities=places), floor=5, period="window").dataset.rows

    assert not cells["waits"]
    assert not cells["group_activity"]
