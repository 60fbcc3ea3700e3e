"""What do your own numbers say?"""

from __future__ import annotations

import streamlit as st

from app.components.feedback import show_error
from app.components.frame import page_header
from app.components.lab_views import QUESTION, lab_view, labs_list
from app.navigation import page_link
from governance.errors import NotFound
from governance.research.labs.registry import find_lab

asked = st.query_params.get("lab", "")
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
