"""Chromium, the running server, and a visit that fails on anything a reader would call broken."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--process-per-site",
]
IDLE = '[data-testid="stApp"][data-test-script-state="notRunning"]'
TIMEOUT_MS = 30_000
AT_REST = """async () => {
    const wide = () => document.documentElement.scrollWidth > window.innerWidth;
    const moving = () => document.getAnimations().some(
        (one) => one instanceof CSSTransition && one.playState === "running");
    const end = Date.now() + 10000;
    while ((wide() || moving()) && Date.now() < end) await new Promise((next) => setTimeout(next, 20));
    return {wide: wide(), moving: moving()};
}"""
"""Waits until a page fits in its width and nothing on it is on its way from one colour or place to another."""
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
KNOWN_RULES = frozenset({"list", "listitem"})
"""Streamlit's own navigation fails these two."""
UPLOADER_RULES = KNOWN_RULES | {"presentation-role-conflict"}
"""Its file uploader gives the drop zone both the role presentation and a name."""

Visit = Callable[..., Page]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Use the browser the system has; Playwright's own otherwise."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    own = {"executable_path": found} if found else {}
    return {**browser_type_launch_args, **own, "args": FLAGS}


@pytest.fixture(scope="session")
def base_url(server: str) -> str:
    """Visit the server under test."""
    return server


@pytest.fixture(scope="session")
def profile(browser: Browser, server: str) -> Iterator[BrowserContext]:
    """Give one browser profile for all tests: the app's own files are then loaded and compiled once.

    One page stays open, and with it the process in which all pages of the app are drawn.
    """
    context = browser.new_context()
    context.new_page().goto(f"{server}/_stcore/health")
    yield context
    context.close()


@pytest.fixture
def context(profile: BrowserContext) -> Iterator[BrowserContext]:
    """Give each test the profile as if it were new: no page open, nothing stored."""
    yield profile
    for page in profile.pages[1:]:
        if page.url.startswith("http"):
            page.evaluate("localStorage.clear(), sessionStorage.clear()")
        page.close()
    profile.clear_cookies()


@pytest.fixture
def settle() -> Callable[[Page], None]:
    """Give a function that waits for the script to end and checks that nothing failed."""
    return wait_until_idle


@pytest.fixture
def visit(base_url: str) -> Iterator[Visit]:
    """Give a function that opens a path at a width and checks that nothing failed.

    Violations of the content-security policy, errors of scripts and requests to other hosts
    fail the test at its end.
    """
    problems: list[str] = []
    watched: set[Page] = set()

    def watch(page: Page) -> None:
        def on_console(message) -> None:
            if "Content Security Policy" in message.text:
                problems.append(message.text)

        def on_request(request) -> None:
            if not request.url.startswith((base_url, "data:", "blob:", base_url.replace("http", "ws", 1))):
                problems.append(f"request to {request.url}")

        page.on("console", on_console)
        page.on("request", on_request)
        page.on("pageerror", lambda error: problems.append(str(error)))
        watched.add(page)

    def open_path(page: Page, path: str = "/", *, width: int = 1280, height: int = 800, dark: bool = False) -> Page:
        if page not in watched:
            watch(page)
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme="dark" if dark else "light")
        page.goto(f"{base_url}{path}")
        wait_until_idle(page)
        return page

    yield open_path
    assert not problems


def views(page: Page) -> Iterator[str]:
    """Show an open page at both widths in both modes, and check that it fits; opening it four times takes long."""
    for size, mode in ((WIDE, "light"), (NARROW, "light"), (NARROW, "dark"), (WIDE, "dark")):
        page.set_viewport_size(size)
        if page.evaluate(f"!matchMedia('(prefers-color-scheme: {mode})').matches"):
            recolour(page, mode)
        fits(page)
        yield f"{size['width']} {mode}"


def recolour(page: Page, mode: str) -> None:
    """Show an open page in the other mode; charts take its colours when the script runs again, so press its key."""
    page.emulate_media(color_scheme=mode)
    page.keyboard.press("r")
    wait_until_idle(page)


def fits(page: Page) -> None:
    """Check that an open page needs no scrolling sideways, once it has come to rest."""
    assert page.evaluate(AT_REST) == {"wide": False, "moving": False}


def accessible_in(view: str, page: Page, known: AbstractSet[str] = KNOWN_RULES) -> None:
    """Check one of the `views` of a page with axe: each width and each mode once, which is two of the four."""
    if view in ("1280 light", "390 dark"):
        accessible(page, known)


def accessible(page: Page, known: AbstractSet[str] = KNOWN_RULES) -> None:
    """Check an open page as it is now with axe.

    Args:
        page: The page.
        known: Rules that Streamlit itself breaks.
    """
    axe = Axe("" if page.evaluate("'axe' in window") else AXE_SCRIPT)
    violations = [found for found in axe.run(page).response["violations"] if found["id"] not in known]
    assert not violations, [(found["id"], [node["html"][:200] for node in found["nodes"]]) for found in violations]


def wait_until_idle(page: Page) -> None:
    """Wait until the page has a title and its script has ended without an error."""
    expect(page.get_by_test_id("stMain").locator("h1").first).to_be_visible(timeout=TIMEOUT_MS)
    expect(page.locator(IDLE)).to_be_visible(timeout=TIMEOUT_MS)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=TIMEOUT_MS)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page.get_by_text("This page could not be drawn")).to_have_count(0)
