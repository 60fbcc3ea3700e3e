"""Robustness and Selection effects in a browser: from the order of votes to a model that is retired."""

from __future__ import annotations

import re

from playwright.sync_api import expect


def test_views_and_settings_are_in_the_address(page, visit, settle):
    visit(page, "/robustness?orders=20")
    main = page.get_by_test_id("stMain")
    expect(main.get_by_text(re.compile("At K = 16,"))).to_be_visible()
    main.get_by_text("Cycles", exact=True).click()
    page.wait_for_url("**show=cycles**")
    expect(main.get_by_text(re.compile("decided triads run in a circle"))).to_be_visible()
    main.get_by_text("Judges", exact=True).click()
    page.wait_for_url("**show=judges**")
    page.reload()
    settle(page)
    expect(main.get_by_text(re.compile("say the same in 41% of votes"))).to_be_visible()


def test_another_number_of_variants(page, visit, settle):
    visit(page, "/selection-effects?error=10")
    main = page.get_by_test_id("stMain")
    expect(main.get_by_text(re.compile("best of 27 variants shows 20.0 points"))).to_be_visible()
    box = page.get_by_role("spinbutton", name="Variants")
    box.fill("10")
    box.press("Enter")
    page.wait_for_url("**variants=10**")
    settle(page)
    expect(main.get_by_text(re.compile("best of 10 variants shows 15.4 points"))).to_be_visible()
