"""Evidence review and crosswalk in a browser: the answer at once, both widths and modes; a study comes and goes."""

from __future__ import annotations

import uuid

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

KNOWN_RULES = {"list", "listitem"}
LONG_MS = 30_000
PATHS = ["/evidence-review", "/evidence-review?show=timeline", "/evidence-review?show=add", "/crosswalk",
         "/crosswalk?show=mappings"]  # fmt: skip
WORDS = {"/evidence-review": "found an increase", "/crosswalk": "are mapped to ours"}


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("path", ["/evidence-review", "/crosswalk"])
def test_the_answer_and_the_figure_come_first(page, visit, path, width):
    visit(page, path, width=width, height=800 if width > 600 else 844)
    main = page.get_by_test_id("stMain")
    expect(main.get_by_text(WORDS[path]).first).to_be_in_viewport()
    expect(main.get_by_role("img").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize(("path", "dark"), [*((path, False) for path in PATHS), *((path, True) for path in WORDS)])
def test_every_view_is_accessible(page, visit, path, dark):
    visit(page, path, dark=dark)
    violations = [found for found in Axe().run(page).response["violations"] if found["id"] not in KNOWN_RULES]
    assert not violations, [(found["id"], [node["html"][:200] for node in found["nodes"]]) for found in violations]


def test_a_study_is_refused_then_written_and_deleted(page, visit, settle):
    title = f"Our <b>study</b> {uuid.uuid4().hex[:6]}"
    main = page.get_by_test_id("stMain")
    visit(page, "/evidence-review")
    main.get_by_role("button", name="Add a study").click()
    expect(main.get_by_text("It takes no files")).to_be_visible(timeout=LONG_MS)
    settle(page)
    assert page.locator("input[type=file]").count() == 0
    main.get_by_role("textbox", name="Title", exact=True).fill(title)
    main.get_by_role("textbox", name="Finding").fill("ATGGCTAGCTAGGATCCATTGACC")
    main.get_by_role("button", name="Save study").click()
    expect(main.get_by_text("a nucleotide sequence")).to_be_visible(timeout=LONG_MS)
    expect(main.get_by_role("textbox", name="Title", exact=True)).to_have_value(title, timeout=LONG_MS)
    main.get_by_role("textbox", name="Finding").fill("Nobody was helped.")
    main.get_by_role("button", name="Save study").click()
    expect(main.get_by_text("Nobody was helped.")).to_be_visible(timeout=LONG_MS)
    settle(page)
    expect(main.get_by_text("7 studies")).to_be_visible(timeout=LONG_MS)
    main.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Delete for good").click()
    expect(main.get_by_text("6 studies")).to_be_visible(timeout=LONG_MS)
    settle(page)
