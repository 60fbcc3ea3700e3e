"""The tables of robustness and selection: which columns, under which words."""

from __future__ import annotations

import polars as pl
import streamlit as st

Columns = dict[str, tuple[str, str, str]]
"""Column to its label, format and help."""
ROWS, ROW = 10, 33
"""Rows of a table that are seen at once, and pixels a row."""
WIDTH = 160


def rows_table(frame: pl.DataFrame, what: str, columns: Columns) -> None:
    """Draw rows with the columns that are told, the first pinned.

    Args:
        frame: The rows.
        what: They are; unique on the page.
        columns: Name to label, format and help; all as they are where none is told. One without any value is left
            out.
    """
    names = sum(form == "text" for _, form, _ in columns.values())
    config = {
        name: st.column_config.TextColumn(
            label, help=said or None, pinned=at == 0, width=WIDTH if names > 1 and len(columns) > 3 else None
        )
        if form == "text"
        else st.column_config.NumberColumn(label, format=form, help=said or None)
        for at, (name, (label, form, said)) in enumerate(columns.items())
    }
    known = [name for name in columns if frame[name].null_count() < max(frame.height, 1)]
    shares = [name for name, (_, form, _) in columns.items() if form == "percent" and name in known]
    shown = (frame.select(known) if columns else frame).with_columns(pl.col(shares).round(3))
    st.dataframe(
        shown, hide_index=True, height=ROW * min(ROWS, shown.height + 1) + 3, key=f"{what}-rows", column_config=config,
        alt=f"Table: {what}",
    )  # fmt: skip


SPREADS = {
    "k": ("K", "%g", "Points at stake"), "mean_sd": ("Spread, points", "%.1f", "SD over orders, mean of all models"),
    "mean_sd_error": ("± error", "%.2f", "Of the spread, by jackknife over the orders"),
    "winners": ("Winners", "%d", "Different models that come first"),
    "winners_error": ("± SD", "%.1f", "Of the winners in another run as long"),
    "largest_rank_range": ("Rank range", "%d", "Best to worst rank, of the model that moves most"),
    "settles": ("Settles after", "text", "Orders from which the mean ranking keeps 99% of its pairs"),
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
BEST_OF = {
    "variants": ("Variants", "%d", ""), "bias": ("Chance alone", "%.2f", "Points it shows and does not have"),
    "shown": ("Shown", "%.2f", "Points of the winner above the mean variant"),
    "gain": ("Real", "%.2f", "Points of true skill above the mean variant"), "basis": ("Basis", "text", ""),
}  # fmt: skip
SHARES = {
    "name": ("Name", "text", ""), "share": ("Share", "percent", "Of the two places in every battle"),
    "battles": ("Battles", "%d", "A battle of two of its models counts once"), "models": ("Models", "%d", ""),
    "battles_a_model": ("Battles a model", "%.0f", ""), "days": ("Days", "%d", "Days with a battle"),
    "a_day": ("A day", "%.1f", "Battles a day with any"),
}  # fmt: skip
NULLS = {
    "what": ("What", "text", ""), "yours": ("Yours", "%.3g", ""), "random": ("Random", "%.3g", "Median"),
    "low": ("From", "%.3g", "2.5th percentile"), "high": ("To", "%.3g", "97.5th percentile"),
}  # fmt: skip
MOVES = {
    "model": ("Model", "text", ""), "rank": ("Rank", "%d", "Among those that stay"),
    "rank_without": ("Without", "%d", ""), "move": ("Move", "%+d", "Places"), "points": ("Points", "%.0f", ""),
    "points_without": ("Without", "%.0f", ""), "se": ("SE", "%.0f", "Standard error, points"),
    "se_without": ("SE without", "%.0f", ""),
}  # fmt: skip
AGREEMENT = {
    "what": ("What", "text", ""),
    "value": ("Value", "text", "With its 95% interval"),
    "basis": ("Basis", "text", ""),
}
