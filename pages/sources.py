"""Where every fact came from, under which licence, and what was odd when it was read."""

from __future__ import annotations

import polars as pl
import streamlit as st

from app.components import state
from app.components.feedback import empty
from app.components.frame import page_header, plain, source_line
from governance.catalogue.build import catalogue_info
from governance.catalogue.sources import check_catalogue, import_notes, sources

connection = state.cursor()
known = sources(connection)
check = check_catalogue(connection)
info = catalogue_info(connection)
verdict = (
    "every shipped one may be handed on"
    if check.ok
    else f"{len([f for f in check.findings if f.level == 'problem'])} problems were found with handing them on"
)
page_header(
    "Where do these facts come from?",
    f"**{len(known)} sources, {sum(info.rows.values()):,} rows; {verdict}.**",
    help="Each row names its source. Sources without a licence are read where you have them, never shipped.",
)
for finding in check.findings:
    (st.error if finding.level == "problem" else st.info)(f"**{plain(finding.subject)}**: {plain(finding.detail)}")

st.dataframe(
    pl.DataFrame([source.model_dump() for source in known], infer_schema_length=None),
    hide_index=True,
    key="sources",
    alt="Sources with publisher, version, licence and checksum",
    column_order=(
        "title",
        "licence",
        "redistributable",
        "version",
        "publisher",
        "retrieved",
        "url",
        "basis",
        "citation",
        "checksum",
    ),
    column_config={
        "title": st.column_config.TextColumn("Source", pinned=True, width="medium"),
        "licence": st.column_config.TextColumn("Licence", help="SPDX; empty where the publisher states none"),
        "redistributable": st.column_config.CheckboxColumn("May be handed on"),
        "version": st.column_config.TextColumn("Version"),
        "publisher": st.column_config.TextColumn("Publisher"),
        "retrieved": st.column_config.DateColumn("Retrieved"),
        "url": st.column_config.LinkColumn("Address", display_text=r"https?://([^/]+)"),
        "basis": st.column_config.TextColumn("Why it may, or may not", width="large"),
        "citation": st.column_config.TextColumn("Cite", width="medium"),
        "checksum": st.column_config.TextColumn("sha256 of its facts", width="small"),
    },
)

st.header("What was odd when they were read", anchor=False)
titles = {source.id: source.title for source in known}
notes = import_notes(connection)
chosen = st.selectbox(
    "Source",
    sorted({note.source_id for note in notes}),
    format_func=lambda source_id: titles.get(source_id, source_id),
    key="source",
    index=None,
    placeholder="All sources",
    help="Nothing is dropped in silence: repeated ids, unmapped names and the like are kept and listed here.",
    bind="query-params",
)
shown = [note for note in notes if chosen in (None, note.source_id)]
if shown:
    st.dataframe(
        pl.DataFrame([note.model_dump() for note in shown], infer_schema_length=None),
        hide_index=True,
        key="notes",
        placeholder="all",
        alt="Import notes: kind, subject and detail",
        column_order=("kind", "subject", "detail", "snapshot", "source_id"),
        column_config={
            "kind": "Kind",
            "subject": st.column_config.TextColumn("Record or field", pinned=True),
            "detail": st.column_config.TextColumn("What, and what was done", width="large"),
            "snapshot": "Snapshot",
            "source_id": "Source",
        },
    )
else:
    empty("No oddities were noted", "Import a source to see what its reader finds.")
source_line(f"{len(known)} sources", f"{len(shown):,} notes shown")
