"""The Papers page: the timeline of themes, the table, the files."""

from __future__ import annotations

import streamlit as st

from app.components.figure import figure
from app.components.frame import counted, page_header, source_line
from app.components.paper_charts import timeline_chart, timeline_table
from app.components.paper_kind import PAPER_PANEL, PAPER_TABLE
from app.components.paper_words import papers_answer
from app.components.record_table import column_chooser, record_table
from app.components.selection_panel import nothing_found, sort_chooser
from app.components.table_export import table_export
from governance.exports.paper_tables import PAPER_FILES
from governance.research.papers import PapersResult

QUESTION = "Whose findings can be checked here?"
HELP = (
    "Each paper is recorded with its claims, in our words. A claim with a number can be set beside one computed from "
    "the data here, or from a file of your own."
)


def papers_view(result: PapersResult) -> None:
    """Draw the papers by date and theme, and list them."""
    actions = page_header(QUESTION, papers_answer(result), help=HELP)
    if result.missing_ids:
        st.warning(f"{len(result.missing_ids):,} of the ids are not here.")
    if not result.total:
        nothing_found(result, "paper")
        return
    with actions:
        table_export(PAPER_FILES, result, key="p", usual=("csv", "bibtex"))
    table = timeline_table(result)
    undated = table.filter(table["day"].is_null())["id"].n_unique()
    top = table["theme"][0]
    themes = table["theme"].n_unique()
    figure(
        timeline_chart(table),
        title="Papers by date and theme",
        alt=f"Dots by date for {counted(themes, 'theme')}; most papers, {table['theme'].eq(top).sum()}, are on {top}; "
        "each dot says whether the paper states a number",
        caption=f"A paper of several themes stands in each · n = {counted(result.total, 'paper')}"
        + (f" · {undated} without a date" if undated else ""),
        table=table,
        key="timeline",
    )
    said, tools = st.columns([6, 1], vertical_alignment="center")
    said.caption("Choose a cell to open the paper's card.")
    with tools.popover("Table", icon=":material/tune:", help="Columns and order", width="stretch"):
        columns = column_chooser(PAPER_TABLE, "columns")
        sort_chooser(PAPER_PANEL)
    record_table(PAPER_TABLE, result, columns, key="papers", in_url=True)
    source_line("Source: Touchstone; bibliographic facts, summaries and claims in our words", n=result.total)
