"""People and the audit trail in a browser: the answer at once at both widths, in both modes, and by keyboard tools."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_datasets import accessible

PAGES = {"/people": "Who may do what here?", "/audit": "Is the trail whole, and who changed what?"}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("path", PAGES)
def test_the_answer_comes_first(page, visit, path, width, dark):
    visit(page, path, width=width, dark=dark)
    main = page.get_by_test_id("stMain")
    expect(main.get_by_role("heading", name=PAGES[path])).to_be_in_viewport()
    expect(main.locator("strong").first).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    accessible(page)


def test_a_token_is_noted_in_the_trail_which_is_checked_and_kept(page, visit, settle, tmp_path):
    visit(page, "/people")
    page.get_by_role("button", name="Make a token").click()
    page.get_by_role("textbox", name="What it is for").fill("from the browser")
    page.get_by_role("button", name=re.compile("Make$")).click()
    expect(page.get_by_text("Copy this token now.")).to_be_visible()
    settle(page)
    visit(page, "/audit?kind=token")
    expect(page.get_by_text("The trail is whole:")).to_be_visible()
    page.get_by_role("button", name="Keep").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the head").click()
    kept = download.value.path().read_text(encoding="utf-8")
    assert set(json.loads(kept)) == {"rows", "hash"}
    visit(page, "/audit")
    page.get_by_role("button", name="Compare with a head").click()
    page.get_by_role("textbox", name="Or paste it").fill(kept)
    page.keyboard.press("Tab")
    settle(page)
    page.get_by_role("button", name=re.compile("Compare$")).click()
    expect(page.get_by_text("It passes through the head you kept")).to_be_visible()
