"""Signing in at a real OpenID provider: who gets in, what their role allows, and how they leave."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from governance.assessment.answers import save_answer
from governance.assessment.assessments import start_assessment
from governance.assessment.framework import load_framework
from governance.assessment.records import Answer, System, SystemVersion
from governance.assessment.states import submit
from governance.assessment.systems import save_system
from governance.catalogue.connect import open_catalogue
from governance.records.accounts import make_token, save_person
from governance.records.people import Actor
from governance.records.store import open_workbench
from tests.browser.conftest import IDLE, TIMEOUT_MS
from tests.conftest import free_port, linked_home, serving

FOLDER = Path(__file__).parent / "oidc"
NOW = datetime.now(UTC)
PEOPLE = {"admin": "ana@example.org", "contributor": "bo@example.org", "reviewer": "chen@example.org"}

pytestmark = pytest.mark.skipif(shutil.which("npm") is None, reason="the provider needs Node: install Node 20 with npm")


@pytest.fixture(scope="module")
def provider():
    """Run the provider, and give its address and that of the app it knows."""
    if not (FOLDER / "node_modules" / "oidc-provider").exists():
        subprocess.run(
            ["npm", "ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"],
            cwd=FOLDER,
            check=True,
            timeout=240,
        )
    port, app = free_port(), f"http://127.0.0.1:{free_port()}"
    process = subprocess.Popen(
        ["node", "provider.mjs", str(port), app], cwd=FOLDER, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    issuer = f"http://127.0.0.1:{port}"
    try:
        wait_for_provider(f"{issuer}/.well-known/openid-configuration", process)
        yield issuer, app
    finally:
        process.terminate()
        process.wait(timeout=10)


def wait_for_provider(address, process):
    end = time.monotonic() + 30
    while time.monotonic() < end:
        if process.poll() is not None:
            pytest.fail(f"the provider ended: {process.stderr.read().decode()}")
        try:
            httpx.get(address, timeout=2).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the provider does not answer")


@pytest.fixture(scope="module")
def shared(provider, catalogue_home, tmp_path_factory):
    """Run the app with sign-in, three people and a token of one of them."""
    issuer, app = provider
    folder = linked_home(catalogue_home, tmp_path_factory.mktemp("shared") / "home")
    with open_workbench(folder) as workbench:
        for role, email in PEOPLE.items():
            save_person(workbench, Actor(issuer=issuer, email=email, name=email[:-12].title(), role=role), NOW)
        known = workbench.acting(Actor(issuer=issuer, email=PEOPLE["contributor"], name="Bo", role="contributor"))
        token, _ = make_token(known, "test", NOW)
        with open_catalogue(folder) as catalogue:
            framework = load_framework(catalogue)
        for system in ("acme", "beta"):
            save_system(known, System(id=system, name=system.title(), versions=(SystemVersion(version="1"),)), NOW)
            start_assessment(known, system, "social_impact", framework, NOW)
            save_answer(known, f"{system}-si-1", Answer(item="B1.1", status="none_found", method="BBQ"), framework, NOW)
        submit(known, "acme-si-1", NOW)
    secrets = folder.parent / "secrets.toml"
    secrets.write_text(
        f"""[auth]
