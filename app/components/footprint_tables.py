"""Tables of a footprint, and the files to take away."""

from __future__ import annotations

import streamlit as st

from app.components.footprint_words import assumption_rows, beside_rows
from app.theme import tokens
from governance.compute.footprint import Footprint
from governance.compute.footprint_inputs import EVIDENCES
from governance.compute.footprint_report import FootprintReport, footprint_rows


def assumption_table(result: Footprint) -> None:
    """Show every assumption with its evidence as a coloured word."""
    colours = tokens()
    fills = [colours.of(meaning) for meaning in ("good", "caution", "unknown", "strict")]
    st.dataframe(
        assumption_rows(result),
        hide_index=True,
        height="content",
        key="assumptions",
        alt="Assumptions: value, unit, evidence, meaning and source",
        column_config={
            "name": st.column_config.TextColumn("Assumption", pinned=True, width=165),
            "value": st.column_config.TextColumn("Value", width=230),
            "unit": st.column_config.TextColumn("Unit", width=110),
            "evidence": st.column_config.MultiselectColumn(
                "Evidence", options=list(EVIDENCES), color=fills, width=100,
                help="Verified at its source, from a second hand, recalled, or given by you",
            ),
            "meaning": st.column_config.TextColumn("What it is", width="medium"),
            "source": st.column_config.TextColumn("Source", width="large"),
        },
    )  # fmt: skip


def beside_table(report: FootprintReport) -> None:
    """Show the published figures beside ours, where there are any."""
    rows = beside_rows(report)
    if rows.is_empty():
        return
    number = st.column_config.NumberColumn(format="compact", width=110)
    st.dataframe(
        rows,
        hide_index=True,
        height="content",
        key="beside",
        alt="Published figures beside ours with the 90% interval",
        column_config={
            "figure": st.column_config.TextColumn("Figure", pinned=True, width=120),
            **dict.fromkeys(("published", "ours", "low", "high"), number),
            "ours over published": st.column_config.NumberColumn("Ours over published", format="%.2f", width=140),
            "inside": st.column_config.TextColumn("90% interval", width=100),
            "published as": st.column_config.TextColumn("Published as", width=140),
            "record": st.column_config.TextColumn("Record", width="medium"),
        },
    )


def files_menu(report: FootprintReport) -> None:
    """Offer the amounts as CSV and the whole answer as JSON."""
    with st.popover("Export", icon=":material/download:", help="The amounts as CSV, the whole answer as JSON"):
        st.caption("JSON holds the question, every assumption, the result and its seed.")
        st.download_button(
            "Amounts as CSV", lambda: footprint_rows(report).write_csv(), "footprint.csv", "text/csv",
            key="csv", on_click="ignore",
        )  # fmt: skip
        st.download_button(
            "All as JSON", lambda: report.model_dump_json(indent=2), "footprint.json", "application/json",
            key="json", on_click="ignore",
        )  # fmt: skip
