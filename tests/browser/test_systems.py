"""Systems in a browser: from an empty workbench to a system with its own page, at both widths and in the dark."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_datasets import accessible


@pytest.fixture
def system(page, visit, settle):
    """Give the address of a system, made through the form where there is none yet."""
    visit(page, "/systems")
    if page.get_by_test_id("stVegaLiteChart").count() == 0:
        page.get_by_role("button", name="Add a system").click()
        page.wait_for_url("**do=add**")
        settle(page)
        page.get_by_label("Name").fill("Acme Chat")
        page.get_by_label("Name").press("Tab")
        settle(page)
        page.get_by_role("button", name="Save the system").click()
        page.wait_for_url("**system=acme-chat**")
        settle(page)
    return "/systems?system=acme-chat"


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True)], ids=["desktop", "phone-dark"])
def test_the_answer_comes_first(page, visit, system, width, dark):
    visit(page, "/systems", width=width, height=844, dark=dark)
    main = page.get_by_test_id("stMain")
    expect(main.get_by_text(re.compile("1 system"))).to_be_in_viewport()
    expect(page.get_by_test_id("stVegaLiteChart").first).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    accessible(page)


@pytest.mark.parametrize("width", [1280, 390])
def test_one_system(page, visit, system, width):
    visit(page, system, width=width, height=844)
    expect(page.get_by_role("heading", name="Where does Acme Chat stand?")).to_be_in_viewport()
    expect(page.get_by_text(re.compile("evaluation not started"))).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    accessible(page)


def test_choices_are_in_the_address(page, visit, settle, system):
    visit(page, "/systems")
    page.get_by_test_id("stSidebar").get_by_text("Third party").click()
    page.wait_for_url("**party=third**")
    page.get_by_test_id("stMain").get_by_text("Next steps").click()
    page.wait_for_url("**list=next**")
    settle(page)
    expect(page.get_by_role("link", name=re.compile("Start the social-impact evaluation"))).to_be_visible()
    page.reload()
    settle(page)
    expect(page.get_by_role("link", name=re.compile("Start the social-impact evaluation"))).to_be_visible()


def test_there_is_nothing_to_compare_yet_or_two_stand_side_by_side(page, visit, system):
    visit(page, "/compare-assessments")
    expect(page.get_by_text(re.compile("Nothing to compare yet|no second assessment|items differ"))).to_be_in_viewport()
    accessible(page)
