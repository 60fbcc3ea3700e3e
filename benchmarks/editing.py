"""Twenty people edit one social-impact assessment at once: click to idle beside one of them alone."""

from __future__ import annotations

import asyncio
import os
import random
import statistics
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from playwright.async_api import BrowserContext, Page, async_playwright
from row import Row, row
from serving import ARM, IDLE, PAGE_MS, PROJECT, SIZE, launch_options, serve

from governance.assessment.answers import answer_versions, answers, save_answer
from governance.assessment.example import load_example
from governance.assessment.framework import load_framework
from governance.assessment.headers import answer_id
from governance.assessment.records import ANSWER, Answer
from governance.assessment.vocabulary import Status
from governance.catalogue.build import build_catalogue
from governance.catalogue.connect import open_catalogue
from governance.records.audit import verify
from governance.records.store import open_workbench

SESSIONS = int(os.environ.get("BENCH_SESSIONS", "20"))
ALONE_CLICKS, CLICKS = 30, 5
PAUSES = (2.0, 4.0)
TITLE = f"{SESSIONS} sessions edit one assessment in Chromium"
ABOUT = (
    "Each session has a page of its own in one Chromium and an item of its own in one shared social-impact assessment "
    "(the worked example, every edited item answered). A click changes the status between found and none found, which "
    "saves the answer, its version and its row in the trail in the one store. The clock runs inside the page, from "
    "the click to the end of the script with the new revision shown. One session alone is timed first, before the "
    f"others open; then all at once, each waiting {PAUSES[0]:g} to {PAUSES[1]:g} s after its page is idle; then all "
    "without waiting. Browser and server share the processors, so all pages are drawn in the same time. Afterwards "
    "every click must be a version of its answer and a row of the trail, and the trail must hold."
)
FORM = '[data-testid="stMain"] [data-testid="stColumn"]:has(textarea)'
FIRST: Status = "found"
OTHER: Status = "none_found"
WORDS = {FIRST: "Found", OTHER: "None found"}
MADE = datetime(2026, 1, 2, tzinfo=UTC)


class Session:
    """A page on one item, and what was clicked there."""

    def __init__(self, page: Page, item: str) -> None:
        self.page = page
        self.item = item
        self.clicked: list[Status] = []

    @property
    def saves(self) -> int:
        """Count what must have been saved."""
        return len(self.clicked)

    async def click(self) -> float:
        """Change the status; give the seconds until the page is idle with the save shown."""
        status: Status = OTHER if not self.saves % 2 else FIRST
        radio = self.page.locator(FORM).get_by_role("radio", name=WORDS[status], exact=True)
        await self.page.evaluate(ARM, [IDLE, FORM])
        await radio.click()
        took = float(await self.page.evaluate("() => window.clicked")) / 1_000
        self.clicked.append(status)
        return took

    async def edit(self, clicks: int, pauses: tuple[float, float], seed: int) -> list[float]:
        """Click again and again, with a pause before each."""
        draw, times = random.Random(seed), []
        for _ in range(clicks):
            await asyncio.sleep(draw.uniform(*pauses))
            times.append(await self.click())
        return times


def run() -> list[Row]:
    """Time all phases, then look whether every save is there."""
    with tempfile.TemporaryDirectory(prefix="touchstone-bench-") as place:
        home = Path(place)
        build_catalogue(home)
        assessment, items = fill(home)
        with serve(PROJECT / "app" / "server.py", home) as app:
            address = f"{app.url}/social-impact?assessment={assessment}"
            alone, paced, pressed, sessions = asyncio.run(measure(address, items))
            memory = f"server {app.resident_mb():,.0f} MB"
        kept = check(home, assessment, sessions)
    return [
        row("one session alone", alone),
        row(f"{SESSIONS} sessions, {PAUSES[0]:g} to {PAUSES[1]:g} s between clicks", paced, alone, tail(paced, alone)),
        row(f"{SESSIONS} sessions, no wait", pressed, alone, f"{tail(pressed, alone)}; {memory}; {kept}"),
    ]


