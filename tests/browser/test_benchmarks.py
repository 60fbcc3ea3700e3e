"""Benchmarks in a browser: from a filter to the card, to a ranking over tasks like it, to the few that would do."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import accessible_in, views

FIRST_CELL = {"x": 60, "y": 55}


def test_from_a_benchmark_to_the_smallest_subset(page, visit, settle):
    visit(page, "/benchmarks?q=ToxicChatClassification")
    page.get_by_test_id("stDataFrame").last.click(position=FIRST_CELL)
    page.wait_for_url("**/benchmark?id=ToxicChatClassification")
    settle(page)
    expect(page.get_by_text("the audit of its data says otherwise")).to_be_visible()
    page.get_by_role("link", name="Rank models over tasks like it").click()
    page.wait_for_url("**/benchmarks?**show=ranking**")
    settle(page)
    expect(page.get_by_text(re.compile(r"is ahead, .* tasks"))).to_be_visible()
    for view in views(page):
        expect(page.get_by_test_id("stMain").locator("h1")).to_be_visible()
        accessible_in(view, page)
    page.get_by_role("radio", name="Smallest subset").click()
    page.wait_for_url("**show=subset**")
    settle(page)
    expect(page.get_by_text("on held-out models")).to_be_visible()
