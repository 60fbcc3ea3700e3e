"""The frame in a real browser: every page at two widths and in both modes, the menu, search, print and axe."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from app.navigation import PAGES, available_pages
from tests.browser.conftest import KNOWN_RULES, UPLOADER_RULES, accessible_in, views

CHART, GRAPH, TABLE = (f"[data-testid={name}]" for name in ("stVegaLiteChart", "stEChartsChart", "stDataFrame"))
PICTURE = "[role=img]"
USE_BAR = "[role=img][aria-label^='Own licences: commercial ']"


@dataclass(frozen=True)
class Look:
    """An address and what stands there.

    Args:
        address: With its query.
        answer: A pattern of words above the fold.
        above: What else is above the fold.
        below: What one scrolls to.
        known: Rules of axe that Streamlit itself breaks there.
    """

    address: str
    answer: str = r"\?$"
    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    known: AbstractSet[str] = KNOWN_RULES


LOOKS = (
    Look("/datasets?language=swh&effective_use=commercial", r"\d+ of 2\D511", (USE_BAR, TABLE)),
    Look("/dataset?id=capybara-TheoremQA", "once lineage counts", (TABLE,), ("text=Where it comes from",)),
    Look(
        "/lineage?id=capybara-TheoremQA", "once lineage counts", (GRAPH,), ("text=the way to the licence that binds",)
    ),
    Look("/hosts", "Check it first:", (CHART,), ("text=Why today's figures are not the paper's",)),
    Look("/composition", "part most on", (CHART,)),
    Look("/composition?view=divide", "faded since", (CHART,)),
    Look("/thresholds?as_of=2026-06-01", r"P 0\.80", (), (CHART, TABLE)),
    Look("/scenarios?as_of=2026-06-01", r"P 0\.80", (), (CHART, TABLE)),
    Look("/backtest", "it caught 11 of 31 capable models", (CHART,), known=UPLOADER_RULES),
    Look("/models", "29 above 1e25 FLOP", (CHART,), (TABLE,)),
    Look("/model?id=llama-2-70b", "indeterminate 1e24"),
    Look(
        "/footprint?use=tokens",
        "million kWh",
        (CHART,),
        ("text=Use takes as much as training after", "text=codecarbon takes 1.0"),
    ),
    Look("/hardware?show=chips", "chips reach 3A090.a", (CHART,), known=UPLOADER_RULES),
    Look("/hardware?show=portability", "the paper says 44%", (CHART,), known=UPLOADER_RULES),
    Look("/hardware?show=cover", "In the example", (CHART,), known=UPLOADER_RULES),
    Look("/hardware?show=determinism", "the middle function takes", (CHART,), known=UPLOADER_RULES),
    Look("/evidence", "evidence for|No system yet"),
    Look("/evidence-review", "found an increase", (), (CHART,)),
    Look("/crosswalk", "are mapped to ours", (), (CHART,)),
    Look("/audit", "changes", ("strong",)),
    Look("/people", "You are|nobody is declared", ("strong",)),
)
SECTIONS = (
    Look("/dataset?id=bactrian-x-tl", "once lineage counts"),
    Look("/lineage?id=instAr-ar_medical", "once lineage counts"),
    Look("/evidence-review?show=timeline", "contradict each other"),
    Look("/evidence-review?show=add", below=("text=It takes no files",)),
    Look("/crosswalk?show=mappings"),
    Look("/policies?show=classes&licence=cc", below=(PICTURE,)),
    Look("/policies?show=oddities", below=(PICTURE,)),
    Look("/policies?edit=cautious", below=(PICTURE,)),
    Look("/lists?do=ids"),
    Look("/lists?do=export", known=UPLOADER_RULES),
    Look("/lists?list=nope", below=("text=There is no list",)),
)
PLAIN = tuple(Look("/" if entry is PAGES[0] else f"/{entry.url_path}") for entry in available_pages())
LOOKED_AT = {look.address.partition("?")[0] for look in LOOKS if "id=" not in look.address}


@pytest.mark.parametrize(
    "look", [*LOOKS, *(one for one in PLAIN if one.address not in LOOKED_AT), *SECTIONS], ids=lambda look: look.address
)
def test_page_answers_first_fits_and_is_accessible(page, visit, look):
    visit(page, look.address)
    for view in views(page):
        stands(page, look)
        accessible_in(view, page, look.known)


def stands(page, look):
    """Check that what is looked for stands where it should."""
    main = page.get_by_test_id("stMain")
    expect(main.locator("h1")).to_be_in_viewport()
    expect(main.get_by_text(re.compile(look.answer)).first).to_be_in_viewport()
    for part in look.above:
        expect(main.locator(part).first).to_be_in_viewport()
    for part in look.below:
        expect(main.locator(part).first).to_be_visible()


def test_menu_leads_to_a_page(page, visit, settle):
    visit(page)
    page.get_by_test_id("stTopNavSection").filter(has_text="Data").click()
    page.get_by_role("menuitem", name="Sources").click()
    page.wait_for_url("**/sources")
    settle(page)
    expect(page.get_by_role("heading", name="Where do these facts come from?")).to_be_visible()


def test_search_is_in_the_address_and_survives_a_reload(page, visit, settle):
    visit(page)
    box = page.get_by_role("searchbox", name="Search everything")
    box.fill("swahili")
    box.press("Enter")
    page.wait_for_url("**q=swahili**")
    settle(page)
    expect(page.get_by_text("Language · ").first).to_be_visible()
    page.reload()
    settle(page)
    expect(page.get_by_role("searchbox", name="Search everything")).to_have_value("swahili")


def test_unknown_address_says_so(page, visit):
    visit(page, "/no-such-page")
    expect(page.get_by_text("Page not found")).to_be_visible()


def test_print_hides_menu_and_sidebar(page, visit):
    visit(page)
    page.emulate_media(media="print")
    expect(page.get_by_test_id("stHeader")).to_be_hidden()
    expect(page.get_by_test_id("stMain").locator("h1")).to_be_visible()
