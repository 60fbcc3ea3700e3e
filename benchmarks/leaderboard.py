"""From a changed filter to the new ranking in Chromium: Leaderboards on stored battles beside a trivial page."""

from __future__ import annotations

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl
from browser import TRIVIAL
from playwright.sync_api import Page
from row import Row, row
from serving import ANSWER, CHART, IDLE, PAGE_MS, PROJECT, chromium, click_to_idle, open_page, serve

from governance.catalogue.build import build_catalogue
from governance.evaluation.formats.own_sets import add_set
from governance.evaluation.formats.tables import BATTLES
from governance.records.store import open_workbench

TITLE = "Changed filter to new ranking in Chromium"
ABOUT = (
    "One session on Leaderboards, Bradley-Terry with 200 resamples of whole judges, on a set of one's own in the "
    "workbench: synthetic battles of 100 models, 15% ties, 2,000 judges, ten categories. A category is chosen in the "
    "sidebar, then one more, and so on; each choice is new, so that nothing is kept from before. The clock runs "
    "inside the page, from the mouse button going down on the category to the end of the script with the new ranking "
    "drawn. Before each, one click on a page whose button changes one line of text; ratios are per pair."
)
BATTLES_STORED = int(os.environ.get("BENCH_ROWS", "1000000"))
MODELS, JUDGES, KINDS = 100, 2_000, 10
FIELDS = {"title": "Bench", "format": "battles", "source": "synthetic", "licence": "CC0-1.0"}


def run() -> list[Row]:
    """Store the battles, then time the page."""
    with tempfile.TemporaryDirectory(prefix="touchstone-bench-") as place, chromium() as browser:
        home, script = Path(place, "home"), Path(place, "trivial.py")
        home.mkdir()
        build_catalogue(home)
        workbench = open_workbench(home)
        set_id = add_set(workbench, FIELDS, synthetic_battles(BATTLES_STORED), datetime.now(UTC)).set
        workbench.connection.close()
        script.write_text(TRIVIAL, encoding="utf-8")
        with serve(script, home) as simple, serve(PROJECT / "app" / "server.py", home) as app:
            before = app.resident_mb()
            trivial, page = open_page(browser, simple.url), open_page(browser, f"{app.url}/leaderboards?set={set_id}")
            times, beside = measure(trivial, page)
            memory = f"server {app.resident_mb():,.0f} MB, {before:,.0f} MB before the first page"
        name = f"Leaderboards, {BATTLES_STORED:,} battles: another category"
        return [row("trivial page beside it", beside), row(name, times, beside, memory)]


def measure(trivial: Page, page: Page) -> tuple[list[float], list[float]]:
    """Time one category after the other, and the trivial page before each."""
    page.get_by_text("Only some votes").click()
    box = page.get_by_test_id("stSidebar").get_by_role("combobox", name="Category")
    page.locator(f"{CHART} svg").first.wait_for()
    page.wait_for_timeout(1_000)
    page.locator(IDLE).wait_for(timeout=PAGE_MS)
    times, beside = [], []
    for kind in range(KINDS):
        simplest = click_to_idle(trivial, trivial.get_by_role("button", name="Next").click, (ANSWER,))
        box.click()
        option = page.get_by_role("option", name=f"kind {kind} ")
        took = click_to_idle(page, option.click, (CHART,))
        page.keyboard.press("Escape")
        page.wait_for_timeout(300)
        if kind:  # the first one warms up
            times.append(took)
            beside.append(simplest)
    return times, beside


def synthetic_battles(count: int, seed: int = 0) -> pl.DataFrame:
    """Make battles with the columns of the format, won as Bradley-Terry says."""
    rng = np.random.default_rng(seed)
    skill = rng.normal(0, 1, MODELS)
    first = rng.integers(0, MODELS, count)
    second = (first + rng.integers(1, MODELS, count)) % MODELS
    won = rng.random(count) < 1 / (1 + np.exp(skill[second] - skill[first]))
    names = {
        "model_a": pl.Series([f"model-{one:02d}" for one in range(MODELS)]).gather(first),
        "model_b": pl.Series([f"model-{one:02d}" for one in range(MODELS)]).gather(second),
        "outcome": pl.Series(["b", "a", "tie"]).gather(np.where(rng.random(count) < 0.15, 2, won.astype(np.int64))),
        "judge": pl.Series([f"judge-{one:04d}" for one in range(JUDGES)]).gather(rng.integers(0, JUDGES, count)),
        "category": pl.Series([f"kind {one}" for one in range(KINDS)]).gather(rng.integers(0, KINDS, count)),
    }
    empty = [pl.lit(None, dtype).alias(name) for name, dtype in BATTLES.items() if name not in names]
    return pl.DataFrame(names).with_columns(empty).select(list(BATTLES))
