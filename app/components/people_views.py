"""Who may do what: the table of roles, and the forms that change people and tokens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import get_args

import altair as alt
import polars as pl
import streamlit as st

from app import auth
from app.components.feedback import show_error
from app.components.figure import Draw
from app.components.frame import plain
from app.components.url_state import hold
from app.sign_in import sign_in_is_on
from app.theme import Tokens
from governance.errors import TouchstoneError
from governance.records.accounts import (
    MAX_DAYS,
    TOKEN_DAYS,
    change_role,
    make_token,
    remove_person,
    revoke_token,
    save_person,
    tokens,
)
from governance.records.people import LOCAL, ROLES, Actor, Operation, Role
from governance.records.store import Workbench

OPERATIONS: dict[Operation, str] = {
    "read": "Read",
    "write": "Change records",
    "review": "Review others",
    "sign": "Sign others' work",
    "administer": "Manage people",
}
SHOWN_ONCE = "people-shown-once"
PROBLEM = "people-problem"


def may_words(actor: Actor) -> str:
    """Say what somebody may do, e.g. "read and write"."""
    allowed = [operation for operation in get_args(Operation) if actor.may(operation)]
    return " and ".join(filter(None, [", ".join(allowed[:-1]), allowed[-1] if allowed else "nothing"]))


def roles_table() -> pl.DataFrame:
    """Give every role with every operation, and whether it allows it."""
    rows = [
        (role, label, "yes" if Actor(email="x", name="x", role=role).may(operation) else "no")
        for role in ROLES
        for operation, label in OPERATIONS.items()
    ]
    return pl.DataFrame(rows, schema={"role": pl.String, "operation": pl.String, "allowed": pl.String}, orient="row")


def roles_chart(mine: Role | None) -> Draw:
    """Draw roles by operations; one's own role stands out in bold."""
    table = roles_table().with_columns(own=pl.col("role") == (mine or ""))

    def draw(colours: Tokens) -> alt.LayerChart:
        base = alt.Chart(alt.Data(values=table.to_dicts())).encode(
            x=alt.X(
                "role:N",
                sort=list(ROLES),
                title=None,
                axis=alt.Axis(orient="top", labelAngle=0, domain=False, ticks=False),
            ),
            y=alt.Y(
                "operation:N",
                sort=list(OPERATIONS.values()),
                title=None,
                axis=alt.Axis(labelLimit=260, domain=False, ticks=False),
            ),
        )
        scale = alt.Scale(domain=["yes", "no"], range=[colours.primary, colours.panel])
        ink = alt.condition("datum.allowed == 'yes'", alt.value(colours.background), alt.value(colours.text))
        cells = base.mark_rect(stroke=colours.background, strokeWidth=3).encode(
            color=alt.Color("allowed:N", scale=scale, legend=None)
        )
        own = base.transform_filter("datum.own").mark_rect(fillOpacity=0, stroke=colours.caution, strokeWidth=3)
        return (cells + own + base.mark_text().encode(text="allowed:N", color=ink)).properties(
            height=150, width="container"
        )

    return draw


