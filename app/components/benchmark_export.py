"""Benchmarks as files, packed with the manifest that makes them again."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from app.components import state
from app.components.frame import number
from governance.evaluation.benchmarks.registry import BenchmarksResult
from governance.exports.benchmark_credits import benchmark_credits
from governance.exports.benchmark_tables import BENCHMARK_EXPORTS, render_benchmarks
from governance.exports.manifest import zip_of

USUAL = ("csv", "attribution")


def benchmark_export(result: BenchmarksResult) -> None:
    """Offer the benchmarks of a selection as files."""
    with st.popover("Export", icon=":material/download:", help="CSV, Parquet, JSON lines, Excel, BibTeX, attribution"):
        formats = st.multiselect(
            "Formats", list(BENCHMARK_EXPORTS), default=list(USUAL), key="b-formats",
            format_func=lambda name: BENCHMARK_EXPORTS[name].label,
            help="A manifest.json goes along, from which 'touchstone benchmarks export --from' makes the same files",
        )  # fmt: skip
        st.caption("Give this credit:")
        st.code("\n".join(benchmark_credits(state.cursor(), result)) or "none", language=None, wrap_lines=True)
        st.download_button(
            f"Download {number(result.total)} benchmarks", lambda: _packed(result, formats),
            "touchstone-benchmarks.zip", "application/zip", key="b-download", type="primary",
            icon=":material/download:",
            on_click="ignore", disabled=not formats,
        )  # fmt: skip


def _packed(result: BenchmarksResult, formats: Sequence[str]) -> bytes:
    return zip_of(render_benchmarks(state.cursor(), result, formats)[1])
