"""Who may do what here?"""

from __future__ import annotations

import streamlit as st

from app import auth
from app.components import state
from app.components.figure import figure
from app.components.frame import page_header, source_line
from app.components.people_views import (
    add_form,
    change_form,
    declare_form,
    own_tokens,
    people_table,
    person_words,
    roles_chart,
    roles_table,
    told,
)
from app.sign_in import sign_in_is_on
from governance.records.accounts import people
from governance.records.people import LOCAL

workbench = state.workbench()
actor, listed = workbench.actor, people(workbench)
shown = [one for one in listed if sign_in_is_on() or one.issuer == LOCAL]
actions = page_header(
    "Who may do what here?",
    person_words(actor, len(shown)),
    help="Roles are checked where records are kept, for pages, command line and API alike.",
)
declared = bool(shown)
if actor.may("administer") and declared:
    with actions:
        add_form(sorted({one.issuer for one in listed if one.issuer != LOCAL} or {actor.issuer}))
        change_form(shown)
told()
figure(
    roles_chart(actor.role),
    title="What each role may do",
    alt="Table of roles by operations: a viewer reads; a contributor writes too; a reviewer reviews and signs too; "
    "an admin does everything. Your own role is outlined.",
    caption="Outlined: your role · nobody signs what they wrote themselves",
    table=roles_table(),
    key="roles",
)
if declared:
    st.dataframe(
        people_table(shown),
        hide_index=True,
        height="content",
        key="people",
        alt=f"{len(shown)} people with their roles",
    )
    if not actor.may("administer"):
        st.caption("An admin adds people and changes roles.")
elif not sign_in_is_on():
    declare_form(actor)
own_tokens(workbench)
vouched = "people sign in; their provider vouches for the e-mail" if sign_in_is_on() else "nothing proves who sits here"
source_line("Source: the people of this workbench", vouched, f"at work: {auth.current_actor().id}", n=len(shown))
