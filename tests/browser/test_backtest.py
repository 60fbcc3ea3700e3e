"""The backtest in a browser: every choice in the address, by mouse and keyboard, and an upload."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import TIMEOUT_MS


def test_choices_are_in_the_address_and_survive_a_reload(page, visit, settle):
    visit(page, "/backtest?as_of=2024-12-31")
    main = page.get_by_test_id("stMain")
    expect(main.get_by_text("it caught 5 of 9 capable models")).to_be_visible()
    expect(page.get_by_test_id("stVegaLiteChart")).to_have_count(5)
    expect(page.get_by_test_id("stFullScreenFrame").first).to_be_attached()
    page.get_by_test_id("stSidebar").get_by_text("Whichever is known").click()
    page.wait_for_url("**whose=either**")
    settle(page)
    page.reload()
    settle(page)
    expect(main.get_by_text(re.compile("At 2024-12-31"))).to_be_visible()
    expect(main.get_by_text(re.compile("FLOP of index or records")).first).to_be_visible()


def test_a_threshold_of_ones_own_by_keyboard(page, visit, settle):
    visit(page, "/backtest")
    box = page.get_by_test_id("stSidebar").get_by_role("combobox", name="Threshold, FLOP")
    box.click()
    box.fill("3e24")
    box.press("Enter")
    page.wait_for_url("**threshold=3e24**")
    settle(page)
    expect(page.get_by_test_id("stMain").get_by_text(re.compile("threshold 3e24 FLOP")).first).to_be_visible()


def test_the_slider_moves_by_keyboard(page, visit, settle):
    visit(page, "/backtest")
    page.get_by_role("slider", name="Capability line").press("ArrowRight")
    page.wait_for_url("**line=126.5**")
    settle(page)
    expect(page.get_by_test_id("stMain").get_by_text("of 30 capable models")).to_be_visible()


def test_an_upload_with_a_mistake_names_row_and_column(page, visit, settle):
    visit(page, "/backtest")
    table = "model,date,users\nGPT-4 (Mar 2023),2024-01-31,many\n"
    upload = {"name": "own.csv", "mimeType": "text/csv", "buffer": table.encode()}
    page.get_by_test_id("stFileUploader").locator("input").set_input_files(upload)
    expect(page.get_by_text(re.compile("row 2, column users"))).to_be_visible(timeout=TIMEOUT_MS)
    upload["buffer"] = table.replace("many", "1e8").encode()
    page.get_by_test_id("stFileUploader").get_by_role("button").last.click()
    settle(page)
    page.get_by_test_id("stFileUploader").locator("input").set_input_files(upload)
    expect(page.get_by_role("textbox", name="Users above")).to_be_visible(timeout=TIMEOUT_MS)
    settle(page)
