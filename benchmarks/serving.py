"""A server and a browser for benchmarks, both ended with the block that opened them."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

PROJECT = Path(__file__).resolve().parents[1]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
IDLE = '[data-testid="stApp"][data-test-script-state="notRunning"]'
ROWS_SHOWN = '[data-testid="stMain"] [data-testid="stLayoutWrapper"]:has([data-testid="stPagination"])'
ANSWER = '[data-testid="stMain"] [data-testid="stMarkdown"]'
SIZE = {"width": 1280, "height": 900}
START_SECONDS = 900
PAGE_MS = 120_000

CHART = '[data-testid="stMain"] [data-testid="stVegaLiteChart"]'

# The clock starts when the mouse or the Enter key goes down and stops in the page, when one of the watched parts
# is another one and the script has ended. A short run may never be drawn as running, so that is no sign.
ARM = """
([idle, ...watched]) => {
  const seen = () => watched.map((one) => {
    const found = document.querySelector(one);
    return found && (found.querySelector("svg.marks") || {}).innerHTML + found.className + found.innerText;
  }).join();
  const before = seen();
  let start = null;
  const begin = (event) => {
    if (start === null && (event.type === "pointerdown" || event.key === "Enter")) start = performance.now();
  };
  for (const kind of ["pointerdown", "keydown"]) window.addEventListener(kind, begin, {capture: true});
  window.clicked = new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error("the page was not idle in a minute")), 60000);
    const watcher = new MutationObserver(() => {
      if (start === null || !document.querySelector(idle) || seen() === before) return;
      watcher.disconnect();
      resolve(performance.now() - start);
    });
    watcher.observe(document, {subtree: true, childList: true, characterData: true, attributes: true});
  });
}
"""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: its address, and the process to measure."""

    url: str
    process: subprocess.Popen[bytes]

    def resident_mb(self) -> float:
        """Give the resident memory in MB."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


@contextmanager
def serve(script: Path, home: Path, *, wait: bool = True) -> Iterator[Server]:
    """Run a Streamlit script with the project's settings, on a free port.

    Args:
        script: The page script or the app.
        home: Where the stores are.
        wait: Whether to hold on until it answers.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)]
    environment = {**os.environ, "TOUCHSTONE_HOME": str(home)}
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            command, cwd=PROJECT, env=environment, stdout=log, stderr=log, preexec_fn=_end_with_parent
        )
        server = Server(f"http://127.0.0.1:{port}", process)
        try:
            if wait:
                wait_until_up(server)
            yield server
        finally:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _end_with_parent() -> None:
    """Let Linux end the server when the benchmark is killed before it could."""
    if sys.platform == "linux":
        set_death_signal = 1
        ctypes.CDLL(None).prctl(set_death_signal, signal.SIGTERM)


def wait_until_up(server: Server) -> None:
    """Wait until the server answers; stop when it ends or takes too long."""
    deadline = time.perf_counter() + START_SECONDS
    while time.perf_counter() < deadline:
        if server.process.poll() is not None:
            raise SystemExit(f"the server ended with code {server.process.returncode}")
        try:
            with urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=5):
                return
        except OSError:
            time.sleep(0.02)
    raise SystemExit(f"the server did not answer within {START_SECONDS} s")


def launch_options() -> dict[str, Any]:
    """Name the system's Chromium or Chrome, none where there is none, and the flags it needs."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    return {"executable_path": found, "args": list(FLAGS)}


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the system's Chromium or Chrome; Playwright's own where there is none."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())
        try:
            yield browser
        finally:
            browser.close()


def open_page(browser: Browser, url: str) -> Page:
    """Open a page in a session of its own and wait until its script has ended."""
    page = browser.new_context(viewport=SIZE).new_page()
    page.goto(url, timeout=PAGE_MS)
    page.locator(ANSWER).first.wait_for(timeout=PAGE_MS)
    page.locator(IDLE).wait_for(timeout=PAGE_MS)
    return page


def click_to_idle(page: Page, click: Callable[[], None], watched: Sequence[str] = (ANSWER, ROWS_SHOWN)) -> float:
    """Click, or press Enter, on an idle page; give the seconds until the script has ended with a new answer.

    Args:
        page: The page.
        click: Does it.
        watched: Parts of the page, one of which must be another one by then.
    """
    page.evaluate(ARM, [IDLE, *watched])
    click()
    return float(page.evaluate("() => window.clicked")) / 1_000
