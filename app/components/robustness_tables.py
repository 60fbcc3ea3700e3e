"""The tables of robustness and selection: which columns, under which words."""

from __future__ import annotations

import polars as pl
import streamlit as st

Columns = dict[str, tuple[str, str, str]]
"""Column to its label, format and help."""
ROWS = 10


def rows_table(frame: pl.DataFrame, what: str, columns: Columns) -> None:
    """Draw rows with the columns that are told, the first pinned.

    Args:
        frame: The rows.
        what: They are; unique on the page.
        columns: Name to label, format and help; all as they are where none is told.
    """
    config = {
        name: st.column_config.TextColumn(label, help=said or None, pinned=at == 0)
        if form == "text"
        else st.column_config.NumberColumn(label, format=form, help=said or None)
        for at, (name, (label, form, said)) in enumerate(columns.items())
    }
    shown = frame.select(list(columns)) if columns else frame
    st.dataframe(
        shown, hide_index=True, height=36 * min(ROWS, shown.height + 1) + 3, key=f"{what}-rows", column_config=config,
        alt=f"Table: {what}",
    )  # fmt: skip


SPREADS = {
    "k": ("K", "%g", "Points at stake"), "mean_sd": ("Spread, points", "%.1f", "SD over orders, mean of all models"),
    "mean_sd_error": ("± error", "%.2f", "Of the spread, by jackknife over the orders"),
    "winners": ("Winners", "%d", "Different models that come first"),
    "winners_error": ("± SD", "%.1f", "Of the winners in another run as long"),
    "largest_rank_range": ("Rank range", "%d", "Best to worst rank, of the model that moves most"),
    "settles": ("Settles after", "%d", "Orders from which the mean ranking keeps 99% of its pairs; empty: not in half"),
    "tau_single": ("tau, two orders", "%.3f", "Kendall's tau-b between two single orders"),
    "tau_bradley_terry": ("tau, Bradley-Terry", "%.3f", "Of the mean ranking"),
}  # fmt: skip
ORDER_COLUMNS = {
    "model": ("Model", "text", ""), "rank": ("Rank", "%d", "Of the mean over orders"),
    "mean": ("Points", "%.0f", "Mean over orders"), "sd": ("SD", "%.1f", "Over orders"),
    "sem": ("SEM", "%.2f", "SD over the root of the orders"), "p5": ("P5", "%.0f", ""), "p95": ("P95", "%.0f", ""),
    "rank_best": ("Best", "%d", "Best rank in any order"), "rank_worst": ("Worst", "%d", "Worst rank in any order"),
    "first": ("First", "percent", "Share of orders in which it comes first"),
    "given": ("As given", "%d", "Rank in the order of the rows"), "n": ("Battles", "%d", ""),
}  # fmt: skip
CYCLES = {
    "first": ("First", "text", ""), "second": ("Second", "text", ""), "third": ("Third", "text", ""),
    "first_second": ("1 beats 2", "percent", "Win share, ties as half"), "second_third": ("2 beats 3", "percent", ""),
    "third_first": ("3 beats 1", "percent", ""), "votes": ("Votes", "%d", "Of the three pairs"),
    "z": ("Weakest z", "%.2f", "Lead of the weakest pair in standard errors of a coin"),
}  # fmt: skip
RESIDUALS = {
    "first": ("Model", "text", ""), "second": ("Beside", "text", ""), "decided": ("Decided votes", "%d", ""),
    "share": ("Won", "percent", ""), "expected": ("Expected", "percent", ""),
    "residual": ("Residual", "%.2f", "Pearson"),
}  # fmt: skip
LEFT_OUT = {
    "group": ("Without", "text", ""), "votes": ("Votes", "%d", ""), "largest_move": ("Largest move", "%d", "Places"),
    "largest_move_model": ("Of", "text", ""), "mean_move": ("Mean move", "%.2f", "Places"),
    "moved": ("Models moved", "%d", ""), "tau": ("tau", "%.3f", "With the ranking of all votes"),
    "mean_shift": ("Points", "%.1f", "Mean shift"), "parts": ("Parts", "%d", "Of the graph of pairs without it"),
}  # fmt: skip
MODELS = {
    "model": ("Model", "text", ""), "rank": ("Rank", "%d", ""), "rank_best": ("Best", "%d", ""),
    "rank_worst": ("Worst", "%d", ""), "points": ("Points", "%.0f", ""), "points_low": ("Low", "%.0f", ""),
    "points_high": ("High", "%.0f", ""),
}  # fmt: skip
JUDGES = {
    "model": ("Model", "text", ""), "rank": ("Rank", "%d", ""), "other_rank": ("Beside", "%d", ""),
    "move": ("Move", "%+d", "Places"), "n": ("Votes", "%d", ""), "other_n": ("Votes beside", "%d", ""),
}  # fmt: skip
