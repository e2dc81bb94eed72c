"""Independent oracles: networkx for the graph, plain counting over all permutations and all people for the rest."""

import itertools
import math
import statistics

import networkx as nx
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

CLOSE = {"rel_tol": 1e-9, "abs_tol": 1e-9}


@st.composite
def organisations(draw, most=12):
    """People in two to four departments with ties among them."""
    n = draw(st.integers(4, most))
    department = {f"p{one:02}": f"d{draw(st.integers(0, 3))}" for one in range(n)}
    pairs = list(itertools.combinations(department, 2))
    ties = draw(st.lists(st.sampled_from(pairs), min_size=3, unique=True))
    assume(len(set(department.values())) > 1)
    return department, ties


def _graph(department, ties):
    graph = nx.Graph(ties)
    nx.set_node_attributes(graph, department, "department")
    return graph


def _ei(department, ties):
    across = sum(department[a] != department[b] for a, b in ties)
    return (2 * across - len(ties)) / len(ties)


def _near(found, wanted):
    return math.isclose(found, wanted, **CLOSE)


@given(organisations())
def test_counts_and_closed_forms_agree_with_plain_counting(score, organisation):
    department, ties = organisation
    active = sorted({end for tie in ties for end in tie})
    pairs = list(itertools.combinations(active, 2))

    found = score(department, ties, no_floor=True).measures

    expected = _ei(department, pairs)
    assert found["active_people"] == len(active)
    assert found["ties"] == len(ties)
    assert _near(found["ei"], _ei(department, ties))
    assert _near(found["ei_expected"], expected)
    if expected > -1:
        assert _near(found["silo_index"], min(1, max(0, (expected - _ei(department, ties)) / (expected + 1))))
    else:
        assert "silo_index" not in found


@given(organisations())
def test_assortativity_and_modularity_agree_with_networkx(score, organisation):
    department, ties = organisation
    graph = _graph(department, ties)
    groups = [{one for one in graph if department[one] == name} for name in set(department.values())]
    ends = [sum(graph.degree[one] for one in group) / (2 * len(ties)) for group in groups]

    found = score(department, ties, no_floor=True).measures

    assert _near(found["modularity"], nx.community.modularity(graph, [group for group in groups if group]))
    if sum(end**2 for end in ends) < 1:
        assert _near(found["assortativity"], nx.attribute_assortativity_coefficient(graph, "department"))
    else:
        assert "assortativity" not in found


@given(organisations())
def test_constraint_and_effective_size_agree_with_networkx(score, organisation):
    department, ties = organisation
    graph = _graph(department, ties)
    people = {"people": [{"person": one, "id": one} for one in department]}

    found = score(department, ties, people, no_floor=True, persons=True).measures

    constraint, size = nx.constraint(graph), nx.effective_size(graph)
    assert all(_near(found[f"constraint.{one}"], value) for one, value in constraint.items())
    assert all(_near(found[f"effective_size.{one}"], value) for one, value in size.items())
    assert _near(found["constraint_mean"], statistics.fmean(constraint.values()))


@given(organisations(most=6))
def test_permutation_figures_are_the_moments_over_all_permutations(score, organisation):
    department, ties = organisation
    active = sorted({end for tie in ties for end in tie})
    labels = [department[one] for one in active]
    every = [_ei(dict(zip(active, order, strict=True)), ties) for order in itertools.permutations(labels)]

    found = score(department, ties, no_floor=True).measures

    mean, spread = statistics.fmean(every), statistics.pstdev(every)
    assert _near(found["permutation_mean"], mean)
    if spread > 1e-6:
        assert math.isclose(found["permutation_z"], (_ei(department, ties) - mean) / spread, rel_tol=1e-6, abs_tol=1e-9)
    else:
        assert "permutation_z" not in found


