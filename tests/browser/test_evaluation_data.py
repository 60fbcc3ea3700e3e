"""Evaluation data: a file is brought, its bad rows are seen, it is kept, and somebody leaves it."""

from __future__ import annotations

from playwright.sync_api import expect

VOTES = "left,right,winner,annotator\nx,y,left,p1\ny,z,right,p1\nx,z,tie,p2\nx,x,left,p2\n"


def test_bring_a_file_keep_it_and_take_somebody_out(page, visit, settle):
    visit(page, "/evaluation-data?show=add")
    page.locator("input[type=file]").set_input_files(
        {"name": "votes.csv", "mimeType": "text/csv", "buffer": VOTES.encode()}
    )
    expect(page.get_by_text("3 of 4 rows are good")).to_be_visible()
    page.get_by_text("Columns: Evalica").click()
    settle(page)
    page.get_by_role("combobox", name="judge", exact=True).click()
    page.keyboard.type("annotator")
    page.keyboard.press("Enter")
    settle(page)
    page.get_by_role("textbox", name="Name", exact=True).fill("Journey votes")
    page.get_by_role("textbox", name="Source (needed)").fill("Our panel")
    page.get_by_text("Leave out what is bad: 1 row").click()
    page.get_by_role("button", name="Add 3 battles").click()
    settle(page)
    expect(page.get_by_text("Journey votes has 3 battles")).to_be_visible()
    page.get_by_role("combobox", name="Who leaves").click()
    page.keyboard.type("p1")
    page.keyboard.press("Enter")
    settle(page)
    expect(page.get_by_text("1 of 3 would be left")).to_be_visible()
    page.get_by_role("button", name="Take their rows out").click()
    settle(page)
    expect(page.get_by_text("Journey votes has 1 battle")).to_be_visible()
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("button", name="Delete it").click()
    settle(page)
    expect(page.get_by_text("Journey votes is deleted.")).to_be_visible()
