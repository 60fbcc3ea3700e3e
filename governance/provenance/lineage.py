"""What a dataset derives from, what is built on it, and the terms that are left once all of it counts."""

from __future__ import annotations

import difflib
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray
from pydantic import BaseModel

from governance.catalogue.site_consent import SourcesConsent, sources_of
from governance.catalogue.vocabulary import (
    SNAPSHOT_DATES,
    USE_CLASSES,
    DerivationKind,
    Host,
    MatchBasis,
    NodeKind,
    UseClass,
)
from governance.errors import NotFound
from governance.provenance.conflicts import Conflict, LicenceAt, conflicts_among
from governance.provenance.keyed import Keyed
from governance.provenance.licences import (
    STRENGTH,
    OwnTerms,
    Statement,
    Statements,
    own_terms,
    own_terms_of_all,
    statements,
)
from governance.provenance.policies import POLICIES, Policy
from governance.provenance.propagate import ends, paths, propagate, to_csr

Direction = Literal["up", "down", "both"]
Ints = NDArray[np.int32]


class LineageNode(BaseModel, frozen=True):
    """One node: a dataset, a collection, a parent without a record, a text source or a model.

    Args:
        level: Steps from the node asked for; negative is what it comes from.
        own_use: By its own licences; ``None`` where it has no record.
        effective_use: Once everything behind it counts; ``None`` where nothing behind it is recorded.
    """

    id: str
    kind: NodeKind
    label: str
    recorded: bool
    own_use: UseClass | None
    effective_use: UseClass | None
    level: int
    url: str | None


class LineageEdge(BaseModel, frozen=True):
    """One derivation: the child comes from the parent."""

    child: str
    parent: str
    kind: DerivationKind
    stated: str | None
    basis: MatchBasis


class EffectiveTerms(BaseModel, frozen=True):
    """The strictest terms over a dataset and everything it derives from.

    Args:
        use: What is left.
        attribution: Whether credit must be given for it or anything behind it.
        share_alike: Whether it, or anything behind it, binds what is built on it.
        because: Node ids from the dataset to the one that decides the use.
        licence: The licence that decides; ``None`` where nothing is stated.
        reason: The same in a sentence.
        evidence_date: When the audit recorded the deciding licence.
    """

    use: UseClass
    attribution: bool
    share_alike: bool
    because: tuple[str, ...]
    licence: str | None
    reason: str
    evidence_date: str


class Lineage(BaseModel, frozen=True):
    """Everything found around one node, the terms that are left, and what the sources behind it allow."""

    dataset_id: str
    snapshot: str
    policy: str
    nodes: tuple[LineageNode, ...]
    edges: tuple[LineageEdge, ...]
    effective: EffectiveTerms
    conflicts: tuple[Conflict, ...]
    missing_parents: int
    sources: SourcesConsent = SourcesConsent()


@dataclass(frozen=True, slots=True)
class LineageGraph:
    """The whole graph of a snapshot as arrays; node numbers follow the order of the ids.

    Args:
        child, parent: Node numbers of each edge.
        why: Kind, parent as written (``stated``) and basis of each edge.
        up, down: For each node, where its edges start in ``ways_up`` and ``ways_down``, and the end.
        ways_up, ways_down: Edge numbers, by the node they lead away from.
    """

    snapshot: str
    ids: pl.Series
    number: Keyed[int]
    kinds: pl.Series
    labels: pl.Series
    recorded: pl.Series
    urls: pl.Series
    child: Ints
    parent: Ints
    why: pl.DataFrame
    up: Ints
    ways_up: Ints
    down: Ints
    ways_down: Ints

    @classmethod
    def of(cls, snapshot: str, nodes: pl.DataFrame, edges: pl.DataFrame) -> LineageGraph:
        """Make a graph from its nodes, ordered by id, and its edges."""
        size, ids = nodes.height, nodes["id"]
        child, parent = edges["child"].to_numpy(), edges["parent"].to_numpy()
        up, ways_up = _ways(child, size)
        down, ways_down = _ways(parent, size)
        return cls(
            snapshot, ids, Keyed(ids, np.arange(size), range(size)), nodes["kind"], nodes["label"],
            nodes["recorded"], nodes["url"], child, parent, edges.select("kind", "stated", "basis"),
            up, ways_up, down, ways_down,
        )  # fmt: skip

    def edge(self, position: int) -> LineageEdge:
        """Give one edge."""
        kind, stated, basis = self.why.row(position)
        child, parent = self.ids[int(self.child[position])], self.ids[int(self.parent[position])]
        return LineageEdge(child=child, parent=parent, kind=kind, stated=stated, basis=basis)

    def edges_up(self, node: int) -> Ints:
        """Give the numbers of the edges from a node to its parents."""
        return self.ways_up[self.up[node] : self.up[node + 1]]

    def edges_down(self, node: int) -> Ints:
        """Give the numbers of the edges from a node to its children."""
        return self.ways_down[self.down[node] : self.down[node + 1]]


