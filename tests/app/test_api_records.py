"""The API over records: reading without a token on a machine of one's own, adding only with one that may."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest
from anyio.from_thread import start_blocking_portal
from starlette.applications import Starlette
from starlette.middleware import Middleware

from app import auth
from app.api import ROUTES, known_problem, unknown_problem
from app.server import ApiBodyLimit, ApiReader
from governance.assessment.assessments import save_answer, start_assessment
from governance.assessment.evidence import About, add_file, add_link
from governance.assessment.framework import load_framework
from governance.assessment.records import Answer, System, SystemVersion
from governance.assessment.systems import save_system
from governance.assessment.uploads import MAX_BYTES
from governance.errors import TouchstoneError
from governance.records.accounts import make_token, revoke_token, save_person
from governance.records.files import file_content
from governance.records.people import Actor, local_person
from tests.unit.assessment.upload_corpus import EXE, PDF

NOW = datetime.now(UTC)
LINK = {"kind": "link", "system": "acme-chat", "title": "Bias audit", "url": "https://example.org/audit"}
FIGURE = {"name": "Share", "value": 0.35, "address": "/hosts?site=github", "inputs": {"site": ["github"]}}


class Client:
    """Asks the routes within this process, in a thread of its own: this one may have a browser's event loop open."""

    def __init__(self, app: Starlette) -> None:
        self.app = app

    def get(self, path: str) -> httpx.Response:
        return self._wait("GET", path, {})

    def post(self, path: str, **how) -> httpx.Response:
        return self._wait("POST", path, how)

    def _wait(self, method: str, path: str, how: dict) -> httpx.Response:
        with start_blocking_portal() as portal:
            return portal.call(self._ask, method, path, how)

    async def _ask(self, method: str, path: str, how: dict) -> httpx.Response:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        if "content" in how and not isinstance(how["content"], str | bytes):
            how = {**how, "content": _pieces(how["content"])}
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1/api") as client:
            return await client.request(method, path, **how)


async def _pieces(pieces: Iterable[bytes]) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


@pytest.fixture
def bench(own_home):
    """Give the store the API uses, with one system and people of every kind."""
    store = auth.open_store().acting(local_person())
    save_person(store, Actor(email=store.actor.email, name="Me", role="admin"), NOW)
    versions = (SystemVersion(version="1.0", released=date(2026, 1, 1)),)
    save_system(store, System(id="acme-chat", name="Acme Chat", versions=versions), NOW)
    return store


@pytest.fixture
def api(bench):
    app = Starlette(
        routes=ROUTES,
        middleware=[Middleware(ApiBodyLimit), Middleware(ApiReader)],
        exception_handlers={TouchstoneError: known_problem, Exception: unknown_problem},
    )
    return Client(app)


@pytest.fixture
def holder(bench):
    """Give a function that makes a token for somebody of a role and gives the header that shows it."""

    def make(role: str, now: datetime = NOW, days: int = 90) -> dict[str, str]:
        person = save_person(bench, Actor(email=role, name=role, role="contributor"), NOW)
        text, _ = make_token(bench.acting(person), "tests", now, days)
        save_person(bench, person.model_copy(update={"role": role}), NOW)
        return {"Authorization": f"Bearer {text}"}

    return make


def test_a_link_comes_back_as_it_was_kept(api, holder):
    answer = api.post("/evidence", json=LINK, headers=holder("contributor"))
    assert answer.status_code == 201
    kept = answer.json()
    assert (kept["id"], kept["url"], kept["author"]) == ("acme-chat-e1", LINK["url"], "local:contributor")
    assert answer.headers["location"] == "/api/evidence/acme-chat-e1"
    assert api.get("/evidence/acme-chat-e1").json() == {**kept, "cited_by": []}


