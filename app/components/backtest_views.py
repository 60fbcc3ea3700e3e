"""Tables of a backtest: the models that were missed, the false alarms, and other triggers beside compute."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import polars as pl
import streamlit as st
from pydantic import BaseModel

from app.components.backtest_form import Asked
from app.components.backtest_words import band, trigger_words
from app.components.feedback import empty, show_error
from app.components.frame import number, plain
from app.components.share_chart import percent
from app.components.url_state import from_url, to_url
from app.navigation import entry_of
from governance.catalogue.selection import choice
from governance.compute.backtest import BacktestRow, Trigger, alternative_triggers
from governance.compute.outcomes import Outcome
from governance.compute.quantities import read_quantity
from governance.compute.triggers import MAX_BYTES, MAX_ROWS, read_trigger_facts, strangers, usual_triggers
from governance.compute.vocabulary import Dimension
from governance.errors import BadInput, TouchstoneError
from governance.exports.words import flop_words

EXAMPLE = "model,date,users,revenue_usd\nGPT-4 (Mar 2023),2024-01-31,1e8,1.6e9\nMistral Large,2024-06-30,,3e7\n"
USERS, REVENUE = "10 million", "500 million"


def table_of(results: Sequence[BaseModel]) -> pl.DataFrame:
    """Give one row a result, for the table behind a chart."""
    return pl.DataFrame([one.model_dump() for one in results], infer_schema_length=None)


def outcome_table(table: pl.DataFrame, outcome: Outcome, *, key: str, none: str) -> None:
    """List the models of one outcome, each with its card where one is known.

    Args:
        table: As `outcomes` gives it.
        outcome: Which.
        key: Unique on the page.
        none: What to say where there is none.
    """
    mine = table.filter(pl.col("outcome") == outcome)
    if mine.is_empty():
        st.caption(none)
        return
    rows = [
        {
            "model": row["model"],
            "card": f"/model?id={quote(row['model_id'], safe='')}" if row["model_id"] else None,
            "value": row["value"],
            "flop": flop_words(row["training_flop"]),
            "released": row["released"],
            "organisation": row["organisation"],
            "confidence": row["confidence"],
        }
        for row in mine.to_dicts()
    ]
    shown = pl.DataFrame(rows, infer_schema_length=None)
    if entry_of("model") is None:
        shown = shown.drop("card")
    st.dataframe(
        shown, hide_index=True, height=min(38 + 35 * len(rows), 400), key=key, column_config=_columns(),
        placeholder="not stated", alt=f"{len(rows)} models: {outcome.replace('_', ' ')}",
    )  # fmt: skip


def trigger_section(asked: Asked, threshold: float) -> None:
    """Set other triggers beside compute: the index itself, and users or revenue from the reader's own table."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        above = _index_trigger(asked)
        uploaded = st.file_uploader(
            "Users or revenue, CSV", type="csv", key="facts", max_upload_size=MAX_BYTES // 1_000_000,
            help=f"Columns model, date, users, revenue_usd (a year); up to {MAX_ROWS:,} rows. It stays on this server, "
            "is not saved and is not in the address",
        )  # fmt: skip
        st.download_button(
            "Example", EXAMPLE, "users-and-revenue.csv", "text/csv", key="facts-example", on_click="ignore",
            icon=":material/download:", help="A table to start from, with made-up numbers",
        )  # fmt: skip
    try:
        facts = None if uploaded is None else read_trigger_facts(_text(uploaded.getvalue()))
        users, revenue = (None, None) if facts is None else _amounts(facts)
    except TouchstoneError as error:
        show_error(error)
        facts = users = revenue = None
    triggers = usual_triggers(threshold, above, users, revenue)
    rows = alternative_triggers(asked.frame, facts, triggers, asked.line, [asked.as_of])
    _trigger_table(triggers, rows)
    if facts is None:
        st.caption("Users and revenue are not in the data: add a table of your own to judge them.")
    elif unmatched := strangers(facts, asked.frame):
        named = plain(", ".join(unmatched[:5])) + (" and more" if len(unmatched) > 5 else "")
        st.caption(f"{number(len(unmatched))} models of your table are not in the index under that name: {named}.")


