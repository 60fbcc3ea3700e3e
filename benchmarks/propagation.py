"""One million nodes, two million edges with cycles: the class that is left once all ancestors count."""

from __future__ import annotations

import resource
import tracemalloc

import networkx as nx
import numpy as np
from row import Row, row, timed

from governance.provenance.propagate import propagate, to_csr

TITLE = "Effective licences: 1,000,000 nodes, 2,000,000 edges"
ABOUT = (
    "One edge in a thousand closes a cycle: 609 cyclic components, the largest of 186,834 nodes. "
    "1.5% of the nodes have a restrictive class of their own. networkx: build the graph, condense its strongly "
    "connected components, take the maximum in topological order. Ours also gives the parent that decides. Both give "
    "the same classes. Ratios include both builds from arrays of edges; the last row leaves them out."
)
NODES = 1_000_000
EDGES = 2_000_000
REPEATS = 9


def make_graph(nodes: int = NODES, edges: int = EDGES, seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Make classes, parents and children; one edge in a thousand makes a node a parent of its own ancestor."""
    rng = np.random.default_rng(seed)
    closing = edges // 1_000
    children = rng.integers(1, nodes, edges - closing)
    parents = (children * rng.random(children.size) ** 0.3).astype(np.int64)
    one_parent = np.zeros(nodes, dtype=np.int64)
    one_parent[children] = parents
    starts = rng.choice(children, closing)
    ancestors, steps = one_parent[starts], rng.integers(1, 6, closing)
    for step in range(1, 5):
        ancestors = np.where(step < steps, one_parent[ancestors], ancestors)
    own = rng.choice(4, nodes, p=[0.985, 0.007, 0.005, 0.003]).astype(np.int8)
    parents, children = np.concatenate((parents, starts)), np.concatenate((children, ancestors))
    mixed = rng.permutation(edges)
    return own, parents[mixed].astype(np.int32), children[mixed].astype(np.int32)


def with_networkx(graph: nx.DiGraph, own: np.ndarray) -> np.ndarray:
    """Give the strictest class over each node and its ancestors by condensation."""
    condensed = nx.condensation(graph)
    members, strictest = condensed.nodes(data="members"), {}
    classes = own.tolist()
    effective = np.zeros(len(classes), dtype=np.int8)
    for component in nx.topological_sort(condensed):
        inside = members[component]
        behind = (strictest[parent] for parent in condensed.predecessors(component))
        strictest[component] = max(max(classes[node] for node in inside), max(behind, default=0))
        effective[list(inside)] = strictest[component]
    return effective


def build_networkx(nodes: int, parents: np.ndarray, children: np.ndarray) -> nx.DiGraph:
    """Make the graph from arrays of edges."""
    graph = nx.DiGraph()
    graph.add_nodes_from(range(nodes))
    graph.add_edges_from(zip(parents.tolist(), children.tolist(), strict=True))
    return graph


def run() -> list[Row]:
    """Time both on one graph; networkx once, since it takes about a minute."""
    own, parents, children = make_graph()
    graph = to_csr(NODES, parents, children)
    ours = propagate(own, *graph)
    both = [timed(lambda: propagate(own, *to_csr(NODES, parents, children))) for _ in range(REPEATS)]
    alone = [timed(lambda: propagate(own, *graph)) for _ in range(REPEATS)]
    peak = _peak(own, parents, children)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    made: list[nx.DiGraph] = []
    build = timed(lambda: made.append(build_networkx(NODES, parents, children)))
    found: list[np.ndarray] = []
    search = timed(lambda: found.append(with_networkx(made[0], own)))
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    if not np.array_equal(found[0], ours.effective):
        raise SystemExit("networkx does not agree on the effective classes")
    held = sum(array.nbytes for array in graph) / 1e6
    result = sum(array.nbytes for array in ours) / 1e6
    return [
        row(
            "networkx condensation, with build",
            [build + search],
            None,
            f"build {build:.1f} s; process grew by {grown:,.0f} MB",
        ),
        row(
            "Touchstone, with build",
            both,
            [build + search],
            f"graph {held:.0f} MB, result {result:.0f} MB, peak {peak:.0f} MB",
        ),
        row("Touchstone, search alone", alone, [search], "beside networkx without its build"),
    ]


def _peak(own: np.ndarray, parents: np.ndarray, children: np.ndarray) -> float:
    tracemalloc.start()
    propagate(own, *to_csr(NODES, parents, children))
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    return peak
