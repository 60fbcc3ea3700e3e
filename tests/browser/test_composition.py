"""Composition in a browser: two selections side by side, a pasted address, words that are no selection."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import expect


def test_a_pasted_address_becomes_a_side(page, visit, settle):
    visit(page, "/composition")
    box = page.get_by_role("combobox", name=re.compile("Selection A"))
    box.click()
    box.fill("http://127.0.0.1:8501/datasets?language=swh&page=2")
    box.press("Enter")
    page.wait_for_url("**a=language%3Dswh**")
    settle(page)
    expect(page.get_by_text(re.compile(r"A 13 datasets"))).to_be_visible()
    page.reload()
    settle(page)
    expect(page.get_by_text(re.compile(r"A 13 datasets"))).to_be_visible()


def test_a_pair_and_a_dimension_are_in_the_address(page, visit, settle):
    visit(page, "/composition")
    page.get_by_role("combobox", name=re.compile("Start from")).click()
    page.get_by_role("option", name="Models / people").click()
    page.wait_for_url("**a=authorship%3Dmodels**")
    settle(page)
    page.get_by_role("combobox", name=re.compile("Taken apart by")).click()
    page.get_by_role("option", name="Year", exact=True).click()
    page.wait_for_url("**by=year**")
    settle(page)
    assert parse_qs(urlsplit(page.url).query)["b"] == ["authorship=people"]


def test_compare_leads_here_and_open_leads_back(page, visit, settle):
    visit(page, "/datasets?language=swh")
    page.get_by_role("button", name="Compare").click()
    page.wait_for_url("**/composition?**a=language%3Dswh**")
    settle(page)
    expect(page.get_by_text(re.compile(r"A 13 datasets"))).to_be_visible()
    page.get_by_role("button", name="Open A").click()
    page.wait_for_url("**/datasets?language=swh**")
    settle(page)


def test_what_is_no_selection_is_explained_and_can_be_mended(page, visit, settle):
    visit(page, "/composition?a=colour%3Dred")
    expect(page.get_by_text("'colour' is not a filter of this kind.")).to_be_visible()
    page.get_by_role("combobox", name=re.compile("Selection A")).click()
    page.get_by_role("option", name="Speech, now").click()
    settle(page)
    expect(page.get_by_text(re.compile(r"A 95 datasets"))).to_be_visible()


def test_hostile_words_run_nothing(page, visit):
    visit(page, "/composition?a=q%3D%3Cimg+src%3Dx+onerror%3Dalert(1)%3E&b=snapshot%3Dcurrent")
    expect(page.get_by_test_id("stMain").locator("img[src='x']")).to_have_count(0)
    expect(page.get_by_text("nothing to compare")).to_be_visible()
