"""Records of a kind as files, packed with the manifest that makes them again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from app.components import state
from app.components.frame import counted
from governance.exports.manifest_file import zip_of
from governance.exports.table_files import Result, TableFiles, credits_of


def table_export(kind: TableFiles[Result, Any], result: Result, *, key: str, usual: Sequence[str]) -> None:
    """Offer the records of a selection as files.

    Args:
        kind: How they become files.
        result: What to export.
        key: Begins the keys of the widgets.
        usual: Formats chosen at first.
    """
    labels = {name: one.label for name, one in kind.exports.items()}
    with st.popover("Export", icon=":material/download:", help=", ".join(labels.values())):
        formats = st.multiselect(
            "Formats", list(labels), default=list(usual), key=f"{key}-formats", format_func=lambda name: labels[name],
            help=f"With a manifest.json, from which 'touchstone {kind.plural} export --from' makes the same files",
        )  # fmt: skip
        st.caption("Give this credit:")
        st.code("\n".join(credits_of(state.cursor(), result)) or "none", language=None, wrap_lines=True)
        st.download_button(
            f"Download {counted(result.total, kind.plural.removesuffix('s'))}",
            lambda: zip_of(kind.render(state.cursor(), result, formats)[1]),
            f"touchstone-{kind.plural}.zip", "application/zip", key=f"{key}-download", type="primary",
            icon=":material/download:", on_click="ignore", disabled=not formats,
        )  # fmt: skip
