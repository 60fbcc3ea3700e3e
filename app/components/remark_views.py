"""What colleagues and reviewers say of an item: every opinion stays, requests until they are met."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import streamlit as st

from app.components import state
from app.components.assessment_words import when, who
from app.components.frame import plain
from governance.assessment.records import Assessment, Held, Remark
from governance.assessment.remarks import comment, give_opinion, remarks, request_change, resolve
from governance.errors import TouchstoneError

_BADGES = {"agree": ":green-badge[Agrees]", "disagree": ":red-badge[Disagrees]"}
_FAILED = "remark-failed"


def remark_panel(header: Assessment, item: str) -> None:
    """Show what was said of an item and offer to say more.

    Args:
        header: The assessment.
        item: The item.
    """
    said = remarks(state.workbench(), header.id, item)
    opinions = [one for one in said if one.record.kind == "opinion"]
    st.subheader(f"Remarks ({len(said)})" if said else "Remarks", anchor=False)
    if opinions:
        _opinions(opinions)
    for one in said:
        if one.record.kind != "opinion":
            _remark(one)
    _say(header, item)


def _opinions(opinions: Sequence[Held[Remark]]) -> None:
    for one in opinions:
        words = f": {plain(one.record.text)}" if one.record.text else ""
        st.markdown(
            f"{_BADGES[one.record.opinion or 'agree']} **{who(one.author)}**{words}  \n:small[{when(one.updated)}]"
        )
    if len({one.record.opinion for one in opinions}) > 1:
        st.caption("The reviewers differ; both opinions stay.")


def _remark(one: Held[Remark]) -> None:
    row = st.container(horizontal=True, vertical_alignment="center")
    badge = ""
    if one.record.kind == "request":
        badge = ":gray-badge[Met] " if one.record.resolved else ":orange-badge[Change asked] "
    row.markdown(
        f"{badge}**{who(one.author)}**: {plain(one.record.text)}  \n:small[{when(one.created)}]", width="stretch"
    )
    if one.record.kind == "request":
        row.button(
            "Ask again" if one.record.resolved else "Met", key=f"{one.document}-resolve",
            icon=":material/undo:" if one.record.resolved else ":material/check:", on_click=_try,
            args=(lambda: _settle(one),),
            help="Whoever asked for it, or a reviewer, says so; nobody signs while a request is open",
        )  # fmt: skip


def _settle(one: Held[Remark]) -> None:
    resolve(state.workbench(), one.document, datetime.now(UTC), resolved=not one.record.resolved)


def _say(header: Assessment, item: str) -> None:
    bench, key = state.workbench(), f"remark-{header.id}-{item}"
    if st.session_state.get(_FAILED):
        st.warning(st.session_state.pop(_FAILED), icon=":material/error:")
    if not bench.actor.may("write"):
        return
    st.text_area(
        "Say something", key=key, height=68, max_chars=20_000, label_visibility="collapsed",
        placeholder="Your words", help="A comment, or the words of a request or an opinion",
    )  # fmt: skip
    with st.container(horizontal=True):
        st.button(
            "Comment", key=f"{key}-comment", icon=":material/chat:", on_click=_spoken,
            args=(key, lambda text: comment(bench, header.id, text, datetime.now(UTC), item)),
            help="Changes nothing but this list",
        )  # fmt: skip
        if not bench.actor.may("review"):
            return
        if header.state in ("draft", "in_review"):
            st.button(
                "Ask for a change", key=f"{key}-request", icon=":material/rule:", on_click=_spoken,
                args=(key, lambda text: request_change(bench, header.id, text, datetime.now(UTC), item)),
                help="Returns it to draft where it is in review; nobody signs until it is met",
            )  # fmt: skip
        for opinion, label, icon in (("agree", "Agree", "thumb_up"), ("disagree", "Disagree", "thumb_down")):
            st.button(
                label, key=f"{key}-{opinion}", icon=f":material/{icon}:", on_click=_spoken,
                args=(
                    key,
                    lambda text, opinion=opinion: give_opinion(
                        bench, header.id, opinion, text, datetime.now(UTC), item
                    ),
                ),
                help="Your opinion as a reviewer who did not write it; others may hold another",
            )  # fmt: skip


def _spoken(key: str, say: Callable[[str], object]) -> None:
    _try(lambda: say(st.session_state.get(key) or ""))
    if _FAILED not in st.session_state:
        st.session_state[key] = ""


def _try(work: Callable[[], object]) -> None:
    try:
        work()
    except TouchstoneError as error:
        st.session_state[_FAILED] = f"{plain(error.what)}: {plain(error.fix)}."
