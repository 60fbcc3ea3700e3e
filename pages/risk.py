"""Does this system's release decision hold?"""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import streamlit as st

from app.components import state
from app.components.assessment_pick import pick_assessment, start_button
from app.components.assessment_steps import step_bar, step_notes
from app.components.example_menu import example_menu
from app.components.feedback import show_error
from app.components.figure import figure
from app.components.frame import page_header, plain, source_line
from app.components.remark_views import remark_panel
from app.components.report_menu import report_menu
from app.components.risk_grid import grid_chart, grid_rows, grid_words
from app.components.risk_inputs import pick_section, pick_view, variation
from app.components.risk_panels import compute_panel, conditions, events_panel, flips
from app.components.risk_section_form import section_form
from app.components.risk_words import TIER_KEY, answer_line
from app.components.system_form import system_form
from governance.assessment.compute_context import compute_context
from governance.assessment.risk import judge
from governance.assessment.risk_record import read_risk
from governance.assessment.risk_rule import DEFAULT_RULE
from governance.assessment.risk_vary import varied, vary
from governance.errors import TouchstoneError

QUESTION = "Does this system's release decision hold?"
HELP = "The rule says what must be recorded and which tier admits which decision; it is data and can be varied."
framework, today = state.framework(), datetime.now(UTC).date()
form = framework.sections

with st.sidebar:
    picked = pick_assessment("risk")
if picked is None:
    actions = page_header(QUESTION, "**No system yet.** Add the one you assess; a name is enough to begin.", help=HELP)
    with actions:
        example_menu(None)
    system_form(None)
    st.stop()
system, header = picked
if header is None:
    actions = page_header(
        QUESTION, f"**Nothing is recorded yet** for {plain(system.name)}: six sections are asked.", help=HELP
    )
    with actions:
        start_button(system, "risk")
    st.stop()

try:
    record = read_risk(state.workbench(), header.id, framework, today)
except TouchstoneError as error:  # such as a recorded rule that is gone
    show_error(error)
    record = read_risk(state.workbench(), header.id, framework, today, DEFAULT_RULE)
actions = page_header(QUESTION, answer_line(system.name, record), help=HELP)
step_bar(header, actions)
with actions:
    report_menu(header.id)
step_notes(header)
left, right = st.columns([3, 2], gap="large")
with left:
    rows = grid_rows(record.case, record.rule)
    figure(
        grid_chart(rows),
        title="Tier that severity and likelihood suggest",
        alt=grid_words(rows),
        caption=f"{TIER_KEY} · framed: this case, before mitigation · the table is ours",
        table=rows.select(pl.exclude("letter")),
        key="grid",
    )
with right:
    conditions(record.verdict)
with st.container(horizontal=True, vertical_alignment="bottom"):
    view = pick_view()
    section = pick_section(form, record.verdict.completeness) if view == "form" else None
if section is not None:
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.header(f"{section.id} {section.title}", anchor=False)
        frozen = header.state != "draft" or not state.workbench().actor.may("write")
        section_form(header, section, record.answers.get(section.id), frozen=frozen)
    with right:
        remark_panel(header, section.id)
elif view == "flips":
    with st.sidebar:
        settings = variation(record)
    case, rule = varied(record.case, record.rule, form, settings)
    flips(vary(record.case, record.rule, form), record.rule, rule, judge(case, rule, form) if settings else None)
elif view == "compute":
    compute_panel(compute_context(state.cursor(), system.models, today))
else:
    events_panel(record)
source_line(
    f"Form {header.framework}, rule {record.rule.id}: tiers, tables and steps are this project's",
    framework.forms["risk"].citation,
    n=sum(len(one.fields) for one in form),
    legal=view == "compute",
)
