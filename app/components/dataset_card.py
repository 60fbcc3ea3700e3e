"""The parts of a dataset's card: licences side by side, facts with their source, what it comes from, how to cite it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import streamlit as st

from app.components import state
from app.components.frame import number, plain
from app.components.node_table import node_line
from app.components.reading import move
from app.navigation import page_link
from app.theme import USE_LABELS, tokens, use_colours
from governance.catalogue.selection import Selection
from governance.catalogue.vocabulary import HOST_LABELS, HOSTS, USE_CLASSES, HostAgreement
from governance.exports.bibtex import bibtex_of
from governance.exports.bundle import make_bundle
from governance.exports.words import web_link
from governance.provenance.card import DatasetCard, Fact
from governance.provenance.datasets import Datasets, SelectionResult, select_datasets
from governance.provenance.licences import STRENGTH
from governance.provenance.lineage import LineageNode

AGREEMENT_WORDS: dict[HostAgreement, str] = {
    "agrees": "same class as the audit",
    "omits": "states none",
    "more_permissive": "looser than the audit",
    "stricter": "stricter than the audit",
    "no_page": "no page there",
}
SHOWN_VALUES, SHOWN_NODES, MAX_BASIS = 12, 8, 300
FLAGS = {True: "yes", False: "no", None: "unknown"}


def only(datasets: Datasets, dataset_id: str) -> SelectionResult:
    """Select the one dataset, as exports want it."""
    return select_datasets(
        datasets, Selection.build(snapshot=datasets.snapshot, policy=datasets.policy.id, ids=(dataset_id,))
    )


def cite_menu(result: SelectionResult, datasets: Datasets) -> None:
    """Offer the BibTeX entry of the dataset's paper, or of the dataset where none is known."""
    entry = bibtex_of(make_bundle(state.cursor(), result, datasets.policy)).decode()
    with st.popover("Cite", icon=":material/format_quote:", help="BibTeX"):
        st.code(entry, language="latex", wrap_lines=True)
        st.download_button(
            "Download", entry, "dataset.bib", "application/x-bibtex", key="bib", on_click="ignore",
            icon=":material/download:",
        )  # fmt: skip


def link_menu(card: DatasetCard) -> None:
    """Show the id to copy and where the dataset is found."""
    with st.popover("Links", icon=":material/link:", help="The id to copy, and where the dataset is found"):
        st.code(card.id, language=None)
        if card.snapshot == "current":
            page_link("trace", "Trace", icon=":material/conversion_path:", id=f"dataset:{card.id}")
        for label, url in card.links.items():
            if link := web_link(url):
                st.link_button(label, link, icon=":material/open_in_new:", help=link)
            else:
                st.markdown(f"{label}: {plain(url)}")


def licence_table(card: DatasetCard, agreement: Mapping[str, HostAgreement]) -> None:
    """Set what each host states side by side; a host that states nothing has a row that says so.

    Args:
        card: The dataset.
        agreement: How each site compares with the audit.
    """
    apart = [
        f"{HOST_LABELS[host]} is **{AGREEMENT_WORDS[agreement[host]]}**"
        for host in HOSTS
        if agreement.get(host) in ("more_permissive", "stricter")
    ]
    if apart:
        st.markdown(f":orange-badge[:material/flag: differs] {'; '.join(apart)}.")
    colours = use_colours(tokens())
    rows = licence_rows(card, agreement)
    st.dataframe(
        rows, hide_index=True, height=min(38 + 35 * rows.height, 300), key="licences", placeholder="",
        alt=f"{rows.height} statements of licences by host, with class, attribution and share-alike",
        column_config={
            "host": st.column_config.TextColumn("Stated by", pinned=True, width=130),
            "stated": st.column_config.TextColumn("Licence as stated", width=170),
            "spdx": st.column_config.TextColumn("SPDX", width=110),
            "use": st.column_config.MultiselectColumn(
                "Use", options=list(USE_LABELS.values()), color=[colours[use] for use in USE_CLASSES], width=120
            ),
            "attribution": st.column_config.TextColumn("Credit", width=70, help="Whether credit must be given"),
            "share_alike": st.column_config.TextColumn("Share-alike", width=90),
            "against": st.column_config.TextColumn("Against the audit", width=170),
            "basis": st.column_config.TextColumn("Class comes from", width=200),
            "observed": st.column_config.TextColumn("Read in", width=80, help="Month the host was read"),
            "url": st.column_config.LinkColumn("Address", display_text=r"https?://([^/]+)", width=120),
        },
    )  # fmt: skip


