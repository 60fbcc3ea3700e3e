"""Footprint in a browser: inputs in the address, files."""

from __future__ import annotations

import json
from pathlib import Path

from playwright.sync_api import expect


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
