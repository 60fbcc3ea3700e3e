"""Policies in a real browser: copy a rule, see what it does, keep it, read the datasets by it, at two widths."""

from __future__ import annotations

import uuid

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

KNOWN_RULES = {"list", "listitem"}


@pytest.mark.parametrize("width", [1280, 390])
def test_copy_preview_save_use_delete(page, visit, settle, width):
    title = f"Our <b>rule</b> {uuid.uuid4().hex[:6]}"
    main, sidebar = page.get_by_test_id("stMain"), page.get_by_test_id("stSidebar")
    visit(page, "/policies", width=width)
    main.get_by_role("button", name="Make your own").click()
    page.get_by_role("button", name="Copy and edit").click()
    page.wait_for_url("**edit=audit**")
    expect(main.get_by_text("Nothing changes class")).to_be_visible()
    settle(page)
    visit(page, '/policies?edit=audit&draft={"unspecified_as":"academic_only"}', width=width)
    expect(main.get_by_text("datasets change class").first).to_be_visible()
    expect(main.get_by_text("Nothing changes class")).to_have_count(0)
    drawer = page.get_by_test_id("stExpandSidebarButton")
    if drawer.is_visible():
        drawer.click()
    sidebar.get_by_role("textbox", name="Name").fill(title)
    sidebar.get_by_role("textbox", name="Name").press("Enter")
    page.wait_for_url(f"**{title[-6:]}**")
    settle(page)
    page.reload()
    settle(page)
    if drawer.is_visible():
        drawer.click()
    expect(sidebar.get_by_role("textbox", name="Name")).to_have_value(title)
    if width < 600:
        page.get_by_test_id("stSidebarCollapseButton").get_by_role("button").click()
    main.get_by_role("button", name="Save").click()
    expect(main.get_by_text("yours")).to_be_visible()
    settle(page)
    expect(main.get_by_role("img").filter(has_text=title)).to_be_visible()
    key = "our-b-rule-b-" + title[-6:]
    visit(page, f"/datasets?policy={key}", width=width)
    expect(main.get_by_text("policy: Our").or_(main.get_by_text(title)).last).to_be_visible()
    visit(page, f"/policies?edit={key}", width=width)
    main.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Delete for good").click()
    expect(main.get_by_text("datasets allow commercial use")).to_be_visible()
    settle(page)
    visit(page, f"/policies?edit={key}", width=width)
    expect(main.get_by_text("There is no policy")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize(
    "path", ["/policies?show=classes&licence=cc", "/policies?show=oddities", "/policies?edit=cautious"]
)
def test_every_section_draws_and_fits(page, visit, path, width):
    visit(page, path, width=width)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    expect(page.get_by_test_id("stMain").get_by_role("img").first).to_be_visible()


@pytest.mark.parametrize("path", ["/policies?show=classes", "/policies?show=oddities", "/policies?edit=audit"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_section_is_accessible(page, visit, path, dark):
    visit(page, path, dark=dark)
    violations = [found for found in Axe().run(page).response["violations"] if found["id"] not in KNOWN_RULES]
    assert not violations, [(found["id"], [node["html"][:200] for node in found["nodes"]]) for found in violations]
