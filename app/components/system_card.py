"""One system: what is out of date and next, how far it is assessed by category and party, and what it is made of."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import altair as alt
import polars as pl
import streamlit as st

from app.components import state
from app.components.feedback import show_error
from app.components.figure import Chart, Draw, figure
from app.components.frame import number, page_header, plain, source_line
from app.components.portfolio_figures import PARTY_LABELS, deep
from app.components.portfolio_views import PAGE_OF, action_link
from app.components.portfolio_words import due_words, part_words
from app.components.url_state import from_url, to_url
from app.navigation import open_page, page_link
from app.theme import Tokens
from governance.assessment.assessments import start_assessment
from governance.assessment.coverage import ALL, BYS, PARTIES_SHOWN, Coverage, coverage
from governance.assessment.standing import FORM_WORDS, Standing
from governance.assessment.systems import delete_system
from governance.assessment.vocabulary import Form
from governance.catalogue.selection import choice
from governance.errors import TouchstoneError

VIEWS = {"categories": "12 categories", "dimensions": "7 reporting dimensions"}
LABELS = 175
MOST_LINKS = 20


def system_card(one: Standing, today: date) -> None:
    """Show where one system stands.

    Args:
        one: The system.
        today: The day on which reviews are due or passed.
    """
    _header(one)
    if one.flags:
        words = "\n".join(f"- {plain(flag.text[:1].upper() + flag.text[1:])}" for flag in one.flags)
        st.warning(f"**Out of date**\n{words}", icon=":material/history:")
    part = one.parts.get("social_impact")
    if part is not None:
        _coverage(part.assessment.id)
    st.header("What to do next", anchor=False)
    for action in one.actions[:12]:
        action_link(action, one.system.id)
    if not one.actions:
        st.caption("Nothing now; what is due later stands below.")
    if len(one.actions) > 12:
        st.caption(f"and {len(one.actions) - 12} more")
    if one.due:
        st.header("Reviews", anchor=False)
        st.markdown("\n".join(f"- {due_words(due)}: {plain(due.what)} {due.item}" for due in one.due[:20]))
    _made_of(one)
    source_line("Your workbench", f"as of {today}", "reporting levels: the project's own rubric, after EvalEval")


def _header(one: Standing) -> None:
    system = one.system
    told = [f"{FORM_WORDS[form]} {part_words(one.parts.get(form))}" for form in FORM_WORDS]
    newest = f"newest version {plain(one.newest)}" if one.newest else "no version stated"
    told_line = f"**{plain(told[0][:1].upper() + told[0][1:])}**; {plain(told[1])}; {newest}."
    actions = page_header(f"Where does {plain(system.name)} stand?", told_line)
    with actions:
        for form, words in FORM_WORDS.items():
            _open_or_start(one, form, words)
        if st.button("Edit", key="system-edit", icon=":material/edit:", help="Name, versions, models and datasets"):
            open_page("systems", system=system.id, do="edit")
        page_link("trace", "Trace", icon=":material/conversion_path:", id=f"system:{system.id}")
        _delete_menu(one)
        if st.button("All", key="system-all", icon=":material/arrow_back:", help="Back to all systems"):
            open_page("systems")


def _open_or_start(one: Standing, form: Form, words: str) -> None:
    short = "Social impact" if form == "social_impact" else "Risk"
    if (part := one.parts.get(form)) is not None:
        if st.button(short, key=f"open-{form}", icon=":material/edit_note:", help=f"Open the {words}"):
            open_page(PAGE_OF[form], assessment=part.assessment.id)
        return
    first = form == "social_impact"
    if not st.button(
        f"Start {short.lower()}", key=f"start-{form}", icon=":material/play_arrow:",
        help=f"Makes a draft of the {words}", type="primary" if first else "secondary",
    ):  # fmt: skip
        return
    try:
        made = start_assessment(state.workbench(), one.system.id, form, state.framework(), datetime.now(UTC))
    except TouchstoneError as error:
        show_error(error)
        return
    open_page(PAGE_OF[form], assessment=made.record.id)
    st.rerun()


def _delete_menu(one: Standing) -> None:
    with st.popover("Delete", icon=":material/delete:", help="Delete the system with its assessments and evidence"):
        st.markdown(
            f"Delete **{plain(one.system.name)}** with its drafts, evidence and remarks? The audit trail keeps that it "
            "was there. What was signed cannot be deleted."
        )
        if not st.button("Delete for good", key="system-delete", icon=":material/delete_forever:", type="primary"):
            return
        try:
            delete_system(state.workbench(), one.system.id, datetime.now(UTC))
        except TouchstoneError as error:
            show_error(error)
            return
    st.toast(f"Deleted **{plain(one.system.name)}**.", icon=":material/delete:")
    open_page("systems")


def _coverage(assessment: str) -> None:
    from_url("by", "categories", lambda value: choice(value, BYS, "option by"))
    st.segmented_control(
        "Counted by", list(VIEWS), key="by", format_func=VIEWS.__getitem__, required=True, label_visibility="collapsed",
        help="The framework's categories, or the seven dimensions by which published reporting was scored",
    )  # fmt: skip
    view = to_url("by", "categories")
    found = coverage(state.workbench(), state.framework(), assessment, choice(view, BYS, "option by"))
    rows = coverage_rows(found)
    whole = found.total
    applying = whole.items - whole.not_applicable
    figure(
        coverage_chart(rows),
        title="Items assessed, by who did it",
        alt="; ".join(
            f"{group.title}: {group.all.assessed} of {group.items - group.not_applicable} assessed"
            for group in found.groups
        ),
        caption=f"{whole.all.assessed} of {applying} items that apply are assessed · {whole.not_assessed} are not: "
        f"they count as nothing, not as zero · levels: n = {whole.all.levels.n}",
        table=coverage_table(found),
        key="coverage",
    )  # fmt: skip


def coverage_rows(found: Coverage) -> list[dict[str, Any]]:
    """Give one row a category and party, anybody first."""
    return [
        {
            "group": f"{group.id} {group.title}",
            "party": PARTY_LABELS[party],
            "assessed": (counts := group.of(party)).assessed,
            "share": counts.share or 0,
            "found": counts.found,
            "short": f"{counts.assessed}/{group.items - group.not_applicable}" if counts.assessed else "–",
            "levels": "none" if counts.levels.median is None else f"{counts.levels.median:g} (n = {counts.levels.n})",
        }
        for group in found.groups
        for party in (ALL, *PARTIES_SHOWN)
    ]


def coverage_table(found: Coverage) -> pl.DataFrame:
    """Give all counts and levels, one row a category and party; unknown stays empty."""
    return pl.DataFrame(
        [
            {
                "Category": group.id, "About": group.title, "Party": PARTY_LABELS[party], "Items": group.items,
                "Do not apply": group.not_applicable, "Not assessed": group.not_assessed,
                "Assessed": (counts := group.of(party)).assessed, "None found": counts.none_found,
                "Found": counts.found,
                "Share": counts.share, "Level, median": counts.levels.median, "lowest": counts.levels.low,
                "highest": counts.levels.high, "n with a level": counts.levels.n,
            }
            for group in (*found.groups, found.total)
            for party in (ALL, *PARTIES_SHOWN)
        ],
        infer_schema_length=None,
    )  # fmt: skip


def coverage_chart(rows: list[dict[str, Any]]) -> Draw:
    """Give the function that draws categories by parties: deeper for more, dashed where nothing is assessed."""
    groups, parties = list(dict.fromkeys(row["group"] for row in rows)), list(PARTY_LABELS.values())

    def draw(colours: Tokens) -> Chart:
        base = alt.Chart(alt.Data(values=rows)).encode(
            x=alt.X(
                "party:N", sort=parties, title=None, scale=alt.Scale(domain=parties, paddingInner=0.04),
                axis=alt.Axis(
                    orient="top", labelAngle=0, ticks=False, domain=False, labelExpr="split(datum.value, ' ')",
                    labelPadding=18,  # room for the second line, which goes down
                ),
            ),
            y=alt.Y(
                "group:N", sort=groups, title=None, scale=alt.Scale(domain=groups, paddingInner=0.12),
                axis=alt.Axis(labelLimit=LABELS, ticks=False, domain=False),
            ),
            tooltip=["group:N", "party:N", "assessed:Q", "found:Q", alt.Tooltip("levels:N", title="median level")],
        )  # fmt: skip
        some, none = base.transform_filter("datum.assessed > 0"), base.transform_filter("datum.assessed == 0")
        depth = alt.Color(
            "share:Q", legend=None, scale=alt.Scale(domain=[0, 1], range=[colours.border, colours.primary])
        )
        readable = alt.condition(deep(colours), alt.value(colours.background), alt.value(colours.text))
        layers = [
            none.mark_rect(fillOpacity=0, stroke=colours.unknown, strokeDash=[2, 2], cornerRadius=2),
            none.mark_text(fontSize=11, color=colours.text).encode(text="short:N"),
        ]
        if all(row["assessed"] for row in rows):
            layers = []
        if any(row["assessed"] for row in rows):  # a layer without marks has no text for a screen reader
            layers.append(some.mark_rect(cornerRadius=2).encode(color=depth))
            layers.append(some.mark_text(fontSize=11).encode(text="short:N", color=readable))
        return alt.layer(*layers).properties(height=24 * len(groups) + 50)

    return draw


def _made_of(one: Standing) -> None:
    system = one.system
    st.header("What it is", anchor=False)
    facts = {
        "Kind": system.kind, "Owner": system.owner or "not stated", "Takes or gives": ", ".join(system.modalities),
        "Versions": ", ".join(
            f"{version.version} ({version.released or 'day not stated'})" for version in system.versions
        ) or "none stated",
        "Context": system.context[:600] or "not stated",
    }  # fmt: skip
    st.markdown("\n".join(f"- {label}: **{plain(value)}**" for label, value in facts.items()))
    for page, label, ids in (("model", "models", system.models), ("dataset", "datasets", system.datasets)):
        if ids:
            st.markdown(f"{number(len(ids))} {label} of the catalogue:")
        with st.container(horizontal=True):
            for key in ids[:MOST_LINKS]:
                page_link(page, plain(key), icon=":material/link:", id=key)
        if len(ids) > MOST_LINKS:
            st.caption(f"and {number(len(ids) - MOST_LINKS)} more; Edit lists all")
