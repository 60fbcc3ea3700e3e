"""The backtest in a browser: the answer at once, every choice in the address, an upload, both widths and modes."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import TIMEOUT_MS
from tests.browser.test_shell import KNOWN_RULES

# Streamlit gives the drop zone of its file uploader both the role presentation and a name.
KNOWN = KNOWN_RULES | {"presentation-role-conflict"}


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)], ids=["desk", "phone"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_answer_and_figure_come_first(page, visit, width, height, dark):
    visit(page, "/backtest", width=width, height=height, dark=dark)
    main = page.get_by_test_id("stMain")
    expect(main.get_by_text("it caught 11 of 31 capable models")).to_be_in_viewport()
    expect(page.get_by_test_id("stVegaLiteChart").first).to_be_in_viewport()
    expect(page.get_by_test_id("stVegaLiteChart")).to_have_count(5)
    expect(page.get_by_test_id("stFullScreenFrame").first).to_be_attached()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    if dark == (width == 1280):  # the shell's tests look at the other two views
        violations = [found for found in Axe().run(page).response["violations"] if found["id"] not in KNOWN]
        assert not violations, [(found["id"], found["nodes"][0]["html"][:200]) for found in violations]


def test_choices_are_in_the_address_and_survive_a_reload(page, visit, settle):
    visit(page, "/backtest?as_of=2024-12-31")
    main = page.get_by_test_id("stMain")
    expect(main.get_by_text("it caught 5 of 9 capable models")).to_be_visible()
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
