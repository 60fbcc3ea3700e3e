"""What is known of this system's social impact?"""

from __future__ import annotations

import polars as pl
import streamlit as st

from app.components import state
from app.components.answer_form import answer_form
from app.components.answer_read import answer_view
from app.components.answer_side import old_question, side
from app.components.assessment_pick import item_steps, pick_assessment, pick_item, start_button
from app.components.assessment_steps import step_bar, step_notes
from app.components.assessment_strip import strip_chart, strip_rows, strip_words
from app.components.assessment_words import answer_line
from app.components.example_menu import example_menu
from app.components.figure import figure
from app.components.frame import page_header, plain, source_line
from app.components.remark_views import remark_panel
from app.components.report_menu import report_menu
from app.components.system_form import system_form
from governance.assessment.assessments import answers

QUESTION = "What is known of this system's social impact?"
HELP = "39 items in 12 categories, those that fit the system's modalities; not assessed is no finding and no zero."
framework = state.framework()

with st.sidebar:
    picked = pick_assessment("social_impact")
if picked is None:
    actions = page_header(QUESTION, "**No system yet.** Add the one you assess; a name is enough to begin.", help=HELP)
    with actions:
        example_menu(None)
    system_form(None)
    st.stop()
system, header = picked
asked = framework.items_for(system.modalities)
if header is None:
    actions = page_header(
        QUESTION, f"**Nothing is assessed yet** for {plain(system.name)}: {len(asked)} items are asked.", help=HELP
    )
    with actions:
        start_button(system, "social_impact")
    st.stop()

found = answers(state.workbench(), header.id)
with st.sidebar:
    item = pick_item(asked, found)
actions = page_header(QUESTION, answer_line(system.name, header, asked, found), help=HELP)
step_bar(header, actions)
with actions:
    report_menu(header.id)
with st.container():
    step_notes(header)
rows = strip_rows(framework.categories, asked, found)
figure(
    strip_chart(rows, item.id),
    title="Items by category",
    alt=strip_words(rows),
    caption="● found · ○ none found · – does not apply · grey: not assessed, which counts nowhere",
    table=rows.select(pl.exclude("from", "to", "middle", "mark")),
    key="strip",
)
item_steps(asked, item)
left, right = st.columns([3, 2], gap="large")
present = found.get(item.id)
with left:
    st.header(f"{item.id} {item.title}", anchor=False)
    st.markdown(plain(item.question if present is None else present.record.question))
    with st.container():
        old_question(item, present)
    if header.state == "draft" and state.workbench().actor.may("write"):
        answer_form(header, item, present)
    else:
        answer_view(header, present)
with right:
    side(item, system.modalities)
    remark_panel(header, item.id)
source_line(
    f"Form {header.framework}: questions, methods and limits worded by this project",
    framework.forms["social_impact"].citation,
    n=len(asked),
)
