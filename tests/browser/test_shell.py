"""The frame in a real browser: every page at two widths, the menu, search, print and axe."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from app.navigation import PAGES, available_pages

KNOWN_RULES = {"list", "listitem"}
UPLOADERS = {"backtest": {"presentation-role-conflict"}}
"""Pages that show Streamlit's file uploader at once, and the rule it fails."""
"""Streamlit's own navigation fails these two."""


def address(entry):
    return "/" if entry is PAGES[0] else f"/{entry.url_path}"


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True)], ids=["desk-light", "phone-dark"])
@pytest.mark.parametrize("entry", available_pages(), ids=lambda entry: entry.url_path)
def test_page_draws_fits_and_is_accessible(page, visit, entry, width, dark):
    visit(page, address(entry), width=width, dark=dark)
    expect(page.get_by_test_id("stMain").locator("h1")).to_contain_text("?")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    known = KNOWN_RULES | UPLOADERS.get(entry.url_path, set())
    violations = [found for found in Axe().run(page).response["violations"] if found["id"] not in known]
    assert not violations, [(found["id"], [node["html"][:200] for node in found["nodes"]]) for found in violations]


def test_menu_leads_to_a_page(page, visit, settle):
    visit(page)
    page.get_by_test_id("stTopNavSection").filter(has_text="Data").click()
    page.get_by_role("menuitem", name="Sources").click()
    page.wait_for_url("**/sources")
    settle(page)
    expect(page.get_by_role("heading", name="Where do these facts come from?")).to_be_visible()


def test_search_is_in_the_address_and_survives_a_reload(page, visit, settle):
    visit(page)
    box = page.get_by_role("searchbox", name="Search everything")
    box.fill("swahili")
    box.press("Enter")
    page.wait_for_url("**q=swahili**")
    settle(page)
    expect(page.get_by_text("Language · ").first).to_be_visible()
    page.reload()
    settle(page)
    expect(page.get_by_role("searchbox", name="Search everything")).to_have_value("swahili")


def test_unknown_address_says_so(page, visit):
    visit(page, "/no-such-page")
    expect(page.get_by_text("Page not found")).to_be_visible()


def test_print_hides_menu_and_sidebar(page, visit):
    visit(page)
    page.emulate_media(media="print")
    expect(page.get_by_test_id("stHeader")).to_be_hidden()
    expect(page.get_by_test_id("stMain").locator("h1")).to_be_visible()
