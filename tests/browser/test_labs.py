"""Labs in a browser: from the list to a lab, a setting, and a file of one's own."""

from __future__ import annotations

import re

from playwright.sync_api import expect


def test_from_the_list_to_an_answer_of_ones_own(page, visit, settle):
    visit(page, "/labs")
    main = page.get_by_test_id("stMain")
    main.get_by_role("link", name="Best of many trials at each sparsity").click()
    page.wait_for_url("**lab=best-of-trials**")
    settle(page)
    expect(main.get_by_text(re.compile("the best of 10 trials reaches"))).to_be_visible()
    expect(main.get_by_text("SYNTHETIC", exact=True)).to_be_visible()
    box = page.get_by_role("spinbutton", name="Trials a method")
    box.fill("2")
    box.press("Enter")
    page.wait_for_url("**set-trials=2**")
    page.reload()
    settle(page)
    expect(main.get_by_text(re.compile("the best of 2 trials reaches"))).to_be_visible()
    visit(page, "/labs?lab=best-of-trials&data=file&set-trials=2")
    rows = "\n".join(["method,sparsity,score", *(f"m,0.5,{one}" for one in range(1, 6))])
    page.locator('[data-testid="stFileUploaderDropzoneInput"]').set_input_files(
        {"name": "own.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    )
    settle(page)
    expect(main.get_by_text(re.compile("the best of 2 trials reaches 4 with m"))).to_be_visible()
    expect(main.get_by_text("SYNTHETIC", exact=True)).to_have_count(0)
