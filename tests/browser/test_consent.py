"""Consent in a browser: from the share closed to how it came about, all in the address."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect


@pytest.mark.parametrize("width", [1280, 390])
def test_from_the_share_to_how_it_came_about(page, visit, settle, width):
    visit(page, "/consent", width=width, dark=width == 390)
    main = page.get_by_test_id("stMain")
    expect(main.get_by_text("5.4% of C4's tokens")).to_be_in_viewport()
    expect(page.get_by_test_id("stVegaLiteChart").first).to_be_in_viewport()
    main.get_by_text("Over time", exact=True).click()
    page.wait_for_url("**show=time**")
    settle(page)
    expect(main.get_by_text(re.compile("the model says"))).to_be_in_viewport()
    expect(main.get_by_role("link", name=re.compile("GPTBot")).first).to_be_attached()
    page.reload()
    settle(page)
    expect(main.get_by_text("2023-09: +3.5 points")).to_be_attached()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
