"""From a changed input to the new figure in Chromium: Thresholds and Compare scenarios beside a trivial page."""

from __future__ import annotations

import tempfile
from pathlib import Path

from browser import TRIVIAL
from playwright.sync_api import Browser, Page
from row import Row, row
from serving import ANSWER, CHART, PROJECT, chromium, click_to_idle, open_page, serve

from governance.catalogue.build import build_catalogue

TITLE = "Changed input to new figure in Chromium"
ABOUT = (
    "One session. The training tokens are typed anew and entered; each value is new, so that nothing is kept from "
    "before: 100,000 draws are judged by every instrument, and on Compare scenarios for every variant. The clock "
    "runs inside the page, from the Enter key to the end of the script with the new figure drawn. Before each, one "
    "click on a page whose button changes one line of text; ratios are per pair. The last row opens and enters the "
    "same value again, so the server finds all of it kept."
)
ROUNDS = 12
DAY = "as_of=2026-06-01"


def run() -> list[Row]:
    """Time both pages."""
    with tempfile.TemporaryDirectory(prefix="touchstone-bench-") as place, chromium() as browser:
        home, script = Path(place, "home"), Path(place, "trivial.py")
        home.mkdir()
        build_catalogue(home)
        script.write_text(TRIVIAL, encoding="utf-8")
        with serve(script, home) as simple, serve(PROJECT / "app" / "server.py", home) as app:
            rows: list[Row] = []
            trivial = open_page(browser, simple.url)
            for path, name in (("thresholds", "Thresholds"), ("scenarios", "Compare scenarios")):
                rows += measure(browser, trivial, f"{app.url}/{path}?{DAY}", name)
            return rows


def measure(browser: Browser, trivial: Page, url: str, name: str) -> list[Row]:
    """Time one page, first with new values, then with values it has judged."""
    page = open_page(browser, url)
    page.locator(CHART).locator("svg").first.wait_for()
    rows: list[Row] = []
    for kind in ("a new number", "a number seen before"):
        times, beside = [], []
        for turn in range(ROUNDS + 1):
            simplest = click_to_idle(trivial, trivial.get_by_role("button", name="Next").click, (ANSWER,))
            box = page.get_by_role("textbox", name="Training tokens")
            box.fill(f"{10 + turn}T")
            page.wait_for_timeout(100)
            took = click_to_idle(page, lambda box=box: box.press("Enter"), (CHART,))
            page.wait_for_timeout(300)
            if turn:  # the first one warms up
                times.append(took)
                beside.append(simplest)
        if kind == "a new number":
            rows.append(row(f"trivial page beside {name}", beside))
        rows.append(row(f"{name}: {kind}", times, beside))
    page.context.close()
    return rows
