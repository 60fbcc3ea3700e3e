"""Hardware in a browser: the views by the switch and by the address."""

from __future__ import annotations

import re

from playwright.sync_api import expect


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
