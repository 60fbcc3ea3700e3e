"""Where the statements of sites part: terms beside robots.txt in counts, then every site with both statements."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
import streamlit as st

from app.components import state
from app.components.consent_charts import meeting_chart
from app.components.consent_words import conflict_words, meeting_words, whom
from app.components.feedback import empty
from app.components.figure import figure
from app.components.frame import number
from app.navigation import open_page
from app.theme import Meaning, tokens
from governance.consent.conflicts import CONFLICT_LABELS, ConflictKind
from governance.consent.robots_and_terms import RobotsAndTerms, robots_and_terms
from governance.consent.site_conflicts import SiteConflict, SiteConflicts, site_conflicts
from governance.consent.terms import SiteTerms, merge_all
from governance.consent.terms_records import own_terms
from governance.exports.tables import csv_of

MEANINGS: dict[ConflictKind, Meaning] = {
    "contradicts": "stop", "differs": "caution", "open_door": "strict", "shut_door": "unknown",
}  # fmt: skip
MOST = 2_000
"""Rows drawn; the file has all."""
STEP = (
    "Import levels with `touchstone import robots PATH`, and keep what you read in terms under Terms of sites: a site "
    "of which both are here is compared."
)


@st.cache_data(show_spinner="Comparing statements", max_entries=8)
def _compared(version: str, terms: tuple[SiteTerms, ...], corpus: str) -> tuple[RobotsAndTerms, SiteConflicts]:
    cursor = state.cursor()
    return robots_and_terms(cursor, terms, corpus), site_conflicts(cursor, terms, corpus)


def conflicts_part(corpus: str, name: str, kind: ConflictKind | None) -> None:
    """Draw in how many sites terms and robots.txt part, and list every site whose statements do.

    Args:
        corpus: Id of the corpus whose tokens weigh the sites.
        name: How it is called.
        kind: Only conflicts of this kind; all where it is ``None``.
    """
    st.header("Where statements of one site part", anchor=False)
    met, found = _compared(state.version(), merge_all(own_terms(state.workbench())), corpus)
    if not found.read:
        empty("No statement of a single site is here.", STEP)
        return
    if not found.compared:
        empty(f"Of {number(found.read)} sites one kind of statement alone is here, so nothing can part.", STEP)
        return
    if met.n:
        _meeting(met, name)
    st.markdown(conflict_words(found))
    rows = [row for row in found.rows if kind in (None, row.kind)]
    if not rows:
        st.markdown(f"None under *{CONFLICT_LABELS[kind]}*." if kind else "None of them contradicts itself.")
        return
    _list(rows, name)


def conflict_table(rows: Sequence[SiteConflict]) -> pl.DataFrame:
    """Give a row each pair of statements, for the file."""
    return pl.DataFrame(
        [{**row.model_dump(), "kind": CONFLICT_LABELS[row.kind]} for row in rows],
        schema={
            "domain": pl.String, "kind": pl.String, "agents": pl.List(pl.String), "first": pl.String,
            "second": pl.String, "tokens": pl.Float64,
        },
    )  # fmt: skip


def _meeting(found: RobotsAndTerms, name: str) -> None:
    words = meeting_words(found, name)
    st.markdown(words)
    figure(
        meeting_chart(found.cells),
        title="Sites by what their terms say and what robots.txt leaves open",
        alt=words.replace("*", ""),
        caption=f"n = {found.n:,} sites with both; {found.terms_only:,} have terms only, {found.robots_only:,} levels "
        "only · level: the strictest over the AI developers' agents, newest reading, RFC 9309",
        table=pl.DataFrame([cell.model_dump() for cell in found.cells]),
        key="meeting",
    )


def _list(rows: Sequence[SiteConflict], name: str) -> None:
    colours = tokens()
    table = conflict_table(rows)
    shown = table.head(MOST).with_columns(
        pl.concat_list("kind"), agents=pl.Series([whom(row.agents) for row in rows[:MOST]], dtype=pl.String)
    )
    event = st.dataframe(
        shown.select("domain", "tokens", "kind", "first", "second", "agents"), hide_index=True,
        height=min(38 + 35 * shown.height, 480), on_select="rerun", selection_mode="single-cell", key="parted",
        placeholder="no weight",
        alt=f"{table.height} pairs of statements that part: site, in which way, both in words, tokens, agents",
        column_config={
            "domain": st.column_config.TextColumn("Site", pinned=True, width=130),
            "kind": st.column_config.MultiselectColumn(
                "In which way", options=list(CONFLICT_LABELS.values()), width=205,
                color=[colours.of(MEANINGS[one]) for one in CONFLICT_LABELS],
            ),
            "first": st.column_config.TextColumn("One says", width=215),
            "second": st.column_config.TextColumn("The other says", width=215),
            "tokens": st.column_config.NumberColumn("Tokens", format="compact", help=f"In {name}", width=85),
            "agents": st.column_config.TextColumn("To whom", width=220),
        },
    )  # fmt: skip
    row = st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute")
    cut = f"the first {number(MOST)} of {number(table.height)}, the file has all · " if table.height > MOST else ""
    row.caption(
        f"{cut}levels: your imports, as last read · terms: as you read them · agent by agent, so more sites than "
        "above, where the strictest counts · neither statement is preferred · choose a site to open its card",
        width="stretch",
    )
    row.download_button(
        "CSV", lambda: csv_of(table), "conflicts.csv", "text/csv", key="parted-csv", on_click="ignore",
        icon=":material/download:", help="Every pair of statements of this choice",
    )  # fmt: skip
    if cells := event["selection"]["cells"]:
        open_page("domain", name=rows[cells[0][0]].domain)
