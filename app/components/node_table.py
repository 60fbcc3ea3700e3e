"""The nodes of a lineage as a table and as a list to choose from: what the picture shows, folded ones included."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

import polars as pl
import streamlit as st

from app.components.frame import number, plain
from app.components.lineage_graph import heading, mark_words
from app.components.reading import KIND_WORDS
from app.theme import USE_LABELS, tokens, use_badge, use_colours
from governance.catalogue.vocabulary import USE_CLASSES, MatchBasis, UseClass
from governance.exports.words import EDGE_WORDS
from governance.provenance.conflicts import Conflict
from governance.provenance.layout import Layout
from governance.provenance.lineage import Lineage, LineageEdge, LineageNode

MAX_LISTED = 1_000
BASIS_WORDS: dict[MatchBasis, str] = {
    "hub_id": "same hub id",
    "code_url": "same code address",
    "id": "same id",
    "name": "same name",
    "normalised_name": "same name, spelling aside",
    "collection": "a collection's name",
    "stated": "as stated",
}
SCHEMA = {
    "id": pl.String, "name": pl.String, "kind": pl.String, "steps": pl.Int64, "link": pl.String, "own": pl.String,
    "effective": pl.String, "recorded": pl.Boolean, "basis": pl.String, "stated": pl.String,
}  # fmt: skip


def node_list(found: Lineage, picture: Layout, *, key: str, listing: str) -> str | None:
    """List what the picture shows, folded nodes included, and give the id of the node that was chosen.

    Args:
        found: What `lineage` gave.
        picture: How it is drawn.
        key: Unique to this lineage.
        listing: Key in the session under which the first member of the group to list is kept.
    """
    groups = {mark.key: mark for mark in picture.marks if mark.folded}
    everything = f"Everything: {said(found)}"
    left, right, save = st.columns([5, 5, 1], vertical_alignment="bottom")
    picked = left.selectbox(
        "List", ["", *groups], key=listing, help="Everything, or one of the groups of the picture",
        format_func=lambda name: f"{heading(groups[name].column)}: {mark_words(groups[name])}" if name else everything,
    )  # fmt: skip
    rows = node_rows(found, groups[picked].members if picked in groups else None)
    labels = {row["id"]: f"{row['name']} ({row['kind']}, {row['effective']})" for row in rows.to_dicts()[:MAX_LISTED]}
    target = right.selectbox(
        "Go to", list(labels), index=None, key=f"go-{key}-{picked}", format_func=lambda node: labels[node],
        placeholder="Choose one to look from there", help="The same as a click in the picture",
    )  # fmt: skip
    save.download_button(
        "", rows.write_csv, "lineage.csv", "text/csv", key=f"csv-{key}", on_click="ignore", width="stretch",
        icon=":material/download:", help="Every row of the list as CSV",
    )  # fmt: skip
    chosen = node_table(rows, key=f"nodes-{key}-{picked}")
    if rows.height > MAX_LISTED:
        st.caption(f"The first {number(MAX_LISTED)} of {number(rows.height)}; the download has all.")
    return chosen or target


def said(found: Lineage) -> str:
    """Count what lies each way."""
    behind, ahead = (sum(sign * node.level > 0 for node in found.nodes) for sign in (-1, 1))
    return f"{number(behind)} it comes from, {number(ahead)} built on it"


def node_rows(found: Lineage, only: Collection[str] | None = None) -> pl.DataFrame:
    """Give one row for each other node, nearest first: how it is linked towards the node asked for, and its uses.

    Args:
        found: What `lineage` gave.
        only: Ids to keep; ``None`` keeps all.
    """
    levels = {node.id: node.level for node in found.nodes}
    towards: dict[str, list[LineageEdge]] = defaultdict(list)
    for edge in found.edges:
        end = edge.parent if levels[edge.parent] < 0 else edge.child
        towards[end].append(edge)
    nodes = [node for node in found.nodes if node.id != found.dataset_id and (only is None or node.id in only)]
    nodes.sort(key=lambda node: (abs(node.level), node.level, node.kind, node.label.lower(), node.id))
    return pl.DataFrame([_row(node, towards[node.id]) for node in nodes], schema=SCHEMA, orient="row")


def node_table(rows: pl.DataFrame, *, key: str) -> str | None:
    """Show nodes as a table and give the id of the row that was chosen."""
    colours = use_colours(tokens())
    pills: dict[str, Any] = {
        "options": [*USE_LABELS.values(), "unknown"],
        "color": [*(colours[use] for use in USE_CLASSES), tokens().panel],
        "width": 120,
    }
    event = st.dataframe(
        rows.head(MAX_LISTED).with_columns(pl.concat_list(name).alias(name) for name in ("own", "effective")),
        hide_index=True,
        height=min(38 + 35 * max(rows.height, 1), 420),
        key=key,
        on_select="rerun",
        selection_mode="single-row",
        placeholder="",
        alt=f"{rows.height:,} nodes of the lineage: name, kind, steps away, link and use",
        column_order=("name", "kind", "steps", "link", "effective", "own", "recorded", "basis", "stated"),
        column_config={
            "name": st.column_config.TextColumn("Name", pinned=True, width=210),
            "kind": st.column_config.TextColumn("Kind", width=110),
            "steps": st.column_config.NumberColumn("Steps", width=64, help="Negative: it comes from this"),
            "link": st.column_config.TextColumn("Link", width=120, help="How the child stands to its parent"),
            "effective": st.column_config.MultiselectColumn("Effective use", help="With its lineage", **pills),
            "own": st.column_config.MultiselectColumn("Own licences", **pills),
            "recorded": st.column_config.CheckboxColumn("Record", width=70, help="Whether the audit has one"),
            "basis": st.column_config.TextColumn("Matched by", width=140),
            "stated": st.column_config.TextColumn("As written", width=160),
        },
    )  # fmt: skip
    chosen = event["selection"]["rows"]
    return str(rows["id"][chosen[0]]) if chosen and chosen[0] < rows.height else None


def node_line(node: LineageNode, edges: Sequence[LineageEdge], *, ahead: bool) -> str:
    """Say in Markdown what stands between a node and the one shown: link, basis, use, record.

    Args:
        node: A parent or child.
        edges: Between it and the one shown.
        ahead: Whether it is a child.
    """
    links = ", ".join(dict.fromkeys(EDGE_WORDS[edge.kind] for edge in edges))
    bases = ", ".join(dict.fromkeys(BASIS_WORDS[edge.basis] for edge in edges if edge.basis != "stated"))
    written = ", ".join(dict.fromkeys(f"“{plain(edge.stated)}”" for edge in edges if edge.stated))
    kind = KIND_WORDS[node.kind][0]
    parts = [f"{kind} {links} it" if ahead else f"{links} this {kind}"]
    if bases or written:
        parts.append(" ".join(part for part in ("matched by" if bases else "", bases, written) if part))
    if not node.recorded:
        parts.append("**no record**")
    elif node.effective_use:
        parts.append(f"{use_badge(node.effective_use)} once lineage counts")
    return " · ".join(parts)


def conflict_list(conflicts: Sequence[Conflict], shown: int = 2) -> None:
    """Name terms that cannot all be kept; more than a few wait in an expander."""
    for one in conflicts[:shown]:
        st.warning(plain(one.detail[:1].upper() + one.detail[1:]) + ".", icon=":material/balance:")
    if rest := conflicts[shown:]:
        with st.expander(f"{len(rest):,} more terms that cannot all be kept", icon=":material/balance:"):
            st.markdown("\n".join(f"- {plain(one.detail)}" for one in rest))


def _row(node: LineageNode, edges: Sequence[LineageEdge]) -> tuple[object, ...]:
    return (
        node.id,
        node.label,
        KIND_WORDS[node.kind][0],
        node.level,
        ", ".join(dict.fromkeys(EDGE_WORDS[edge.kind] for edge in edges)) or None,
        _use(node.own_use),
        _use(node.effective_use),
        node.recorded,
        ", ".join(dict.fromkeys(BASIS_WORDS[edge.basis] for edge in edges)) or None,
        "; ".join(dict.fromkeys(edge.stated for edge in edges if edge.stated)) or None,
    )


def _use(use: UseClass | None) -> str:
    return USE_LABELS[use] if use else "unknown"
