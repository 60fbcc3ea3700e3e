"""Where to draw the nodes of a lineage: older ones further left, and the rest folded into counted groups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Generic, NamedTuple, TypeVar

import numpy as np
from pydantic import BaseModel
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from governance.catalogue.vocabulary import DERIVATION_KINDS, NODE_KINDS, DerivationKind, NodeKind, UseClass
from governance.provenance.licences import STRENGTH
from governance.provenance.lineage import Lineage, LineageEdge, LineageNode

MAX_MARKS = 60
"""Marks drawn at once; more cannot be told apart."""
MAX_STEPS = 4
"""Columns each way; nodes farther off fold into the last one."""
MAX_ROWS = 14
"""Marks in one column."""


class Placed(BaseModel, frozen=True):
    """One thing drawn: a record, or several of one kind folded into a group.

    Args:
        key: Of the record, or of the group's first member.
        column: Steps from the start, at most `MAX_STEPS` each way; negative is what it comes from.
        row: Height, 0 is the middle; rows of a column are one apart, the first one lowest in number.
        label: What to call it.
        members: Keys.
        recorded: Whether all members have a record.
    """

    key: str
    column: int
    row: float
    label: str
    members: tuple[str, ...]
    recorded: bool

    @property
    def folded(self) -> bool:
        """Tell whether it stands for several records."""
        return len(self.members) > 1


class Joined(BaseModel, frozen=True):
    """What joins two marks: the child rests on the parent, by so many edges."""

    child: str
    parent: str
    count: int


PlacedKind = TypeVar("PlacedKind", bound=Placed)
JoinedKind = TypeVar("JoinedKind", bound=Joined)


class Layers(BaseModel, Generic[PlacedKind, JoinedKind], frozen=True):
    """What to draw, and where; every record is in exactly one mark."""

    marks: tuple[PlacedKind, ...]
    lines: tuple[JoinedKind, ...]

    @property
    def columns(self) -> tuple[int, ...]:
        """Give the columns in use, from the left."""
        return tuple(sorted({mark.column for mark in self.marks}))

    @property
    def rows(self) -> int:
        """Count the marks of the tallest column."""
        columns = [mark.column for mark in self.marks]
        return max((columns.count(column) for column in set(columns)), default=0)


class Mark(Placed, frozen=True):
    """One node of a lineage, or several of one kind; its column counts the steps along the longest way.

    So what is older stands further left.

    Args:
        kind: Of every member.
        use: The effective use that all members share; ``None`` where they differ or it is unknown.
        mixed: Whether the members differ in it.
        deciding: Whether it lies on the way to the licence that decides.
    """

    kind: NodeKind
    use: UseClass | None
    mixed: bool
    deciding: bool


class Line(Joined, frozen=True):
    """Derivations from one mark to another: the child comes from the parent."""

    kinds: tuple[DerivationKind, ...]
    deciding: bool


Layout = Layers[Mark, Line]


class _Group(NamedTuple):
    """What one mark stands for; often a single node."""

    column: int
    kind: NodeKind
    members: tuple[str, ...]

    @property
    def key(self) -> str:
        return self.members[0]


def lay_out(found: Lineage) -> Layout:
    """Place a lineage.

    The node asked for and the way to the licence that decides are always drawn where they are
    within reach; of the rest the strictest and best connected, up to `MAX_MARKS`.

    Args:
        found: What `lineage` gave.

    Returns:
        The same for the same lineage, whatever the order of its nodes and edges.
    """
    nodes = {node.id: node for node in sorted(found.nodes, key=lambda node: node.id)}
    spoken = nodes[found.dataset_id].effective_use is not None
    path = [step for step in found.effective.because if step in nodes] if spoken else []
    columns = _columns(nodes, found.edges)
    must = {found.dataset_id, *path[: MAX_STEPS + 1]}
    degree: dict[str, int] = defaultdict(int)
    for edge in found.edges:
        degree[edge.child] += 1
        degree[edge.parent] += 1
    groups: list[_Group] = []
    for column, room in _shares(columns, nodes, must).items():
        mine = [key for key in nodes if columns[key] == column]
        groups += _fold(column, mine, nodes, must, degree, room)
    mark_of = {member: group.key for group in groups for member in group.members}
    lines = _lines(found.edges, mark_of, path)
    by_column: dict[int, list[tuple[str, tuple[object, ...]]]] = defaultdict(list)
    for group in groups:
        by_column[group.column].append((group.key, _tie(group, nodes)))
    rows = rows_of(by_column, lines)
    marks = [_mark(group, rows[group.key], nodes, set(path)) for group in groups]
    return Layout(marks=tuple(sorted(marks, key=lambda mark: (mark.column, mark.row))), lines=lines)


def _columns(nodes: Mapping[str, LineageNode], edges: Sequence[LineageEdge]) -> dict[str, int]:
    """Push each node as far out as its longest way reaches; ways within a cycle do not count."""
    number = {key: position for position, key in enumerate(nodes)}
    level = np.array([node.level for node in nodes.values()])
    child, parent = (np.array([number[getattr(edge, end)] for edge in edges], dtype=int) for end in ("child", "parent"))
    graph = coo_array((np.ones(len(edges)), (child, parent)), shape=(len(nodes), len(nodes)))
    _, cycle = connected_components(graph, connection="strong")
    apart = cycle[child] != cycle[parent]
    column = np.clip(level, -MAX_STEPS, MAX_STEPS)
    back = apart & (level[child] <= 0) & (level[parent] < 0)
    on = apart & (level[parent] >= 0) & (level[child] > 0)
    for _ in range(MAX_STEPS):
        before = column.copy()
        np.minimum.at(column, parent[back], before[child[back]] - 1)
        np.maximum.at(column, child[on], before[parent[on]] + 1)
        column = np.clip(column, -MAX_STEPS, MAX_STEPS)
    return dict(zip(nodes, column.tolist(), strict=True))


def _shares(columns: Mapping[str, int], nodes: Mapping[str, LineageNode], must: set[str]) -> dict[int, int]:
    """Give each column its number of marks: at least one a kind, at most `MAX_ROWS`, together `MAX_MARKS`."""
    sizes: dict[int, int] = defaultdict(int)
    floors: dict[int, set[object]] = defaultdict(set)
    for key, column in columns.items():
        sizes[column] += 1
        floors[column].add((key,) if key in must else nodes[key].kind)
    shares: dict[int, int] = {}
    for height in range(MAX_ROWS, 0, -1):
        shares = {column: max(len(floors[column]), min(sizes[column], height)) for column in sorted(sizes)}
        if sum(shares.values()) <= MAX_MARKS:
            break
    return shares


def _fold(
    column: int,
    mine: Sequence[str],
    nodes: Mapping[str, LineageNode],
    must: set[str],
    degree: Mapping[str, int],
    room: int,
) -> list[_Group]:
    """Choose what a column draws one by one; what is left of each kind becomes one group."""
    alone = [key for key in mine if key in must]
    cells: dict[NodeKind, list[str]] = defaultdict(list)
    for key in sorted(set(mine) - must, key=lambda key: _rank(nodes[key], degree)):
        cells[nodes[key].kind].append(key)
    spare = room - len(alone) - len(cells)
    folded: list[_Group] = []
    waiting = sorted(cells, key=lambda kind: (len(cells[kind]), NODE_KINDS.index(kind)))
    while waiting:
        kind = waiting.pop(0)
        members = cells[kind]
        single = len(members) if len(members) - 1 <= spare else spare // (len(waiting) + 1)
        spare -= single - (single == len(members))
        alone += members[:single]
        if rest := members[single:]:
            folded.append(_Group(column, kind, tuple(rest)))
    return [_Group(column, nodes[key].kind, (key,)) for key in alone] + folded


def _rank(node: LineageNode, degree: Mapping[str, int]) -> tuple[int, int, str, str]:
    strength = -1 if node.effective_use is None else STRENGTH[node.effective_use]
    return -strength, -degree[node.id], node.label.lower(), node.id


def _lines(edges: Iterable[LineageEdge], mark_of: Mapping[str, str], path: Sequence[str]) -> tuple[Line, ...]:
    kinds: dict[tuple[str, str], set[DerivationKind]] = defaultdict(set)
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for edge in edges:
        ends = mark_of.get(edge.child), mark_of.get(edge.parent)
        if ends[0] and ends[1] and ends[0] != ends[1]:
            kinds[ends[0], ends[1]].add(edge.kind)
            counts[ends[0], ends[1]] += 1
    deciding = {(mark_of[child], mark_of[parent]) for child, parent in pairwise(path)}
    return tuple(
        Line(
            child=ends[0],
            parent=ends[1],
            kinds=tuple(sorted(kinds[ends], key=DERIVATION_KINDS.index)),
            count=counts[ends],
            deciding=ends in deciding,
        )
        for ends in sorted(kinds)
    )


def _tie(group: _Group, nodes: Mapping[str, LineageNode]) -> tuple[object, ...]:
    return NODE_KINDS.index(group.kind), len(group.members) > 1, *_rank(nodes[group.key], defaultdict(int))


def rows_of(
    columns: Mapping[int, Sequence[tuple[str, tuple[object, ...]]]], lines: Sequence[Joined]
) -> dict[str, float]:
    """Order each column, from the middle outwards, by where the marks it hangs on stand.

    Args:
        columns: By column the key of each mark, and what decides between those that hang alike.
        lines: Between the marks.
    """
    near: dict[str, list[str]] = defaultdict(list)
    for line in lines:
        near[line.child].append(line.parent)
        near[line.parent].append(line.child)
    rows: dict[str, float] = {}
    for column in sorted(columns, key=lambda column: (abs(column), column)):
        placed = {key: [rows[other] for other in near[key] if other in rows] for key, _ in columns[column]}
        ordered = sorted(
            columns[column],
            key=lambda item: (sum(placed[item[0]]) / len(placed[item[0]]) if placed[item[0]] else 0.0, item[1]),
        )
        for position, (key, _) in enumerate(ordered):
            rows[key] = position - (len(ordered) - 1) / 2
    return rows


def _mark(group: _Group, row: float, nodes: Mapping[str, LineageNode], path: set[str]) -> Mark:
    uses = {nodes[member].effective_use for member in group.members}
    size = len(group.members)
    return Mark(
        key=group.key,
        column=group.column,
        row=row,
        kind=group.kind,
        label=nodes[group.key].label if size == 1 else f"{size:,} more",
        members=group.members,
        use=next(iter(uses)) if len(uses) == 1 else None,
        mixed=len(uses) > 1,
        recorded=all(nodes[member].recorded for member in group.members),
        deciding=not path.isdisjoint(group.members),
    )
