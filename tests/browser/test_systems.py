"""Systems in a browser: from an empty workbench to a system with its own page, at both widths and in the dark."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import accessible, accessible_in, views

ADDRESS = "/systems?system=lantern"


@pytest.fixture
def system(page, visit, settle):
    """Give the address of a system, made through the form where it is not there yet."""
    visit(page, ADDRESS)
    if page.get_by_text("That system is not here.").count():
        visit(page, "/systems?do=add")
        page.get_by_role("textbox", name="Name").fill("Lantern")
        page.get_by_role("textbox", name="Owner").click()
        settle(page)
        page.get_by_role("button", name="Save the system").click()
        page.wait_for_url("**system=lantern**")
        settle(page)
    return ADDRESS


def test_the_answer_comes_first(page, visit, system):
    visit(page, "/systems")
    main = page.get_by_test_id("stMain")
    for view in views(page):
        expect(main.get_by_text(re.compile(r"^\d+ systems?:"))).to_be_in_viewport()
        expect(page.get_by_test_id("stVegaLiteChart").first).to_be_in_viewport()
        accessible_in(view, page)


def test_one_system(page, system):
    for view in views(page):
        expect(page.get_by_role("heading", name="Where does Lantern stand?")).to_be_in_viewport()
        expect(page.get_by_text(re.compile("evaluation not started"))).to_be_in_viewport()
        accessible_in(view, page)


def test_choices_are_in_the_address(page, visit, settle, system):
    visit(page, "/systems?words=lantern")
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
