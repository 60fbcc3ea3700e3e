"""What do your own numbers say?"""

from __future__ import annotations

import streamlit as st

from app.components.feedback import show_error
from app.components.frame import page_header
from app.components.lab_views import QUESTION, lab_view, labs_list
from app.navigation import page_link
from governance.errors import NotFound
from governance.research.labs.registry import find_lab

SHOWN = "lab-shown"

asked = st.query_params.get("lab", "")
if st.session_state.get(SHOWN, "") != asked:  # a link of a page to itself leaves the browser's address as it was
    st.session_state[SHOWN] = asked
    st.query_params.from_dict(st.query_params.to_dict())
if not asked:
    labs_list()
else:
    try:
        lab = find_lab(asked)
    except NotFound as error:
        page_header(QUESTION, "**There is no such lab.**")
        show_error(error)
        page_link("labs", "All labs", icon=":material/arrow_back:")
    else:
        lab_view(lab)
