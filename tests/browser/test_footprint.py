"""Footprint in a browser: the answer at once, inputs in the address, files, both widths and modes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

KNOWN_RULES = {"list", "listitem"}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_answer_and_figure_come_first(page, visit, width, dark):
    visit(page, "/footprint?use=tokens", width=width, height=844, dark=dark)
    main = page.get_by_test_id("stMain")
    expect(main.get_by_text("million kWh").first).to_be_in_viewport()
    expect(main.get_by_test_id("stVegaLiteChart").first).to_be_in_viewport()
    expect(main.get_by_text("Use takes as much as training after")).to_be_attached()
    expect(main.get_by_text("codecarbon takes 1.0")).to_be_attached()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    if dark == (width == 1280):  # the shell's tests look at the other two views
        violations = [found for found in Axe().run(page).response["violations"] if found["id"] not in KNOWN_RULES]
        assert not violations, [(found["id"], found["nodes"][0]["html"]) for found in violations]


def test_what_is_typed_is_read_back_and_survives_a_reload(page, visit, settle):
    visit(page, "/footprint")
    field = page.get_by_role("textbox", name="Training compute")
    field.fill("1e25 to 2e25")
    field.press("Enter")
    page.wait_for_url("**flop=1e25**")
    page.reload()
    settle(page)
    expect(page.get_by_text("1e25 to 2e25 FLOP (90% interval, log-normal)")).to_be_visible()
    expect(page.get_by_role("textbox", name="Training compute")).to_have_value("1e25 to 2e25")


def test_all_of_it_as_json(page, visit):
    visit(page, "/footprint?model=bloom-176b")
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="All as JSON").click()
    held = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    assert held["asked"]["start"]["model_id"] == "bloom-176b"
    assert held["result"]["seed"] == 0


def test_a_number_that_cannot_be_read_is_explained(page, visit):
    visit(page, "/footprint?flop=lots")
    expect(page.get_by_test_id("stMain").get_by_text("No answer yet")).to_be_visible()
    expect(page.get_by_role("textbox", name="Training compute")).to_have_value("lots")
