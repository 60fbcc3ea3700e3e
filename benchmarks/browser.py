"""Click to idle in Chromium: the Datasets page beside a trivial Streamlit page in the same run."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page
from row import Row, row
from serving import PROJECT, chromium, click_to_idle, open_page, serve
from synthetic import write_synthetic

from governance.catalogue.build import build_catalogue

TITLE = "Click to idle in Chromium"
ABOUT = (
    "One session. On Datasets the clicks are, in turn: a licence class on, the next page, the commonest language on, "
    "a modality on, the language off, the next page, both off. Before each, one click on a page whose button changes "
    "one line of text, served with the same settings; ratios are per pair. The clock runs inside the page, from the "
    "click to the end of the script with the new answer shown, and leaves out how long the grid then takes to paint. "
    "Synthetic datasets share only the schema and vocabularies with the real ones."
)
ROUNDS = 4
SYNTHETIC_ROWS = int(os.environ.get("BENCH_ROWS", "1000000"))
TRIVIAL = """
import streamlit as st

if st.button("Next"):
    st.session_state["clicks"] = st.session_state.get("clicks", 0) + 1
st.markdown(f"**{st.session_state.get('clicks', 0)}** clicks")
"""


def run() -> list[Row]:
    """Time both catalogues."""
    with tempfile.TemporaryDirectory(prefix="touchstone-bench-") as place, chromium() as browser:
        real, synthetic = Path(place, "real"), Path(place, "synthetic")
        real.mkdir()
        build_catalogue(real)
        rows = measure(browser, real, "real data")
        write_synthetic(synthetic / "imports", SYNTHETIC_ROWS)
        build_catalogue(synthetic)
        return [*rows, *measure(browser, synthetic, f"{SYNTHETIC_ROWS:,} synthetic")]


def measure(browser: Browser, home: Path, name: str) -> list[Row]:
    """Time one catalogue, and the trivial page beside it."""
    with tempfile.TemporaryDirectory(prefix="touchstone-bench-") as place:
        script = Path(place, "trivial.py")
        script.write_text(TRIVIAL, encoding="utf-8")
        with serve(script, home) as simple, serve(PROJECT / "app" / "server.py", home) as app:
            trivial, datasets = open_page(browser, simple.url), open_page(browser, f"{app.url}/datasets")
            times: dict[str, list[float]] = {}
            beside: dict[str, list[float]] = {}
            for turn in range(ROUNDS + 1):
                for kind, click in clicks(datasets):
                    simplest = click_to_idle(trivial, trivial.get_by_role("button", name="Next").click)
                    took = click_to_idle(datasets, click)
                    datasets.wait_for_timeout(150)
                    if turn:  # the first round warms up
                        times.setdefault(kind, []).append(took)
                        beside.setdefault(kind, []).append(simplest)
            memory = f"server {app.resident_mb():,.0f} MB"
            for page in (trivial, datasets):
                page.context.close()
    every, others = list(chain(*times.values())), list(chain(*beside.values()))
    parts = [row(f"Datasets, {name}: {kind}", times[kind], beside[kind]) for kind in times]
    return [row(f"trivial page beside {name}", others), row(f"Datasets, {name}", every, others, memory), *parts]


def clicks(page: Page) -> Iterator[tuple[str, Callable[[], None]]]:
    """Give one round of clicks that ends where it began: its kind, and the click."""
    language = page.locator(".st-key-f-language")
    for key, word in (("licence_use", "commercial"), ("", ""), ("language", ""), ("modality", "text")):
        if key == "language":
            language.locator("input").click()
            yield "language", page.get_by_role("option").nth(1).click
            page.keyboard.press("Escape")
        elif key:
            yield "pill", _pill(page, key, word).click
        else:
            yield "next page", _next(page).click
    yield "language", language.get_by_role("button", name="Clear all").click
    yield "next page", _next(page).click
    yield "pill", _pill(page, "modality", "text").click
    yield "pill", _pill(page, "licence_use", "commercial").click


def _pill(page: Page, field: str, word: str) -> Locator:
    return page.locator(f".st-key-f-{field}").get_by_role("button", name=word).first


def _next(page: Page) -> Locator:
    return page.get_by_role("button", name="Next page")