def test_records_and_figures_are_frozen(api, holder):
    headers = holder("contributor")
    record = {"kind": "record", "system": "acme-chat", "title": "Data", "record_kind": "dataset", "record_id": "alpaca"}
    kept = api.post("/evidence", json=record, headers=headers).json()
    assert (kept["facts"]["modality"], kept["catalogue"]) == ("text", api.get("/health").json()["catalogue"])
    body = {"kind": "figure", "system": "acme-chat", "title": "Share", "figure": FIGURE}
    kept = api.post("/evidence", json=body, headers=headers).json()
    assert {name: kept["figure"][name] for name in FIGURE} == FIGURE


def test_a_file_is_the_raw_body_and_comes_back_to_be_saved(api, holder, bench):
    query = {"system": "acme-chat", "title": "Report", "party": "third", "effective": "2026-02-01"}
    sent = {**holder("contributor"), "Content-Type": "application/octet-stream"}
    answer = api.post("/evidence", params=query, content=PDF, headers=sent)
    assert answer.status_code == 201
    kept = answer.json()
    assert (kept["media_type"], kept["size"], kept["effective"]) == ("application/pdf", len(PDF), "2026-02-01")
    assert file_content(bench, kept["sha256"])[1] == PDF
    file = api.get(f"/evidence/{kept['id']}/file")
    assert file.content == PDF
    assert file.headers["content-type"] == "application/octet-stream"
    assert file.headers["content-disposition"] == 'attachment; filename="acme-chat-e1.pdf"'


@pytest.mark.parametrize(
    ("who", "status"),
    [
        pytest.param("nobody", 401, id="no-token"),
        pytest.param("unknown", 401, id="unknown"),
        pytest.param("expired", 401, id="expired"),
        pytest.param("revoked", 401, id="revoked"),
        pytest.param("viewer", 403, id="viewer"),
        pytest.param("contributor", 201, id="contributor"),
        pytest.param("reviewer", 201, id="reviewer"),
        pytest.param("admin", 201, id="admin"),
    ],
)
def test_only_a_token_that_may_write_adds(api, holder, bench, who, status):
    headers = {
        "nobody": dict,
        "unknown": lambda: {"Authorization": "Bearer touchstone_00000000_nothing"},
        "expired": lambda: holder("contributor", NOW - timedelta(days=3), 1),
        "revoked": lambda: _revoked(bench, holder("contributor")),
    }.get(who, lambda: holder(who))()
    answer = api.post("/evidence", json=LINK, headers=headers)
    assert answer.status_code == status
    assert len(api.get("/systems/acme-chat").json()["evidence"]) == (status == 201)
    if status != 201:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["fix"]
        assert ("www-authenticate" in answer.headers) == (status == 401)


def _revoked(bench, headers):
    revoke_token(bench, headers["Authorization"].removeprefix("Bearer ").split("_")[1], NOW)
    return headers


@pytest.mark.parametrize(
    ("body", "word"),
    [
        pytest.param("", "not JSON", id="empty"),
        pytest.param("[]", "not an object", id="list"),
        pytest.param("[" * 100_000, "nested", id="deep"),
        pytest.param({**LINK, "kind": "file"}, "raw body", id="file-as-json"),
        pytest.param({**LINK, "kind": ["link"]}, "no kind", id="kind-of-another-type"),
        pytest.param({**LINK, "url": "javascript:alert(1)"}, "not http", id="script"),
        pytest.param({**LINK, "url": "file:///etc/passwd"}, "not http", id="file-address"),
        pytest.param({**LINK, "system": "no-such"}, "no-such", id="unknown-system"),
        pytest.param({**LINK, "title": ""}, "title", id="no-title"),
        pytest.param({**LINK, "colour": "red"}, "colour", id="unknown-field"),
        pytest.param({"kind": "link", "system": "acme-chat", "title": "x"}, "url is missing", id="no-url"),
        pytest.param({**LINK, "system_version": "9"}, "no version", id="unknown-version"),
        pytest.param({"kind": "figure", "system": "acme-chat", "title": "x", "figure": 3}, "figure", id="no-figure"),
    ],
)
def test_bad_bodies_say_what_where_and_fix(api, holder, body, word):
    content = body if isinstance(body, str) else json.dumps(body)
    answer = api.post("/evidence", content=content, headers={**holder("admin"), "Content-Type": "application/json"})
    assert answer.status_code in (400, 404)
    assert word in answer.json()["detail"]
    assert "Traceback" not in answer.text
    assert api.get("/systems/acme-chat").json()["evidence"] == []


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "text/html"])
def test_other_bodies_are_refused(api, holder, kind):
    answer = api.post("/evidence", content=b"x", headers={**holder("admin"), "Content-Type": kind})
    assert answer.status_code == 415


