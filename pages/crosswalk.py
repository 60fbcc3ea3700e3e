"""What do our items reach in other frameworks, and what not?"""

from __future__ import annotations

import streamlit as st

from app.components import state
from app.components.crosswalk_views import NOTE, answer, coverage_view, mappings_view, targets_table
from app.components.feedback import show_error
from app.components.frame import page_header, plain, source_line
from app.components.url_state import from_url, to_url
from governance.assessment.assessments import assessments
from governance.assessment.crosswalk import coverage, load_crosswalk, statuses_of
from governance.catalogue.selection import choice
from governance.errors import TouchstoneError

SECTIONS = {"gaps": "Gaps first", "mappings": "Mappings"}
NONE = "none"

crosswalk = load_crosswalk(state.cursor(), state.workbench())
frameworks = {one.id: one for one in crosswalk.frameworks}
known = [one.record.id for one in assessments(state.workbench())]
with st.sidebar:
    from_url("framework", "NIST", lambda value: choice(value, list(frameworks), "option framework"))
    st.radio(
        "Framework", list(frameworks), key="framework", format_func=lambda key: frameworks[key].title,
        help="Whose items ours are held against",
    )  # fmt: skip
    from_url("assessment", NONE, lambda value: choice(value, [NONE, *known], "option assessment"))
    if st.session_state.get("assessment") not in (NONE, *known):
        st.session_state["assessment"] = NONE
    st.selectbox(
        "Assessment", [NONE, *known], key="assessment", format_func=lambda key: "None" if key == NONE else key,
        help="See which mapped items rest on something that this assessment looked at",
    )  # fmt: skip
    framework, chosen = to_url("framework", "NIST"), to_url("assessment", NONE)

assessment = None if chosen == NONE else chosen
try:
    statuses = None if assessment is None else statuses_of(state.workbench(), crosswalk, assessment)
except TouchstoneError as error:
    show_error(error)
    assessment = statuses = None
found = coverage(crosswalk, framework, statuses)
page_header(
    "What do our items reach in other frameworks, and what not?",
    answer(found, assessment),
    help="Our items beside theirs, both ways. The mappings are our judgement, and yours to change.",
)
from_url("show", "gaps", lambda value: choice(value, list(SECTIONS), "option show"))
st.segmented_control(
    "Show", list(SECTIONS), key="show", format_func=lambda key: SECTIONS[key], required=True,
    label_visibility="collapsed", help="Coverage with the gaps first, or each mapping with its basis",
)  # fmt: skip
if to_url("show", "gaps") == "gaps":
    coverage_view(crosswalk, found)
    targets_table(crosswalk, found)
else:
    mappings_view(crosswalk, found)
source_line(
    f"{plain(found.framework.title)}, {plain(found.framework.version)}", f"text: {plain(found.framework.licence)}",
    plain(found.framework.note), NOTE, *([f"assessment {plain(assessment)}"] if assessment else []), n=found.n,
)  # fmt: skip
