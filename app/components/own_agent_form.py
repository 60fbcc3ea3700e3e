"""The reader's own crawlers: a form to add one, and the list with a way to forget each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import streamlit as st

from app.components import state
from app.components.agent_views import PURPOSE_LABELS, RESPECT_LABELS
from app.components.feedback import empty, show_error
from app.components.frame import plain
from governance.consent.agents import Agent
from governance.consent.own_agents import read_agent, remove_agent, save_agent
from governance.errors import TouchstoneError

_FAILED, _SAVED = "agent-failed", "agent-saved"
TEXTS = ("name", "operator", "link")


def own_agents_view(own: Mapping[str, Agent]) -> None:
    """Draw the form and the list."""
    if (saved := st.session_state.pop(_SAVED, None)) is not None:
        st.success(f"Saved **{plain(saved)}**. It can be named wherever crawlers are chosen.", icon=":material/check:")
    if (error := st.session_state.pop(_FAILED, None)) is not None:
        show_error(error)
    with st.form("own-agent", border=False):
        first, second = st.columns(2)
        first.text_input("Product token", key="agent-name", max_chars=100, help="As robots.txt names it")
        second.text_input("Operator", key="agent-operator", max_chars=200, help="Who runs it; empty where unknown")
        first.selectbox(
            "Purpose", list(PURPOSE_LABELS), key="agent-purpose", format_func=lambda one: PURPOSE_LABELS[one],
            index=list(PURPOSE_LABELS).index("unknown"), help="What its operator says it is for",
        )  # fmt: skip
        second.selectbox(
            "Follows robots.txt", list(RESPECT_LABELS), key="agent-respects", index=1,
            format_func=lambda one: RESPECT_LABELS[one], help="As its operator says",
        )  # fmt: skip
        st.text_input(
            "Link", key="agent-link", max_chars=500, placeholder="https://", help="Where its operator says so"
        )
        st.form_submit_button("Save the crawler", icon=":material/save:", on_click=_save, help="Kept in your workbench")
    if not own:
        empty("You have no crawlers of your own.", "Add one above; it stands for a shipped one of the same name.")
    for name, agent in sorted(own.items()):
        row = st.container(horizontal=True, vertical_alignment="center")
        row.markdown(
            f"**{plain(name)}** · {plain(agent.operator or 'operator unknown')} · {PURPOSE_LABELS[agent.purpose]} · "
            f"{RESPECT_LABELS[agent.respects]}",
            width="stretch",
        )
        row.button(
            f"Forget {name}", icon=":material/delete:", key=f"forget-{name}", on_click=_forget, args=(name,),
            help="Takes it out of your workbench",
        )  # fmt: skip


def _save() -> None:
    kept = st.session_state
    try:
        agent = read_agent(
            {
                "id": kept["agent-name"].strip(),
                "operator": kept["agent-operator"].strip() or None,
                "purpose": kept["agent-purpose"],
                "respects": kept["agent-respects"],
                "url": kept["agent-link"].strip() or None,
            }
        )
        save_agent(state.workbench(), agent, datetime.now(UTC))
    except TouchstoneError as error:
        kept[_FAILED] = error
        return
    for name in TEXTS:
        kept[f"agent-{name}"] = ""
    kept[_SAVED] = agent.id


def _forget(name: str) -> None:
    try:
        remove_agent(state.workbench(), name)
    except TouchstoneError as error:
        st.session_state[_FAILED] = error
