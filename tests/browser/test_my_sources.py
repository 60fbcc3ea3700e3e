"""My sources: a reader pastes a text, sees the answer change, keeps the audit and finds it again."""

from __future__ import annotations

from playwright.sync_api import expect


def test_paste_keep_and_compare(page, visit, settle):
    visit(page, "/my-sources?agents=GPTBot")
    expect(page.get_by_text("In the example, 2 of 3 sites are closed to GPTBot")).to_be_visible()
    page.get_by_role("button", name="Keep", exact=True).click()
    page.get_by_label("Name", exact=True).fill("Journey")
    page.get_by_role("button", name="Keep it").click()
    settle(page)
    page.keyboard.press("Escape")
    text = page.get_by_role("textbox", name="Or pasted")
    text.fill("=== news.example 2024-05\nUser-agent: *\nDisallow:\n")
    text.press("Control+Enter")
    settle(page)
    expect(page.get_by_text("0 of 1 sites are closed to GPTBot")).to_be_visible()
    page.get_by_role("combobox", name="Earlier audit").click()
    page.get_by_role("option", name="Journey").click()
    settle(page)
    expect(page.get_by_text("1 sites changed a level, 0 are new, 2 are gone.")).to_be_visible()
    page.get_by_role("button", name="Forget this audit").click()
    settle(page)
    expect(page.get_by_text("You have kept no audit yet.")).to_be_visible()
