"""Card and lineage in a browser: moving by click and by keyboard, hostile addresses."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import expect


def picture(page):
    return page.get_by_test_id("stEChartsChart")


def click_mark(page, label: str) -> None:
    """Click the sign at the left of a label."""
    text = picture(page).locator("svg text", has_text=label).first
    expect(text).to_be_visible()
    box = text.bounding_box()
    page.mouse.click(box["x"] - 10, box["y"] + box["height"] / 2)


def test_a_click_moves_and_back_returns(page, visit, settle):
    visit(page, "/lineage?id=capybara-TheoremQA&policy=ignore-generated-terms")
    click_mark(page, "theorem-qa")
    page.wait_for_url("**id=op-theoremqa**")
    settle(page)
    assert "policy=ignore-generated-terms" in page.url
    expect(page.get_by_test_id("stMain").get_by_text("theorem-qa:")).to_be_visible()
    page.go_back()
    page.wait_for_url("**id=capybara-TheoremQA**")
    settle(page)
    expect(page.get_by_test_id("stMain").get_by_text("capybara_TheoremQA:")).to_be_visible()


def test_a_click_on_a_group_lists_it(page, visit):
    visit(page, "/lineage?id=source:wikipedia.org")
    click_mark(page, "more datasets")
    expect(page.get_by_role("combobox", name="List")).to_have_value(re.compile(r"^built on it: \d+ datasets"))


def test_the_list_moves_by_keyboard_alone(page, visit, settle):
    visit(page, "/lineage?id=source:wikipedia.org")
    box = page.get_by_role("combobox", name="Go to")
    box.focus()
    page.keyboard.type("multirc")
    expect(page.get_by_role("option").first).to_contain_text("multirc")
    page.keyboard.press("Enter")
    page.wait_for_url("**id=*multirc*")
    settle(page)
    expect(page.get_by_test_id("stMain").get_by_text(re.compile("multirc:", re.IGNORECASE))).to_be_visible()


def test_card_and_lineage_lead_to_each_other(page, visit, settle):
    visit(page, "/dataset?id=alpaca&snapshot=2023-10-25")
    page.get_by_role("button", name="Lineage").click()
    page.wait_for_url("**/lineage?**")
    settle(page)
    assert "id=alpaca" in page.url
    assert "snapshot=2023-10-25" in page.url
    page.get_by_role("button", name="Card").click()
    page.wait_for_url("**/dataset?**")
    settle(page)
    expect(page.get_by_role("heading", name="alpaca")).to_be_visible()


def test_search_opens_another_card_and_the_address_follows(page, visit, settle):
    visit(page, "/dataset?id=alpaca")
    box = page.get_by_role("searchbox", name="Find another")
    box.fill("TheoremQA")
    box.press("Enter")
    page.get_by_test_id("stSidebar").get_by_role("button", name="capybara_TheoremQA").click()
    page.wait_for_url("**id=capybara-TheoremQA**")
    settle(page)
    page.reload()
    settle(page)
    expect(page.get_by_role("heading", name="capybara_TheoremQA")).to_be_visible()


def test_citation_can_be_copied(page, visit):
    visit(page, "/dataset?id=lumos-grounding-maths")
    page.get_by_role("button", name="Cite").click()
    expect(page.get_by_text("@article{yin2023agent,")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download", exact=True).click()
    assert download.value.suggested_filename == "dataset.bib"


@pytest.mark.parametrize("where", ["dataset", "lineage"])
def test_a_hostile_id_is_shown_as_text(page, visit, where):
    asked = "<img src=x onerror=alert(1)> [a](javascript:alert(1)) ../../etc/passwd"
    visit(page, f"/{where}?id={quote(asked)}")
    main = page.get_by_test_id("stMain")
    expect(main.get_by_text(asked)).to_be_visible()
    expect(main.locator("img[src='x'], a[href^='javascript']")).to_have_count(0)
