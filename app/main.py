"""The page script: page settings, who is there, the menu, one page, the footer."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from app import auth
from app.components import state, who
from app.components.feedback import show_error
from app.navigation import arrive, menu
from governance.errors import TouchstoneError

STATIC = Path(__file__).parent / "static"

st.set_page_config(page_title="Touchstone", page_icon=str(STATIC / "icon.png"), layout="wide")
st.html(STATIC / "shell.css")
st.logo(STATIC / "logo.svg")
visitor = auth.visitor()
if not visitor.may_enter:
    who.front_door(visitor)
    st.stop()
page = st.navigation(menu(), position="top")
arrive(page)
try:
    page.run()
    who.identity(visitor)
    st.caption(f"Touchstone · catalogue {state.version()}", text_alignment="right")
except TouchstoneError as error:
    show_error(error)
