"""My sources: a reader pastes a text, sees the answer change, keeps the audit and finds it again."""

from __future__ import annotations

from playwright.sync_api import expect

WEIGHTS = "domain,tokens\na.example,3\nb.example,1\n"


def test_paste_keep_and_compare(page, visit, settle):
    visit(page, "/my-sources?agents=GPTBot")
    expect(page.get_by_text("In the example, 2 of 3 sites are closed to GPTBot")).to_be_visible()
    page.get_by_role("button", name="Keep", exact=True).click()
    page.get_by_label("Name", exact=True).fill("Journey")
    page.get_by_role("button", name="Keep it").click()
    settle(page)
    page.keyboard.press("Escape")
    text = page.get_by_role("textbox", name="Texts, pasted")
    text.fill("=== news.example 2024-05\nUser-agent: *\nDisallow:\n")
    text.press("Control+Enter")
    expect(page.get_by_text("0 of 1 sites are closed to GPTBot")).to_be_visible()
    settle(page)  # the answer comes before the script's end, which closes an open list
    page.get_by_role("combobox", name="Earlier audit").click()
    page.get_by_role("option", name="Journey").click()
    settle(page)
    expect(page.get_by_text("1 sites changed a level, 0 are new, 2 are gone.")).to_be_visible()
    page.get_by_role("button", name="Forget this audit").click()
    settle(page)
    expect(page.get_by_text("You have kept no audit yet.")).to_be_visible()


def test_texts_and_weights_from_files(page, visit, settle):
    visit(page, "/my-sources?agents=GPTBot")
    rows = '{"domain": "a.example", "robots": "User-agent: *\\nDisallow: /"}\n{"domain": "b.example", "robots": ""}\n'
    steps = (
        ("Texts from a file", "list.jsonl", rows, "1 of 2 sites are closed to GPTBot"),
        ("Weights", "w.csv", WEIGHTS, "By weight 75.0%"),
    )
    for label, name, content, said in steps:
        page.get_by_role("button", name=label, exact=True).click()
        opened = page.get_by_test_id("stPopoverBody")
        opened.locator("input[type=file]").set_input_files(
            {"name": name, "mimeType": "text/plain", "buffer": content.encode()}
        )
        expect(opened.get_by_text(name)).to_be_visible()
        expect(page.get_by_text(said)).to_be_visible()
        settle(page)
        page.keyboard.press("Escape")
        expect(opened).to_have_count(0)
