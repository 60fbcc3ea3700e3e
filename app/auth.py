"""Who is at work in the app: the person of this machine, somebody signed in, or whoever a token stands for."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

import streamlit as st
from starlette.requests import Request
from streamlit.runtime.scriptrunner import get_script_run_ctx

from app.sign_in import sign_in_is_on
from governance.errors import NotSignedIn, StoreDamaged, StoreInUse
from governance.records.accounts import actor_of_token, find_person, local_people, who_says
from governance.records.people import Actor, local_person, refusal
from governance.records.store import Workbench, open_workbench, workbench_path

NOBODY = Actor(email="nobody", name="Nobody", role=None)
SIGNED_IN_HOURS = 12
WORKING_AS = "touchstone-working-as"
_ASKING: ContextVar[Actor | None] = ContextVar("asking", default=None)

Standing = Literal["at work", "signed out", "expired", "no e-mail", "unverified", "unknown", "undeclared"]


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whoever looks at a page.

    Args:
        actor: Who they are, as far as is known.
        standing: Why they may come in, or why not.
        alone: Nobody else is known here, so nobody has to be named.
    """

    actor: Actor
    standing: Standing
    alone: bool = False

    @property
    def may_enter(self) -> bool:
        """Tell whether pages are open to them; what they may do there is checked where records are kept."""
        return self.standing == "at work"


@st.cache_resource(show_spinner=False)
def _store_at(path: str) -> Workbench:
    return open_workbench(actor=NOBODY)


def open_store() -> Workbench:
    """Give the process's one open workbench, with nobody at work in it."""
    return _store_at(str(workbench_path()))


def workbench() -> Workbench:
    """Give the workbench with whoever is asking at work in it."""
    return open_store().acting(current_actor())


def current_actor() -> Actor:
    """Give who this page or request works for; without a role where nobody is known."""
    asking = _ASKING.get()
    if asking is not None:
        return asking
    if get_script_run_ctx() is not None:
        return visitor().actor
    return NOBODY if sign_in_is_on() else _reader_here()


def visitor() -> Visitor:
    """Tell who looks at this page."""
    if sign_in_is_on():
        return read_claims(open_store(), dict(st.user), datetime.now(UTC))
    try:
        store = open_store()
    except (StoreInUse, StoreDamaged):
        # What needs no workbench stays readable on a machine of one's own; what does says what is wrong.
        return Visitor(local_person().model_copy(update={"role": "viewer"}), "at work", alone=True)
    actor = who_says(store, st.session_state.get(WORKING_AS))
    return Visitor(actor, "undeclared" if actor.role is None else "at work", alone=not local_people(store))


def work_as(email: str) -> None:
    """Say which declared person sits at this machine; it is kept for the session and proves nothing."""
    st.session_state[WORKING_AS] = email


def read_claims(store: Workbench, claims: Mapping[str, object], now: datetime) -> Visitor:
    """Tell who a provider says somebody is, and whether they are known here.

    Args:
        store: The workbench, whose people are asked.
        claims: Of the ID token that Streamlit checked: ``iss``, ``email``, ``email_verified``, ``iat``.
        now: When, UTC: a sign-in counts for 12 hours.
    """
    if claims.get("is_logged_in") is not True or sign_in_key(claims) in _ended():
        return Visitor(NOBODY, "signed out")
    issuer, email = str(claims.get("iss") or ""), str(claims.get("email") or "").strip()
    named = Actor(issuer=issuer, email=email, name=str(claims.get("name") or email), role=None)
    issued = claims.get("iat")
    if not isinstance(issued, int | float) or not 0 <= now.timestamp() - issued + 300 <= SIGNED_IN_HOURS * 3600:
        return Visitor(named, "expired")
    if not issuer or not email:
        return Visitor(named, "no e-mail")
    if claims.get("email_verified") is not True:
        return Visitor(named, "unverified")
    found = find_person(store, issuer, email, named.name)
    return Visitor(found, "unknown" if found.role is None else "at work")


def sign_in_key(claims: Mapping[str, object]) -> tuple[str, ...]:
    """Tell one sign-in from another."""
    return tuple(str(claims.get(name)) for name in ("iss", "sub", "iat"))


@st.cache_resource(show_spinner=False)
def _ended() -> dict[tuple[str, ...], float]:
    return {}


def sign_out() -> None:
    """End this sign-in, in other tabs and for a copied cookie too, and leave the provider."""
    ended, now = _ended(), time.time()
    for key in [key for key, at in ended.items() if now - at > SIGNED_IN_HOURS * 3600]:
        ended.pop(key, None)
    ended[sign_in_key(dict(st.user))] = now
    st.logout()


def actor_of_request(request: Request) -> Actor:
    """Give who an API request is made for, by its token; whatever writes asks this.

    Raises:
        NotSignedIn: It shows no token, or one that is unknown, revoked or expired.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.casefold() != "bearer" or not token.strip():
        fix = "send 'Authorization: Bearer TOKEN'; make one on the People page or with 'touchstone token add'"
        raise NotSignedIn("the request shows no token", "header Authorization", fix)
    store = open_store()
    here = store if sign_in_is_on() else store.acting(who_says(store))
    return actor_of_token(here, token.strip(), datetime.now(UTC))


def reader_of_request(request: Request) -> Actor | None:
    """Give who may read by an API request; ``None``: whoever sits at a machine of their own, who needs no token.

    Raises:
        NotAllowed: They have no role here.
        NotSignedIn: A token is needed, or the one shown is not taken.
    """
    if "authorization" not in request.headers and not sign_in_is_on():
        return None
    actor = actor_of_request(request)
    if not actor.may("read"):
        raise refusal(actor, "read", request.url.path)
    return actor


def ask_as(actor: Actor | None) -> None:
    """Let what follows in this task work for somebody."""
    _ASKING.set(actor)


def _reader_here() -> Actor:
    actor = who_says(open_store())
    return actor if actor.role else actor.model_copy(update={"role": "viewer"})
