"""Licences on hosts in a browser: choices in the address, the table and files behind the figure."""

from __future__ import annotations

import re

from playwright.sync_api import expect


def test_choices_are_in_the_address_and_survive_a_reload(page, visit, settle):
    visit(page, "/hosts")
    page.get_by_test_id("stSidebar").get_by_text("Speech").click()
    page.wait_for_url("**modality=speech**")
    page.get_by_test_id("stSidebar").get_by_text("GitHub").click()
    page.wait_for_url("**site=github**")
    settle(page)
    expect(page.get_by_text(re.compile("GitHub has none for"))).to_be_visible()
    page.reload()
    settle(page)
    expect(page.get_by_text(re.compile("79% of 95"))).to_be_visible()


def test_the_table_and_files_behind_the_figure(page, visit):
    visit(page, "/hosts")
    page.get_by_text("Table and files").first.click()
    expect(page.get_by_role("button", name="CSV", exact=True)).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV", exact=True).click()
    assert download.value.suggested_filename == "licences-missing-or-wrong-by-site.csv"


def test_misstated_datasets_open(page, visit, settle):
    visit(page, "/hosts?site=github")
    page.get_by_role("button", name="See them").click()
    page.wait_for_url("**/datasets?**host_agreement=github**")
    settle(page)
    expect(page.get_by_test_id("stMain").locator("h1")).to_contain_text("training datasets")
