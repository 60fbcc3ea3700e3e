"""The words, lists and menus of the Trace page."""

from __future__ import annotations

from functools import partial

import polars as pl
import streamlit as st

from app.components import state
from app.components.feedback import empty
from app.components.frame import number, plain
from app.components.reading import FOUND, SEARCHED, move
from app.components.trace_graph import step_words, trace_mark_words
from governance.catalogue.search import MAX_WORDS, search
from governance.exports.tables import csv_of
from governance.exports.trace_files import FILE_NAMES, MEDIA_TYPES, TraceFormat, render_trace
from governance.research.trace_found import Falls, Path, Trace
from governance.research.trace_graph import TraceGraph, find_records
from governance.research.trace_layout import TraceLayout
from governance.research.trace_vocabulary import (
    KIND_WORDS,
    NODE_PREFIXES,
    PREDICATE_WORDS,
    TOUCHED,
    TraceKind,
    kind_count,
)

MAX_LISTED = 1_000
HIT_KINDS: dict[str, TraceKind] = {"ai_model": "model", "model": "generating_model"}
"""What the catalogue's search calls kinds that are named otherwise here."""
EXPORTS: dict[TraceFormat, tuple[str, str]] = {
    "prov": ("PROV-JSON", "Records and edges in the words of W3C PROV"),
    "graphml": ("GraphML", "The graph for other tools, such as Gephi or networkx"),
    "csv": ("CSV", "The edges, with the names of both ends"),
    "json": ("JSON", "All of it, each record with its page"),
}
SIDES = {-1: "It rests on ", 1: "On it rest "}


def record_finder(graph: TraceGraph, into: str) -> None:
    """Search for a record of any kind and offer to show it here.

    Args:
        graph: Where to look.
        into: The parameter of the address that takes it.
    """
    words = st.text_input(
        "Find the other end" if into == "to" else "Find another" if st.query_params.get("id") else "Find",
        key=f"find-{into}", type="search", max_chars=MAX_WORDS, icon=":material/search:",
        placeholder="name or id", help="Finds records of every kind, yours too; KIND:ID finds one",
    ).strip()  # fmt: skip
    if not words:
        return
    hits = [_key(hit.kind, hit.id) for hit in search(state.cursor(), words, SEARCHED)]
    own = find_records(graph, words, FOUND)["key"].to_list()
    keys = list(dict.fromkeys([*own[:2], *(key for key in hits if key in graph.number), *own]))[:FOUND]
    if not keys:
        empty("Nothing of that name is here.", "Try fewer words or another spelling.")
    for key in keys:
        kind, label = graph.records.select("kind", "label").row(graph.number[key])
        move(f"{plain(label)} · {KIND_WORDS[kind][0]}", key=f"found-{into}-{key}", **{into: key})


def _key(kind: str, record_id: str) -> str:
    mine = HIT_KINDS.get(kind, kind)
    return f"{mine}:{record_id.removeprefix(NODE_PREFIXES.get(mine, ''))}"  # type: ignore[call-overload]


def trace_answer(found: Trace) -> str:
    """Say in one line what lies each way.

    Args:
        found: What `trace` gave.
    """
    parts = [f"{words}{_most(found.counts(sign))}" for sign, words in SIDES.items() if found.counts(sign)]
    kind = KIND_WORDS[found.nodes.filter(pl.col("key") == found.start)["kind"].item()][0]
    total = number(found.nodes.height - 1)
    if not parts:
        return f"**{plain(found.label)}** ({kind}): nothing is recorded around it, with what is asked for at the left."
    return f"**{plain(found.label)}** ({kind}) is connected with **{total}** records. {'. '.join(parts)}."


def _most(counts: dict[TraceKind, int]) -> str:
    most = sorted(counts, key=lambda kind: -counts[kind])[:3]
    rest = sum(counts.values()) - sum(counts[kind] for kind in most)
    return ", ".join(kind_count(counts[kind], kind) for kind in most) + (f" and {number(rest)} more" if rest else "")


def trace_list(found: Trace, picture: TraceLayout, *, key: str, listing: str) -> str | None:
    """List what the picture shows, folded records included, and give the key of the record that was chosen.

    Args:
        found: What `trace` gave.
        picture: How it is drawn.
        key: Unique to this trace.
        listing: Key in the session under which the first member of the group to list is kept.
    """
    groups = {mark.key: mark for mark in picture.marks if mark.folded}
    others = found.nodes.filter(pl.col("depth") != 0)
    everything = f"Everything: {number(others.height)} records"
    left, right, save = st.columns([5, 5, 1], vertical_alignment="bottom")
    picked = left.selectbox(
        "List", ["", *groups], key=listing, help="Everything, or one of the groups of the picture",
        format_func=lambda name: f"{step_words(groups[name].column)}: {trace_mark_words(groups[name])}"
        if name else everything,
    )  # fmt: skip
    rows = others.filter(pl.col("key").is_in(list(groups[picked].members))) if picked in groups else others
    return _pick(rows, right, save, f"{key}-{picked}")


def _pick(
    rows: pl.DataFrame, right: st.delta_generator.DeltaGenerator, save: st.delta_generator.DeltaGenerator, key: str
) -> str | None:
    labels = {row["key"]: f"{row['label']} ({KIND_WORDS[row['kind']][0]})" for row in rows.head(MAX_LISTED).to_dicts()}
    target = right.selectbox(
        "Go to", list(labels), index=None, key=f"go-{key}", format_func=lambda one: labels[one],
        placeholder="Choose one to look from there", help="The same as a click in the picture",
    )  # fmt: skip
    save.download_button(
        "", lambda: csv_of(rows), "records.csv", "text/csv", key=f"list-{key}", on_click="ignore", width="stretch",
        icon=":material/download:", help="Every row of the list as CSV",
    )  # fmt: skip
    chosen = node_table(rows, key=f"rows-{key}")
    if rows.height > MAX_LISTED:
        st.caption(f"The first {number(MAX_LISTED)} of {number(rows.height)}; the download has all.")
    return chosen or target


