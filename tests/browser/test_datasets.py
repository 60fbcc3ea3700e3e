"""The Datasets page in a browser: filters, address, history, card, list and export, by mouse and by keyboard."""

from __future__ import annotations

import io
import json
import re
import zipfile

import pytest
from playwright.sync_api import expect

from app.components.frame import number
from governance.catalogue.connect import open_catalogue
from governance.catalogue.selection import Selection
from governance.exports.manifest import export_from_manifest
from governance.provenance.datasets import load_datasets, select_datasets
from tests.browser.conftest import KNOWN_RULES, accessible, recolour

FIRST_CELL = {"x": 60, "y": 55}
QUERY = "language=swh&effective_use=commercial"


@pytest.fixture(scope="module")
def found(catalogue_home):
    with open_catalogue(catalogue_home) as connection:
        return select_datasets(load_datasets(connection), Selection.from_query(QUERY))


def answer(page):
    return page.get_by_test_id("stMain").get_by_test_id("stMarkdown").first


def answers(page, total):
    expect(answer(page)).to_contain_text(f"{number(total)} of ")


def choose_language(page, name):
    box = page.get_by_test_id("stSidebar").get_by_role("combobox", name=re.compile("Language"))
    box.fill(name)
    page.get_by_role("option", name=re.compile(f"^{name} [0-9]")).first.click()
    page.keyboard.press("Escape")


def test_menus_are_accessible(page, visit):
    visit(page, "/datasets?language=swh")
    for mode in ("light", "dark"):
        recolour(page, mode)
        for menu, within in (("Export", "Download 13 datasets"), ("Save list", "Note"), ("Table", "Largest first")):
            page.get_by_role("button", name=menu, exact=True).click()
            expect(page.get_by_text(within).first).to_be_visible()
            page.mouse.move(640, 780)
            expect(page.get_by_test_id("stTooltipContent")).to_have_count(0)
            accessible(page, KNOWN_RULES | {"region"})  # Streamlit's menus stand outside every landmark
            page.keyboard.press("Escape")
            expect(page.get_by_test_id("stPopoverBody")).to_have_count(0)


def test_filters_are_in_the_address_and_the_back_button_undoes_them(page, visit, settle, found):
    visit(page, "/datasets")
    whole = answer(page).inner_text()
    choose_language(page, "Swahili")
    page.wait_for_url("**/datasets?language=swh")
    settle(page)
    language_only = answer(page).inner_text()
    assert language_only != whole
    group = page.get_by_test_id("stSidebar").get_by_test_id("stButtonGroup").filter(has_text="Effective use")
    group.get_by_role("button", name=re.compile("^commercial")).click()
    page.wait_for_url("**effective_use=commercial**")
    settle(page)
    answers(page, found.total)
    page.go_back()
    page.wait_for_url("**/datasets?language=swh")
    settle(page)
    expect(answer(page)).to_have_text(language_only)
    page.go_forward()
    page.wait_for_url("**effective_use=commercial**")
    settle(page)
    answers(page, found.total)


def test_reload_and_a_shared_link_show_the_same(page, visit, settle, found, browser, base_url):
    query = f"{QUERY}&year=2019..&sort=-year&q=a"
    visit(page, f"/datasets?{query}")
    before = answer(page).inner_text()
    address = page.url
    page.reload()
    settle(page)
    expect(answer(page)).to_have_text(before)
    assert page.url == address
    elsewhere = browser.new_context()
    try:
        other = elsewhere.new_page()
        other.goto(address)
        settle(other)
        expect(answer(other)).to_have_text(before)
        expect(other.get_by_role("textbox", name="Year")).to_have_value("2019..")
        assert Selection.from_query(other.url.partition("?")[2]) == Selection.from_query(query)
    finally:
        elsewhere.close()


def test_words_of_the_home_page_do_not_leak_into_a_link(page, visit, settle):
    visit(page, "/?q=swahili")
    page.get_by_test_id("stMain").get_by_role("link").filter(has_text="Swahili").first.click()
    page.wait_for_url("**/datasets?**")
    settle(page)
    assert "q=" not in page.url
    expect(page.get_by_role("textbox", name="Search")).to_have_value("")


def test_a_cell_opens_the_card_and_back_returns(page, visit, settle, found):
    visit(page, f"/datasets?{QUERY}")
    page.get_by_test_id("stDataFrame").click(position=FIRST_CELL)
    first = found.frame["id"][0]
    page.wait_for_url(f"**/dataset?id={first}")
    settle(page)
    expect(page.get_by_test_id("stMain").locator("h1")).to_contain_text(found.frame["name"][0])
    page.go_back()
    page.wait_for_url("**/datasets?**language=swh**")
    settle(page)
    answers(page, found.total)


