"""Evidence review in a browser: a study comes and goes."""

from __future__ import annotations

import uuid

from playwright.sync_api import expect

LONG_MS = 30_000


def test_a_study_is_refused_then_written_and_deleted(page, visit, settle):
    title = f"Our <b>study</b> {uuid.uuid4().hex[:6]}"
    main = page.get_by_test_id("stMain")
    visit(page, "/evidence-review")
    main.get_by_role("button", name="Add a study").click()
    expect(main.get_by_text("It takes no files")).to_be_visible(timeout=LONG_MS)
    settle(page)
    assert page.locator("input[type=file]").count() == 0
    main.get_by_role("textbox", name="Title", exact=True).fill(title)
    main.get_by_role("textbox", name="Finding").fill("ATGGCTAGCTAGGATCCATTGACC")
    main.get_by_role("button", name="Save study").click()
    expect(main.get_by_text("a nucleotide sequence")).to_be_visible(timeout=LONG_MS)
    expect(main.get_by_role("textbox", name="Title", exact=True)).to_have_value(title, timeout=LONG_MS)
    main.get_by_role("textbox", name="Finding").fill("Nobody was helped.")
    main.get_by_role("button", name="Save study").click()
    expect(main.get_by_text("Nobody was helped.")).to_be_visible(timeout=LONG_MS)
    settle(page)
    expect(main.get_by_text("7 studies")).to_be_visible(timeout=LONG_MS)
    main.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Delete for good").click()
    expect(main.get_by_text("6 studies")).to_be_visible(timeout=LONG_MS)
    settle(page)