def fill(home: Path) -> tuple[str, list[str]]:
    """Load the example and answer an item for each session; give the assessment and the items."""
    with open_catalogue(home) as connection, open_workbench(home, MADE) as workbench:
        framework = load_framework(connection)
        assessment = load_example(workbench, connection, MADE).social_impact
        items = [one.id for one in framework.items_for(("text",))][:SESSIONS]
        if len(items) < SESSIONS:
            raise SystemExit(f"the form has {len(items)} items, so at most so many sessions")
        present = answers(workbench, assessment)
        words = "What was found, in two or three sentences of ordinary length. " * 3
        for item in items:
            revision = present[item].revision if item in present else None
            answer = Answer(item=item, status=FIRST, finding=words, method="Read by two people", party="first")
            save_answer(workbench, assessment, answer, framework, MADE, revision)
    return assessment, items


async def measure(address: str, items: Sequence[str]) -> tuple[list[float], list[float], list[float], list[Session]]:
    """Time one session alone, then all with and without waiting."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**launch_options())
        context = await browser.new_context(viewport=SIZE)
        first = await open_session(context, address, items[0])
        alone = await first.edit(ALONE_CLICKS, (0.2, 0.4), 0)
        sessions = [first, *await asyncio.gather(*[open_session(context, address, item) for item in items[1:]])]
        paced = await together(sessions, PAUSES)
        pressed = await together(sessions, (0, 0))
        await browser.close()
    return alone, paced, pressed, sessions


async def open_session(context: BrowserContext, address: str, item: str) -> Session:
    """Open a page on an item and click twice to warm up."""
    page = await context.new_page()
    await page.goto(f"{address}&item={item}", timeout=PAGE_MS)
    await page.locator(FORM).get_by_role("radio", name="Found", exact=True).wait_for(timeout=PAGE_MS)
    await page.locator(IDLE).wait_for(timeout=PAGE_MS)
    session = Session(page, item)
    await session.edit(2, (0.3, 0.3), 0)
    return session


async def together(sessions: Sequence[Session], pauses: tuple[float, float]) -> list[float]:
    """Let all sessions edit at once; give all times."""
    found = await asyncio.gather(*[one.edit(CLICKS, pauses, seed) for seed, one in enumerate(sessions)])
    return [took for times in found for took in times]


def tail(times: Sequence[float], beside: Sequence[float]) -> str:
    """Say how the 95th percentile stands to that beside it."""
    mine, other = (statistics.quantiles(taken, n=20, method="inclusive")[-1] for taken in (times, beside))
    return f"p95 {mine / other:.1f} times that alone"


def check(home: Path, assessment: str, sessions: Sequence[Session]) -> str:
    """Find every click in the versions of its answer and in the trail, and check the trail; say the counts.

    Raises:
        SystemExit: A save is missing, or the trail does not hold.
    """
    with open_workbench(home) as workbench:
        for one in sessions:
            versions = answer_versions(workbench, assessment, one.item)[-one.saves - 1 :]
            if [held.record.status for held in versions] != [FIRST, *one.clicked]:
                raise SystemExit(f"item {one.item}: {one.saves} clicks, but its versions tell of others")
            if versions[-1].revision != answers(workbench, assessment)[one.item].revision:
                raise SystemExit(f"item {one.item}: the answer is not its last version")
        clicks = sum(one.saves for one in sessions)
        names = [answer_id(assessment, one.item) for one in sessions]
        told = workbench.read(
            "SELECT count(*) FROM audit WHERE kind = ? AND list_contains(?, id) AND utc > ?",
            [ANSWER, names, MADE.isoformat()],
        )[0][0]
        if told != clicks:
            raise SystemExit(f"{clicks:,} clicks, {told:,} rows of the trail")
        found = verify(workbench)
    if not found.ok:
        raise SystemExit(f"the trail does not hold: {found.what}")
    return f"all {clicks:,} saves kept; the trail of {found.rows:,} rows holds"
