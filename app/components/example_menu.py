"""The worked example: loaded with one click, and taken away with another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import streamlit as st

from app.components import state
from app.components.feedback import show_error
from governance.assessment.example import load_example, remove_example
from governance.assessment.portfolio import Portfolio
from governance.errors import TouchstoneError


def example_menu(found: Portfolio | None) -> None:
    """Offer to load the worked example where there is little yet, and to remove it where it is loaded.

    Args:
        found: All systems; ``None``: there is none.
    """
    loaded = found is not None and any(one.system.example for one in found.standings)
    if loaded:
        if st.button(
            "Remove the example", key="example-remove", icon=":material/layers_clear:",
            help="Takes away the worked example and all that belongs to it; yours stays",
        ):  # fmt: skip
            _do(lambda: remove_example(state.workbench(), datetime.now(UTC)))
    elif (found is None or len(found.standings) < 5) and st.button(
        "Load the example", key="example-load", icon=":material/school:",
        help="An assessment built from public facts, marked as an example; one click takes it away again",
    ):  # fmt: skip
        _do(lambda: load_example(state.workbench(), state.cursor(), datetime.now(UTC)))


def _do(work: Callable[[], object]) -> None:
    try:
        work()
    except TouchstoneError as error:
        show_error(error)
    else:
        st.rerun()