@dataclass(frozen=True, slots=True)
class EffectiveOfAll:
    """Effective terms of every node of a graph under one policy.

    Args:
        stated: What each host states, by dataset id.
        own: Own terms by dataset id.
        licences: The deciding licence of each distinct own terms, a model's included; the first stands for no terms.
        terms_at: For each node the place of its own terms in them.
        use: Strength of the use class a node, 0 (commercial) to 3 (academic only).
        via: The parent through which it came; -1 where the node itself decides.
        decider: The node that decides.
        attribution, share_alike: 1 where asked for.
        known: 1 where any terms are recorded on the node or behind it; elsewhere its use is unknown.
    """

    graph: LineageGraph
    policy: Policy
    stated: Mapping[Host, Keyed[Statements]]
    own: Keyed[OwnTerms]
    licences: pl.Series
    terms_at: Ints
    use: NDArray[np.int8]
    via: Ints
    decider: Ints
    attribution: NDArray[np.int8]
    share_alike: NDArray[np.int8]
    known: NDArray[np.int8]

    def terms(self, node_id: str) -> EffectiveTerms:
        """Give the effective terms of one node with the reason."""
        number = self.graph.number[node_id]
        because, reason = self.decided(np.array([number])).row(0)
        return EffectiveTerms(
            use=USE_CLASSES[self.use[number]],
            attribution=bool(self.attribution[number]),
            share_alike=bool(self.share_alike[number]),
            because=tuple(because),
            licence=self.deciding(np.array([number])).item(),
            reason=reason,
            evidence_date=SNAPSHOT_DATES[self.graph.snapshot],
        )

    def deciding(self, numbers: NDArray[np.integer]) -> pl.Series:
        """Give the licence that decides the use of each of many nodes; null where nothing is stated."""
        return self.licences.gather(self.terms_at[self.decider[numbers]])

    def decided(self, numbers: NDArray[np.integer]) -> pl.DataFrame:
        """Tell how the use of each of many nodes came about: ``because`` and ``reason``, as in `EffectiveTerms`."""
        whose, steps = paths(self.via, numbers)
        label = pl.col("label")
        ways = (
            pl.DataFrame(
                {"row": whose, "because": self.graph.ids.gather(steps), "label": self.graph.labels.gather(steps)}
            )
            .group_by("row", maintain_order=True)
            .agg("because", last=label.last(), between=label.slice(1, pl.len() - 2).str.join(" → "), steps=pl.len())
        )
        at, via = pl.concat_str(pl.lit(" at "), "last"), pl.concat_str(pl.lit(", via parent "), "between")
        where = (
            pl.when(pl.col("steps") == 2).then(pl.concat_str(pl.lit(" at its parent "), "last"))
            .when(pl.col("steps") > 2).then(at + via).otherwise(at)
        )  # fmt: skip
        return ways.select("because", reason=self._said(numbers) + where)

    def _said(self, numbers: NDArray[np.integer]) -> pl.Series:
        licences, deciders = self.deciding(numbers), self.decider[numbers]
        words = {one: f"licence {short_licence(one)}" for one in licences.unique().drop_nulls()}
        said = licences.replace_strict(words, default=None, return_dtype=pl.String).fill_null("no licence stated")
        if self.policy.missing_parent_as is None:
            return said
        lost = pl.Series(self.terms_at[deciders] == 0) & ~self.graph.recorded.gather(deciders)
        return said.zip_with(~lost, pl.Series(["terms that nobody recorded"]))


def short_licence(licence_id: str) -> str:
    """Write a licence id for people: custom terms by their address.

    >>> short_licence("custom:https://example.org/terms")
    'custom terms (https://example.org/terms)'
    """
    return f"custom terms ({licence_id[7:]})" if licence_id.startswith("custom:") else licence_id


