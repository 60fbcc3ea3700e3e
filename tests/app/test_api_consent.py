"""The route of consent: the same answers as the library, and what cannot be answered."""

from __future__ import annotations

import httpx
import pytest

from governance.consent.checks import MOST_CASES

ROBOTS = "User-agent: GPTBot\nDisallow: /\nAllow: /open"
CASE = {"robots": ROBOTS, "agent": "GPTBot", "url": "https://example.org/open/1"}
PATH = "/api/consent/check"


@pytest.fixture
def api(server):
    with httpx.Client(base_url=server, timeout=60) as client:
        yield client


def test_one_question(api):
    answer = api.post(PATH, json=CASE)
    assert answer.status_code == 200
    assert answer.json() == {"allowed": True, "rule": "Allow: /open", "line": 3, "group": "GPTBot"}


def test_several_questions(api):
    rows = [CASE, {**CASE, "url": "/x"}, {"robots": None, "agent": "GPTBot", "url": "/x"}]
    assert [row["allowed"] for row in api.post(PATH, json={"rows": rows}).json()["rows"]] == [True, False, True]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param([], id="a-list"),
        pytest.param({}, id="nothing"),
        pytest.param({"rows": {}}, id="no-list"),
        pytest.param({"rows": [1]}, id="no-object"),
        pytest.param({"rows": [CASE] * (MOST_CASES + 1)}, id="too-many"),
        pytest.param({**CASE, "url": 1}, id="no-text"),
        pytest.param({**CASE, "agent": "x" * 100_000}, id="too-long"),
    ],
)
def test_what_cannot_be_answered(api, body):
    answer = api.post(PATH, json=body)
    assert answer.status_code == 400
    assert {"what", "where", "fix"} <= set(answer.json())


def test_only_json_is_taken(api):
    assert api.post(PATH, content="{}", headers={"Content-Type": "text/plain"}).status_code == 415
    assert api.post(PATH, content="{", headers={"Content-Type": "application/json"}).status_code == 400
    assert api.post(f"{PATH}?x=1", json=CASE).status_code == 400