redirect_uri = "{app}/oauth2callback"
cookie_secret = "only-for-this-test-run-and-long-enough"
client_id = "touchstone"
client_secret = "only-for-this-test-run"
server_metadata_url = "{issuer}/.well-known/openid-configuration"
client_kwargs = {{ prompt = "login" }}
""",
        encoding="utf-8",
    )
    with serving(folder, int(app.rpartition(":")[2]), app, "--secrets.files", str(secrets)) as address:
        yield address, token


@pytest.fixture
def visitor(shared, context):
    """Give a tab, and a function that signs in as somebody from the start page."""
    page = context.new_page()

    def sign_in(email):
        open_page(page, shared[0], "/")
        only_the_way_in(page)
        page.get_by_test_id("stMain").get_by_role("button", name="Sign in").click()
        page.get_by_placeholder("Enter any login").fill(email)
        page.get_by_placeholder("and password").fill("anything")
        page.get_by_role("button", name="Sign-in").click()
        page.wait_for_url(f"{shared[0]}/")
        settled(page)

    return page, sign_in


def settled(page):
    expect(page.get_by_test_id("stMain").locator("h1").first).to_be_visible(timeout=TIMEOUT_MS)
    expect(page.locator(IDLE)).to_be_visible(timeout=TIMEOUT_MS)
    expect(page.get_by_test_id("stException")).to_have_count(0)


def open_page(page, address, path):
    page.goto(f"{address}{path}")
    settled(page)


def only_the_way_in(page):
    expect(page.get_by_role("heading", name="Who are you?")).to_be_visible()
    expect(page.get_by_test_id("stMain").get_by_role("button")).to_have_count(1)
    expect(page.get_by_test_id("stTopNavLink")).to_have_count(0)
    expect(page.get_by_test_id("stSidebar").get_by_role("button", name="Sign out")).to_have_count(0)
    expect(page.get_by_test_id("stDataFrame")).to_have_count(0)


@pytest.mark.parametrize("path", ["/people", "/datasets"])
def test_a_stranger_sees_the_way_in_and_nothing_else(shared, page, path):
    open_page(page, shared[0], path)
    only_the_way_in(page)


def make_a_token(page):
    page.get_by_role("button", name="Make a token").click()
    page.get_by_role("textbox", name="What it is for").fill("from the browser")
    page.get_by_role("button", name=re.compile("Make$")).click()


def test_a_contributor_writes_may_not_administer_and_signs_out(shared, visitor, browser):
    page, sign_in = visitor
    sign_in(PEOPLE["contributor"])
    open_page(page, shared[0], "/people")
    expect(page.get_by_text("You are Bo, a contributor: you may read and write.")).to_be_visible()
    expect(page.get_by_role("button", name="Add a person")).to_have_count(0)
    make_a_token(page)
    expect(page.get_by_text("Copy this token now.")).to_be_visible()
    open_page(page, shared[0], "/social-impact?assessment=beta-si-1&item=B1.1")
    main = page.get_by_test_id("stMain")
    box = main.get_by_role("textbox", name="Method", exact=True)
    expect(box).to_have_value("BBQ")
    box.fill("BBQ, read by two people")
    box.press("Tab")
    settled(page)
    page.reload()
    expect(box).to_have_value("BBQ, read by two people")
    open_page(page, shared[0], "/social-impact?assessment=acme-si-1")
    expect(main.get_by_text("Sign is not open")).to_be_visible()
    expect(main.get_by_role("button", name="Sign it")).to_have_count(0)
    cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}
    assert cookies["_streamlit_user"]["httpOnly"]
    assert cookies["_streamlit_user"]["sameSite"] == "Lax"

    # Signing out ends it in every tab, and for a cookie somebody copied.
    page.get_by_test_id("stSidebar").get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Yes, sign me out").click()
    page.wait_for_url(f"{shared[0]}/")
    expect(page.get_by_role("heading", name="Who are you?")).to_be_visible(timeout=TIMEOUT_MS)
    with browser.new_context() as other:
        other.add_cookies(list(cookies.values()))
        copied = other.new_page()
        open_page(copied, shared[0], "/people")
        expect(copied.get_by_role("heading", name="Who are you?")).to_be_visible()


def test_a_reviewer_may_sign(shared, visitor):
    page, sign_in = visitor
    sign_in(PEOPLE["reviewer"])
    open_page(page, shared[0], "/people")
    expect(page.get_by_text("You are Chen, a reviewer: you may read, write, review and sign.")).to_be_visible()
    open_page(page, shared[0], "/social-impact?assessment=acme-si-1")
    main = page.get_by_test_id("stMain")
    main.get_by_role("button", name="Sign").click()
    page.get_by_role("button", name="Sign it").click()
    expect(main.get_by_text("Signed by Chen (signed in)")).to_be_visible()


def test_an_admin_lets_in_who_was_unknown(shared, provider, visitor, browser):
    page, sign_in = visitor
    sign_in("dora@example.org")
    expect(page.get_by_role("heading", name="You are signed in, but not known here")).to_be_visible()
    expect(page.get_by_text(f"issuer: {provider[0]}")).to_be_visible()
    expect(page.get_by_text("e-mail: dora@example.org")).to_be_visible()
    expect(page.get_by_test_id("stTopNavLink")).to_have_count(0)
    with browser.new_context() as other:
        admin = other.new_page()
        admin.goto(shared[0])
        admin.get_by_test_id("stMain").get_by_role("button", name="Sign in").click()
        admin.get_by_placeholder("Enter any login").fill(PEOPLE["admin"])
        admin.get_by_placeholder("and password").fill("anything")
        admin.get_by_role("button", name="Sign-in").click()
        admin.wait_for_url(f"{shared[0]}/")
        settled(admin)
        open_page(admin, shared[0], "/people")
        admin.get_by_role("button", name="Add a person").click()
        admin.get_by_role("textbox", name="Name").fill("Dora")
        admin.get_by_role("textbox", name="E-mail").fill("dora@example.org")
        admin.get_by_role("button", name=re.compile("Add$")).click()
        expect(admin.get_by_text("Here 4 people have a role.")).to_be_visible(timeout=TIMEOUT_MS)
    open_page(page, shared[0], "/people")
    expect(page.get_by_text("You are Dora, a viewer: you may read.")).to_be_visible()
    make_a_token(page)
    expect(page.get_by_text("A viewer may not write.")).to_be_visible()


@pytest.mark.parametrize(
    ("email", "says"),
    [
        pytest.param("unverified@example.org", "Your provider has not verified the e-mail", id="unverified"),
        pytest.param("nomail", "Your provider did not tell your e-mail", id="no-email"),
    ],
)
def test_an_email_nobody_vouches_for_is_refused(visitor, email, says):
    page, sign_in = visitor
    sign_in(email)
    expect(page.get_by_text(says)).to_be_visible()
    expect(page.get_by_test_id("stTopNavLink")).to_have_count(0)


def test_the_api_asks_for_a_token(shared):
    address, token = shared
    with httpx.Client(base_url=f"{address}/api", timeout=60) as api:
        assert api.get("/health").status_code == 200
        for path in ("/datasets", "/models", "/thresholds", "/openapi.json", "/nothing"):
            refused = api.get(path)
            assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer"), path
            assert refused.json()["error"] == "not_signed_in"
            assert "default-src 'self'" in refused.headers["content-security-policy"]
        assert api.get("/datasets", headers={"Authorization": "Bearer touchstone_no"}).status_code == 401
        shown = api.get("/datasets", params={"limit": 1}, headers={"Authorization": f"Bearer {token}"})
        assert (shown.status_code, len(shown.json()["rows"])) == (200, 1)


@pytest.mark.parametrize("path", ["/auth/login", "/auth/logout", "/oauth2callback?state=x&code=y"])
def test_the_routes_of_sign_in_carry_the_headers_too(shared, path):
    answer = httpx.get(f"{shared[0]}{path}", follow_redirects=False)
    assert answer.status_code == 302
    assert answer.headers["location"] in ("/", f"{shared[0]}/")
    for name in ("content-security-policy", "x-frame-options", "x-content-type-options", "referrer-policy"):
        assert name in answer.headers
