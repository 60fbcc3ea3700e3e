"""A choice whose label changes while it is shown, in a browser: AppTest knows nothing of labels."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tests.conftest import ROOT, free_port, wait_for

SCRIPT = """
import streamlit as st

from app.components.url_state import hold

def press():
    st.session_state["presses"] += 1

presses = st.session_state.setdefault("presses", 0)
labels = {"a": "a", "b": f"b of version {min(presses, 2)}"}
st.title("Held")
if not presses:
    st.session_state.update(one="b", radio="b", many=["b"])
for key in ("one", "radio", "many"):
    hold(key)
one = st.selectbox("One", list(labels), key="one", format_func=labels.__getitem__)
radio = st.radio("Radio", list(labels), key="radio", format_func=labels.__getitem__)
many = st.multiselect("Many", list(labels), key="many", format_func=labels.__getitem__)
st.button("Press", on_click=press)
st.text(f"{presses}: {one}, {radio}, {many}")
"""


@pytest.fixture
def address(tmp_path):
    """Run the script on a free port and give its address."""
    script, output, port = tmp_path / "held.py", tmp_path / "output.txt", free_port()
    script.write_text(SCRIPT, encoding="utf-8")
    with output.open("w") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)],
            cwd=ROOT,
            env={**os.environ, "TOUCHSTONE_HOME": str(tmp_path), "PYTHONPATH": str(ROOT)},
            stdout=stream,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_for(f"http://127.0.0.1:{port}", process, output)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=20)


def test_a_choice_stays_when_its_label_changes(page, address, settle):
    page.goto(address)
    settle(page)
    for presses in range(1, 6):
        page.get_by_role("button", name="Press").click()
        expect(page.get_by_text(f"{presses}: b, b, ['b']")).to_be_visible()
        expect(page.get_by_role("radio", checked=True)).to_have_accessible_name(f"b of version {min(presses, 2)}")
        settle(page)
