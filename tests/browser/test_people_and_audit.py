"""People and the audit trail in a browser: a token is made and noted, a head is kept and compared."""

from __future__ import annotations

import json
import re

from playwright.sync_api import expect


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
