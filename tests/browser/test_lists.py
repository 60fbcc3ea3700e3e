"""Lists in a real browser: save, open, rename, compare, reopen, delete, at two widths."""

from __future__ import annotations

import re
import uuid

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

KNOWN_RULES = {"list", "listitem", "presentation-role-conflict"}
"""Streamlit's own navigation fails the first two, its file uploader the last."""


def save(page, visit, settle, query, name, width):
    visit(page, f"/datasets?{query}", width=width)
    page.get_by_role("button", name="Save list").click()
    page.get_by_role("textbox", name="Name").fill(name)
    page.get_by_role("button", name="Save", exact=True).click()
    settle(page)
    expect(page.get_by_text("find it under Lists")).to_be_visible()


def open_list(page, visit, settle, name, width):
    """Choose the list in the sidebar, which is a drawer on a phone; give its address."""
    visit(page, "/lists", width=width)
    drawer = page.get_by_test_id("stExpandSidebarButton")
    if drawer.is_visible():
        drawer.click()
    page.get_by_test_id("stSidebar").get_by_role("combobox").first.click()
    page.get_by_role("option", name=name, exact=True).click()
    page.wait_for_url("**list=**")
    settle(page)
    return page.url


@pytest.mark.parametrize("width", [1280, 390])
def test_save_open_rename_compare_delete(page, visit, settle, base_url, width):
    mark = uuid.uuid4().hex[:6]
    first, second = f"Swahili {mark}", f"<b>Zulu</b> *{mark}*"
    save(page, visit, settle, "language=swh", first, width)
    save(page, visit, settle, "language=zul", second, width)
    address = open_list(page, visit, settle, first, width)
    other = open_list(page, visit, settle, second, width).split("list=")[1]
    main = page.get_by_test_id("stMain")
    visit(page, address.removeprefix(base_url), width=width)
    expect(main.get_by_text("since then unchanged")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    main.get_by_role("button", name="Edit").click()
    page.get_by_role("textbox", name="Name").fill(f"{first} renamed")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(main.get_by_text(f"{first} renamed: ")).to_be_visible()
    settle(page)
    chosen = address.split("list=")[1]
    visit(page, f"/lists?compare={chosen}&with={other}", width=width)
    expect(main.get_by_text(re.compile(r"\d in both"))).to_be_visible()
    expect(main.locator("b", has_text="Zulu")).to_have_count(1)  # the bar's own emphasis; none from the name
    visit(page, address.removeprefix(base_url), width=width)
    main.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Delete for good").click()
    expect(main.get_by_role("radio", name="Saved lists")).to_be_visible()
    settle(page)
    visit(page, address.removeprefix(base_url), width=width)
    expect(main.get_by_text("There is no list")).to_be_visible()


def test_reopen_leads_to_the_same_datasets(page, visit, settle):
    name = f"again {uuid.uuid4().hex[:6]}"
    save(page, visit, settle, "language=swh&licence_use=commercial", name, 1280)
    open_list(page, visit, settle, name, 1280)
    page.get_by_role("button", name="Reopen").click()
    page.wait_for_url("**/datasets?**language=swh**")
    settle(page)
    assert "licence_use=commercial" in page.url


@pytest.mark.parametrize("width", [1280, 390])
def test_pasted_ids_survive_to_the_report(page, visit, settle, width):
    visit(page, "/lists?do=ids", width=width)
    page.get_by_role("textbox", name="Dataset ids").fill("alpaca\n<script>alert(1)</script>")
    page.get_by_role("button", name="Look them up").click()
    expect(page.get_by_text("could not be matched")).to_be_visible()
    settle(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_what_is_no_manifest_is_a_message(page, visit, settle, tmp_path):
    visit(page, "/lists?do=export")
    file = tmp_path / "manifest.json"
    file.write_text('{"kind": "something else"}')
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_text("an export wrote")).to_be_visible()
    settle(page)


@pytest.mark.parametrize("path", ["/lists?do=ids", "/lists?do=export", "/lists?list=nope"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_task_is_accessible(page, visit, path, dark):
    visit(page, path, dark=dark)
    violations = [found for found in Axe().run(page).response["violations"] if found["id"] not in KNOWN_RULES]
    assert not violations, [(found["id"], [node["html"][:200] for node in found["nodes"]]) for found in violations]
