"""Bring a file of battles, scores or predictions: what it is, which rows are bad, and keeping it as a set."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import polars as pl
import streamlit as st

from app.components import state
from app.components.feedback import empty, show_error
from app.components.frame import counted, number, plain
from app.components.set_mapper import column_mapper
from app.components.set_words import (
    LEAVE_WORDS,
    ROW_WORDS,
    bad_table,
    reasons_words,
    report_answer,
)
from governance.errors import TouchstoneError
from governance.evaluation.formats.check import SHOWN, Checked, Report, check
from governance.evaluation.formats.files import read_table
from governance.evaluation.formats.layouts import map_table
from governance.evaluation.formats.own_sets import add_rows, add_set, own_sets
from governance.evaluation.formats.raw import RawTable
from governance.evaluation.formats.schemas import columns, template
from governance.evaluation.vocabulary import BETTERS, FORMATS, Format
from governance.exports.tables import csv_of
from governance.records.contributions import LEAVES

TOLD = "set-told"
TYPES = ["csv", "tsv", "txt", "json", "jsonl", "ndjson", "parquet", "xlsx"]
MAX_UPLOAD = 20_000_000
"""As the server's own limit, in .streamlit/config.toml."""
FOUND = "found"


@st.cache_resource(show_spinner=False, max_entries=2)
def _read(digest: str, name: str, _data: bytes) -> RawTable:
    return read_table(_data, name, MAX_UPLOAD)


@st.cache_resource(show_spinner=False, max_entries=3)
def _checked(digest: str, format: Format | None, mapping: tuple[tuple[str, str], ...], _raw: RawTable) -> Checked:
    return check(_raw, map_table(_raw, format, dict(mapping)))


def templates() -> None:
    """Offer an example of each format to fill in, with what its columns hold."""
    with st.popover("Templates", icon=":material/description:", help="A CSV to fill in, with an example"):
        for format in FORMATS:
            st.download_button(
                f"{format.capitalize()} (CSV)", template(format), f"{format}.csv", "text/csv", key=f"template-{format}",
                on_click="ignore", icon=":material/download:", width="stretch",
            )  # fmt: skip


def upload_view(format: Format | None) -> None:
    """Draw the upload from file to set.

    Args:
        format: What the reader came to bring; ``None``: whatever the file holds.
    """
    left, right = st.columns([3, 1])
    file = left.file_uploader(
        "File", TYPES, key="set-file",
        help="CSV, JSON lines, a JSON list, Parquet, or results of a harness; at most "
        f"{MAX_UPLOAD // 1_000_000} MB here, larger with 'touchstone sets add'",
    )  # fmt: skip
    chosen = right.selectbox(
        "It holds", [FOUND, *FORMATS], index=0 if format is None else 1 + FORMATS.index(format), key="set-format",
        format_func=lambda one: "as recognised" if one == FOUND else one, help="What its rows are",
    )  # fmt: skip
    kind: Format | None = next((one for one in FORMATS if one == chosen), None)
    if file is None:
        empty("No file is chosen.", "Choose one, or start from a template.")
        _columns_of(kind or "battles")
        return
    data = file.getvalue()
    digest = hashlib.sha256(data).hexdigest()
    try:
        checked = _steps(digest, file.name, data, kind)
    except TouchstoneError as error:
        show_error(error)
        return
    if checked is not None:
        _report(checked.report, checked.frame)
        _keep(checked)


def _steps(digest: str, name: str, data: bytes, kind: Format | None) -> Checked | None:
    with st.spinner(f"Reading {len(data) / 1e6:,.1f} MB"):
        raw = _read(digest, name, data)
    chosen = column_mapper(raw, kind)
    if chosen is None:
        return None
    with st.spinner(f"Checking {number(raw.frame.height)} rows"):
        return _checked(digest, *chosen, raw)