def licence_rows(card: DatasetCard, agreement: Mapping[str, HostAgreement]) -> pl.DataFrame:
    """Give one row a statement, the audit's first, and one for each site that states nothing."""
    rows: list[dict[str, Any]] = []
    for host in HOSTS:
        against = AGREEMENT_WORDS[agreement[host]] if host in agreement else ""
        stated = [one for one in card.licences if one.host == host]
        rows += [
            {
                "host": HOST_LABELS[host],
                "stated": one.stated,
                "spdx": one.spdx,
                "use": [USE_LABELS[one.use]],
                "attribution": FLAGS[one.attribution],
                "share_alike": FLAGS[one.share_alike],
                "against": against,
                "basis": one.basis if one.known else f"{one.basis}: in no table",
                "observed": one.observed,
                "url": web_link(one.url),
            }
            for one in stated
        ]
        if not stated:
            rows.append({"host": HOST_LABELS[host], "stated": "none", "use": [], "against": against})
    columns = ("host", "stated", "spdx", "use", "attribution", "share_alike", "against", "observed", "basis", "url")
    schema = {name: pl.List(pl.String) if name == "use" else pl.String() for name in columns}
    return pl.DataFrame(rows, schema=schema)


def fact_columns(card: DatasetCard, sources: Mapping[str, str]) -> None:
    """Show what is known in two columns, each with its source, and name what is not stated.

    Args:
        card: The dataset.
        sources: Title by source id.
    """
    part_of = Fact(
        field="collection", label="Collection", values=(card.collection,), unit=None, basis="stated", source=card.source
    )
    known = [part_of, *(fact for fact in card.facts if fact.values)]
    lines = [
        (fact, f"{fact.basis[:MAX_BASIS]}. Source: {sources.get(fact.source, fact.source)}, {card.source_file}")
        for fact in known
    ]
    halves = lines[: (len(lines) + 1) // 2], lines[(len(lines) + 1) // 2 :]
    for column, half in zip(st.columns(2), halves, strict=True):
        with column.container(gap="xsmall"):
            for fact, mark in half:
                _fact(fact, plain(mark[:1].upper() + mark[1:]))
    missing = [fact.label for fact in card.facts if not fact.values]
    if missing:
        st.caption(f"Not stated: {', '.join(missing).lower()}")


def metric_line(card: DatasetCard) -> str:
    """Say what was counted, and in which month."""
    counted = [
        f"**{number(one.value)}** {plain(one.metric.replace('_', ' '))} ({one.month or 'month unknown'})"
        for one in card.metrics
    ]
    return " · ".join(counted)


def fact_words(fact: Fact) -> list[str]:
    """Write the values of a fact for people.

    >>> fact_words(Fact(field="hours", label="Hours", values=(1200.5,), unit="hours", basis="stated", source="x"))
    ['1\u202f200.5 hours']
    """
    return [_word(value, fact.field, fact.unit) for value in fact.values]


def relatives(title: str, nodes: Sequence[LineageNode], card: DatasetCard, query: Mapping[str, str], none: str) -> None:
    """List what it comes from or what is built on it, the strictest first; the lineage page has all.

    Args:
        title: Heading.
        nodes: Parents or children.
        card: The dataset.
        query: Snapshot and policy for links.
        none: What to say where there are none.
    """
    st.header(f"{title} ({number(len(nodes))})" if nodes else title, anchor=False)
    if not nodes:
        st.caption(none)
    for node in sorted(nodes, key=_urgency)[:SHOWN_NODES]:
        edges = [edge for edge in card.edges if {edge.child, edge.parent} == {card.id, node.id}]
        with st.container(gap=None):
            if node.kind == "dataset":
                move(f"**{plain(node.label)}**", key=f"card-{node.id}", icon=":material/id_card:", id=node.id)
            else:
                page_link("lineage", f"**{plain(node.label)}**", id=node.id, **query)
            st.markdown(f":small[{node_line(node, edges, ahead=node.level > 0)}]")
    if len(nodes) > SHOWN_NODES:
        page_link("lineage", f"All {number(len(nodes))} in the lineage", id=card.id, **query)


def _fact(fact: Fact, mark: str) -> None:
    words = fact_words(fact)
    shown = ", ".join(plain(word) for word in words[:SHOWN_VALUES])
    more = f" … and {number(len(words) - SHOWN_VALUES)} more" if len(words) > SHOWN_VALUES else ""
    st.markdown(f"{fact.label}: **{shown}**{more}", help=mark)


def _word(value: str | float | bool, field: str, unit: str | None) -> str:
    if isinstance(value, bool):
        return FLAGS[value]
    if isinstance(value, str) or field == "year":
        return str(value)
    shown = number(value) if float(value).is_integer() else f"{value:,.1f}".replace(",", "\u202f")
    return f"{shown} {unit}" if unit and unit != "examples" else shown


def _urgency(node: LineageNode) -> tuple[bool, int, str]:
    strength = STRENGTH[node.effective_use] if node.effective_use else -1
    return node.recorded, -strength, node.label.lower()
