"""Thresholds in a browser: a planned run, the law of a day, what-ifs, a kept history and its memo."""

from __future__ import annotations

import re

from playwright.sync_api import expect

QUERY = "as_of=2026-06-01"


def test_numbers_in_plain_words_change_the_answer_and_the_address(page, visit, settle):
    visit(page, f"/thresholds?{QUERY}")
    box = page.get_by_role("textbox", name="Training tokens")
    box.fill("40 to 90 trillion")
    box.press("Enter")
    page.wait_for_url("**tokens=40**")
    settle(page)
    main = page.get_by_test_id("stMain")
    expect(main.get_by_text(re.compile("exceeds.*EU AI Act 51")).first).to_be_visible()
    page.reload()
    settle(page)
    expect(main.get_by_text(re.compile("exceeds.*EU AI Act 51")).first).to_be_visible()
    expect(page.get_by_text("40 trillion to 90 trillion tokens")).to_be_visible()


def test_a_wrong_number_is_told_and_mended(page, visit, settle):
    visit(page, f"/thresholds?{QUERY}")
    box = page.get_by_role("textbox", name="Training tokens")
    box.fill("5 trillion words")
    box.press("Enter")
    expect(page.get_by_test_id("stAlert").first).to_contain_text("words")
    expect(box).to_have_value("5 trillion words")
    box.fill("15T")
    box.press("Enter")
    expect(page.get_by_test_id("stAlert")).to_have_count(0)
    settle(page)


def test_another_text_is_explained_from_the_keyboard(page, visit, settle):
    visit(page, f"/thresholds?{QUERY}")
    choice = page.get_by_role("combobox", name=re.compile("Explained below"))
    choice.focus()
    page.keyboard.type("California")
    page.keyboard.press("Enter")
    page.wait_for_url("**law=us-ca-sb53**")
    settle(page)
    expect(page.get_by_role("heading", name="California SB 53: below")).to_be_visible()
    expect(page.get_by_text("What is owed when it applies")).to_be_visible()


def test_the_run_goes_along_to_what_if_and_back(page, visit, settle):
    visit(page, f"/thresholds?{QUERY}&parameters=100B")
    page.get_by_role("button", name="What if").click()
    page.wait_for_url("**/scenarios?**parameters=100B**")
    settle(page)
    expect(page.get_by_text(re.compile("variants change the verdict"))).to_be_visible()
    page.get_by_role("button", name="Thresholds").click()
    page.wait_for_url("**/thresholds?**parameters=100B**")
    settle(page)


def test_a_run_is_kept_opened_as_history_and_written_as_memo(page, visit, settle):
    visit(page, f"/thresholds?{QUERY}&parameters=90B")
    page.get_by_role("button", name="Save", exact=True).click()
    title = page.get_by_role("textbox", name="Title")
    title.fill("Kept in a browser")
    page.get_by_test_id("stFormSubmitButton").get_by_role("button").click()
    page.wait_for_url("**scenario=kept-in-a-browser**")
    settle(page)
    expect(page.get_by_test_id("stSidebar").get_by_text("Kept in a browser")).to_be_visible()
    page.get_by_role("button", name="Memo", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download memo").click()
    assert download.value.suggested_filename == "memo-2026-06-01.md"
    text = download.value.path().read_text(encoding="utf-8")
    assert "Kept in a browser" in text
    assert "90 billion parameters" in text


def test_a_model_of_the_catalogue_is_assessed(page, visit, settle):
    visit(page, "/model?id=gpt-5")
    page.get_by_role("button", name="Assess").click()
    page.wait_for_url("**/thresholds?**by=flop**")
    settle(page)
    expect(page.get_by_role("textbox", name="Training compute")).to_have_value(re.compile("to"))
    expect(page.get_by_test_id("stMain").get_by_text(re.compile("EU AI Act 51")).first).to_be_visible()
