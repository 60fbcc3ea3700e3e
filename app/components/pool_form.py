"""The form that makes a pool of feedback or changes what one says of itself, and the choice where two people did."""

from __future__ import annotations

from datetime import UTC, date, datetime

import streamlit as st

from app.components import state
from app.components.feedback import show_error
from app.components.frame import plain
from governance.consent.feedback import Pool, PoolState, save_pool
from governance.errors import Conflict, TouchstoneError
from governance.records.contributions import LEAVES, Leave

LEAVE_LABELS: dict[Leave, str] = {
    "yes": "at any time",
    "until_published": "until it is published",
    "no": "not at all",
}
FIELD_LABELS = {
    "title": "Name",
    "terms": "What people agreed to",
    "licence": "Licence of the votes",
    "leave": "They can leave",
    "published": "Published on",
    "contact": "Whom they turn to",
}
TOLD, SEEN, MINE = "feedback-told", "pool-seen", "pool-mine"


def pool_form() -> None:
    """Offer to make a pool."""
    with (
        st.popover("New pool", icon=":material/add:", help="Say what people were told when they gave their votes"),
        st.form("pool-form", border=False),
    ):
        fields = _fields(None, "pool-new")
        if st.form_submit_button("Make the pool", type="primary", icon=":material/save:"):
            try:
                made = save_pool(state.workbench(), fields, datetime.now(UTC))
            except TouchstoneError as error:
                show_error(error)
            else:
                st.query_params["pool"] = made.id
                st.rerun()


def edit_form(one: PoolState) -> None:
    """Offer to change what a pool says of itself, from the revision the reader saw first on this visit."""
    base = _seen(one)
    with (
        st.popover(
            "Edit",
            icon=":material/edit:",
            help="Change what the pool says of itself; its votes stay",
            key=f"pool-edit-{base.revision}-{MINE in st.session_state}",  # another key: shut after a save
        ),
        st.form("pool-edit", border=False),
    ):
        fields = _fields(base.pool, f"pool-{base.id}-{base.revision}")
        st.caption("Who gave votes agreed to the terms as they were: earlier ones stay in the trail.")
        if st.form_submit_button("Save", type="primary", icon=":material/save:") and _save(one.id, base, fields):
            st.rerun()


def clash_view(one: PoolState) -> None:
    """Where somebody else changed the pool meanwhile, show both versions and let the reader choose."""
    kept = st.session_state.get(MINE)
    if kept is None or kept[0] != one.id:
        return
    fields: dict[str, object] = kept[1]
    apart = [name for name in FIELD_LABELS if fields[name] != getattr(one.pool, name)]
    if not apart:
        forget_edit()
        return
    with st.container(border=True):
        st.markdown("**This pool was changed elsewhere while you edited it.** Nothing is lost: choose which one stays.")
        left, right = st.columns(2)
        left.markdown("Yours, not saved yet  \n" + _said(fields, apart))
        left.button(
            "Keep mine", icon=":material/save:", key="keep-mine", type="primary", on_click=_keep,
            args=(one.id, one, fields), help="Saves your version over the stored one",
        )  # fmt: skip
        right.markdown(f"Stored, revision {one.revision}  \n" + _said(one.pool.model_dump(), apart))
        right.button(
            "Take the stored one", icon=":material/undo:", key="take-stored", on_click=forget_edit,
            help="Drops your version",
        )  # fmt: skip


def forget_edit() -> None:
    """Begin again from what is stored."""
    for name in (SEEN, MINE):
        st.session_state.pop(name, None)


def _fields(base: Pool | None, key: str) -> dict[str, object]:
    """Draw a field each, filled in where there is a pool to change; give what stands in them."""
    title, terms, licence, leave, published, contact = FIELD_LABELS.values()
    return {
        "title": st.text_input(title, base.title if base else "", max_chars=120, key=f"{key}-title"),
        "terms": st.text_area(
            terms, base.terms if base else "", max_chars=4000, key=f"{key}-terms", help="In your words, or an address"
        ),
        "licence": st.text_input(
            licence, base.licence if base else "", max_chars=120, key=f"{key}-licence", help="E.g. CC-BY-4.0"
        ),
        "leave": st.selectbox(
            leave, LEAVES, LEAVES.index(base.leave) if base else 0, key=f"{key}-leave",
            format_func=lambda one: LEAVE_LABELS[one], help="Whether their votes are taken out when they ask",
        ),
        "published": st.date_input(
            published, base.published if base else None, min_value=date(1990, 1, 1), max_value=date(2100, 1, 1),
            key=f"{key}-published", help="The day the votes were handed on; empty where they were not",
        ),
        "contact": st.text_input(
            contact, base.contact if base else "", max_chars=120, key=f"{key}-contact",
            help="Where somebody who wants to leave turns to",
        ),
    }  # fmt: skip


def _seen(one: PoolState) -> PoolState:
    kept = st.session_state.get(SEEN)
    if kept is None or kept.id != one.id:
        forget_edit()
        kept = st.session_state[SEEN] = one
    return kept


def _save(pool_id: str, base: PoolState, fields: dict[str, object]) -> bool:
    """Save what was edited; tell whether the page has something new to show."""
    try:
        kept = save_pool(state.workbench(), fields, datetime.now(UTC), pool_id, base.revision)
    except Conflict:
        st.session_state[MINE] = (pool_id, fields)
        return True
    except TouchstoneError as error:
        show_error(error)
        return False
    forget_edit()
    st.session_state[SEEN] = kept
    st.session_state[TOLD] = f"Saved **{plain(kept.pool.title)}**, revision {kept.revision}."
    return True


def _keep(pool_id: str, base: PoolState, fields: dict[str, object]) -> None:
    _save(pool_id, base, fields)


def _said(fields: dict[str, object], names: list[str]) -> str:
    words: dict[object, str] = {str(leave): word for leave, word in LEAVE_LABELS.items()}
    return "  \n".join(
        f"{FIELD_LABELS[name]}: **{plain(words.get(fields[name], fields[name]) or 'nothing')}**" for name in names
    )
