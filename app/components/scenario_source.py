"""The training history that a page judges: the quick form's, or a saved one that the address names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import streamlit as st

from app.components import state
from app.components.feedback import show_error
from app.components.frame import plain
from app.components.scenario_form import scenario_form
from governance.compute.history import History
from governance.compute.saved_scenarios import Scenario, get_scenario
from governance.errors import TouchstoneError


@dataclass(frozen=True, slots=True)
class Source:
    """A history and where it came from.

    Args:
        history: To be judged.
        saved: The record it is; ``None`` for the quick form.
    """

    history: History
    saved: Scenario | None

    @property
    def title(self) -> str:
        """Name the run."""
        return self.saved.title if self.saved else self.history.title or "A planned training run"

    def query(self, as_of: date) -> dict[str, str]:
        """Give what an address of a compute page says of it."""
        day = {"as_of": as_of.isoformat()}
        if self.saved:
            return {"scenario": self.saved.id, "revision": str(self.saved.revision), **day}
        own = {name: value for name, value in st.query_params.items() if name not in OF_PAGES and "." not in name}
        return {**own, **day}


OF_PAGES = ("show", "law", "what", "as_of")
"""Parameters that say how a page shows a run, not which run it is."""


def current_history() -> Source | None:
    """Draw what sets the history in the sidebar and give it; ``None`` after a message where it cannot be read."""
    wanted = st.query_params.get("scenario")
    if not wanted:
        history = scenario_form()
        return None if history is None else Source(history, None)
    try:
        revision = st.query_params.get("revision")
        saved = get_scenario(state.workbench(), wanted, int(revision) if revision and revision.isdigit() else None)
    except TouchstoneError as error:
        show_error(error)
        _leave()
        return None
    st.markdown(f"**{plain(saved.title)}** :small[revision {saved.revision}, {len(saved.history.runs):,} runs]")
    _leave()
    return Source(saved.history, saved)


def _leave() -> None:
    if st.button("Back to the quick form", icon=":material/undo:", key="leave-scenario", width="stretch"):
        st.query_params.clear()
        st.rerun()