def _report(report: Report, good: pl.DataFrame) -> None:
    st.markdown(report_answer(report))
    for one in report.findings:
        shown = st.error if one.stops else st.warning
        shown(f"{plain(one.detail[:1].upper() + one.detail[1:])}.", icon=":material/report:")
    if report.bad:
        st.markdown(f"**{number(report.bad)} bad**: {plain(reasons_words(report))}.")
        table = bad_table(report)
        st.dataframe(
            table, hide_index=True, key="bad-rows", height="content" if table.height <= 8 else 300,
            alt=f"{table.height} bad rows with line, column, reason and what is wrong",
            column_config={
                "line": st.column_config.NumberColumn("Line", width=70, format="%d"),
                "column": st.column_config.TextColumn("Column", width=110),
                "reason": st.column_config.TextColumn("Reason", width=220),
                "detail": st.column_config.TextColumn("What is wrong", width=420),
            },
        )  # fmt: skip
        if report.bad > table.height:
            st.caption(f"The first {SHOWN} of {number(report.bad)} are listed.")
        with st.container(horizontal=True):
            st.download_button("Bad rows (CSV)", lambda: csv_of(table), "bad-rows.csv", "text/csv", on_click="ignore",
                               key="bad-csv")  # fmt: skip
            st.download_button("Good rows (CSV)", lambda: csv_of(good), "good-rows.csv", "text/csv", on_click="ignore",
                               key="good-csv", disabled=not report.good)  # fmt: skip
    if report.unused:
        st.caption(f"Not used: {plain(', '.join(report.unused[:20]))}")


def _keep(checked: Checked) -> None:
    report = checked.report
    if report.stops:
        return
    mine = {one.id: one for one in own_sets(state.workbench(), report.format)}
    with st.form("set-form"):
        to = st.selectbox(
            "Put them into", ["", *mine], key="set-to",
            format_func=lambda one: f"{mine[one].set.title} ({one})" if one else "a new set",
            help="A new set takes the fields below; a set that is here keeps its own",
        )  # fmt: skip
        left, right = st.columns(2)
        fields: dict[str, object] = {
            "format": report.format,
            "title": left.text_input("Name", report.file.rpartition(".")[0][:120] or report.file[:120], max_chars=120),
            "source": right.text_input(
                "Source (needed)", max_chars=120, help="Who collected it, in your words or an address"
            ),
            "licence": left.text_input("Licence", max_chars=120, help="SPDX, e.g. CC-BY-4.0, or a name"),
            "contact": right.text_input("Whom people turn to", max_chars=120, help="Somebody who wants to leave"),
            "terms": st.text_area(
                "What the people who judged agreed to", max_chars=4000, height=80, help="In your words, or an address"
            ),
            "leave": left.selectbox("They can leave", LEAVES, format_func=lambda one: LEAVE_WORDS[one]),
            "published": right.date_input("Published on", None, max_value="2100-01-01"),
        }
        if report.format == "scores":
            fields["better"] = left.selectbox(
                "Better is", ["", *BETTERS], format_func=lambda one: one or "not one way for all"
            )
        keep = True
        if report.bad:
            keep = st.checkbox(f"Leave out what is bad: {counted(report.bad, 'row')}", key="keep-good")
        label = f"Add {number(report.good)} {ROW_WORDS[report.format][report.good != 1]}"
        if not st.form_submit_button(label, type="primary", icon=":material/save:"):
            return
        if not keep:
            st.error("**Some rows are bad.** Mend the file, or tick the box to leave them out.")
            return
        try:
            now = datetime.now(UTC)
            bench = state.workbench()
            done = add_rows(bench, to, checked.frame, now) if to else add_set(bench, fields, checked.frame, now)
        except TouchstoneError as error:
            show_error(error)
            return
    stayed = f"; {number(done.withdrawn)} of people who left stayed out" if done.withdrawn else ""
    st.session_state[TOLD] = f"Added {number(done.added)} {ROW_WORDS[report.format][done.added != 1]}{stayed}."
    st.query_params.from_dict({"id": done.set})
    st.rerun()


def _columns_of(format: Format) -> None:
    table = pl.DataFrame([one.model_dump() for one in columns(format)])
    st.markdown(f"**Columns of {format}**")
    st.dataframe(
        table, hide_index=True, key="columns-help", height="content",
        alt=f"The {table.height} columns of {format}: name, whether needed, what they hold, an example",
        column_config={
            "name": st.column_config.TextColumn("Column", pinned=True, width=110),
            "needed": st.column_config.CheckboxColumn("Needed", width=70),
            "help": st.column_config.TextColumn("What it holds", width=420),
            "example": st.column_config.TextColumn("Example", width=120),
        },
    )  # fmt: skip
