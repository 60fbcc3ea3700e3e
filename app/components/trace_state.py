"""The graph across all records, read once a catalogue and once a change of the workbench."""

from __future__ import annotations

import streamlit as st

from app.components import state
from governance.records.audit import head
from governance.research.trace_graph import Rows, TraceGraph, catalogue_rows, with_own


@st.cache_resource(show_spinner=False, max_entries=2)
def _rows_at(catalogue_at: str) -> Rows:
    return catalogue_rows(state.cursor())


@st.cache_resource(show_spinner="Reading what rests on what", max_entries=4)
def _graph_at(store: str, changes: str, catalogue_at: str) -> TraceGraph:
    return TraceGraph.of(with_own(_rows_at(catalogue_at), state.workbench()), catalogue_at)


def trace_graph() -> TraceGraph:
    """Give the graph as it is now.

    Raises:
        NotAllowed: Whoever looks may not read here.
    """
    bench = state.workbench()
    return _graph_at(str(bench.file), head(bench).hash, state.version())
