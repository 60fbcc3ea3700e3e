"""What do studies find, and where has nobody looked?"""

from __future__ import annotations

import streamlit as st

from app.components import state
from app.components.case_views import case_view
from app.components.frame import page_header, source_line
from app.components.review_views import SHIPPED, answer, criteria_view, map_view, timeline_view
from app.components.study_form import study_form
from app.components.url_state import from_url, to_url
from governance.assessment.studies import studies
from governance.assessment.study_review import LEAST_N, study_map
from governance.assessment.study_vocabulary import THREAT_MODEL_LABELS, THREAT_MODELS
from governance.catalogue.selection import choice
from governance.errors import BadInput

SECTIONS = {
    "map": "Map", "timeline": "Findings over time", "criteria": "Criteria", "cases": "Case sheets",
    "add": "Write a study",
}  # fmt: skip


def least(text: str) -> int:
    """Read the least number of participants from the address."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= 10_000):
        raise BadInput(f"'{text:.20}' is no number of participants", "address, least", "use 1 to 10000")
    return int(text)


def add() -> None:
    """Open the form of a new study."""
    st.query_params.pop("edit", None)
    st.query_params["show"] = "add"


with st.sidebar:
    from_url("threat", "TM1", lambda value: choice(value, THREAT_MODELS, "option threat"))
    st.radio(
        "Threat model", THREAT_MODELS, key="threat", format_func=lambda key: THREAT_MODEL_LABELS[key],
        help="Which way to harm the studies speak of",
    )  # fmt: skip
    from_url("least", str(LEAST_N), least, read=int)
    st.number_input(
        "Enough participants from", 1, 10_000, key="least", step=5,
        help="A study with fewer does not meet that criterion; what is not stated is not judged",
    )  # fmt: skip
    threat = choice(to_url("threat", "TM1"), THREAT_MODELS, "option threat")
    least_n = least(to_url("least", str(LEAST_N)))

records = [one for one in studies(state.cursor(), state.workbench()) if one.study.threat_model == threat]
laid = study_map(records, threat)
actions = page_header(
    "What do studies find, and where has nobody looked?",
    answer(laid),
    help="Studies stand side by side as metadata. A newer finding may contradict an older one; both stay.",
)
actions.button("Add a study", icon=":material/add:", key="add-study", help="Metadata only, no files", on_click=add)
from_url("show", "map", lambda value: choice(value, list(SECTIONS), "option show"))
st.segmented_control(
    "Show", list(SECTIONS), key="show", format_func=lambda key: SECTIONS[key], required=True,
    label_visibility="collapsed", help="The map, findings over time, how studies were made, cases, or the form",
)  # fmt: skip
section = to_url("show", "map")
if section != "add":
    st.query_params.pop("edit", None)
if section == "map":
    map_view(laid, records)
elif section == "timeline":
    timeline_view(records)
elif section == "criteria":
    criteria_view(records, least_n)
elif section == "cases":
    case_view()
else:
    study_form(threat)
source_line(
    "Source: " + SHIPPED, "threat models after Peppin et al. 2024, arXiv 2412.01946", "nothing is averaged", n=laid.n
)
