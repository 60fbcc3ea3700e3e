"""The Risk page in a real browser: a system added, the assessment started, a section written, the decision varied."""

from __future__ import annotations

import uuid

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

KNOWN_RULES = {"list", "listitem"}


@pytest.fixture
def begun(page, visit, settle):
    """Add a system by the page and start its assessment; give the address."""
    name = f"Risky {uuid.uuid4().hex[:6]}"
    main = page.get_by_test_id("stMain")
    visit(page, "/systems?new=yes")
    main.get_by_role("textbox", name="Name").first.fill(name)
    main.get_by_role("textbox", name="Name").first.press("Enter")
    main.get_by_role("button", name="Add the system").click()
    settle(page)
    key = name.lower().replace(" ", "-")
    visit(page, f"/risk?system={key}")
    main.get_by_role("button", name="Start the assessment").click()
    page.wait_for_url(f"**assessment={key}-risk-1**")
    settle(page)
    return f"/risk?assessment={key}-risk-1"
