"""The Risk page in a browser, over a store that holds a filled assessment: written, varied, an event noted."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from governance.assessment.assessments import start_assessment
from governance.assessment.framework import load_framework
from governance.assessment.records import System
from governance.assessment.risk_record import write_section
from governance.assessment.systems import save_system
from governance.catalogue.connect import open_catalogue
from governance.records.people import Actor
from governance.records.store import open_workbench
from tests.browser.conftest import accessible_in, views
from tests.conftest import ROOT, free_port, linked_home, wait_for
from tests.unit.assessment.risk_cases import filled

PAGE = "/risk?assessment=acme-chat-risk-1"
NOW = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
def base_url(catalogue_home, tmp_path_factory):
    """Serve a home of this module's own, with a filled draft in it."""
    folder = linked_home(catalogue_home, tmp_path_factory.mktemp("risk") / "home")
    with open_catalogue(folder) as connection:
        framework = load_framework(connection)
    ana = Actor(email="ana", name="Ana", role="admin")
    with open_workbench(folder, NOW, ana) as bench:
        save_system(bench, System(id="acme-chat", name="Acme Chat", models=("llama-3-1-405b",)), NOW)
        made = start_assessment(bench, "acme-chat", "risk", framework, NOW).record.id
        for section, values in filled(framework.sections, R4_risk_tier="low", R4_decision="deploy").items():
            kept = {name: value for name, value in values.items() if value != ["e-1"]}
            write_section(bench, made, section, kept, framework, NOW)
    port, output = free_port(), folder.parent / "output.txt"
    with output.open("w") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app/server.py", "--server.port", str(port)],
            cwd=ROOT,
            env={**os.environ, "TOUCHSTONE_HOME": str(folder), "TOUCHSTONE_USER": "Ana"},
            stdout=stream,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_for(f"http://127.0.0.1:{port}", process, output)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


def test_written_varied_and_reopened(page, visit, settle):
    main = page.get_by_test_id("stMain")
    visit(page, f"{PAGE}&section=R2")
    expect(main.get_by_text("admits deploy").first).to_be_visible()
    field = main.get_by_role("textbox", name="Actor, pathway, step uplifted, harm")
    field.fill("<b>A small team</b>")
    field.press("Tab")
    expect(main.get_by_text("revision 2")).to_be_visible()
    settle(page)
    page.reload()
    settle(page)
    expect(field).to_have_value("<b>A small team</b>")
    main.get_by_role("radio", name="almost certain").click()
    expect(main.get_by_text("does not admit deploy").first).to_be_visible()
    main.get_by_role("radio", name="unlikely").click()
    expect(main.get_by_text("admits deploy").first).to_be_visible()
    main.get_by_role("radio", name="What would flip it").click()
    expect(main.get_by_text("The decision would flip if")).to_be_visible()
    settle(page)
    visit(page, f"{PAGE}&show=flips&as_likelihood=likely")
    expect(main.get_by_text("the decision flips")).to_be_visible()
    visit(page, f"{PAGE}&show=events")
    main.get_by_role("button", name="Note the event").click()
    expect(main.get_by_text("ana,")).to_be_visible()


@pytest.mark.parametrize("show", ["form&section=R2", "flips&margin=2", "compute", "events"])
def test_every_view_draws_fits_and_is_accessible(page, visit, show):
    main = page.get_by_test_id("stMain")
    visit(page, f"{PAGE}&show={show}")
    for view in views(page):
        expect(main.get_by_text("of 6 conditions open")).to_be_in_viewport()
        expect(main.get_by_role("img").first).to_be_visible()
        accessible_in(view, page)