def test_a_refused_file_says_why(api, holder):
    headers = {**holder("admin"), "Content-Type": "application/octet-stream"}
    query = {"system": "acme-chat", "title": "Report"}
    answer = api.post("/evidence", params=query, content=EXE, headers=headers)
    assert (answer.status_code, "exe" in answer.json()["what"]) == (400, True)
    assert api.post("/evidence?colour=red", content=PDF, headers=headers).status_code == 400


@pytest.mark.parametrize("said", [True, False], ids=["length-stated", "in-pieces"])
def test_a_body_beyond_the_bound_is_refused(api, holder, said):
    piece = b"a" * 1_000_000
    pieces = MAX_BYTES // len(piece)
    content = piece * pieces + b"a" if said else (piece for _ in range(pieces + 1))
    headers = {**holder("admin"), "Content-Type": "application/octet-stream"}
    answer = api.post("/evidence?system=acme-chat&title=x", content=content, headers=headers)
    assert answer.status_code == 413
    assert "20,000,000" in answer.json()["fix"]


def test_large_json_is_refused(api, holder):
    answer = api.post("/evidence", json={**LINK, "summary": "x" * 1_000_001}, headers=holder("admin"))
    assert answer.status_code == 413


def test_what_is_kept_can_be_read(api, bench, connection):
    form = load_framework(connection)
    kept = add_link(bench, "acme-chat", LINK["url"], About(title="Old", effective=date(2025, 1, 1)), NOW)
    made = start_assessment(bench, "acme-chat", "social_impact", form, NOW)
    answer = Answer(item="B1.1", status="found", finding="A gap", evidence=(kept.id,))
    save_answer(bench, made.record.id, answer, form, NOW)
    assert [one["id"] for one in api.get("/systems").json()["systems"]] == ["acme-chat"]
    system = api.get("/systems/acme-chat").json()
    assert [one["id"] for one in system["assessments"]] == ["acme-chat-si-1"]
    assert [(one["id"], one["stale"]) for one in system["evidence"]] == [(kept.id, True)]
    assert system["evidence"][0]["flags"][0]["kind"] == "older_than_version"
    assessment = api.get("/assessments/acme-chat-si-1").json()
    assert (assessment["answers"]["B1.1"]["finding"], len(assessment["digest"])) == ("A gap", 64)
    cited = api.get(f"/evidence/{kept.id}").json()["cited_by"]
    assert [(one["item"], one["state"]) for one in cited] == [("B1.1", "draft")]


@pytest.mark.parametrize(
    "path", ["/systems/no", "/assessments/no", "/evidence/no", "/evidence/no/file", "/evidence/%00"]
)
def test_what_is_not_there_is_named(api, path):
    answer = api.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def test_a_link_has_no_file(api, bench):
    add_link(bench, "acme-chat", LINK["url"], About(title="x"), NOW)
    add_file(bench, "acme-chat", PDF, About(title="y"), NOW)
    assert api.get("/evidence/acme-chat-e1/file").status_code == 400
    assert api.get("/evidence/acme-chat-e2/file").status_code == 200
    assert api.get("/systems?colour=red").status_code == 400
