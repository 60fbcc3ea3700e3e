"""Hardware in a browser: four views by the address and by the switch, both widths and modes."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

KNOWN_RULES = {"list", "listitem", "presentation-role-conflict"}
"""Streamlit's own navigation fails the first two, its file uploader the last."""


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize(
    ("show", "answer"),
    [
        ("chips", "chips reach 3A090.a"),
        ("portability", "the paper says 44%"),
        ("cover", "In the example"),
        ("determinism", "the middle function takes"),
    ],
)
def test_every_view_answers_first(page, visit, width, dark, show, answer):
    visit(page, f"/hardware?show={show}", width=width, height=844, dark=dark)
    main = page.get_by_test_id("stMain")
    expect(main.get_by_text(answer).first).to_be_in_viewport()
    expect(main.get_by_test_id("stVegaLiteChart").first).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    if dark == (width == 1280):  # the shell's tests look at the other two views
        violations = [found for found in Axe().run(page).response["violations"] if found["id"] not in KNOWN_RULES]
        assert not violations, [(found["id"], found["nodes"][0]["html"]) for found in violations]


def test_the_switch_is_in_the_address(page, visit, settle):
    visit(page, "/hardware")
    page.get_by_test_id("stMain").get_by_text("Portability", exact=True).click()
    page.wait_for_url("**show=portability**")
    settle(page)
    page.get_by_test_id("stSidebar").get_by_text("Any but gradient checks").click()
    page.wait_for_url("**lost=without_gradient_checks**")
    page.reload()
    settle(page)
    expect(page.get_by_text(re.compile(r"44% of 64 functions"))).to_be_visible()


def test_a_chip_by_its_address(page, visit):
    visit(page, "/hardware?chip=nvidia-h100-sxm5-80gb&cluster=100k")
    main = page.get_by_test_id("stMain")
    expect(main.get_by_text("Performance 15,832 is at or above 4,800")).to_be_attached()
    expect(main.get_by_text(re.compile("Days for 100.000 chips at 40%"))).to_be_attached()
