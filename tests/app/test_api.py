"""The JSON API over a running server: the same answers as the library, problems as RFC 9457."""

from __future__ import annotations

import csv
import io
import json

import httpx
import pytest
from openapi_spec_validator import validate

from app.api import ROUTES
from app.openapi import openapi
from governance.catalogue.facets import DATASET_FACETS
from governance.catalogue.selection import Selection
from governance.provenance.datasets import load_datasets, select_datasets
from governance.provenance.lineage import lineage
from governance.provenance.policies import policy_of


@pytest.fixture(scope="session")
def api(server):
    with httpx.Client(base_url=f"{server}/api", timeout=60) as client:
        yield client


@pytest.fixture
def first(api):
    return api.get("/datasets", params={"limit": 1}).json()["rows"][0]


def test_health(api):
    answer = api.get("/health").json()
    assert answer["status"] == "ok"
    assert len(answer["catalogue"]) == 12


def test_description_is_valid_and_complete(api):
    described = api.get("/openapi.json").json()
    validate(described)
    assert described == openapi()
    written = {path.replace("{dataset_id}", "{dataset_id:path}") for path in described["paths"]}
    assert written == {route.path for route in ROUTES[:-1]}
    parameters = {parameter["name"] for parameter in described["paths"]["/api/datasets"]["get"]["parameters"]}
    assert {facet.field for facet in DATASET_FACETS} <= parameters


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("", id="all"),
        pytest.param("licence_use=commercial", id="one-facet"),
        pytest.param("language=swh&licence_use=commercial&licence_use=unspecified", id="two-facets"),
        pytest.param("year=2019..2021&sort=-year", id="range-sorted"),
        pytest.param("snapshot=2023-10-25&policy=cautious", id="snapshot-policy"),
    ],
)
def test_datasets_are_those_of_the_library(api, connection, query):
    selection = Selection.from_query(query)
    datasets = load_datasets(connection, selection.snapshot, policy_of(selection.policy))
    expected = select_datasets(datasets, selection)
    answer = api.get(f"/datasets?{query}&limit=50").json()
    assert answer["total"] == expected.total
    assert [row["id"] for row in answer["rows"]] == expected.frame["id"].head(50).to_list()
    assert Selection.build(**answer["selection"]) == selection


def test_pages_follow_each_other(api):
    whole = api.get("/datasets", params={"limit": 20}).json()["rows"]
    parts = [api.get("/datasets", params={"limit": 10, "offset": offset}).json()["rows"] for offset in (0, 10)]
    assert parts[0] + parts[1] == whole


def test_formats_hold_the_same_rows(api):
    rows = api.get("/datasets", params={"limit": 20}).json()["rows"]
    lines = api.get("/datasets", params={"limit": 20, "format": "jsonl"})
    table = api.get("/datasets", params={"limit": 20, "format": "csv"})
    assert [json.loads(line)["id"] for line in lines.text.splitlines()] == [row["id"] for row in rows]
    assert len(list(csv.DictReader(io.StringIO(table.text)))) == 20
    assert lines.headers["x-total-count"] == table.headers["x-total-count"]


def test_card_and_lineage_of_one_dataset(api, first, connection):
    card = api.get(f"/datasets/{first['id']}")
    assert card.status_code == 200
    assert card.json()["catalogue"]
    traced = api.get(f"/lineage/{first['id']}", params={"depth": 2}).json()
    expected = lineage(connection, first["id"], depth=2).model_dump(mode="json")
    assert {name: traced[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("path", "status", "word"),
    [
        pytest.param("/datasets?colour=red", 400, "colour", id="unknown-filter"),
        pytest.param("/datasets?year=abc", 400, "abc", id="bad-range"),
        pytest.param("/datasets?limit=-1", 400, "-1", id="negative-limit"),
        pytest.param("/datasets?limit=10001", 400, "10001", id="large-limit"),
        pytest.param("/datasets?format=xml", 400, "xml", id="format"),
        pytest.param("/datasets?policy=none", 404, "none", id="policy"),
        pytest.param("/datasets?snapshot=1999-01-01", 400, "1999", id="snapshot"),
        pytest.param("/datasets/no-such-dataset", 404, "no-such-dataset", id="unknown-dataset"),
        pytest.param("/datasets/%3Cscript%3E", 404, "script", id="hostile-id"),
        pytest.param("/lineage/no-such-dataset", 404, "no-such-dataset", id="unknown-node"),
        pytest.param("/lineage/x?depth=deep", 400, "deep", id="depth"),
        pytest.param("/lineage/x?colour=red", 400, "colour", id="lineage-option"),
        pytest.param("/nothing/here", 404, "nothing", id="no-route"),
    ],
)
def test_problems_say_what_where_and_fix(api, path, status, word):
    answer = api.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    said = answer.json()
    assert said["status"] == status
    assert word in said["detail"]
    assert said["fix"]
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_other_methods_are_refused(api, method):
    answer = api.request(method, "/datasets")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"


def test_large_bodies_are_refused(api):
    assert api.post("/datasets", content=b"x" * 2_000_000).status_code == 413
    assert api.post("/datasets", content=(b"x" * 100_000 for _ in range(20))).status_code == 413


def test_every_answer_carries_the_headers(api, server):
    for answer in (api.get("/health"), api.get("/nothing"), httpx.get(server)):
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"


def test_other_host_names_are_refused(api):
    assert api.get("/health", headers={"Host": "attacker.example"}).status_code == 400
