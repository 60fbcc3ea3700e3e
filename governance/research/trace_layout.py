"""Where to draw the records around one: what it rests on at the left, what rests on it at the right, groups counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

import polars as pl

from governance.provenance.layout import MAX_MARKS, MAX_ROWS, MAX_STEPS, Joined, Layers, Placed, rows_of
from governance.research.trace_found import Path, Trace
from governance.research.trace_vocabulary import PREDICATES, TOUCHED, TRACE_KINDS, Predicate, TraceKind


class TraceMark(Placed, frozen=True):
    """One record of a trace, or several of one kind, which all have."""

    kind: TraceKind


class TraceLine(Joined, frozen=True):
    """Edges from one mark to another: the child rests on the parent.

    Args:
        predicates: Of the edges; empty where only records that are left out lie between, and the
            count is of the ways through these.
    """

    predicates: tuple[Predicate, ...]


TraceLayout = Layers[TraceMark, TraceLine]


class _Group(NamedTuple):
    column: int
    kind: TraceKind
    members: tuple[str, ...]


def lay_out_trace(found: Trace) -> TraceLayout:
    """Place a trace: of each kind and column the best connected one by one, the rest as one counted group.

    Args:
        found: What `trace` gave.

    Returns:
        At most `MAX_MARKS` marks; the same for the same trace.
    """
    ends = pl.concat([found.edges["child"], found.edges["parent"]]).value_counts()
    ranked = found.nodes.join(ends.rename({ends.columns[0]: "key", "count": "degree"}), on="key", how="left").sort(
        "recorded", "degree", "label", "key", descending=[True, True, False, False], nulls_last=True
    )
    labels = dict(zip(found.nodes["key"].to_list(), found.nodes["label"].to_list(), strict=True))
    bare = set(found.nodes.filter(~pl.col("recorded"))["key"].to_list())
    groups = _groups(found.start, ranked)
    mark_of = {member: group.members[0] for group in groups for member in group.members}
    lines = _lines(found, mark_of)
    by_column: dict[int, list[tuple[str, tuple[object, ...]]]] = defaultdict(list)
    for group in groups:
        first, *more = group.members
        by_column[group.column].append((first, (TRACE_KINDS.index(group.kind), bool(more), labels[first])))
    rows = rows_of(by_column, lines)
    marks = [
        TraceMark(
            key=group.members[0], column=group.column, row=rows[group.members[0]], kind=group.kind,
            label=labels[group.members[0]], members=group.members,
            recorded=bare.isdisjoint(group.members),
        )
        for group in groups
    ]  # fmt: skip
    return TraceLayout(marks=tuple(sorted(marks, key=lambda mark: (mark.column, mark.row))), lines=lines)


def lay_out_path(found: Path) -> TraceLayout:
    """Place the records of a path in a row, the first at the left.

    Args:
        found: What `path_between` gave.
    """
    marks = tuple(
        TraceMark(
            key=row["key"], column=at, row=0.0, kind=row["kind"], label=row["label"], members=(row["key"],),
            recorded=row["recorded"],
        )
        for at, row in enumerate(found.nodes.iter_rows(named=True))
    )  # fmt: skip
    lines = tuple(
        TraceLine(child=row["child"], parent=row["parent"], predicates=(row["predicate"],), count=1)
        for row in found.edges.iter_rows(named=True)
    )
    return TraceLayout(marks=marks, lines=lines)


def _groups(start: str, ranked: pl.DataFrame) -> list[_Group]:
    """Give each cell (column and kind) a mark, and share what room is left."""
    names = ranked["key"].to_list(), ranked["kind"].to_list(), ranked["depth"].to_list()
    for steps in range(MAX_STEPS, 0, -1):
        cells: dict[tuple[int, TraceKind], list[str]] = defaultdict(list)
        for key, kind, depth in zip(*names, strict=True):
            if key != start:
                cells[max(-steps, min(steps, depth)), kind].append(key)
        if len(cells) < MAX_MARKS:
            break
    own = next(kind for key, kind in zip(*names[:2], strict=True) if key == start)
    groups = [_Group(0, own, (start,))]
    shown = dict.fromkeys(cells, 1)
    room = MAX_MARKS - 1 - len(cells)
    order = sorted(cells, key=lambda cell: (cell[1] not in TOUCHED, abs(cell[0]), TRACE_KINDS.index(cell[1]), cell[0]))
    growing = True
    while room and growing:
        growing = False
        for cell in order:
            tall = sum(count for other, count in shown.items() if other[0] == cell[0])
            if room and shown[cell] < len(cells[cell]) and tall < MAX_ROWS:
                shown[cell] += 1
                room -= 1
                growing = True
    for (column, kind), members in cells.items():
        single = shown[column, kind] - (shown[column, kind] < len(members))
        groups += [_Group(column, kind, (key,)) for key in members[:single]]
        if rest := members[single:]:
            groups.append(_Group(column, kind, tuple(rest)))
    return groups


def _lines(found: Trace, mark_of: Mapping[str, str]) -> tuple[TraceLine, ...]:
    places = pl.DataFrame(
        {"key": list(mark_of), "mark": list(mark_of.values())}, schema={"key": pl.String, "mark": pl.String}
    )
    side = found.nodes.filter(pl.col("hidden") > 0).select(
        child=pl.when(pl.col("depth") < 0).then("via").otherwise("key"),
        parent=pl.when(pl.col("depth") < 0).then("key").otherwise("via"),
        predicate=pl.lit(None, pl.String),
    )
    both = pl.concat([found.edges.select("child", "parent", "predicate"), side])
    for end in ("child", "parent"):
        both = both.join(places.rename({"key": end, "mark": f"{end}_mark"}), on=end, how="left")
    lines = (
        both.filter(pl.col("child_mark") != pl.col("parent_mark"))
        .group_by("child_mark", "parent_mark")
        .agg(pl.col("predicate").drop_nulls().unique(), pl.len())
        .sort("child_mark", "parent_mark")
    )
    return tuple(
        TraceLine(child=child, parent=parent, predicates=tuple(sorted(words, key=PREDICATES.index)), count=count)
        for child, parent, words, count in lines.iter_rows()
    )
