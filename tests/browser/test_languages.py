"""Languages and Rescoring in a browser: from the worst language to the synthetic example, and ties."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect


@pytest.mark.parametrize("width", [1280, 390])
def test_from_the_worst_language_to_culture(page, visit, settle, width):
    visit(page, "/languages", width=width, dark=width == 390)
    main = page.get_by_test_id("stMain")
    expect(main.get_by_text("gives 0.618 in Amharic")).to_be_in_viewport()
    expect(page.get_by_test_id("stVegaLiteChart").first).to_be_in_viewport()
    main.get_by_text("Culture", exact=True).click()
    page.wait_for_url("**show=culture**")
    settle(page)
    expect(main.get_by_text("These scores are SYNTHETIC")).to_be_attached()
    page.reload()
    settle(page)
    expect(main.get_by_text(re.compile("more than random parts as large do"))).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_ties_change_how_many_moved(page, visit):
    visit(page, "/rescoring?ties=first")
    main = page.get_by_test_id("stMain")
    expect(main.get_by_text("21 of 37 models moved")).to_be_in_viewport()
    expect(page.get_by_test_id("stVegaLiteChart").first).to_be_in_viewport()
