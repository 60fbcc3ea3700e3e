"""The lists of the portfolio: systems, reviews that are due, and what to do next."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import polars as pl
import streamlit as st

from app.components.feedback import empty
from app.components.frame import number, plain
from app.components.portfolio_words import due_words, part_words
from app.navigation import open_page, page_link
from governance.assessment.portfolio import Portfolio
from governance.assessment.standing import Action, Due, Standing
from governance.assessment.vocabulary import Form

SHOWN = 20
"""Systems a page."""
PAGE_OF: dict[Form, str] = {"social_impact": "social-impact", "risk": "risk"}


def pages_of(total: int) -> int:
    """Give the number of pages that so many systems take."""
    return max(1, math.ceil(total / SHOWN))


def systems_table(shown: Sequence[Standing]) -> None:
    """List systems; choosing a row opens that system."""
    table = pl.DataFrame([_row(one) for one in shown], infer_schema_length=None)
    event = st.dataframe(
        table, hide_index=True, height="content", on_select="rerun", selection_mode="single-row", key="systems-table",
        placeholder="none", alt=f"{len(shown)} systems: where each stands, what is out of date and what is due",
        column_config={
            "name": st.column_config.TextColumn("System", pinned=True, width=170),
            "social": st.column_config.TextColumn("Social impact", width=150),
            "share": st.column_config.ProgressColumn(
                "Assessed", format="%d%%", min_value=0, max_value=100, width=100,
                help="Of the items that apply, by anyone; empty where nothing was started",
            ),
            "stale": st.column_config.TextColumn("Out of date", width=300),
            "due": st.column_config.TextColumn("Next review", width=170),
            "risk": st.column_config.TextColumn("Risk", width=120),
            "owner": st.column_config.TextColumn("Owner", width=110),
        },
    )  # fmt: skip
    for place in event["selection"]["rows"]:
        open_page("systems", system=shown[place].system.id)


def due_list(found: Portfolio, days: int) -> None:
    """List the reviews that passed or come within some days; choosing a row opens what is to be reviewed."""
    listed = found.due(days)
    if not listed:
        empty(f"No review is due within {days} days.", "Set a review date on an assessment or an item to see it here.")
        return
    rows = [
        {
            "name": one.system.name,
            "when": due_words(due),
            "what": f"{due.what}, from {due.item}" if due.item else due.what,
        }
        for one, due in listed[:200]
    ]
    event = st.dataframe(
        pl.DataFrame(rows), hide_index=True, key=f"due-{days}", on_select="rerun", selection_mode="single-row",
        height="content" if len(rows) <= 12 else 480, alt="Reviews by day, the earliest first",
        column_config={
            "name": st.column_config.TextColumn("System", pinned=True, width=200),
            "when": st.column_config.TextColumn("Due", width=220),
            "what": st.column_config.TextColumn("What", width=320),
        },
    )  # fmt: skip
    if len(listed) > len(rows):
        st.caption(f"The first {len(rows)} of {number(len(listed))}; touchstone portfolio --json gives all.")
    for place in event["selection"]["rows"]:
        one, due = listed[place]
        form = next(form for form, part in one.parts.items() if part.assessment.id == due.assessment)
        open_page(PAGE_OF[form], **_address(due, form))


def next_steps(shown: Sequence[Standing]) -> None:
    """Name the most pressing step of each system, with the way to it."""
    for one in shown:
        actions = one.actions
        with st.container(horizontal=True, vertical_alignment="center"):
            page_link("systems", f"**{plain(one.system.name)}**", icon=":material/dashboard:", system=one.system.id)
            if actions:
                action_link(actions[0], one.system.id)
            if len(actions) > 1:
                st.caption(f"and {len(actions) - 1} more", width="content")
            if not actions:
                st.caption("Nothing to do now.", width="content")


def action_link(action: Action, system: str) -> None:
    """Link to what an action is about; a system without an assessment is opened itself."""
    if action.assessment is None:
        page_link("systems", plain(action.text), icon=":material/play_arrow:", system=system)
    else:
        page_link(
            PAGE_OF[action.form], plain(action.text), icon=":material/arrow_forward:", **_address(action, action.form)
        )


def _address(about: Action | Due, form: Form) -> dict[str, str]:
    part = "item" if form == "social_impact" else "section"
    return {"assessment": about.assessment or "", **({part: about.item} if about.item else {})}


def _row(one: Standing) -> dict[str, Any]:
    part = one.parts.get("social_impact")
    applying = part.items - part.not_applicable if part else 0
    return {
        "name": one.system.name + (" (example)" if one.system.example else ""),
        "social": part_words(part),
        "share": round(100 * part.assessed / applying) if part and applying else None,
        "stale": "; ".join(flag.text for flag in one.flags) or None,
        "due": due_words(one.due[0]) if one.due else None,
        "risk": part_words(one.parts.get("risk")),
        "owner": one.system.owner or None,
    }
