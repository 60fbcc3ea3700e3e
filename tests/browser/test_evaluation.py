"""A journey in a browser: is model A really above model B? The ranking, the pair, the order of votes, the count."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import TIMEOUT_MS

PAIR = re.compile(r"They met (\d+) times: (\d+) to (\d+), (\d+) ties")


def test_is_model_a_really_above_model_b(page, visit, settle):
    main, side = page.get_by_test_id("stMain"), page.get_by_test_id("stSidebar")
    visit(page, "/leaderboards?interval=sandwich&b=Weaver+12k")
    expect(main.get_by_text(re.compile("GPT 4 is above Weaver 12k in"))).to_be_visible(timeout=TIMEOUT_MS)
    met = PAIR.search(main.inner_text())
    assert met, "the pair's own votes are told"
    votes, wins, losses, ties = map(int, met.groups())
    assert votes == wins + losses + ties

    to(page, settle, "Robustness")
    expect(main.get_by_role("heading", name=re.compile("Would the ranking survive"))).to_be_visible()
    expect(page.get_by_test_id("stVegaLiteChart").first).to_be_visible(timeout=TIMEOUT_MS)

    to(page, settle, "Sample size")
    for label, count in (("Wins", wins), ("Ties", ties), ("Losses", losses)):
        box = side.get_by_role("spinbutton", name=re.compile(label))
        box.fill(str(count))
        box.press("Enter")
        page.wait_for_url(f"**{label.lower()}={count}**")
        settle(page)
    answer = re.compile(rf"Yes, a win: [\d.]+% of {votes} votes, 95% interval")
    expect(main.get_by_text(answer).first).to_be_visible()
    page.reload()
    settle(page)
    expect(main.get_by_text(answer).first).to_be_visible()
    text = report(page)
    assert f"Wins:</strong> {wins}" in text
    assert "never averaged with benchmarks" in text
    assert "<script" not in text


def test_which_answers_to_judge_first(page, visit, settle):
    visit(page, "/prompts?repeats=5")
    main = page.get_by_test_id("stMain")
    expect(main.get_by_text(re.compile(r"\d+% fewer ties in the top 20% of items"))).to_be_visible(timeout=TIMEOUT_MS)
    expect(page.get_by_test_id("stVegaLiteChart")).to_have_count(2)
    box = page.get_by_test_id("stSidebar").get_by_role("spinbutton", name=re.compile("Judged first"))
    box.fill("50")
    box.press("Enter")
    page.wait_for_url("**top=50**")
    settle(page)
    expect(main.get_by_text(re.compile("in the top 50% of items")).first).to_be_visible(timeout=TIMEOUT_MS)
    text = report(page)
    assert "PROXY" in text
    assert "CC-BY-4.0" in text


def to(page, settle, title):
    """Choose a page of the menu Evaluation."""
    page.get_by_test_id("stTopNavSection").filter(has_text="Evaluation").click()
    page.get_by_role("menuitem", name=title, exact=True).click()
    page.wait_for_url(f"**/{title.lower().replace(' ', '-')}**")
    settle(page)


def report(page):
    """Download the report as HTML and give its text."""
    page.get_by_test_id("stMain").get_by_role("button", name=re.compile("Report")).first.click()
    with page.expect_download() as kept:
        page.get_by_role("button", name="HTML to print").click()
    return Path(kept.value.path()).read_text(encoding="utf-8")
