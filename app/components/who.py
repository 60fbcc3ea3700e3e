"""Who is at work: the page before sign-in, and the line in the sidebar that names them."""

from __future__ import annotations

import streamlit as st

from app import auth
from app.components.frame import plain
from app.sign_in import providers, sign_in_is_on, sign_in_settings
from governance.records.accounts import local_people
from governance.records.people import Actor

SIGN_IN = ":material/login:"


def front_door(visitor: auth.Visitor) -> None:
    """Draw the only page that somebody sees who may not come in."""
    if visitor.standing == "undeclared":
        _who_is_it(visitor.actor)
        return
    titles = {"signed out": "Who are you?", "expired": "Who are you?"}
    st.title(titles.get(visitor.standing, "You are signed in, but not known here"), anchor=False)
    actor = visitor.actor
    if visitor.standing == "signed out":
        st.markdown("**Sign in to see this workbench.** An admin decides who may read, write and sign.")
    elif visitor.standing == "expired":
        st.markdown(f"**Sign in again.** A sign-in counts for {auth.SIGNED_IN_HOURS} hours.")
    elif visitor.standing == "no e-mail":
        st.warning(
            "**Your provider did not tell your e-mail.** Ask whoever runs it to put the e-mail into the ID token."
        )
    elif visitor.standing == "unverified":
        st.warning(
            f"**Your provider has not verified the e-mail {plain(actor.email)}.** Verify it there, then sign in again."
        )
    else:
        st.markdown("**Nobody has given you a role yet.** Send these two lines to an admin, then sign in again.")
        st.code(f"issuer: {actor.issuer}\ne-mail: {actor.email}", language=None)
        command = f"touchstone people add --issuer {actor.issuer} --email {actor.email} --role viewer"
        st.caption(f"An admin adds you on the People page, or with `{command}` while the app is stopped.")
    with st.container(horizontal=True):
        _sign_in_buttons()
        if visitor.standing != "signed out":
            _sign_out_button()


def identity(visitor: auth.Visitor) -> None:
    """Name who is at work, at the end of the sidebar; nothing where there is only one person anyway."""
    actor = visitor.actor
    if visitor.alone:
        return
    with st.sidebar:
        if not sign_in_is_on():
            _choose(actor)
            return
        with st.container(border=True):
            st.markdown(f"Working as **{plain(actor.name)}** · {actor.role}  \n:small[{plain(actor.email)}]")
            _sign_out_button()


def _sign_in_buttons() -> None:
    for name in providers(sign_in_settings()):
        label = "Sign in" if name is None else f"Sign in with {name}"
        st.button(
            label,
            key=f"sign-in-{name}",
            icon=SIGN_IN,
            type="primary",
            on_click=st.login,
            args=() if name is None else (name,),
            help="Your organisation's provider asks for the password; it is never seen here",
        )


def _sign_out_button() -> None:
    st.button("Sign out", icon=":material/logout:", on_click=auth.sign_out, help="Leave this app and the provider")


def _choose(actor: Actor) -> None:
    people = local_people(auth.open_store())
    emails = [person.email for person in people]
    names = {person.email: f"{person.name} ({person.role})" for person in people}
    chosen = st.selectbox(
        "Working as",
        emails,
        index=emails.index(actor.email) if actor.email in emails else None,
        format_func=lambda email: names.get(email, email),
        placeholder="Choose yourself",
        help="Who sits here now. Nothing proves it: signatures say so. It counts until this tab is closed.",
    )
    if chosen is not None and chosen != actor.email:
        auth.work_as(chosen)
        st.rerun()


def _who_is_it(actor: Actor) -> None:
    st.title("Who is at work?", anchor=False)
    st.markdown(
        f"**People are declared in this workbench, and {plain(actor.name)} is not one of them.** Say who you are."
    )
    _choose(actor)
    st.caption("Set TOUCHSTONE_USER to your name before the start to be asked no more.")