def test_the_card_keeps_snapshot_and_policy(page, visit, settle):
    visit(page, "/datasets?snapshot=2023-10-25&policy=cautious&language=swh")
    page.get_by_test_id("stDataFrame").click(position=FIRST_CELL)
    page.wait_for_url("**/dataset?**")
    assert "snapshot=2023-10-25" in page.url
    assert "policy=cautious" in page.url
    settle(page)


def test_the_second_page_shows_other_rows(page, visit, settle, catalogue_home):
    visit(page, "/datasets")
    page.get_by_test_id("stPagination").get_by_role("button", name=re.compile(r"\b2\b")).first.click()
    expect(page.get_by_text(re.compile("^51 to 100 of"))).to_be_visible()
    page.wait_for_url("**/datasets?page=2")
    settle(page)
    page.get_by_test_id("stDataFrame").click(position=FIRST_CELL)
    page.wait_for_url("**/dataset?id=**")
    with open_catalogue(catalogue_home) as connection:
        expected = select_datasets(load_datasets(connection), Selection()).page(50, 1)["name"][0]
    settle(page)
    expect(page.get_by_test_id("stMain").locator("h1")).to_contain_text(expected)


def test_export_is_a_zip_that_comes_out_again(page, visit, found, catalogue_home, tmp_path):
    visit(page, f"/datasets?{QUERY}")
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.get_by_role("button", name=f"Download {found.total} datasets").click()
    data = download.value.path().read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert set(files) == {"datasets.csv", "ATTRIBUTION.md", "manifest.json"}
    assert json.loads(files["manifest.json"])["counts"]["datasets"] == found.total
    (tmp_path / "manifest.json").write_bytes(files["manifest.json"])
    with open_catalogue(catalogue_home) as connection:
        export_from_manifest(connection, tmp_path / "manifest.json", tmp_path / "again")
    assert {file.name: file.read_bytes() for file in (tmp_path / "again").iterdir()} == files


def test_a_list_is_saved_once(page, visit, settle, found):
    visit(page, f"/datasets?{QUERY}")
    page.get_by_role("button", name="Save list").click()
    page.get_by_label("Name", exact=True).fill("From the datasets page")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text(re.compile(f"Saved From the datasets page with {found.total} datasets"))).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("A list is named")).to_be_visible()


def test_an_empty_answer_can_be_mended(page, visit, settle):
    visit(page, f"/datasets?{QUERY}&year=1990..1991")
    expect(page.get_by_text("No dataset meets every filter.")).to_be_visible()
    expect(page.get_by_text("Drop the filter Year")).to_be_visible()
    page.get_by_role("button", name="Clear all filters").click()
    page.wait_for_url(re.compile(r"/datasets$"))
    settle(page)
    expect(page.get_by_test_id("stDataFrame")).to_be_visible()


def test_hostile_text_is_shown_as_text(page, visit):
    words = "%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E"
    visit(page, f"/datasets?id={words}&policy={words}")
    expect(page.get_by_text("<img src=x onerror=alert(1)>").first).to_be_visible()
    assert page.locator("img[src=x]").count() == 0


def focused(page):
    return page.evaluate(
        """() => { const at = document.activeElement;
        const place = at.closest('[data-testid="stSidebar"]') ? 'sidebar' : at.closest('[data-testid="stDataFrame"]')
            ? 'table' : at.closest('[data-testid="stMain"]') ? 'main' : 'frame';
        return [place, at.getAttribute('aria-label') || at.innerText || '']; }"""
    )


def test_the_keyboard_reaches_search_filters_and_table(page, visit, settle):
    visit(page, f"/datasets?{QUERY}")
    seen = []
    for _ in range(90):
        page.keyboard.press("Tab")
        seen.append(tuple(focused(page)))
        if seen[-1][0] == "table":
            break
    labels = [label for place, label in seen if place == "sidebar"]
    assert any(label.startswith("Search") for label in labels), seen
    assert any(label.startswith("commercial") for label in labels)
    assert any("Language" in label for label in labels)
    assert any("Year" in label for label in labels)
    assert seen[-1][0] == "table", seen[-5:]


def test_the_keyboard_alone_filters(page, visit, settle):
    visit(page, "/datasets")
    box = page.get_by_role("textbox", name="Search")
    box.focus()
    page.keyboard.type("aya swahili")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=aya**")
    settle(page)
    expect(answer(page)).not_to_contain_text(f"{number(2511)} of")
