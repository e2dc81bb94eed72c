"""Graph functions against networkx."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kithline_sdk.stats import graphs

SEEDS = range(12)


def ends(graph: nx.Graph) -> tuple[np.ndarray, np.ndarray, int]:
    pairs = np.array(list(graph.edges()), np.int64).reshape(-1, 2)
    low, high = graphs.simple(pairs[:, 1], pairs[:, 0])
    return low, high, graph.number_of_nodes()


def random_graph(seed: int) -> nx.Graph:
    return nx.gnp_random_graph(35, 0.01 + seed * 0.03, seed=seed)


@pytest.mark.parametrize("seed", SEEDS)
def test_constraint_is_that_of_networkx(seed):
    graph = random_graph(seed)
    theirs = nx.constraint(graph)

    np.testing.assert_allclose(graphs.constraint(*ends(graph)), [theirs[node] for node in graph], rtol=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_effective_size_is_that_of_networkx(seed):
    graph = random_graph(seed)
    theirs = nx.effective_size(graph)

    np.testing.assert_allclose(graphs.effective_size(*ends(graph)), [theirs[node] for node in graph], rtol=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_triangle_is_found_once_whatever_the_chunk(seed):
    graph = random_graph(seed)
    a, b, n = ends(graph)

    found = list(graphs.triangles(a, b, n, chunk=5))

    assert sum(len(chunk.u) for chunk in found) == sum(nx.triangles(graph).values()) // 3
    for chunk in found:
        for edge, one, two in (
            (chunk.uv, chunk.u, chunk.v),
            (chunk.uw, chunk.u, chunk.w),
            (chunk.vw, chunk.v, chunk.w),
        ):
            assert np.array_equal(a[edge], np.minimum(one, two))
            assert np.array_equal(b[edge], np.maximum(one, two))


@pytest.mark.parametrize("seed", SEEDS)
def test_components_carry_their_smallest_node(seed):
    graph = random_graph(seed)

    root = graphs.components(*ends(graph))

    assert {node: int(root[node]) for node in graph} == {
        node: min(group) for group in nx.connected_components(graph) for node in group
    }


def test_a_long_chain_in_any_order_is_one_component():
    shuffled = np.random.Generator(np.random.PCG64(1)).permutation(5000)

    assert not graphs.components(shuffled[:-1], shuffled[1:], 5000).any()


@pytest.mark.parametrize("seed", SEEDS)
def test_ways_counts_common_neighbours_and_names_the_only_broker(seed):
    graph = random_graph(seed)
    around = graphs.Adjacency(*ends(graph))

    for node in graph:
        ways, brokers = around.ways(node)
        for other in graph:
            common = set() if other == node else set(graph[node]) & set(graph[other])
            assert ways[other] == len(common)
            assert brokers[other] == sum(common)


def test_connected_pairs_counts_only_the_chosen_nodes():
    root = graphs.components(np.array([0, 1, 3]), np.array([1, 2, 4]), 6)

    assert graphs.connected_pairs(root, np.array([True, False, True, True, True, True])) == 2


def test_density_of_the_complete_graph_is_one_and_of_one_node_unknown():
    assert graphs.density(45, 10) == 1.0
    assert graphs.density(0, 1) is None


def test_nodes_without_edges_have_no_constraint_and_no_effective_size():
    none = np.zeros(0, np.int64)

    assert np.isnan(graphs.constraint(none, none, 3)).all()
    assert np.isnan(graphs.effective_size(none, none, 3)).all()


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9))))
def test_a_simple_graph_keeps_each_pair_once_and_no_loop(pairs):
    a = np.array([one for one, _ in pairs], np.int64)
    b = np.array([other for _, other in pairs], np.int64)

    low, high = graphs.simple(a, b)

    assert list(zip(low.tolist(), high.tolist(), strict=True)) == sorted(
        {(min(p), max(p)) for p in pairs if p[0] != p[1]}
    )


@given(st.lists(st.integers(-5, 5)))
def test_distinct_numbers_are_those_of_numpy(values):
    given_values = np.array(values, np.int64)

    assert graphs.distinct(given_values).tolist() == np.unique(given_values).tolist()
