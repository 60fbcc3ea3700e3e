"""Evidence in a browser: a figure is sent, said to be kept, and seen in the list, on a phone."""

from __future__ import annotations

import re

from playwright.sync_api import expect

TIMEOUT_MS = 30_000


def test_a_figure_becomes_evidence_and_is_seen_in_the_list(page, visit, settle):
    visit(page, "/hosts?site=github", width=390, height=844)
    for chart in page.get_by_test_id("stVegaLiteChart").all():  # a chart that grows moves the button away
        expect(chart.locator("svg, canvas").first).to_be_visible(timeout=TIMEOUT_MS)
    page.get_by_role("button", name="Send to evidence").first.click()
    dialog = page.get_by_role("dialog")
    named = dialog.get_by_text("Text datasets without a licence on GitHub").first
    expect(named).to_be_visible(timeout=TIMEOUT_MS)
    first = dialog.get_by_role("textbox", name="Name of the system")
    name = first.or_(dialog.get_by_role("combobox", name="System"))  # the second where a system is known by now
    expect(name).to_be_visible(timeout=TIMEOUT_MS)
    name.fill("Journey Chat")
    name.press("Enter")
    keep = dialog.get_by_role("button", name="Keep as evidence")
    expect(keep).to_be_enabled(timeout=TIMEOUT_MS)
    keep.click()
    expect(dialog.get_by_text("Kept as journey-chat-e1")).to_be_visible(timeout=TIMEOUT_MS)
    dialog.get_by_text("Open the evidence of Journey Chat").click()
    page.wait_for_url("**/evidence?system=journey-chat**")
    settle(page)
    main = page.get_by_test_id("stMain")
    expect(main.get_by_text(re.compile("1 pieces? of evidence for Journey Chat"))).to_be_visible()
    expect(main.get_by_role("heading", name="Text datasets without a licence on GitHub")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    main.get_by_text("Show the figure again").click()
    page.wait_for_url("**/hosts?site=github**")
    settle(page)
    expect(page.get_by_text(re.compile("GitHub has none for"))).to_be_visible()
