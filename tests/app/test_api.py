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
from governance.compute.model_selection import MODEL_FACETS, ModelSelection
from governance.compute.models import load_models, model_card, select_models
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
    written = {path.replace("_id}", "_id:path}") for path in described["paths"]}
    assert written == {route.path for route in ROUTES[:-1]}
    for kind, facets in (("datasets", DATASET_FACETS), ("models", MODEL_FACETS)):
        parameters = {parameter["name"] for parameter in described["paths"][f"/api/{kind}"]["get"]["parameters"]}
        assert {facet.field for facet in facets} <= parameters
        assert ("policy" in parameters) == (kind == "datasets")


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


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("", id="all"),
        pytest.param("country=CN&confidence=likely", id="two-facets"),
        pytest.param("training_flop=1e25..&sort=released", id="range-sorted"),
        pytest.param("q=llama&domain=language&sort=-capability", id="words"),
    ],
)
def test_models_are_those_of_the_library(api, connection, query):
    selection = ModelSelection.from_query(query)
    expected = select_models(load_models(connection), selection)
    answer = api.get(f"/models?{query}&limit=50").json()
    assert answer["total"] == expected.total
    assert [row["id"] for row in answer["rows"]] == expected.frame["id"].head(50).to_list()
    assert ModelSelection.build(**answer["selection"]) == selection
    assert set(answer["rows"][0]) == set(expected.frame.columns)


@pytest.mark.parametrize("model_id", ["llama-2-70b", "code-llama-70b", "gpt-5"])
def test_card_of_one_model(api, connection, model_id):
    card = api.get(f"/models/{model_id}").json()
    assert card == {"catalogue": card["catalogue"], **model_card(connection, model_id).model_dump(mode="json")}


def test_pages_follow_each_other(api):
    whole = api.get("/datasets", params={"limit": 20}).json()["rows"]
    parts = [api.get("/datasets", params={"limit": 10, "offset": offset}).json()["rows"] for offset in (0, 10)]
    assert parts[0] + parts[1] == whole


@pytest.mark.parametrize("kind", ["datasets", "models"])
def test_formats_hold_the_same_rows(api, kind):
    rows = api.get(f"/{kind}", params={"limit": 20}).json()["rows"]
    lines = api.get(f"/{kind}", params={"limit": 20, "format": "jsonl"})
    table = api.get(f"/{kind}", params={"limit": 20, "format": "csv"})
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
        pytest.param("/models?colour=red", 400, "colour", id="unknown-filter-of-models"),
        pytest.param("/models?policy=audit", 400, "policy", id="policy-of-models"),
        pytest.param("/models?training_flop=many", 400, "many", id="bad-range-of-models"),
        pytest.param("/models/no-such-model", 404, "no-such-model", id="unknown-model"),
        pytest.param("/models/gpt-4?colour=red", 400, "colour", id="option-of-a-model"),
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
