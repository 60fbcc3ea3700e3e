"""Keep a figure of any page as evidence: frozen as it is, with the address that shows it again."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlencode

import polars as pl
import streamlit as st

from app.components import state
from app.components.evidence_words import figure_words
from app.components.feedback import show_error
from app.components.frame import last_source, plain
from app.navigation import close_dialog, here, is_open, open_dialog, page_link
from governance.assessment.assessments import assessments
from governance.assessment.citing import cite
from governance.assessment.evidence import add_figure, read_about
from governance.assessment.records import MOST_ROWS, Figure, System
from governance.assessment.systems import free_system_id, save_system, systems
from governance.errors import TouchstoneError

LARGEST_TABLE = 100_000
"""Characters of the rows that are frozen with a figure."""
_LAST, _SENT = "evidence-system", "evidence-sent"


def evidence_button(make: Callable[[], Figure], *, key: str, quiet: bool = False) -> None:
    """Offer to keep a figure as evidence.

    Args:
        make: Gives what the page knows of the figure; called only when it is asked for.
        key: Unique on the page.
        quiet: Drawn as plain text, beside what belongs to a figure.
    """
    st.button(
        "Send to evidence", icon=":material/attach_file_add:", key=f"{key}-evidence", on_click=_open, args=(key,),
        type="tertiary" if quiet else "secondary",
        help="Keep this figure with its inputs and the catalogue's version, for the assessment of a system",
    )  # fmt: skip
    if is_open(f"{key}-evidence"):
        _send(frozen(make()), key)


def _open(key: str) -> None:
    st.session_state.pop(_SENT, None)
    open_dialog(f"{key}-evidence")


def frozen(figure: Figure) -> Figure:
    """Complete a figure with what the page was asked, the catalogue and the address that shows it again."""
    pairs = [(name, value) for name in st.query_params for value in st.query_params.get_all(name)]
    asked = {name: [value for other, value in pairs if other == name] for name, _ in pairs}
    inputs = {name: values[0] if len(values) == 1 else values for name, values in asked.items()}
    query = urlencode(pairs)
    return figure.model_copy(
        update={
            "inputs": {**inputs, **figure.inputs},
            "catalogue": figure.catalogue or state.version(),
            "source": figure.source or last_source(),
            "address": figure.address or f"/{here()}{'?' if query else ''}{query}",
        }
    )


def figure_of(title: str, alt: str, caption: str, table: pl.DataFrame) -> Figure:
    """Make a figure of a chart that names no number of its own: its words, and the rows behind it."""
    rows = json.loads(table.head(MOST_ROWS).write_json())
    while len(json.dumps(rows)) > LARGEST_TABLE:
        rows = rows[: len(rows) // 2]
    return Figure(name=title[:200], value=alt[:5_000], n=None, method=caption, rows=tuple(rows))


@st.dialog("Send to evidence", on_dismiss=close_dialog)
def _send(figure: Figure, key: str) -> None:
    kept = st.session_state.get(_SENT)
    if kept:
        _say_where(*kept)
        return
    st.markdown(figure_words(figure))
    known = {one.record.id: one.record for one in systems(state.workbench())}
    start = st.session_state.get(_LAST)
    if known:
        system = st.selectbox(
            "System", list(known), key=f"{key}-system", accept_new_options=True,
            index=list(known).index(start) if start in known else 0 if len(known) == 1 else None,
            format_func=lambda one: known[one].name if one in known else one,
            placeholder="Choose a system or type a new name",
            help="Whose evidence this is; typing a new name makes a new system",
        )  # fmt: skip
    else:
        system = st.text_input(
            "Name of the system", key=f"{key}-new", max_chars=200, placeholder="e.g. Acme Chat",
            help="Whose evidence this is; it is made with this name, and the rest can be filled in later",
        )  # fmt: skip
    item = _item(known[system], key) if system and system in known else None
    title = st.text_input("Title", figure.name, key=f"{key}-title", max_chars=200, help="What to call it in lists")
    note = st.text_area(
        "What it shows", key=f"{key}-note", max_chars=4_000, height=80, help="In your own words; optional"
    )
    unnamed = not (system or "").strip()
    if st.button("Keep as evidence", type="primary", icon=":material/save:", key=f"{key}-keep", disabled=unnamed):
        try:
            st.session_state[_SENT] = _keep(str(system), figure, title, note, item)
        except TouchstoneError as error:
            show_error(error)
        else:
            st.rerun()


def _item(system: System, key: str) -> tuple[str, str] | None:
    """Let an item of an open draft be chosen; gives the assessment and the item."""
    drafts = [one.record for one in assessments(state.workbench(), system.id) if one.record.state == "draft"]
    form = state.framework()
    offered: dict[tuple[str, str], str] = {}
    for draft in drafts:
        if draft.form == "risk":
            offered |= {(draft.id, one.id): f"Risk {one.id} {one.title}" for one in form.sections}
        else:
            offered |= {(draft.id, one.id): f"{one.id} {one.title}" for one in form.items_for(system.modalities)}
    if not offered:
        return None
    return st.selectbox(
        "Cite it in", list(offered), index=None, key=f"{key}-item", format_func=offered.__getitem__,
        placeholder="No item yet", help="An item of an open draft whose answer rests on it; optional",
    )  # fmt: skip


def _keep(
    system: str, figure: Figure, title: str, note: str, item: tuple[str, str] | None
) -> tuple[str, str, str, tuple[str, str] | None]:
    bench, now = state.workbench(), datetime.now(UTC)
    found = {one.record.id: one.record for one in systems(bench)}
    if system not in found:
        named = [one for one in found.values() if one.name.casefold() == system.strip().casefold()]
        record = named[0] if named else System(id=free_system_id(bench, system), name=system.strip())
        if not named:
            save_system(bench, record, now)
    else:
        record = found[system]
    about = read_about(title=title, summary=note, effective=now.date())
    kept = add_figure(bench, record.id, figure, about, now)
    if item:
        cite(bench, item[0], item[1], kept.id, state.framework(), now)
    st.session_state[_LAST] = record.id
    return kept.id, record.id, record.name, item


def _say_where(evidence_id: str, system_id: str, name: str, item: tuple[str, str] | None) -> None:
    cited = f", cited in {item[1]} of {item[0]}" if item else ""
    st.success(f"Kept as **{plain(evidence_id)}** of {plain(name)}{plain(cited)}.", icon=":material/check:")
    page_link(
        "evidence", f"Open the evidence of {plain(name)}", icon=":material/arrow_forward:", system=system_id,
        id=evidence_id,
    )  # fmt: skip
