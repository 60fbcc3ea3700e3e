"""How long the catalogue, the command line and the server take to be ready, and the memory that sessions need."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser
from row import Row, row, timed
from serving import PROJECT, chromium, open_page, serve, wait_until_up

from governance.catalogue.build import build_catalogue

TITLE = "Build, cold command, server start, memory"
ABOUT = (
    "Real facts. The command is `touchstone datasets --language swh --json` in a new process, beside a new Python "
    "that imports nothing. Server start runs from starting the process to the Datasets page shown in a Chromium that "
    "is already open. The files are in the system's page cache."
)
BUILDS, COMMANDS, STARTS, SESSIONS = 3, 5, 3, 10


def run() -> list[Row]:
    """Time each in a store of its own."""
    with tempfile.TemporaryDirectory(prefix="touchstone-bench-") as place, chromium() as browser:
        home = Path(place)
        built = [timed(lambda: build_catalogue(home)) for _ in range(BUILDS)]
        size = sum(file.stat().st_size for file in home.glob("catalogue-*.duckdb")) / 1e6
        touchstone = [str(Path(sys.executable).with_name("touchstone")), "datasets", "--language", "swh", "--json"]
        bare = [timed(lambda: _command([sys.executable, "-c", "pass"], home)) for _ in range(COMMANDS)]
        asked = [timed(lambda: _command(touchstone, home)) for _ in range(COMMANDS)]
        started = [_start(browser, home) for _ in range(STARTS)]
        return [
            row("build the catalogue", built, note=f"{size:.0f} MB"),
            row("a Python that imports nothing", bare),
            row("touchstone datasets --language swh --json", asked, bare),
            row("server start to Datasets shown", started, note=_memory(browser, home)),
        ]


def _command(command: list[str], home: Path) -> None:
    environment = {**os.environ, "TOUCHSTONE_HOME": str(home)}
    subprocess.run(command, cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL, check=True)


def _start(browser: Browser, home: Path) -> float:
    start = time.perf_counter()
    with serve(PROJECT / "app" / "server.py", home, wait=False) as server:
        wait_until_up(server)
        page = open_page(browser, f"{server.url}/datasets")
        took = time.perf_counter() - start
        page.context.close()
    return took


def _memory(browser: Browser, home: Path) -> str:
    with serve(PROJECT / "app" / "server.py", home) as server:
        before = server.resident_mb()
        pages = [open_page(browser, f"{server.url}/datasets")]
        one = server.resident_mb()
        pages += [open_page(browser, f"{server.url}/datasets") for _ in range(SESSIONS - 1)]
        time.sleep(2)
        after = server.resident_mb()
        for page in pages:
            page.context.close()
    each = (after - one) / (SESSIONS - 1)
    return f"server {before:.0f} MB, {after:.0f} MB with {SESSIONS} sessions open ({each:.1f} MB each after the first)"
