"""Models in a browser: the line in the address, the card by a click, the files."""

from __future__ import annotations

import re

from playwright.sync_api import expect

FIRST_CELL = {"x": 60, "y": 55}
TIMEOUT_MS = 30_000


def test_the_line_is_in_the_address_and_a_cell_opens_the_card(page, visit, settle):
    visit(page, "/models?sort=-training_flop")
    box = page.get_by_test_id("stSidebar").get_by_role("textbox", name=re.compile("Line"))
    box.fill("1e26")
    box.press("Enter")
    page.wait_for_url("**line=1e26**")
    expect(page.get_by_text("3 above 1e26 FLOP")).to_be_visible()
    settle(page)
    page.get_by_test_id("stDataFrame").last.click(position=FIRST_CELL)
    page.wait_for_url("**/model?id=grok-4")
    settle(page)
    expect(page.get_by_role("heading", name="Grok 4")).to_be_visible()
    page.go_back()
    page.wait_for_url("**/models?**line=1e26**")
    expect(page.get_by_text("3 above 1e26 FLOP")).to_be_visible()


def test_the_files(page, visit):
    visit(page, "/models?country=FR")
    page.get_by_role("button", name="Export", exact=True).click()
    expect(page.get_by_text("Licence: CC-BY-4.0").first).to_be_visible(timeout=TIMEOUT_MS)
    with page.expect_download() as download:
        page.get_by_test_id("stPopoverBody").get_by_role("button", name=re.compile("CSV$")).click()
    assert download.value.suggested_filename == "models.csv"


def test_home_links_to_the_card(page, visit, settle):
    visit(page, "/?q=llama+2-70b")
    page.get_by_role("link", name="Llama 2-70B", exact=True).first.click()
    page.wait_for_url("**/model?id=llama-2-70b")
    settle(page)
    expect(page.get_by_role("heading", name="Llama 2-70B")).to_be_visible()