def load_graph(connection: duckdb.DuckDBPyConnection, snapshot: str = "current") -> LineageGraph:
    """Load the lineage graph of a snapshot."""
    nodes = connection.execute(
        "SELECT id, kind, label, recorded, url FROM node WHERE snapshot = ? ORDER BY id", [snapshot]
    ).pl()
    edges = connection.execute(
        """
        WITH numbered AS (
            SELECT id, (row_number() OVER (ORDER BY id) - 1)::INTEGER AS number FROM node WHERE snapshot = $snapshot
        )
        SELECT c.number AS child, p.number AS parent, d.kind, d.stated, d.basis
        FROM derivation AS d JOIN numbered AS c ON c.id = d.child JOIN numbered AS p ON p.id = d.parent
        WHERE d.snapshot = $snapshot ORDER BY c.number, p.number, d.kind
        """,
        {"snapshot": snapshot},
    ).pl()
    return LineageGraph.of(snapshot, nodes, edges)


def effective_of_all(connection: duckdb.DuckDBPyConnection, graph: LineageGraph, policy: Policy) -> EffectiveOfAll:
    """Give every node the strictest terms over itself and all that it derives from.

    A parent without a record adds nothing unless the policy says so; cycles, self-loops and
    missing parents end a walk.
    """
    stated = statements(connection, graph.snapshot)
    own = own_terms_of_all(stated, policy)
    models = _model_terms(connection, graph.snapshot, policy)
    bound = [one for one in models if one in graph.number]
    terms_of = (None, *own.distinct, *(models[one] for one in bound))
    terms_at = np.zeros(len(graph.ids), dtype=np.int32)
    terms_at[graph.number.codes_at(own.ids)] = own.codes + 1
    terms_at[np.array([graph.number[one] for one in bound], dtype=np.int64)] = np.arange(
        len(terms_of) - len(bound), len(terms_of)
    )
    figures = [(STRENGTH[one.use], one.attribution, one.share_alike, 1) if one else (0, 0, 0, 0) for one in terms_of]
    use, credit, alike, speaks = np.array(figures, dtype=np.int8).T[:, terms_at]
    if policy.missing_parent_as is not None:
        lost = ((graph.kinds == "work") & ~graph.recorded).to_numpy()
        use[lost], speaks[lost] = STRENGTH[policy.missing_parent_as], 1
    offsets, children = to_csr(len(graph.ids), graph.parent, graph.child)
    effective, via = propagate(use, offsets, children)
    attribution, share_alike, known = (propagate(one, offsets, children).effective for one in (credit, alike, speaks))
    licences = pl.Series("deciding_licence", [one and one.deciding for one in terms_of], dtype=pl.String)
    return EffectiveOfAll(
        graph, policy, stated, own, licences, terms_at, effective, via, ends(via), attribution, share_alike, known
    )


def lineage(
    connection: duckdb.DuckDBPyConnection,
    dataset_id: str,
    *,
    snapshot: str = "current",
    policy: Policy = POLICIES["audit"],
    depth: int | None = None,
    direction: Direction = "both",
    known: EffectiveOfAll | None = None,
) -> Lineage:
    """Find what a node derives from and what is built on it, and the terms that are left.

    Args:
        connection: An open catalogue.
        dataset_id: A dataset's id, or another node's, such as ``model:OpenAI GPT-4``.
        snapshot: State of the audit.
        policy: How licences are read.
        depth: Steps to walk each way; ``None`` walks to the end.
        direction: What it comes from, what is built on it, or both.
        known: The effective terms of this snapshot and policy, where the caller has them already.

    Raises:
        NotFound: No node has that id.
    """
    everything = known or effective_of_all(connection, load_graph(connection, snapshot), policy)
    graph = everything.graph
    if dataset_id not in graph.number:
        raise not_found(dataset_id, graph.ids, snapshot)
    start = graph.number[dataset_id]
    levels = {start: 0}
    taken: set[int] = set()
    if direction in ("up", "both"):
        _walk(graph, start, depth, -1, levels, taken)
    if direction in ("down", "both"):
        _walk(graph, start, depth, 1, levels, taken)
    steps = _ancestors(graph, start)
    behind, nearest = sorted(steps), sorted(steps, key=lambda number: steps[number])
    return Lineage(
        dataset_id=dataset_id,
        snapshot=snapshot,
        policy=policy.id,
        nodes=tuple(
            _node(everything, number, level)
            for number, level in sorted(levels.items(), key=lambda item: (item[1], item[0]))
        ),
        edges=tuple(graph.edge(position) for position in sorted(taken)),
        effective=everything.terms(dataset_id),
        conflicts=conflicts_among(_licences_behind(everything, behind)),
        missing_parents=sum(graph.kinds[number] == "work" and not graph.recorded[number] for number in behind),
        sources=sources_of(connection, [graph.ids[number] for number in nearest], snapshot),
    )