def people_table(people: Sequence[Actor]) -> pl.DataFrame:
    """Give the people as they are listed."""
    rows = [
        (one.name, one.role, one.email, "said so themselves" if one.issuer == LOCAL else one.issuer) for one in people
    ]
    schema = {"name": pl.String, "role": pl.String, "e-mail": pl.String, "vouched for by": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def told() -> None:
    """Show what the last form ran into."""
    problem = st.session_state.pop(PROBLEM, None)
    if problem is not None:
        show_error(problem)


def add_form(issuers: Sequence[str]) -> None:
    """Add somebody, or change the name or role of somebody who is here."""
    with (
        st.popover("Add a person", icon=":material/person_add:", help="Give somebody a role"),
        st.form("add", border=False),
    ):
        st.text_input("Name", key="add-name", max_chars=120, help="As others see it")
        if sign_in_is_on():
            st.selectbox(
                "Provider", list(issuers), key="add-issuer", accept_new_options=True,
                help="As iss in their ID tokens; whoever is refused at sign-in is told it",
            )  # fmt: skip
            st.text_input("E-mail", key="add-email", max_chars=320, help="As the provider verified it")
        _role_box("add-role")
        st.form_submit_button("Add", icon=":material/person_add:", on_click=_add)


def change_form(people: Sequence[Actor]) -> None:
    """Change somebody's role, or take it away."""
    with st.popover(
        "Change or remove", icon=":material/manage_accounts:", help="Change somebody's role, or take it away"
    ):
        names = {one.id: f"{one.name} · {one.role}" for one in people}
        hold("change-id")
        st.selectbox("Person", list(names), key="change-id", format_func=lambda key: names.get(key, key), help="Who")
        _role_box("change-role")
        with st.container(horizontal=True):
            st.button(
                "Change role", on_click=_change, icon=":material/swap_horiz:", help="It counts from their next click"
            )
            st.button(
                "Remove",
                on_click=_remove,
                icon=":material/person_remove:",
                help="Also revokes their tokens; what they did stays",
            )


def declare_form(actor: Actor) -> None:
    """Let the one person of a machine say their name, and so declare people at all."""
    with st.form("declare"):
        st.text_input(
            "Your name", actor.name, key="declare-name", max_chars=120, help="It goes into the trail and signatures"
        )
        st.form_submit_button("Declare yourself", icon=":material/badge:", on_click=_declare)
        st.caption("You become the admin here, and may then add colleagues who use this machine.")


def own_tokens(workbench: Workbench) -> None:
    """Show one's tokens, make one, revoke one."""
    st.header("Tokens for programs", anchor=False)
    fresh = st.session_state.pop(SHOWN_ONCE, None)
    if fresh:
        st.success("**Copy this token now.** It is not shown again; only its hash is kept.", icon=":material/key:")
        st.code(fresh, language=None)
    held = tokens(workbench)
    if held:
        rows = [(one.id, one.label, one.email, f"{one.created:%Y-%m-%d}", f"{one.expires:%Y-%m-%d}") for one in held]
        names = ("id", "for", "stands for", "made", "expires")
        st.dataframe(
            pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row"), hide_index=True,
            height="content", key="tokens", alt=f"{len(held)} tokens, without what opens the door",
        )  # fmt: skip
    else:
        st.markdown("You have no token. A program needs one to write here, and where people sign in also to read.")
    with st.container(horizontal=True):
        with (
            st.popover("Make a token", icon=":material/key:", help="For a program of yours"),
            st.form("token", border=False),
        ):
            st.text_input(
                "What it is for", key="token-label", max_chars=120, help="So that you know later what to revoke"
            )
            st.number_input("Days", 1, MAX_DAYS, TOKEN_DAYS, key="token-days", help="How long it is taken")
            st.form_submit_button("Make", icon=":material/key:", on_click=_make_token)
        if held:
            with st.popover("Revoke a token", icon=":material/key_off:", help="Stop taking one"):
                labels = {one.id: f"{one.id} · {one.label}" for one in held}
                st.selectbox(
                    "Token", list(labels), key="token-id", format_func=lambda key: labels.get(key, key), help="Which"
                )
                st.button("Revoke", icon=":material/key_off:", on_click=_revoke, help="It is refused from now on")


def _role_box(key: str) -> None:
    st.selectbox("Role", ROLES, key=key, help="Each may do what those before it may")


def _try(work: object, *values: object) -> bool:
    try:
        work(auth.workbench(), *values, datetime.now(UTC))  # type: ignore[operator]
    except TouchstoneError as error:
        st.session_state[PROBLEM] = error
        return False
    return True


def _add() -> None:
    asked = st.session_state
    issuer = str(asked.get("add-issuer") or "") if sign_in_is_on() else LOCAL
    email, name = str(asked.get("add-email", "")), str(asked["add-name"])
    _try(save_person, Actor(issuer=issuer, email=email, name=name or email, role=asked["add-role"]))


def _declare() -> None:
    person = Actor(email="", name=str(st.session_state["declare-name"]), role="admin")
    try:
        auth.work_as(save_person(auth.workbench(), person, datetime.now(UTC)).email)
    except TouchstoneError as error:
        st.session_state[PROBLEM] = error


def _chosen() -> tuple[str, str]:
    issuer, _, email = str(st.session_state["change-id"]).rpartition(":")
    return issuer, email


def _change() -> None:
    _try(change_role, *_chosen(), st.session_state["change-role"])


def _remove() -> None:
    _try(remove_person, *_chosen())


def _make_token() -> None:
    try:
        text, _ = make_token(
            auth.workbench(), st.session_state["token-label"], datetime.now(UTC), int(st.session_state["token-days"])
        )
    except TouchstoneError as error:
        st.session_state[PROBLEM] = error
    else:
        st.session_state[SHOWN_ONCE] = text


def _revoke() -> None:
    _try(revoke_token, st.session_state["token-id"])


def person_words(actor: Actor, count: int) -> str:
    """Answer the page's question for whoever reads it."""
    others = (
        "nobody is declared yet" if not count else f"{count} {'person has' if count == 1 else 'people have'} a role"
    )
    article = "an" if actor.role == "admin" else "a"
    return f"**You are {plain(actor.name)}, {article} {actor.role}: you may {may_words(actor)}.** Here {others}."
