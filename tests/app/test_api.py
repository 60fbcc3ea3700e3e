"""The JSON API over a running server: the same answers as the library, problems as RFC 9457."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime

import httpx
import pytest
from openapi_spec_validator import validate

from app.api import ROUTES
from app.openapi import openapi
from governance.catalogue.facets import DATASET_FACETS
from governance.catalogue.selection import Selection
from governance.compute.history_files import read_history
from governance.compute.model_selection import MODEL_FACETS, ModelSelection
from governance.compute.models import load_models, model_card, select_models
from governance.compute.rules import load_rules
from governance.compute.scenario import assess_scenario
from governance.compute.threshold_list import thresholds_on
from governance.compute.thresholds import load_instruments
from governance.compute.what_if_table import what_if_table
from governance.consent.domain_card import domain_card
from governance.evaluation.benchmarks.selection import BENCHMARK_FACETS
from governance.provenance.datasets import load_datasets, select_datasets
from governance.provenance.lineage import lineage
from governance.provenance.policies import policy_of

HISTORY = {"runs": [{"id": "base", "parameters": "60-200B", "tokens": "8-25T"}]}
DAY = "2025-08-02"


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
    for kind, facets in (("datasets", DATASET_FACETS), ("models", MODEL_FACETS), ("benchmarks", BENCHMARK_FACETS)):
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


@pytest.mark.parametrize("name", ["nytimes.com", "www.wikipedia.org"])
def test_card_of_one_domain(api, connection, name):
    assert api.get(f"/domains/{name}").json() == domain_card(connection, name).model_dump(mode="json")


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
        pytest.param("/domains/no-such-host.example", 404, "no-such-host", id="unknown-domain"),
        pytest.param("/domains/nytimes.com?colour=red", 400, "colour", id="option-of-a-domain"),
        pytest.param("/models/gpt-4?colour=red", 400, "colour", id="option-of-a-model"),
        pytest.param("/lineage/no-such-dataset", 404, "no-such-dataset", id="unknown-node"),
        pytest.param("/lineage/x?depth=deep", 400, "deep", id="depth"),
        pytest.param("/lineage/x?colour=red", 400, "colour", id="lineage-option"),
        pytest.param("/thresholds?as_of=2026-02-30", 400, "2026-02-30", id="no-such-day"),
        pytest.param("/thresholds?jurisdiction=Atlantis", 400, "Atlantis", id="jurisdiction"),
        pytest.param("/thresholds?colour=red", 400, "colour", id="thresholds-option"),
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


def test_thresholds_are_those_of_the_library(api, connection):
    answer = api.get("/thresholds", params={"as_of": DAY, "jurisdiction": ["EU", "US-CA"]}).json()
    expected = thresholds_on(load_instruments(connection), date.fromisoformat(DAY), ["EU", "US-CA"])
    assert (answer["as_of"], answer["instruments"]) == (DAY, [one.model_dump(mode="json") for one in expected])
    by_id = {one["id"]: one["status_then"] for one in answer["instruments"]}
    assert (by_id["eu-aiact-51-2"], by_id["us-ca-sb53"]) == ("in_force", "not_yet")


@pytest.mark.parametrize("ask", ["get", "post"])
def test_without_a_day_the_law_of_today_is_asked(api, ask):
    before = datetime.now(UTC).date().isoformat()
    body = {**HISTORY, "draws": 100}
    answer = api.get("/thresholds") if ask == "get" else api.post("/compute/scenario", json=body)
    assert before <= answer.json()["as_of"] <= datetime.now(UTC).date().isoformat()


def test_scenario_is_that_of_the_library(api, connection):
    body = {**HISTORY, "as_of": DAY, "draws": 2000, "seed": 7, "what_ifs": ["split"]}
    answer = api.post("/compute/scenario", json=body)
    assert answer.status_code == 200
    question = (load_instruments(connection), load_rules(connection), date.fromisoformat(DAY), 2000, 7)
    history = read_history(json.dumps(HISTORY))
    said = answer.json()
    result = assess_scenario(history, *question).model_dump(mode="json")
    assert {name: said[name] for name in result} == result
    assert said["what_ifs"] == what_if_table(history, *question, {"split": {}}).model_dump(mode="json")
    assert set(said) == set(openapi()["paths"]["/api/compute/scenario"]["post"]["responses"]["200"]["content"][
        "application/json"]["schema"]["required"])  # fmt: skip


def test_a_body_in_pieces_arrives_whole(api):
    text = json.dumps({**HISTORY, "as_of": DAY, "draws": 100}).encode()
    pieces = (text[start : start + 7] for start in range(0, len(text), 7))
    headers = {"Content-Type": "application/json"}
    assert api.post("/compute/scenario", content=pieces, headers=headers).json()["draws"] == 100


@pytest.mark.parametrize(
    ("body", "word"),
    [
        pytest.param("", "not an object", id="empty"),
        pytest.param("[1]", "not an object", id="list"),
        pytest.param("{", "neither JSON", id="cut-off"),
        pytest.param(b"\xff", "UTF-8", id="bytes"),
        pytest.param("[" * 100_000, "nested", id="deep"),
        pytest.param('{"runs": []}', "no runs", id="no-runs"),
        pytest.param('{"runs": [{"id": "a", "tokens": "15T"}]}', "parameters is missing", id="half"),
        pytest.param('{"runs": [{"id": "a", "flop": NaN}]}', "flop", id="nan"),
        pytest.param('{"runs": [{"id": "a"}], "colour": "red"}', "colour", id="unknown-field"),
        pytest.param('{"runs": [{"id": "a"}], "draws": 1000001}', "draws", id="too-many-draws"),
        pytest.param('{"runs": [{"id": "a"}], "draws": true}', "draws", id="flag-for-number"),
        pytest.param('{"runs": [{"id": "a"}], "seed": -1}', "seed", id="seed"),
        pytest.param('{"runs": [{"id": "a"}], "as_of": "soon"}', "'soon' is not a date", id="date"),
        pytest.param('{"runs": [{"id": "a"}], "what_ifs": ["magic"]}', "magic", id="what-if"),
        pytest.param('{"runs": [{"id": "a"}], "what_ifs": "split"}', "not a list", id="what-ifs"),
    ],
)
def test_bad_scenarios_say_what_where_and_fix(api, body, word):
    answer = api.post("/compute/scenario", content=body, headers={"Content-Type": "application/json; charset=utf-8"})
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert word in answer.json()["detail"]
    assert answer.json()["fix"]
    assert "Traceback" not in answer.text


def test_more_work_than_one_question_may_ask_for_is_refused(api):
    body = {"runs": [{"id": f"r{number}", "flop": 1e24} for number in range(200)], "final": "r0", "draws": 1_000_000}
    answer = api.post("/compute/scenario", json=body)
    assert answer.status_code == 400
    assert "500,000 draws" in answer.json()["fix"]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_what_another_site_could_send_is_refused(api, kind):
    answer = api.post("/compute/scenario", content=json.dumps(HISTORY), headers={"Content-Type": kind})
    assert (answer.status_code, answer.headers["content-type"]) == (415, "application/problem+json")


OFFERED = {"/datasets": "GET, HEAD", "/thresholds": "GET, HEAD", "/compute/scenario": "POST"}
METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH")


@pytest.mark.parametrize(
    ("path", "method"), [(path, method) for path, allow in OFFERED.items() for method in METHODS if method not in allow]
)
def test_other_methods_are_refused(api, path, method):
    answer = api.request(method, path)
    assert answer.status_code == 405
    assert answer.headers["allow"] == OFFERED[path]
    assert OFFERED[path].split(",")[0] in answer.json()["fix"]


def test_large_bodies_are_refused(api):
    assert api.post("/datasets", content=b"x" * 2_000_000).status_code == 413
    assert api.post("/compute/scenario", content=b"x" * 2_000_000).status_code == 413
    assert api.post("/datasets", content=(b"x" * 100_000 for _ in range(20))).status_code == 413


def test_every_answer_carries_the_headers(api, server):
    for answer in (api.get("/health"), api.get("/nothing"), httpx.get(server)):
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"


def test_other_host_names_are_refused(api):
    assert api.get("/health", headers={"Host": "attacker.example"}).status_code == 400
