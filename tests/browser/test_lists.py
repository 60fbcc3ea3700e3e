"""Lists in a real browser: save, open, reopen, rename, compare, delete, on a phone too."""

from __future__ import annotations

import re
import uuid

from playwright.sync_api import expect

from tests.browser.conftest import NARROW, WIDE, fits


def save(page, visit, settle, query, name):
    visit(page, f"/datasets?{query}")
    page.get_by_role("button", name="Save list").click()
    page.get_by_role("textbox", name="Name").fill(name)
    page.get_by_role("button", name="Save", exact=True).click()
    settle(page)
    expect(page.get_by_text("find it under Lists")).to_be_visible()


def choose(page, settle, name):
    """Choose a list in the sidebar; give its id."""
    before = page.url
    page.get_by_test_id("stSidebar").get_by_role("combobox").first.click()
    page.get_by_role("option", name=name, exact=True).click()
    page.wait_for_url(lambda url: "list=" in url and url != before)
    settle(page)
    return page.url.split("list=")[1]


def test_save_open_reopen_rename_compare_delete(page, visit, settle):
    mark = uuid.uuid4().hex[:6]
    first, second = f"Swahili {mark}", f"<b>Zulu</b> *{mark}*"
    main = page.get_by_test_id("stMain")
    save(page, visit, settle, "language=swh&licence_use=commercial", first)
    save(page, visit, settle, "language=zul", second)

    # On a phone the lists are in a drawer.
    visit(page, "/lists", **NARROW)
    page.get_by_test_id("stExpandSidebarButton").click()
    other = choose(page, settle, second)
    page.get_by_test_id("stSidebarCollapseButton").get_by_role("button").click()
    expect(main.get_by_text("since then unchanged")).to_be_visible()
    fits(page)

    page.set_viewport_size(WIDE)
    page.get_by_test_id("stExpandSidebarButton").click()
    chosen = choose(page, settle, first)
    expect(main.get_by_text("since then unchanged")).to_be_visible()
    fits(page)
    main.get_by_role("button", name="Reopen").click()
    page.wait_for_url("**/datasets?**language=swh**")
    settle(page)
    assert "licence_use=commercial" in page.url
    visit(page, f"/lists?list={chosen}")
    main.get_by_role("button", name="Edit").click()
    page.get_by_role("textbox", name="Name").fill(f"{first} renamed")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(main.get_by_text(f"{first} renamed: ")).to_be_visible()
    settle(page)
    visit(page, f"/lists?compare={chosen}&with={other}")
    expect(main.get_by_text(re.compile(r"\d in both"))).to_be_visible()
    expect(main.locator("b", has_text="Zulu")).to_have_count(1)  # the bar's own emphasis; none from the name
    visit(page, f"/lists?list={chosen}")
    main.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Delete for good").click()
    expect(main.get_by_role("radio", name="Saved lists")).to_be_visible()
    settle(page)
    visit(page, f"/lists?list={chosen}")
    expect(main.get_by_text("There is no list")).to_be_visible()


def test_pasted_ids_survive_to_the_report(page, visit, settle):
    visit(page, "/lists?do=ids")
    page.get_by_role("textbox", name="Dataset ids").fill("alpaca\n<script>alert(1)</script>")
    page.get_by_role("button", name="Look them up").click()
    expect(page.get_by_text("could not be matched")).to_be_visible()
    settle(page)
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)
        fits(page)


def test_what_is_no_manifest_is_a_message(page, visit, settle, tmp_path):
    visit(page, "/lists?do=export")
    file = tmp_path / "manifest.json"
    file.write_text('{"kind": "something else"}')
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_text("an export wrote")).to_be_visible()
    settle(page)
