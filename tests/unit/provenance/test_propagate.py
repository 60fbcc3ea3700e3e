"""Propagated classes against networkx, and the laws they must keep."""

from __future__ import annotations

import itertools

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.errors import BadInput
from governance.provenance import propagate as module
from governance.provenance.propagate import path, propagate, to_csr

Edges = list[tuple[int, int]]


@st.composite
def graphs(draw) -> tuple[list[int], Edges]:
    n = draw(st.integers(1, 12))
    node = st.integers(0, n - 1)
    own = draw(st.lists(st.integers(0, 3), min_size=n, max_size=n))
    return own, draw(st.lists(st.tuples(node, node), max_size=30))


def run(own: list[int], edges: Edges) -> tuple[list[int], list[int], np.ndarray]:
    parents, children = (np.array([edge[end] for edge in edges], dtype=np.int32) for end in (0, 1))
    effective, via = propagate(np.array(own, dtype=np.int8), *to_csr(len(own), parents, children))
    return effective.tolist(), via.tolist(), via


def as_networkx(own: list[int], edges: Edges) -> nx.DiGraph:
    graph = nx.DiGraph(edges)
    graph.add_nodes_from(range(len(own)))
    return graph


@pytest.fixture(autouse=True, params=[pytest.param(0, id="compiled"), pytest.param(10**9, id="plain")], scope="module")
def _engine(request):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "COMPILED_FROM_SIZE", request.param)
        yield


@given(graphs())
def test_classes_are_the_strictest_over_all_ancestors(graph):
    own, edges = graph
    known = as_networkx(own, edges)
    effective, _, _ = run(own, edges)
    assert effective == [max(own[one] for one in {node, *nx.ancestors(known, node)}) for node in range(len(own))]


@given(graphs())
def test_the_path_is_a_shortest_one_to_the_deciding_node(graph):
    own, edges = graph
    known = as_networkx(own, edges)
    effective, through, via = run(own, edges)
    for node in range(len(own)):
        walked = path(via, node)
        assert walked[0] == node
        assert own[walked[-1]] == effective[node]
        assert all(known.has_edge(parent, child) for child, parent in itertools.pairwise(walked))
        away = nx.single_source_shortest_path_length(known.reverse(), node)
        steps = {one: far for one, far in away.items() if own[one] == effective[node]}
        assert len(walked) - 1 == min(steps.values())
        if through[node] >= 0:
            equal = [one for one in known.predecessors(node) if len(path(via, one)) == len(walked) - 1]
            assert through[node] == min(one for one in equal if effective[one] == effective[node])


@given(graphs())
def test_effective_is_never_looser_than_own(graph):
    own, edges = graph
    effective, through, _ = run(own, edges)
    for node, level in enumerate(effective):
        assert level >= own[node]
        assert (through[node] == -1) == (level == own[node])


@given(graphs(), st.data())
def test_another_parent_never_loosens(graph, data):
    own, edges = graph
    node = st.integers(0, len(own) - 1)
    extra = data.draw(st.tuples(node, node))
    before, after = run(own, edges)[0], run(own, [*edges, extra])[0]
    assert all(new >= old for old, new in zip(before, after, strict=True))


@given(graphs(), st.randoms())
def test_the_order_of_edges_does_not_matter(graph, random):
    own, edges = graph
    shuffled = [*edges, *edges[:3]]
    random.shuffle(shuffled)
    assert run(own, edges)[:2] == run(own, shuffled)[:2]


@given(graphs())
def test_a_yes_or_no_spreads_like_a_class(graph):
    own, edges = graph
    strict = [int(level >= 2) for level in own]
    assert run(strict, edges)[0] == [int(level >= 2) for level in run(own, edges)[0]]


def test_cycles_and_self_loops_end():
    effective, via, _ = run([0, 0, 2, 3], [(0, 1), (1, 0), (2, 1), (2, 2), (3, 3)])
    assert effective == [2, 2, 2, 3]
    assert via == [1, 2, -1, -1]


def test_equally_short_ways_take_the_parent_numbered_lowest():
    assert run([0, 3, 3], [(2, 0), (1, 0)])[1] == [1, -1, -1]
    # 4 is found before 3 because 1 comes before 2, and yet 3 wins.
    assert run([0, 3, 3, 0, 0], [(1, 4), (2, 3), (4, 0), (3, 0)])[1] == [3, -1, -1, 2, 1]


def test_a_long_chain_has_a_long_path():
    n = 20_000
    effective, _, via = run([3] + [0] * (n - 1), [(node, node + 1) for node in range(n - 1)])
    assert set(effective) == {3}
    assert path(via, n - 1) == list(range(n - 1, -1, -1))


def test_an_empty_graph_gives_nothing():
    assert run([], [])[:2] == ([], [])


def test_both_engines_agree_on_a_large_graph(monkeypatch):
    rng = np.random.default_rng(11)
    n, m = 20_000, 60_000
    own = rng.choice(4, n, p=[0.97, 0.01, 0.01, 0.01]).astype(np.int8)
    parents, children = rng.integers(0, n, (2, m))
    found = []
    for size in (0, 10**9):
        monkeypatch.setattr(module, "COMPILED_FROM_SIZE", size)
        found.append(propagate(own, *to_csr(n, parents, children)))
    assert np.array_equal(found[0].effective, found[1].effective)
    assert np.array_equal(found[0].via, found[1].via)
    assert found[0].effective.dtype == np.int8
    assert found[0].via.dtype == np.int32


NONE = np.array([], dtype=np.int32)


@pytest.mark.parametrize(
    ("strength", "offsets", "children", "message"),
    [
        pytest.param([-1], [0, 0], [], "classes from -1", id="negative"),
        pytest.param([128], [0, 0], [], "to 128", id="too-large"),
        pytest.param([0, 0], [0, 0], [], "offsets do not fit", id="short-offsets"),
        pytest.param([0, 0], [0, 2, 1], [1], "offsets do not fit", id="falling-offsets"),
        pytest.param([0], [0, 2], [0], "offsets do not fit", id="offsets-past-the-end"),
        pytest.param([0], [0, 1], [1], "a child is outside", id="unknown-child"),
        pytest.param([0], [0, 1], [-1], "a child is outside", id="negative-child"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(strength, offsets, children, message):
    arrays = [np.array(one, dtype=np.int32) for one in (strength, offsets, children)]
    with pytest.raises(BadInput, match=message):
        propagate(*arrays)


def test_classes_that_are_not_whole_numbers_are_refused():
    with pytest.raises(BadInput, match="whole numbers"):
        propagate(np.array([0.5]), np.array([0, 0]), NONE)


@pytest.mark.parametrize(
    ("parents", "children", "message"),
    [
        pytest.param([0], [0, 1], "1 parents and 2 children", id="uneven"),
        pytest.param([2], [0], "outside 0 to 1", id="unknown-parent"),
        pytest.param([0], [-1], "outside 0 to 1", id="negative-child"),
        pytest.param([0.0], [1], "not whole numbers", id="floats"),
    ],
)
def test_edges_that_do_not_fit_are_refused(parents, children, message):
    with pytest.raises(BadInput, match=message):
        to_csr(2, np.array(parents), np.array(children))


@pytest.mark.parametrize("node", [-1, 1])
def test_a_path_from_nowhere_is_refused(node):
    with pytest.raises(BadInput, match="there is no node"):
        path(NONE if node < 0 else np.array([-1]), node)


def test_a_path_that_would_not_end_is_refused():
    with pytest.raises(BadInput, match="never ends"):
        path(np.array([1, 0]), 0)
