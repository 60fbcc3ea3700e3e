"""From one host of a site to another and back, in a browser."""

from __future__ import annotations

from playwright.sync_api import expect


def test_from_host_to_host(page, visit, settle):
    visit(page, "/domain?name=nytimes.com", width=390)
    expect(page.get_by_text("What nytimes.com allows was not read here")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_test_id("stMain").get_by_text("mobile.nytimes.com").click()
    page.wait_for_url("**/domain?name=mobile.nytimes.com")
    settle(page)
    expect(page.get_by_text("What mobile.nytimes.com allows was not read here")).to_be_visible()
    page.go_back()
    settle(page)
    expect(page.get_by_text("What nytimes.com allows was not read here")).to_be_visible()
