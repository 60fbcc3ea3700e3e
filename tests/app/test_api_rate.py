"""/api/rate: the library's rating of a set or of battles that are sent; what is wrong comes back as a problem."""

from __future__ import annotations

import httpx
import pytest

from governance.evaluation.formats.sets import open_set
from governance.evaluation.ratings.rate import rate

CSV = "model_a,model_b,outcome\nx,y,a\ny,x,a\nx,y,a\n"


@pytest.fixture(scope="module")
def api(server):
    with httpx.Client(base_url=f"{server}/api", timeout=60) as client:
        yield client


def test_a_set(api, connection):
    said = api.get(
        "/rate", params={"set": "llmfao", "interval": "bootstrap", "resamples": 50, "category": "knowledge"}
    ).json()
    battles = open_set(connection, "llmfao").frame
    assert said["models"] == [
        row.model_dump() for row in rate(battles.filter(category="knowledge"), resamples=50).models
    ]  # fmt: skip
    assert said["set"]["licence"] == "CC-BY-4.0"


def test_what_is_sent(api):
    table = api.post("/rate?method=winrate&interval=wilson", content=CSV, headers={"Content-Type": "text/csv"}).json()
    rows = [{"model_a": "x", "model_b": "y", "outcome": one} for one in ("a", "b", "a")]
    listed = api.post("/rate?method=winrate&interval=wilson", json=rows).json()
    assert table["models"] == listed["models"]
    assert table["models"][0]["score"] == pytest.approx(2 / 3)
    assert table["n"] == 3


@pytest.mark.parametrize(
    ("ask", "status", "words"),
    [
        pytest.param({"method": "GET", "url": "/rate"}, 400, "no set is named", id="no-set"),
        pytest.param({"method": "GET", "url": "/rate?set=nope"}, 404, "there is no set 'nope'", id="unknown"),
        pytest.param({"method": "GET", "url": "/rate?set=llmfao&hue=red"}, 400, "'hue' is not an option", id="option"),
        pytest.param(
            {"method": "GET", "url": "/rate?set=llmfao&resamples=1000000"}, 400, "1,000,000 resamples", id="work"
        ),
        pytest.param({"method": "POST", "url": "/rate", "content": CSV}, 415, "neither CSV nor JSON", id="type"),
        pytest.param({"method": "POST", "url": "/rate", "json": [{"model_a": "x"}]}, 400, "model_b", id="columns"),
        pytest.param(
            {"method": "POST", "url": "/rate", "json": [{"model_a": "x", "model_b": "x", "outcome": "a"}]}, 400,
            "meets itself", id="itself",
        ),
        pytest.param({"method": "DELETE", "url": "/rate"}, 405, "not offered", id="verb"),
    ],
)  # fmt: skip
def test_problems(api, ask, status, words):
    answer = api.request(**ask)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert words in answer.json()["title"]
