"""The parts of a benchmark's card: its verdict, facts, the audit's licence of its data, and who did best."""

from __future__ import annotations

import polars as pl
import streamlit as st

from app.components import state
from app.components.feedback import empty
from app.components.frame import number, plain
from app.components.reading import FOUND, SEARCHED, move
from app.navigation import page_link
from app.theme import USE_LABELS, use_badge
from governance.catalogue.normalise import language_name
from governance.catalogue.search import MAX_WORDS, search
from governance.catalogue.vocabulary import USE_CLASSES, UseClass
from governance.evaluation.benchmarks.registry import BenchmarkCard, MeasuredOn

FACTS: dict[str, str] = {
    "type": "Type",
    "subtype": "Subtype",
    "category": "Category",
    "modality": "Modality",
    "domain": "Domains",
    "metric": "Main metric",
    "language": "Languages",
    "language_family": "Language families",
    "script": "Scripts",
    "licence_stated": "Licence as stated",
    "spdx": "SPDX",
    "annotation": "Labels by",
    "creation": "Samples",
    "translated": "Native or translated",
    "first_day": "Texts from",
    "last_day": "Texts until",
    "dataset": "Data on the hub",
    "revision": "Revision",
}
MANY = 12
"""Values of a fact that are written out."""
BASES = {
    "hub_id": "the benchmark loads this very dataset",
    "reference": "the benchmark names its page as its origin",
}


def verdict_line(card: BenchmarkCard) -> str:
    """Say in one line what its licence allows, what the audit says of its data, and what is here."""
    use, gap = _use(card.benchmark["licence_use"]), card.benchmark["licence_gap"]
    stated = {"empty": "no licence is stated", "not_specified": "its licence is “not specified”"}
    own = stated[str(gap)] if gap else f"its own licence: {use_badge(use) if use else ':gray-badge[not classed]'}"
    audited = [one for one in card.datasets if one.uses]
    said = ""
    if audited:
        worst = max((use for one in audited for use in one.uses), key=USE_CLASSES.index)
        differs = "the audit of its data says otherwise" if worst != use else "so says the audit of its data"
        said = f" · **{differs}**: {use_badge(worst)}"
    models = number(len({one.model for one in card.results}))
    return f"**{plain(card.benchmark['type'] or 'Type not stated')}** · {own}{said} · {models} models with results here"


def fact_columns(card: BenchmarkCard) -> None:
    """Show what is known in two columns, each with its source, and name what is not stated."""
    known = [name for name in FACTS if card.benchmark[name] not in (None, [])]
    half = (len(known) + 1) // 2
    for column, names in zip(st.columns(2), (known[:half], known[half:]), strict=True):
        with column.container(gap="xsmall"):
            for name in names:
                shown = _words(name, card.benchmark[name])
                st.markdown(f"{FACTS[name]}: **{shown}**", help=plain(f"Source: {card.source}"))
    missing = [FACTS[name] for name in FACTS if name not in known]
    if missing:
        st.caption(f"Not stated: {', '.join(one[:1].lower() + one[1:] for one in missing)}")


def measured_on_list(card: BenchmarkCard) -> None:
    """List the audited datasets it measures on, with the licence that the audit found beside its own."""
    if not card.datasets:
        st.caption("None of the audited datasets is surely the one it measures on; copies of other names do not count.")
    for one in card.datasets[:MANY]:
        page_link("dataset", f"**{plain(one.name)}**", icon=":material/id_card:", id=one.id)
        st.markdown(f"{_licences(one)} · :small[{BASES[one.basis]}; {plain(one.collection)}]")
    if len(card.datasets) > MANY:
        st.caption(f"and {len(card.datasets) - MANY:,} more, all in the API")


def results_table(card: BenchmarkCard) -> None:
    """List the models with scores on it."""
    if not card.results:
        st.caption("No scores of models on it are here.")
        return
    rows = pl.DataFrame([one.model_dump() for one in card.results])
    st.dataframe(
        rows.select("model", "score", "n", "set_id"), hide_index=True, height=min(38 + 35 * rows.height, 420),
        key="results", placeholder="unknown", alt=f"{rows.height} models with their mean score",
        column_config={
            "model": st.column_config.TextColumn("Model", pinned=True, width=230),
            "score": st.column_config.NumberColumn("Mean score", format="%.4f", width=90),
            "n": st.column_config.NumberColumn("Rows", width=60, help="Languages, subsets, splits it is the mean of"),
            "set_id": st.column_config.TextColumn("Set", width=110),
        },
    )  # fmt: skip
    st.caption("The mean over all rows here, whatever languages and splits a model has; the ranking is stricter.")
    page_link("benchmarks", "Rank models over tasks like it", icon=":material/leaderboard:", show="ranking",
              **({"type": str(card.benchmark["type"])} if card.benchmark["type"] else {}))  # fmt: skip


def benchmark_finder() -> None:
    """Search for a benchmark and offer to show it on this page."""
    words = st.text_input(
        "Find another" if st.query_params.get("id") else "Find", key="find", type="search", max_chars=MAX_WORDS,
        icon=":material/search:", placeholder="name or hub id", help="Finds benchmarks",
    ).strip()  # fmt: skip
    if not words:
        return
    hits = [hit for hit in search(state.cursor(), words, SEARCHED) if hit.kind == "benchmark"][:FOUND]
    if not hits:
        empty("No benchmark of that name is here.", "Try fewer words or another spelling.")
    for hit in hits:
        detail = hit.detail.removeprefix("benchmark · ")[:40]
        move(f"{plain(hit.name)} :small[{plain(detail)}]", key=f"found-{hit.id}", id=hit.id)


def _licences(one: MeasuredOn) -> str:
    if not one.licences:
        return "no licence found by the audit"
    pairs = zip(one.licences, one.uses, strict=True)
    return ", ".join(f"{plain(name)} :small[({USE_LABELS[use]})]" for name, use in pairs)


def _words(name: str, value: object) -> str:
    if isinstance(value, list):
        words = [language_name(str(one)) if name == "language" else str(one) for one in value]
        more = f" and {len(words) - MANY:,} more" if len(words) > MANY else ""
        return plain(", ".join(words[:MANY]) + more)
    return plain(str(value).replace("_", " ") if name == "annotation" else value)


def _use(value: object) -> UseClass | None:
    return next((use for use in USE_CLASSES if use == value), None)
