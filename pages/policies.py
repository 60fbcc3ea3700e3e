"""By which rule are licences read?"""

from __future__ import annotations

import streamlit as st

from app.components import state
from app.components.frame import number, page_header, source_line
from app.components.policy_editor import QUESTION, policy_editor
from app.components.policy_views import (
    counts_under,
    licence_classes,
    licence_oddities,
    policies_table,
    unique_titles,
    unknown_policy,
)
from app.components.url_state import from_url, to_url
from app.components.use_bar import use_bar
from app.navigation import page_link
from governance.catalogue.selection import choice
from governance.catalogue.vocabulary import SNAPSHOTS
from governance.provenance.policies import POLICIES

SECTIONS = {"rules": "Rules side by side", "classes": "Licence classes", "oddities": "Oddities"}
COUNTED = {"effective": "Once lineage counts", "own": "Own licences"}
policies = state.policies()
own = [policy for key, policy in policies.items() if key not in POLICIES]


def edit(policy_id: str) -> None:
    """Open a policy's copy, or the user's own one, for changes."""
    st.query_params["edit"] = policy_id


def start_menu() -> None:
    """Offer a policy to start from."""
    with st.popover("Make your own", icon=":material/edit_note:", help="Copy a rule and change it"):
        start = st.selectbox(
            "Start from", list(policies), key="start", format_func=lambda key: policies[key].title,
            help="A shipped rule is copied; one of your own is changed in place",
        )  # fmt: skip
        label = "Copy and edit" if start in POLICIES else "Edit"
        st.button(label, icon=":material/edit:", key="edit-start", on_click=edit, args=(start,))


def overview(snapshot: str, counted: str, unknown: str | None) -> None:
    """Show what each rule makes of the datasets, then the rules and the classes as data."""
    rows = counts_under(tuple(one.model_dump_json() for one in policies.values()), snapshot, state.version())
    uses = {row.policy: row.effective_use if counted == "effective" else row.licence_use for row in rows}
    free = sorted(use["commercial"] for use in uses.values())
    mine = f", {len(own)} yours" if own else ""
    actions = page_header(
        QUESTION,
        f"**{number(free[0])} to {number(free[-1])} of {number(rows[0].n)} datasets allow commercial use**, by rule: "
        f"{len(POLICIES)} shipped{mine}.",
        help="A policy turns the licences that are stated into one use class; it is data, and you may change a copy.",
    )
    with actions:
        start_menu()
    if unknown is not None:
        unknown_policy(unknown, policies)
    use_bar(dict(zip(unique_titles(list(policies.values())), uses.values(), strict=True)))
    section = st.segmented_control(
        "Show", list(SECTIONS), key="show", format_func=lambda key: SECTIONS[key], required=True,
        label_visibility="collapsed", help="The rules, the audit's class of every licence, and what is odd about it",
    )  # fmt: skip
    to_url("show", "rules")
    if section == "rules":
        policies_table(list(policies.values()))
        page_link("datasets", "Choose a rule there, under Licences read by", icon=":material/table_rows:")
    elif section == "classes":
        licence_classes(snapshot)
    else:
        licence_oddities(snapshot)
    source_line(
        "Source: Data Provenance Collection (Apache-2.0), class tables of the audit",
        f"snapshot {snapshot}", COUNTED[counted].lower(), n=rows[0].n, legal=True,
    )  # fmt: skip


with st.sidebar:
    from_url("snapshot", "current", lambda value: choice(value, SNAPSHOTS, "option snapshot"))
    st.radio("Snapshot", SNAPSHOTS, key="snapshot", help="State of the audit: the newest, or the release of 2023")
    asked_snapshot = to_url("snapshot", "current")
asked = st.query_params.get("edit")
if asked is not None and asked in policies:
    policy_editor(policies[asked], asked_snapshot)
else:
    from_url("show", "rules", lambda value: choice(value, list(SECTIONS), "option show"))
    from_url("count", "effective", lambda value: choice(value, list(COUNTED), "option count"))
    with st.sidebar:
        st.radio(
            "Count by", list(COUNTED), key="count", format_func=lambda key: COUNTED[key], help="What the bars show"
        )
    overview(asked_snapshot, to_url("count", "effective"), asked)
