"""Trace in a browser: from a card to the trace, on by a click, and what falls."""

from __future__ import annotations

import re

from playwright.sync_api import expect


def test_from_a_card_to_what_falls(page, visit, settle):
    visit(page, "/benchmark?id=XQuADRetrieval")
    page.get_by_role("button", name="Links").click()
    page.get_by_role("link", name="Trace").click()
    page.wait_for_url("**/trace?id=benchmark*")
    settle(page)
    main = page.get_by_test_id("stMain")
    expect(main.get_by_text("XQuADRetrieval (benchmark) is connected")).to_be_visible()
    text = page.get_by_test_id("stEChartsChart").locator("svg text", has_text="CC BY-SA 4.0").first
    expect(text).to_be_visible()
    box = text.bounding_box()
    page.mouse.click(box["x"] - 10, box["y"] + box["height"] / 2)
    page.wait_for_url("**id=licence*")
    settle(page)
    expect(main.get_by_text("CC BY-SA 4.0").first).to_be_visible()
    page.get_by_role("radio", name="What falls").click()
    page.wait_for_url("**view=falls*")
    settle(page)
    expect(main.get_by_text(re.compile(r"it touches \d+ claims"))).to_be_visible()
    page.reload()
    settle(page)
    expect(main.get_by_text(re.compile(r"it touches \d+ claims"))).to_be_visible()
    visit(page, "/trace?id=model:gpt-4&kinds=threshold,compute_record")
    visit(page, "/trace?id=claim:aya-dataset/countries&view=path&to=licence:MIT License")