def _index_trigger(asked: Asked) -> float:
    if not asked.marks:
        return asked.line
    values = {one.model: one.value for one in asked.marks}
    usual = next(iter(values))
    from_url("above", usual, lambda text: choice(text, tuple(values), "address, above"))
    st.selectbox(
        "Index above that of", list(values), key="above", format_func=lambda name: f"{name} ({values[name]:.1f})",
        help="As a trigger of its own. At or above the line it has no false alarms by construction, below it no misses",
    )  # fmt: skip
    return values[choice(to_url("above", usual), tuple(values), "option above")]


def _amounts(facts: pl.DataFrame) -> tuple[float | None, float | None]:
    with st.container(horizontal=True):
        users = _amount("users", "Users above", USERS, "count") if facts["users"].count() else None
        revenue = _amount("revenue", "Revenue above, USD a year", REVENUE, "usd") if facts["revenue"].count() else None
    return users, revenue


def _amount(name: str, label: str, usual: str, dimension: Dimension) -> float:
    from_url(name, usual)
    st.text_input(label, key=name, help="One number, e.g. 45 million")
    quantity = read_quantity(to_url(name, usual), dimension, label)
    if not quantity.is_exact:
        raise BadInput("a trigger is one number, not a range", label, f"write a number such as {usual}")
    return quantity.mid


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadInput("the file is not UTF-8 text", f"byte {error.start}", "save it as CSV in UTF-8") from error


def _trigger_table(triggers: tuple[Trigger, ...], rows: tuple[BacktestRow, ...]) -> None:
    if not rows:
        empty("No trigger to compare.", "Choose another day at the left.")
        return
    table = [
        {
            "trigger": trigger_words(trigger),
            "recall": percent(row.recall),
            "recall_band": band(row.recall_low, row.recall_high),
            "precision": percent(row.precision),
            "precision_band": band(row.precision_low, row.precision_high),
            "missed": len(row.missed),
            "false_alarms": len(row.false_alarms),
            "n": row.n,
            "unknown": row.undisclosed,
        }
        for trigger, row in zip(triggers, rows, strict=True)
    ]
    shown = pl.DataFrame(table, infer_schema_length=None)
    st.dataframe(
        shown, hide_index=True, height="content", key="triggers", column_config=_trigger_columns(),
        placeholder="unknown", alt="Recall, precision and misses of each trigger",
    )  # fmt: skip


def _trigger_columns() -> dict[str, Any]:
    known = "Models with an index whose answer to the trigger is known"
    return {
        "trigger": st.column_config.TextColumn("Trigger", pinned=True, width=260),
        "recall": st.column_config.TextColumn("Recall", width=60),
        "recall_band": st.column_config.TextColumn("with unknown", width=102),
        "precision": st.column_config.TextColumn("Precision", width=75),
        "precision_band": st.column_config.TextColumn("with unknown", width=102),
        "missed": st.column_config.NumberColumn("Missed", width=60),
        "false_alarms": st.column_config.NumberColumn("False alarms", width=84),
        "n": st.column_config.NumberColumn("n", help=known, width=45),
        "unknown": st.column_config.NumberColumn("Unknown", help="Models for which a fact is missing", width=66),
    }


def _columns() -> dict[str, Any]:
    return {
        "model": st.column_config.TextColumn("Model", pinned=True, width=190),
        "card": st.column_config.LinkColumn("Card", display_text="Open", width=60),
        "value": st.column_config.NumberColumn("Index", format="%.1f", width=70),
        "flop": st.column_config.TextColumn("FLOP", width=80),
        "released": st.column_config.DateColumn("Released", format="YYYY-MM-DD", width=100),
        "organisation": st.column_config.TextColumn("Organisation", width=140),
        "confidence": st.column_config.TextColumn("FLOP known", width=100),
    }
