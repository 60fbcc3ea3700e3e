"""Policies in a real browser: copy a rule, see what it does, keep it, read the datasets by it, on a phone too."""

from __future__ import annotations

import uuid

from playwright.sync_api import expect

from tests.browser.conftest import NARROW, fits


def test_copy_preview_save_use_delete(page, visit, settle):
    title = f"Our <b>rule</b> {uuid.uuid4().hex[:6]}"
    main, sidebar = page.get_by_test_id("stMain"), page.get_by_test_id("stSidebar")
    visit(page, "/policies")
    main.get_by_role("button", name="Make your own").click()
    page.get_by_role("button", name="Copy and edit").click()
    page.wait_for_url("**edit=audit**")
    expect(main.get_by_text("Nothing changes class")).to_be_visible()
    settle(page)
    visit(page, '/policies?edit=audit&draft={"unspecified_as":"academic_only"}')
    expect(main.get_by_text("datasets change class").first).to_be_visible()
    expect(main.get_by_text("Nothing changes class")).to_have_count(0)
    sidebar.get_by_role("textbox", name="Name").fill(title)
    sidebar.get_by_role("textbox", name="Name").press("Enter")
    page.wait_for_url(f"**{title[-6:]}**")
    settle(page)

    # On a phone the form is a drawer; what was typed is in the address.
    page.set_viewport_size(NARROW)
    page.reload()
    settle(page)
    page.get_by_test_id("stExpandSidebarButton").click()
    expect(sidebar.get_by_role("textbox", name="Name")).to_have_value(title)
    page.get_by_test_id("stSidebarCollapseButton").get_by_role("button").click()
    fits(page)
    main.get_by_role("button", name="Save").click()
    expect(main.get_by_text("yours")).to_be_visible()
    settle(page)
    expect(main.get_by_role("img").filter(has_text=title)).to_be_visible()

    key = "our-b-rule-b-" + title[-6:]
    visit(page, f"/datasets?policy={key}")
    expect(main.get_by_text("policy: Our").or_(main.get_by_text(title)).last).to_be_visible()
    visit(page, f"/policies?edit={key}")
    main.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Delete for good").click()
    expect(main.get_by_text("datasets allow commercial use")).to_be_visible()
    settle(page)
    visit(page, f"/policies?edit={key}")
    expect(main.get_by_text("There is no policy")).to_be_visible()
