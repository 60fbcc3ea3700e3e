"""Social impact in a browser: from a new system to another person's signature, over a server that is killed between."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, accessible, fits
from tests.conftest import ROOT, free_port, linked_home, wait_for

HOSTILE = "<img src=x onerror=\"document.title='broken'\"> <script>document.title='broken'</script> **bold**"


@pytest.fixture(scope="module")
def serve(catalogue_home, tmp_path_factory) -> Iterator[Callable[[str], str]]:
    """Give a function that kills the server of this module, if there is one, and starts one for somebody else."""
    folder = linked_home(catalogue_home, tmp_path_factory.mktemp("assessment") / "home")
    running: list[subprocess.Popen[bytes]] = []

    def start(user: str) -> str:
        while running:
            process = running.pop()
            process.kill()
            process.wait(timeout=20)
        port = free_port()
        output = folder.parent / f"{user}.txt"
        with output.open("w") as stream:
            process = subprocess.Popen(
                [sys.executable, "-m", "streamlit", "run", "app/server.py", "--server.port", str(port)],
                cwd=ROOT,
                env={**os.environ, "TOUCHSTONE_HOME": str(folder), "TOUCHSTONE_USER": user},
                stdout=stream,
                stderr=subprocess.STDOUT,
            )
        running.append(process)
        wait_for(f"http://127.0.0.1:{port}", process, output)
        return f"http://127.0.0.1:{port}"

    yield start
    for process in running:
        process.kill()
        process.wait(timeout=20)


def fill(page: Page, label: str, text: str) -> None:
    """Type into a field of the form and leave it."""
    field = page.get_by_test_id("stMain").get_by_role("textbox", name=label, exact=True)
    field.fill(text)
    field.press("Tab")
    expect(field).to_have_value(text)


def test_from_a_new_system_to_another_persons_signature(page, serve, settle):
    address = serve("Ana")
    page.goto(f"{address}/social-impact")
    settle(page)
    main = page.get_by_test_id("stMain")
    expect(main.get_by_text("No system yet")).to_be_visible()
    fill(page, "Name", "Acme Chat")
    main.get_by_role("button", name="Save the system").click()
    main.get_by_role("button", name="Start the assessment").click()
    expect(main.get_by_text("0 of 39 items assessed")).to_be_visible()
    page.wait_for_url("**assessment=acme-chat-si-1**")
    settle(page)

    fill(page, "Finding", HOSTILE)
    fill(page, "Method", "BBQ, read by two people")
    main.get_by_role("radio", name="Found", exact=True).click()
    expect(main.get_by_text("1 of 39 items assessed")).to_be_visible()

    main.get_by_role("button", name=re.compile("Alt.*→")).click()
    page.wait_for_url("**item=B1.2**")
    expect(main.get_by_role("heading", name="B1.2")).to_be_visible()
    main.get_by_role("radio", name="Does not apply", exact=True).click()
    expect(main.get_by_text("The status waits: the reason is missing")).to_be_visible()
    expect(main.get_by_text("1 of 39 items assessed")).to_be_visible()
    fill(page, "Why it does not apply", "It has no users yet")
    expect(main.get_by_text("1 of 38 items assessed")).to_be_visible()
    expect(main.get_by_text("The status waits")).to_have_count(0)

    page.goto(f"{address}/social-impact?assessment=acme-chat-si-1&item=S1.1")
    settle(page)
    fill(page, "Method", "Asked two newsrooms")
    main.get_by_role("radio", name="None found", exact=True).click()
    expect(main.get_by_text("2 of 38 items assessed")).to_be_visible()
    for status, mark in (("Found", "●"), ("None found", "○"), ("Found", "●"), ("None found", "○")):
        settle(page)
        main.get_by_role("radio", name=status, exact=True).click()
        chosen = page.get_by_test_id("stSidebar").get_by_role("radio", checked=True)
        expect(chosen).to_have_accessible_name(re.compile(f"^{mark} S1.1 "))
        expect(main.get_by_role("heading", name="S1.1")).to_be_visible()
    settle(page)
    assert "item=S1.1" in page.url

    main.get_by_role("button", name="Submit for review").click()
    expect(main.get_by_text("Sign is not open: Ana wrote a part of it")).to_be_visible()
    settle(page)

    address = serve("Bo")
    page.goto(f"{address}/social-impact?assessment=acme-chat-si-1")
    settle(page)
    expect(main.get_by_text("2 of 38 items assessed")).to_be_visible()
    expect(main.get_by_role("textbox", name="Finding", exact=True)).to_have_count(0)
    expect(main.get_by_role("paragraph").filter(has_text=f"Finding: {HOSTILE}")).to_be_visible()
    page.get_by_placeholder("Your words").fill(HOSTILE)
    page.get_by_placeholder("Your words").press("Tab")
    main.get_by_role("button", name="Comment").click()
    expect(main.get_by_text("Remarks (1)")).to_be_visible()
    expect(main.get_by_role("paragraph").filter(has_text=f"bo: {HOSTILE}")).to_be_visible()
    assert main.locator("script, img[src=x]").count() == 0
    assert page.title() != "broken"
    main.get_by_role("button", name="Sign").click()
    page.get_by_role("button", name="Sign it").click()
    expect(main.get_by_text("Signed by Bo")).to_be_visible()
    expect(main.get_by_text("what was signed is unchanged")).to_be_visible()
    settle(page)
    page.set_viewport_size(NARROW)
    page.reload()
    settle(page)
    expect(main.get_by_text("2 of 38 items assessed")).to_be_in_viewport()
    fits(page)
    accessible(page)
