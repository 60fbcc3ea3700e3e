"""Crawlers in a browser: three views by the switch, a file that is pasted, both widths."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect


@pytest.mark.parametrize("width", [1280, 390])
def test_answer_and_figure_come_first(page, visit, width):
    visit(page, "/agents", width=width, height=844)
    main = page.get_by_test_id("stMain")
    expect(main.get_by_text("are said by their operators to follow robots.txt")).to_be_in_viewport()
    expect(main.get_by_test_id("stVegaLiteChart").first).to_be_in_viewport()


def test_a_pasted_file_is_checked(page, visit, settle):
    visit(page, "/agents")
    main = page.get_by_test_id("stMain")
    main.get_by_text("Check a robots.txt", exact=True).click()
    page.wait_for_url("**show=check**")
    settle(page)
    expect(main.get_by_text("may fetch nothing")).to_be_visible()
    box = main.get_by_role("textbox", name="robots.txt")
    box.fill("User-agent: *\nDisallow: /")
    box.press("Control+Enter")
    settle(page)
    expect(main.get_by_text(re.compile("0 of 7"))).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