def node_table(rows: pl.DataFrame, *, key: str) -> str | None:
    """Show records as a table and give the key of the row that was chosen."""
    shown = rows.head(MAX_LISTED).select(
        "label",
        kind=pl.col("kind").replace_strict({kind: words[0] for kind, words in KIND_WORDS.items()}),
        steps="depth",
        link=pl.col("predicate").replace_strict(PREDICATE_WORDS, default=None),
        via=pl.col("via").str.replace(r"^[a-z_]+:", ""),
        detail="detail",
        source="source",
        recorded="recorded",
        id="id",
    )
    event = st.dataframe(
        shown,
        hide_index=True,
        height=min(38 + 35 * max(shown.height, 1), 420),
        key=key,
        on_select="rerun",
        selection_mode="single-row",
        placeholder="",
        alt=f"{rows.height:,} records: name, kind, steps away, link and its source",
        column_config={
            "label": st.column_config.TextColumn("Name", pinned=True, width=210),
            "kind": st.column_config.TextColumn("Kind", width=120),
            "steps": st.column_config.NumberColumn("Steps", width=64, help="Negative: what it rests on"),
            "link": st.column_config.TextColumn("Link", width=130, help="How the one stands to what it rests on"),
            "via": st.column_config.TextColumn("Next to", width=150, help="The next record towards the start"),
            "detail": st.column_config.TextColumn("Detail", width=200),
            "source": st.column_config.TextColumn("Source", width=120, help="Where the edge is from"),
            "id": st.column_config.TextColumn("Id", width=160),
            "recorded": st.column_config.CheckboxColumn("Record", width=70, help="Whether it has a record of its own"),
        },
    )
    chosen = event["selection"]["rows"]
    return str(rows["key"][chosen[0]]) if chosen and chosen[0] < rows.height else None


def falls_answer(found: Falls) -> str:
    """Say in one line what is touched."""
    asked = [kind for kind in TOUCHED if found.counts[kind] or kind != "generating_model"]
    told = ", ".join(f"**{kind_count(found.counts[kind], kind)}**" for kind in asked)
    rest = sum(count for kind, count in found.counts.items() if kind not in TOUCHED)
    return (
        f"If the licence or consent of {plain(found.trace.label)} changes, it touches {told}, "
        f"and {number(rest)} other records. Touched means resting on it, not wrong."
    )


def falls_part(found: Falls, key: str) -> str | None:
    """List what is touched, a kind at a time, and give the key of the record that was chosen.

    Args:
        found: What `what_falls` gave.
        key: Unique to it; the kind that is listed is kept under ``kind-`` and it.
    """
    kinds = [kind for kind, count in found.counts.items() if count]
    if not kinds:
        empty("Nothing rests on it.", "Choose another record, or look at its trace for what it rests on itself.")
        return None
    left, right, save = st.columns([5, 5, 1], vertical_alignment="bottom")
    kind = left.selectbox(
        "List", kinds, key=f"kind-{key}", help="The touched records of one kind",
        format_func=lambda one: kind_count(found.counts[one], one),
    )  # fmt: skip
    return _pick(found.touched(kind), right, save, f"{key}-{kind}")


def path_answer(found: Path, graph: TraceGraph, first: str, second: str) -> str:
    """Say in one line how two records are connected."""
    names = [graph.records["label"][graph.number[key]] for key in (first, second)]
    one, other = (plain(name) for name in names)
    steps = found.edges.height
    told = f"in {number(steps)} {'step' if steps == 1 else 'steps'}"
    return {
        "same": f"Both ends are **{one}**.",
        "rests_on": f"**{one} rests on {other}**, {told}.",
        "supports": f"**{other} rests on {one}**, {told}.",
        "connected": f"**Neither rests on the other**; {one} and {other} share what lies between, {told}.",
        "none": f"**Nothing connects** {one} and {other}.",
    }[found.relation]


def path_part(found: Path) -> None:
    """List the steps of a path."""
    if not found.edges.height:
        return
    names = dict(found.nodes.select("key", "label").iter_rows())
    kinds = dict(found.nodes.select("key", "kind").iter_rows())
    steps = [
        {"Record": f"**{plain(names[row['child']])}**  \n:small[{KIND_WORDS[kinds[row['child']]][0]}]",
         "Link": PREDICATE_WORDS[row["predicate"]],
         "Rests on": f"**{plain(names[row['parent']])}**  \n:small[{KIND_WORDS[kinds[row['parent']]][0]}]",
         "Source": f"{plain(row['source'] or 'not stated')}  \n:small[{plain(row['detail'] or '')}]"}
        for row in found.edges.iter_rows(named=True)
    ]  # fmt: skip
    st.table(steps, hide_index=True)


def export_row(found: Trace | Path | Falls, key: str) -> None:
    """Offer what was found as files."""
    with st.popover("Export", icon=":material/download:", help="PROV-JSON, GraphML, CSV, JSON"):
        for format, (label, help) in EXPORTS.items():
            st.download_button(
                label, partial(render_trace, found, format), FILE_NAMES[format], MEDIA_TYPES[format],
                key=f"{key}-{format}", on_click="ignore", icon=":material/download:", help=help,
            )  # fmt: skip
