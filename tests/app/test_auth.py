"""Who is at work: claims of a provider, words of a machine of one's own, tokens, settings; every page for a viewer."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from app import auth, sign_in
from app.components import who
from app.navigation import available_pages
from app.server import SecurityHeaders
from governance.errors import NotAllowed, NotSignedIn
from governance.records.accounts import make_token, people, remove_person, save_person, tokens
from governance.records.audit import audit_rows, head
from governance.records.people import Actor
from tests.app.conftest import app_at

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
ISSUER = "https://id.example"
CLAIMS = {
    "is_logged_in": True, "iss": ISSUER, "sub": "1", "email": "Ana@example.org", "email_verified": True, "name": "Ana",
    "iat": NOW.timestamp() - 60,
}  # fmt: skip
SETTINGS = {
    "redirect_uri": "https://t.example/oauth2callback",
    "cookie_secret": "x" * 32,
    "client_id": "a",
    "client_secret": "b",
    "server_metadata_url": "https://id.example/.well-known/openid-configuration",
}


@pytest.fixture
def known(bench):
    """Give the workbench with an admin of the provider."""
    here = bench.acting(Actor(email="root", name="Root", role="admin"))
    save_person(here, Actor(issuer=ISSUER, email="ana@example.org", name="Ana", role="admin"), NOW)
    return here


@pytest.mark.parametrize(
    ("changed", "standing"),
    [
        pytest.param({}, "at work", id="known"),
        pytest.param({"is_logged_in": False}, "signed out", id="signed-out"),
        pytest.param({"email": "bo@example.org"}, "unknown", id="unknown-email"),
        pytest.param({"iss": "https://other.example"}, "unknown", id="other-issuer"),
        pytest.param({"iss": ISSUER + "/"}, "unknown", id="issuer-is-taken-as-it-is"),
        pytest.param({"email_verified": False}, "unverified", id="unverified"),
        pytest.param({"email_verified": None}, "unverified", id="nothing-said"),
        pytest.param({"email_verified": "true"}, "unverified", id="a-text-is-no-yes"),
        pytest.param({"email": None}, "no e-mail", id="no-email"),
        pytest.param({"iss": None}, "no e-mail", id="no-issuer"),
        pytest.param({"iat": NOW.timestamp() - 13 * 3600}, "expired", id="yesterday"),
        pytest.param({"iat": NOW.timestamp() + 3600}, "expired", id="from-tomorrow"),
        pytest.param({"iat": None}, "expired", id="no-time"),
        pytest.param({"iss": "local", "email": "root"}, "unknown", id="a-provider-cannot-speak-for-this-machine"),
    ],
)
def test_what_a_provider_says(known, changed, standing):
    seen = auth.read_claims(known, {**CLAIMS, **changed}, NOW)
    assert seen.standing == standing
    assert seen.may_enter == (seen.actor.role is not None) == (standing == "at work")


def asks(header=None):
    headers = [] if header is None else [(b"authorization", header.encode())]
    return Request({"type": "http", "path": "/api/x", "headers": headers, "query_string": b""})


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic abc", "Bearer touchstone_no", "touchstone_x"])
def test_a_write_needs_a_token(bench, header):
    with pytest.raises(NotSignedIn):
        auth.actor_of_request(asks(header))


def test_a_token_stands_for_its_person_with_the_role_they_have_now(known):
    save_person(known, Actor(issuer=ISSUER, email="bo@example.org", name="Bo", role="contributor"), NOW)
    bo = Actor(issuer=ISSUER, email="bo@example.org", name="Bo", role="contributor")
    text, _ = make_token(known.acting(bo), "x", datetime.now(UTC))
    assert auth.actor_of_request(asks(f"bearer {text}")) == bo
    save_person(known, bo.model_copy(update={"role": "viewer"}), NOW)
    assert auth.actor_of_request(asks(f"Bearer {text}")).role == "viewer"
    remove_person(known, ISSUER, bo.email, NOW)
    with pytest.raises(NotSignedIn):
        auth.actor_of_request(asks(f"Bearer {text}"))
    _, old = make_token(known, "old", datetime.now(UTC) - timedelta(days=100), secret="s")
    with pytest.raises(NotSignedIn):
        auth.actor_of_request(asks(f"Bearer touchstone_{old.id}_s"))


def test_reading_needs_no_token_on_a_machine_of_ones_own(bench, monkeypatch):
    assert auth.reader_of_request(asks()) is None
    with pytest.raises(NotSignedIn):
        auth.reader_of_request(asks("Bearer no"))
    monkeypatch.setattr(auth, "sign_in_is_on", lambda: True)
    with pytest.raises(NotSignedIn):
        auth.reader_of_request(asks())


def test_a_token_of_nobody_known_reads_nothing_where_people_sign_in(bench, monkeypatch):
    text, _ = make_token(bench.acting(Actor(email="eve", name="Eve", role="contributor")), "x", datetime.now(UTC))
    monkeypatch.setattr(auth, "sign_in_is_on", lambda: True)
    with pytest.raises(NotAllowed, match="has no role here"):
        auth.reader_of_request(asks(f"Bearer {text}"))


@pytest.mark.parametrize(
    ("redirect", "cookies"),
    [
        pytest.param("https://t.example/oauth2callback", ["a=b; Path=/; Secure", "c=d; SECURE; HttpOnly"], id="https"),
        pytest.param("http://127.0.0.1/oauth2callback", ["a=b; Path=/", "c=d; SECURE; HttpOnly"], id="loopback"),
        pytest.param(None, ["a=b; Path=/", "c=d; SECURE; HttpOnly"], id="no-sign-in"),
    ],
)
def test_cookies_go_by_https_alone_where_people_come_by_it(monkeypatch, redirect, cookies):
    settings = {**SETTINGS, "redirect_uri": redirect} if redirect else {}
    monkeypatch.setattr(sign_in, "sign_in_settings", lambda: settings)

    def answer(request):
        made = Response("secure")
        made.raw_headers += [(b"set-cookie", b"a=b; Path=/"), (b"set-cookie", b"c=d; SECURE; HttpOnly")]
        return made

    app = Starlette(routes=[Route("/", answer)], middleware=[Middleware(SecurityHeaders)])
    told = TestClient(app).get("/").headers
    assert told.get_list("set-cookie") == cookies
    assert told["x-frame-options"] == "DENY"


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        pytest.param({}, None, id="whole"),
        pytest.param({"cookie_secret": ""}, "lacks cookie_secret", id="no-secret"),
        pytest.param({"cookie_secret": "short"}, "fewer than 32", id="short-secret"),
        pytest.param({"redirect_uri": "https://t.example/"}, "does not end with", id="callback"),
        pytest.param({"redirect_uri": "http://t.example/oauth2callback"}, "not https", id="plain-http"),
        pytest.param({"redirect_uri": "http://127.0.0.1:8501/oauth2callback"}, None, id="loopback"),
        pytest.param({"client_id": None}, "lacks client_id", id="no-client"),
        pytest.param({"work": {"client_id": "a"}}, r"\[auth.work\] lacks client_secret", id="named-provider"),
    ],
)
def test_settings_of_sign_in(changed, says, monkeypatch, capsys):
    settings = {**SETTINGS, **changed}
    monkeypatch.setattr(sign_in, "sign_in_settings", lambda: settings)
    if says is None:
        sign_in.check_start("0.0.0.0")
        return
    with pytest.raises(SystemExit) as stopped:
        sign_in.check_start("127.0.0.1")
    said = capsys.readouterr().err
    assert stopped.value.code == 2
    assert said.count("\n") == 1
    assert re.search(says, said)


def test_the_host_people_come_back_to_is_answered(monkeypatch):
    assert sign_in.allowed_hosts(["127.0.0.1"]) == ["127.0.0.1"]
    assert sign_in.allowed_hosts([]) == ["*"]
    monkeypatch.setattr(sign_in, "sign_in_settings", lambda: SETTINGS)
    assert sign_in.allowed_hosts(["127.0.0.1"]) == ["127.0.0.1", "t.example"]


@pytest.fixture
def declared(bench, monkeypatch):
    """Declare an admin and a viewer; the viewer sits at the machine."""
    here = bench.acting(Actor(email="root", name="Root", role="admin"))
    save_person(here, Actor(email="ana", name="Ana", role="admin"), NOW)
    save_person(here, Actor(email="vera", name="Vera", role="viewer"), NOW)
    monkeypatch.setenv("TOUCHSTONE_USER", "Vera")
    return here


@pytest.mark.parametrize("entry", available_pages(), ids=lambda entry: entry.url_path)
def test_every_page_is_readable_for_a_viewer(declared, entry):
    before = head(declared)
    app = app_at(entry.file.stem).run()
    assert not app.exception
    assert not [one for one in app.error if "could not be drawn" in one.value]
    assert app.title
    assert head(declared) == before, "reading changes nothing, and nothing is refused"


def test_nobody_declared_is_asked_who_they_are(declared, monkeypatch):
    monkeypatch.setenv("TOUCHSTONE_USER", "Mallory")
    app = app_at().run()
    assert [one.value for one in app.title] == ["Who is at work?"]
    app.selectbox[0].set_value("ana").run()
    assert app.title[0].value != "Who is at work?"
    assert app.session_state[auth.WORKING_AS] == "ana"


def test_a_viewer_is_told_that_they_may_not_write(declared, open_at):
    app = open_at("people")
    assert "You are Vera, a viewer: you may read." in app.markdown[0].value
    app.text_input(key="token-label").set_value("x")
    next(one for one in app.button if one.label == "Make").click().run()
    assert "A viewer may not write" in app.error[0].value
    assert not tokens(declared)
    assert audit_rows(declared, limit=1)[0].action == "refused"


def test_the_one_person_declares_themselves_and_adds_a_colleague(bench, open_at):
    app = open_at("people")
    assert "nobody is declared yet" in app.markdown[0].value
    app.text_input(key="declare-name").set_value("Ana María")
    next(one for one in app.button if one.label == "Declare yourself").click().run()
    assert "You are Ana María, an admin" in app.markdown[0].value
    app.text_input(key="add-name").set_value("Bo")
    app.selectbox(key="add-role").set_value("reviewer")
    next(one for one in app.button if one.label == "Add").click().run()
    admin = bench.acting(Actor(email="x", name="x", role="admin"))
    assert [(one.id, one.role) for one in people(admin)] == [("local:ana-maría", "admin"), ("local:bo", "reviewer")]
    app.selectbox(key="change-id").set_value("local:ana-maría")
    next(one for one in app.button if one.label == "Remove").click().run()
    assert "is the last admin" in app.error[0].value


def test_a_token_is_shown_once(bench, open_at):
    app = open_at("people")
    app.text_input(key="token-label").set_value("nightly")
    next(one for one in app.button if one.label == "Make").click().run()
    assert app.code[0].value.startswith("touchstone_")
    assert not app.run().code


def test_a_stranger_sees_the_way_in_only(bench, monkeypatch):
    for module in (sign_in, who):
        monkeypatch.setattr(module, "sign_in_settings", lambda: SETTINGS)
    app = app_at().run()
    assert [one.value for one in app.title] == ["Who are you?"]
    assert [one.label for one in app.button] == ["Sign in"]
    assert not app.exception
