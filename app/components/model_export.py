"""Models as files, with whom to credit."""

from __future__ import annotations

from functools import partial

import streamlit as st

from app.components import state
from app.components.frame import number
from governance.compute.models import ModelsResult
from governance.exports.model_tables import MODEL_EXPORTS
from governance.exports.table_files import credits_of


def model_export(result: ModelsResult) -> None:
    """Offer the models of a selection as files."""
    with st.popover("Export", icon=":material/download:", help="CSV, Parquet, JSON lines, Excel and whom to credit"):
        credits = credits_of(state.cursor(), result)
        st.caption(f"{number(result.total)} models, every column; unknown is empty. Give this credit:")
        st.code("\n".join(credits) or "your own", language=None, wrap_lines=True)
        with st.container(horizontal=True):
            for one in MODEL_EXPORTS:
                st.download_button(
                    one.label, partial(one.bytes_of, result, credits), one.file_name, one.media_type,
                    key=f"models-{one.file_name}", on_click="ignore", icon=":material/download:",
                )  # fmt: skip
            st.download_button(
                "Attribution", "\n".join(credits), "ATTRIBUTION.txt", "text/plain", key="models-credit",
                on_click="ignore", icon=":material/format_quote:",
            )  # fmt: skip
