"""Where the nodes of a lineage are drawn: laws of the layout on made-up graphs, and the shipped giants."""

from __future__ import annotations

import random
from collections import Counter, defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.catalogue.vocabulary import NODE_KINDS, USE_CLASSES
from governance.provenance.layout import MAX_MARKS, MAX_ROWS, MAX_STEPS, lay_out
from governance.provenance.lineage import EffectiveTerms, Lineage, LineageEdge, LineageNode, lineage


def levels_of(edges: list[tuple[int, int]], start: int) -> dict[int, int]:
    """Steps from the start, up first, as the walk of a lineage counts them."""
    levels = {start: 0}
    for sign, (near, far) in ((-1, (0, 1)), (1, (1, 0))):
        ways = defaultdict(list)
        for edge in edges:
            ways[edge[near]].append(edge[far])
        seen, wave, level = {start}, [start], 0
        while wave:
            level += 1
            wave = sorted({far for node in wave for far in ways[node]} - seen)
            seen.update(wave)
            for node in wave:
                levels.setdefault(node, sign * level)
    return levels


def made(levels: dict[int, int], edges: list[tuple[int, int]], kinds, uses, path: list[int]) -> Lineage:
    names = {node: f"n{node:03d}" for node in levels}
    nodes = tuple(
        LineageNode(
            id=names[node], kind=kinds[node % len(kinds)], label=f"node {node}", recorded=node % 3 > 0, own_use=None,
            effective_use=uses[node % len(uses)], level=level, url=None,
        )
        for node, level in levels.items()
    )  # fmt: skip
    drawn = tuple(
        LineageEdge(child=names[child], parent=names[parent], kind="derived_from", stated=None, basis="id")
        for child, parent in edges
        if child in levels and parent in levels
    )
    terms = EffectiveTerms(
        use="commercial", attribution=False, share_alike=False, because=tuple(names[node] for node in path),
        licence=None, reason="none", evidence_date="2025-03-25",
    )  # fmt: skip
    return Lineage(
        dataset_id=names[0], snapshot="current", policy="audit", nodes=nodes, edges=drawn, effective=terms,
        conflicts=(), missing_parents=0,
    )  # fmt: skip


@st.composite
def lineages(draw) -> Lineage:
    size = draw(st.integers(1, 120))
    node = st.integers(0, size - 1)
    edges = draw(st.lists(st.tuples(node, node), max_size=3 * size))
    hub = draw(st.integers(0, 100))
    edges += [(0, other) if other % 2 else (other, 0) for other in range(1, min(hub, size))]
    levels = levels_of(edges, 0)
    kinds = draw(st.lists(st.sampled_from(NODE_KINDS), min_size=1, max_size=6))
    uses = draw(st.lists(st.sampled_from((None, *USE_CLASSES)), min_size=1, max_size=5))
    path = [0]
    while draw(st.booleans()):
        following = sorted({parent for child, parent in edges if child == path[-1]} - set(path))
        if not following:
            break
        path.append(draw(st.sampled_from(following)))
    return made(levels, edges, kinds, uses, path)


@given(lineages())
def test_every_node_is_drawn_or_folded_exactly_once(found):
    marks = lay_out(found).marks
    assert Counter(member for mark in marks for member in mark.members) == Counter(node.id for node in found.nodes)
    assert len(marks) <= MAX_MARKS
    assert lay_out(found).rows <= MAX_ROWS
    kinds = {node.id: node.kind for node in found.nodes}
    assert all({kinds[member] for member in mark.members} == {mark.kind} for mark in marks)


@given(lineages())
def test_older_stands_further_left(found):
    column = {member: mark.column for mark in lay_out(found).marks for member in mark.members}
    level = {node.id: node.level for node in found.nodes}
    assert column[found.dataset_id] == 0
    for node, at in column.items():
        assert abs(at) >= min(abs(level[node]), MAX_STEPS)
        assert at * level[node] >= 0
    behind = defaultdict(set)
    for edge in found.edges:
        behind[edge.child].add(edge.parent)
    for edge in found.edges:
        same_side = level[edge.parent] < 0 >= level[edge.child] or level[edge.child] > 0 <= level[edge.parent]
        if same_side and not reaches(behind, edge.parent, edge.child):
            further = column[edge.parent] < column[edge.child]
            assert further or column[edge.parent] == column[edge.child] in (-MAX_STEPS, MAX_STEPS)


def reaches(behind: dict[str, set[str]], start: str, end: str) -> bool:
    seen, todo = {start}, [start]
    while todo:
        node = todo.pop()
        if node == end:
            return True
        todo += behind[node] - seen
        seen |= behind[node]
    return False


@given(lineages(), st.randoms(use_true_random=False))
def test_the_order_of_nodes_and_edges_does_not_matter(found, rng: random.Random):
    nodes, edges = list(found.nodes), list(found.edges)
    rng.shuffle(nodes)
    rng.shuffle(edges)
    assert lay_out(found.model_copy(update={"nodes": tuple(nodes), "edges": tuple(edges)})) == lay_out(found)


@given(lineages())
def test_lines_join_marks_and_lose_no_derivation(found):
    layout = lay_out(found)
    mark_of = {member: mark.key for mark in layout.marks for member in mark.members}
    between = Counter((mark_of[edge.child], mark_of[edge.parent]) for edge in found.edges)
    expected = {ends: count for ends, count in between.items() if ends[0] != ends[1]}
    assert {(line.child, line.parent): line.count for line in layout.lines} == expected


@given(lineages())
def test_the_deciding_way_is_drawn_node_by_node(found):
    layout = lay_out(found)
    alone = {mark.key for mark in layout.marks if not mark.folded}
    assert found.dataset_id in alone
    start = next(node for node in found.nodes if node.id == found.dataset_id)
    if start.effective_use is None:
        assert not any(mark.deciding for mark in layout.marks)
    else:
        assert set(found.effective.because[: MAX_STEPS + 1]) <= alone


@given(lineages())
def test_rows_of_a_column_are_one_apart_and_centred(found):
    rows = defaultdict(list)
    for mark in lay_out(found).marks:
        rows[mark.column].append(mark.row)
    for mine in rows.values():
        assert mine == sorted(mine)
        assert mine == [position - (len(mine) - 1) / 2 for position in range(len(mine))]


def test_a_ring_ends_and_stays_on_its_side():
    edges = [(0, 1), (1, 2), (2, 0)]
    columns = {
        mark.key: mark.column for mark in lay_out(made(levels_of(edges, 0), edges, ["dataset"], [None], [0])).marks
    }
    assert columns == {"n000": 0, "n001": -1, "n002": -2}


def test_a_shared_source_stands_left_of_all_that_use_it():
    edges = [(0, 1), (1, 2), (0, 2)]
    columns = {
        mark.key: mark.column for mark in lay_out(made(levels_of(edges, 0), edges, ["dataset"], [None], [0])).marks
    }
    assert columns == {"n000": 0, "n001": -1, "n002": -2}


@pytest.mark.parametrize("node", ["source:wikipedia.org", "coig-cqia-exam", "model:OpenAI GPT-4"])
def test_shipped_giants_stay_readable(connection, node):
    found = lineage(connection, node)
    layout = lay_out(found)
    assert len(layout.marks) <= MAX_MARKS
    assert sum(len(mark.members) for mark in layout.marks) == len(found.nodes)
    assert any(mark.folded for mark in layout.marks)
