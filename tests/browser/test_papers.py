"""Papers in a browser: from Home's search to a paper's card, to the page where its knobs are."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import accessible_in, views


def test_from_a_search_to_the_knobs(page, visit, settle):
    visit(page, "/?q=leaderboard+illusion")
    page.get_by_role("link", name="The Leaderboard Illusion").first.click()
    page.wait_for_url("**/paper?id=leaderboard-illusion")
    settle(page)
    expect(page.get_by_text("9 claims, 6 with a number")).to_be_visible()
    for view in views(page):
        expect(page.get_by_text("up to 112 %")).to_be_visible()
        accessible_in(view, page)
    page.get_by_role("link", name="Shares of battles by provider").click()
    page.wait_for_url("**/selection-effects?show=shares")
    settle(page)
    visit(page, "/papers?theme=consent")
    expect(page.get_by_text("2 of 3 papers")).to_be_visible()
    for view in views(page):
        accessible_in(view, page)
