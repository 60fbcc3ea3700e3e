"""The training history as tables to change: runs, what each took from others, and what is known beyond them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import streamlit as st

from app.components import state
from app.components.feedback import show_error
from app.components.scenario_source import Source
from app.navigation import open_page
from governance.compute.history import Edge, History
from governance.compute.history_files import as_data, history_of, read_history, write_history
from governance.compute.legal_vocabulary import AMOUNTS, EDGE_KINDS, FACTS, FORMS, INPUTS, RUN_KINDS
from governance.compute.saved_scenarios import ScenarioDraft, save_scenario
from governance.errors import TouchstoneError

RUN_WORDS = ("id", "title", "kind", "form", "developer", "public_data")
MAX_FILE_MB = 5


def history_editor(source: Source, as_of: date) -> None:
    """Offer the history as tables; what is applied becomes a new revision, so nothing is lost."""
    with st.expander(
        f"Training history: {len(source.history.runs):,} run{'s' if len(source.history.runs) != 1 else ''}",
        icon=":material/account_tree:", expanded=len(source.history.runs) > 1,
    ):  # fmt: skip
        if source.saved is None:
            st.markdown("Add stages, teachers, merges or data generation: each text counts them by its own rule.")
            left, right = st.columns(2, vertical_alignment="bottom")
            if left.button(
                "Open as history", icon=":material/edit:", key="open-history", help="Keeps it and opens its runs"
            ):
                keep(ScenarioDraft(title=source.title, history=source.history, as_of=as_of))
            _upload(right, as_of)
        else:
            _tables(source, as_of)


def keep(draft: ScenarioDraft, source: Source | None = None) -> None:
    """Save a draft, as a new scenario or a new revision, and open it; a message where it cannot be."""
    saved = source.saved if source else None
    try:
        kept = save_scenario(
            state.workbench(), draft, datetime.now(UTC), saved.id if saved else None, saved.revision if saved else None
        )
    except TouchstoneError as error:
        show_error(error)
        return
    open_page("thresholds", scenario=kept.id, revision=str(kept.revision), as_of=draft.as_of.isoformat())


def _upload(place: Any, as_of: date) -> None:  # noqa: ANN401 - a container
    given = place.file_uploader(
        "Or read a history", type=["json", "yaml", "yml"], max_upload_size=MAX_FILE_MB, key="history-file",
        help="JSON or YAML with runs, edges and final, as 'touchstone compute scenario' reads it",
    )  # fmt: skip
    if given is None:
        return
    try:
        history = read_history(given.getvalue().decode("utf-8", errors="strict"))
    except UnicodeDecodeError:
        place.error("The file is not UTF-8. Save it as UTF-8 and try again.")
    except TouchstoneError as error:
        show_error(error)
    else:
        keep(ScenarioDraft(title=history.title or "A history from a file", history=history, as_of=as_of))


def _tables(source: Source, as_of: date) -> None:
    saved, history = source.saved, source.history
    assert saved is not None
    key = f"{saved.id}-{saved.revision}"
    data = as_data(history)
    runs = _run_table(history, data, key)
    left, right = st.columns(2)
    edges = left.data_editor(
        _frame(data.get("edges", []), list(Edge.model_fields)), num_rows="dynamic", hide_index=True, placeholder="",
        key=f"edges-{key}", column_config=_edge_columns(),
    )  # fmt: skip
    known = [
        {"name": name, "value": ",".join(value) if isinstance(value, list) else value}
        for name, value in data.get("circumstances", {}).items()
    ]
    about = right.data_editor(
        _frame(known, ["name", "value"]), num_rows="dynamic", hide_index=True, placeholder="", key=f"about-{key}",
        column_config={
            "name": st.column_config.SelectboxColumn("Known", options=[*AMOUNTS, *FACTS], required=True),
            "value": st.column_config.TextColumn("as", required=True, help="A number in plain words, yes, no, text …"),
        },
    )  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="bottom"):
        final = st.text_input(
            "Judged model", value=history.final, key=f"final-{key}", help="The run that made it", width=220
        )
        if st.button(
            "Apply", type="primary", icon=":material/check:", key="apply-history", help="Judge it, as a new revision"
        ):
            new = {
                "title": history.title, "shared": data.get("shared"), "final": final, "runs": _rows(runs),
                "edges": _rows(edges), "circumstances": {row["name"]: row["value"] for row in _rows(about)},
            }  # fmt: skip
            _apply(source, new, as_of)
        st.download_button(
            "Download", write_history(history), f"{saved.id}.json", "application/json", icon=":material/download:",
            on_click="ignore", help="As JSON that the command line and this page read", key="download-history",
        )  # fmt: skip


def _run_table(history: History, data: Mapping[str, Any], key: str) -> Any:  # noqa: ANN401 - the frame as edited
    used = [name for name in INPUTS if any(name in run.inputs for run in history.runs)]
    shown: list[str] = list(dict.fromkeys(["parameters", "active_parameters", "tokens", "flop", *used]))
    words = {
        name: st.column_config.TextColumn(name.replace("_", " ").capitalize(), help="In plain words, e.g. 70B")
        for name in shown
    }
    columns: dict[str, Any] = {
        "id": st.column_config.TextColumn("Run", required=True, pinned=True, help="Unlike any other"),
        "kind": st.column_config.SelectboxColumn("What it did", options=list(RUN_KINDS), default="pretraining"),
        "form": st.column_config.SelectboxColumn("Architecture", options=list(FORMS), default="dense"),
        "public_data": st.column_config.SelectboxColumn("Data public", options=["true", "false"]),
        **words,
    }
    frame = _frame(data["runs"], [*RUN_WORDS, *shown])
    return st.data_editor(
        frame, num_rows="dynamic", hide_index=True, placeholder="", key=f"runs-{key}", column_config=columns
    )


def _edge_columns() -> dict[str, Any]:
    kinds = list(EDGE_KINDS)
    return {
        "child": st.column_config.TextColumn("Run", required=True),
        "parent": st.column_config.TextColumn("took from", required=True),
        "kind": st.column_config.SelectboxColumn("How", options=kinds, required=True, default=kinds[0]),
    }


def _apply(source: Source, data: Mapping[str, object], as_of: date) -> None:
    saved = source.saved
    assert saved is not None
    try:
        history = history_of(json.loads(json.dumps(data)))
    except TouchstoneError as error:
        show_error(error)
        return
    if history == source.history:
        st.info("Nothing was changed.")
        return
    keep(saved.draft(history=history, as_of=as_of), source)


def _frame(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> pl.DataFrame:
    words = [{name: None if row.get(name) is None else str(row[name]) for name in columns} for row in rows]
    frame = pl.DataFrame(words, schema=dict.fromkeys(columns, pl.String))
    return frame.with_columns(pl.col("public_data").str.to_lowercase()) if "public_data" in columns else frame


def _rows(frame: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - what the editor gives back
    rows = [{name: value for name, value in row.items() if value not in (None, "")} for row in frame.to_dicts()]
    return [row for row in rows if row]