@given(organisations(most=6))
def test_shared_departments_keep_the_permutation_exact(score, organisation):
    department, ties = organisation
    first = min(department)
    held = {one: ("d0", "d9") if one == first else (name,) for one, name in department.items()}
    assume(len({name for names in held.values() for name in names}) > 1)
    active = sorted({end for tie in ties for end in tie})

    def ei(labels):
        within = math.fsum(
            sum(name in labels[b] for name in labels[a]) / len(labels[a]) / len(labels[b]) for a, b in ties
        )
        return 1 - 2 * within / len(ties)

    every = [
        ei(dict(zip(active, order, strict=True))) for order in itertools.permutations([held[one] for one in active])
    ]

    found = score(held, ties, no_floor=True).measures

    assert _near(found["ei"], ei(held))
    assert _near(found["permutation_mean"], statistics.fmean(every))
    if statistics.pstdev(every) > 1e-6:
        z = (ei(held) - statistics.fmean(every)) / statistics.pstdev(every)
        assert math.isclose(found["permutation_z"], z, rel_tol=1e-6, abs_tol=1e-9)


@given(organisations())
def test_leave_one_out_figures_agree_with_leaving_one_out(score, organisation):
    department, ties = organisation
    active = sorted({end for tie in ties for end in tie})
    left = [[tie for tie in ties if one not in tie] for one in active]

    finding = score(department, ties, no_floor=True)

    if all(left):
        without = [_ei(department, kept) for kept in left]
        spread = sum((one - statistics.fmean(without)) ** 2 for one in without)
        n = len(active)
        assert _near(finding.measures["ei_person_se"], spread**0.5)
        assert _near(finding.measures["ei_jackknife_se"], ((n - 2) / (2 * n) * spread) ** 0.5)
    else:
        assert "ei_person_se" not in finding.measures


def _score(department, people, ties):
    across = sum(department[a] != department[b] for a, b in ties) / len(ties)
    pairs = list(itertools.combinations(people, 2))
    chance = sum(department[a] != department[b] for a, b in pairs) / len(pairs)
    return min(1, across / chance) if chance else None


@given(organisations())
def test_concentration_is_the_largest_move_when_one_person_is_left_out(score, organisation):
    department, ties = organisation
    active = sorted({end for tie in ties for end in tie})
    finding = score(department, ties, no_floor=True)
    assume(finding.score is not None)

    moves = []
    for one in active:
        others, kept = [other for other in active if other != one], [tie for tie in ties if one not in tie]
        if kept and len(others) > 1 and (value := _score(department, others, kept)) is not None:
            moves.append(abs(value - finding.score))

    assert (finding.concentration is None) == (not moves)
    assert not moves or _near(finding.concentration, max(moves))


def test_the_karate_club_has_the_published_figures(score, entry):
    graph = nx.karate_club_graph()
    club = {f"{one:02}": name for one, name in graph.nodes(data="club")}
    ties = [(f"{a:02}", f"{b:02}") for a, b in graph.edges]

    found = score(club, ties)

    assert (found.measures["internal_ties"], found.measures["external_ties"]) == (67, 11)
    assert _near(found.measures["ei"], -56 / 78)
    assert _near(found.measures["ei_expected"], 17 / 561)
    assert _near(found.measures["assortativity"], nx.attribute_assortativity_coefficient(graph, "club"))
    assert _near(found.measures["constraint_mean"], statistics.fmean(nx.constraint(graph, weight=None).values()))
    assert found.score == pytest.approx(1 - found.measures["silo_index"])


def test_a_pair_below_chance_is_found_where_permutations_find_it(score):
    department = {f"{name}{one}": name for name in "abc" for one in range(4)}
    people = sorted(department)
    ties = [(a, b) for a, b in itertools.combinations(people, 2) if {department[a], department[b]} != {"a", "b"}]

    found = score(department, ties, no_floor=True)

    row = next(row for row in found.tables["pairs"] if (row["a"], row["b"]) == ("a", "b"))
    assert [note.evidence for note in found.findings] == ["a (4 people) and b (4 people): 0 ties, 12.1 by chance"]
    assert row["p_below"] < 0.001
