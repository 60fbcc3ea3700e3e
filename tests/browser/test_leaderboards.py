"""Leaderboards in a browser: a method and two models by mouse, both in the address, and the same after a reload."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import TIMEOUT_MS


def test_settings_and_pair_are_in_the_address_and_survive_a_reload(page, visit, settle):
    visit(page, "/leaderboards?interval=sandwich")
    main, side = page.get_by_test_id("stMain"), page.get_by_test_id("stSidebar")
    expect(main.get_by_text(re.compile("models share the first place"))).to_be_visible()
    expect(page.get_by_test_id("stVegaLiteChart")).to_have_count(2)
    side.get_by_role("combobox", name=re.compile("A tie counts")).click()
    page.get_by_role("option", name=re.compile("Davidson")).click()
    page.wait_for_url("**ties=davidson**")
    settle(page)
    box = main.get_by_role("combobox", name=re.compile("Beside"))
    box.click()
    box.fill("command-nightly")
    page.get_by_role("option", name="command-nightly").click()
    page.wait_for_url("**b=command-nightly**")
    settle(page)
    page.reload()
    settle(page)
    said = re.compile(r"GPT 4 is above command-nightly in \d+% of 200 resamples")
    expect(main.get_by_text(said)).to_be_visible(timeout=TIMEOUT_MS)
    expect(main.get_by_text(re.compile("as an outcome of its own")).first).to_be_visible()
    main.get_by_role("button", name=re.compile("Export")).click()
    with page.expect_download() as kept:
        page.get_by_role("button", name="CSV", exact=True).first.click()
    assert kept.value.suggested_filename == "leaderboard-llmfao.csv"