def not_found(asked: str, ids: Iterable[str], snapshot: str) -> NotFound:
    """Make the error for an id that nothing has, naming the closest ones."""
    close = difflib.get_close_matches(asked[:200], list(ids), n=3, cutoff=0.6)
    fix = f"did you mean {' or '.join(close)}?" if close else "look it up with 'touchstone search'"
    return NotFound(f"there is no dataset '{asked[:200]}'", f"snapshot {snapshot}", fix)


def _walk(
    graph: LineageGraph, start: int, depth: int | None, sign: int, levels: dict[int, int], taken: set[int]
) -> None:
    ways, end = (graph.edges_up, graph.parent) if sign < 0 else (graph.edges_down, graph.child)
    queue = deque([(start, 0)])
    seen = {start}
    while queue:
        number, level = queue.popleft()
        if depth is not None and level >= depth:
            continue
        for position in ways(number).tolist():
            taken.add(position)
            found = int(end[position])
            if found not in seen:
                seen.add(found)
                levels.setdefault(found, sign * (level + 1))
                queue.append((found, level + 1))


def _ancestors(graph: LineageGraph, start: int) -> dict[int, int]:
    """Give all that stands behind a node, itself too, with the steps to each."""
    levels: dict[int, int] = {start: 0}
    _walk(graph, start, None, -1, levels, set())
    return {number: -level for number, level in levels.items()}


def _node(everything: EffectiveOfAll, number: int, level: int) -> LineageNode:
    graph = everything.graph
    own = everything.own.get(graph.ids[number])
    return LineageNode(
        id=graph.ids[number],
        kind=graph.kinds[number],
        label=graph.labels[number],
        recorded=graph.recorded[number],
        own_use=own.use if own else None,
        effective_use=USE_CLASSES[everything.use[number]] if everything.known[number] else None,
        level=level,
        url=graph.urls[number],
    )


def _licences_behind(everything: EffectiveOfAll, behind: Sequence[int]) -> list[LicenceAt]:
    graph, policy = everything.graph, everything.policy
    return [
        LicenceAt(one.licence_id, one.spdx, one.use, one.share_alike is True, graph.labels[number], graph.ids[number])
        for number in behind
        for one in everything.stated["audit"].get(graph.ids[number], ())
        if one.licence_id not in policy.ignored_licences
    ]


def _ways(end: Ints, size: int) -> tuple[Ints, Ints]:
    """Sort the edges by the node they lead away from; the order among equals is kept."""
    order = np.argsort(end, kind="stable").astype(np.int32)
    starts = np.searchsorted(end[order], np.arange(size + 1)).astype(np.int32)
    return starts, order


def _model_terms(connection: duckdb.DuckDBPyConnection, snapshot: str, policy: Policy) -> dict[str, OwnTerms]:
    """Read the terms that bind what a model wrote as if an audit had stated them for it."""
    if not policy.model_terms:
        return {}
    rows = connection.execute(
        """
        SELECT k.subject_id, k.object_id, coalesce(l.kind, 'licence'), coalesce(l.use, 'academic_only'),
               l.attribution, l.share_alike, coalesce(l.known, false), l.spdx
        FROM link AS k LEFT JOIN licence AS l ON l.snapshot = ? AND l.id = k.object_id
        WHERE k.subject_kind = 'model' AND k.predicate = 'under_terms' ORDER BY ALL
        """,
        [snapshot],
    ).fetchall()
    stated: dict[str, list[Statement]] = {}
    for model, *licence in rows:
        if licence[0] not in policy.ignored_licences:
            stated.setdefault(str(model), []).append(Statement("audit", *licence))
    alone = policy.model_copy(update={"hosts": ("audit",)})
    return {model: own_terms(mine, alone) for model, mine in stated.items()}
