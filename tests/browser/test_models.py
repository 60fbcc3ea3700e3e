"""Models in a browser: the answer and picture at once, the card by a click, both widths and modes."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

KNOWN_RULES = {"list", "listitem"}
"""Streamlit's own navigation fails these two."""
FIRST_CELL = {"x": 60, "y": 55}
TIMEOUT_MS = 30_000


def accessible(page, known=frozenset(KNOWN_RULES)):
    violations = [one for one in Axe().run(page).response["violations"] if one["id"] not in known]
    assert not violations, [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in violations]


def no_scroll(page):
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_answer_and_picture_come_first(page, visit, width, dark):
    visit(page, "/models", width=width, height=844, dark=dark)
    main = page.get_by_test_id("stMain")
    expect(main.get_by_text("29 above 1e25 FLOP")).to_be_in_viewport()
    expect(page.get_by_test_id("stVegaLiteChart").first).to_be_in_viewport()
    expect(page.get_by_test_id("stDataFrame").last).to_be_attached()
    no_scroll(page)
    if dark == (width == 1280):  # the shell's tests look at the other two views
        accessible(page)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_card_says_where_it_stands(page, visit, width, dark):
    visit(page, "/model?id=llama-2-70b", width=width, height=844, dark=dark)
    expect(page.get_by_text("indeterminate 1e24")).to_be_in_viewport()
    no_scroll(page)
    if dark == (width == 1280):  # the shell's tests look at the other two views
        accessible(page)


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
    page.wait_for_url("**/models?**")


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
