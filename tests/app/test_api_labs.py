"""/api/labs: what the command line answers, over HTTP; what is wrong comes back as a problem."""

from __future__ import annotations

import json

import httpx
import pytest

from app import server as app_server
from governance.cli_output import to_plain
from governance.research.labs.reading import read_lab_bytes, read_settings, template
from governance.research.labs.registry import LABS, find_lab, run_lab
from governance.research.labs.report import lab_document

TRIALS = "\n".join(["method,sparsity,score", *(f"m,0.5,{one}" for one in range(1, 6))])
CSV = {"Content-Type": "text/csv"}


@pytest.fixture(scope="module")
def api(server):
    with httpx.Client(base_url=f"{server}/api", timeout=60) as client:
        yield client


def documented(name, found, settings):
    return json.loads(
        json.dumps(to_plain(lab_document(find_lab(name), found, read_settings(find_lab(name), settings))))
    )


def test_labs_are_listed_with_columns_and_settings(api):
    rows = api.get("/labs").json()["rows"]
    assert [one["lab"] for one in rows] == list(LABS)
    trials = next(one for one in rows if one["lab"] == "best-of-trials")
    assert (trials["topic"], [one["name"] for one in trials["settings"]]) == ("Compression", ["trials", "better"])
    assert [one["name"] for one in trials["columns"] if one["needed"]] == ["method", "sparsity", "score"]
    churn = next(one for one in rows if one["lab"] == "churn")
    assert {one["name"] for one in churn["columns"] if one["needed"]} == {"item", "run", "prediction", "label"}


def test_a_template_that_is_given_comes_back_in(api):
    card = api.get("/labs/merge-or-mix").json()
    assert card["template"] == template(find_lab("merge-or-mix"))
    said = api.post("/labs", params={"lab": "merge-or-mix"}, content=card["template"], headers=CSV).json()
    frame = read_lab_bytes(find_lab("merge-or-mix"), card["template"].encode(), "x.csv")
    assert said.items() >= documented("merge-or-mix", run_lab("merge-or-mix", frame), {}).items()
    assert api.get("/labs/serving-memory").json()["template"] is None


def test_rows_that_are_sent(api):
    asked = {"lab": "best-of-trials", "set-trials": "2", "seed": "4"}
    table = api.post("/labs", params=asked, content=TRIALS, headers=CSV).json()
    rows = [{"method": "m", "sparsity": 0.5, "score": one} for one in range(1, 6)]
    listed = api.post("/labs", params=asked, json=rows).json()
    assert table["numbers"][0]["value"] == 4.0, "the best of two among 1 to 5"
    assert (table["synthetic"], table["seed"], table["settings"]) == (False, 4, {"trials": 2, "better": "higher"})
    assert {**table, "version": ""} == {**listed, "version": ""}
    other = TRIALS.replace("score", "top1").replace("method,", "").replace("m,", "")
    mapped = api.post("/labs", params={**asked, "map": ["score=top1", "method==m"]}, content=other, headers=CSV).json()
    assert mapped["numbers"] == table["numbers"]


def test_an_example_settings_alone_and_a_set(api, connection):
    example = api.get("/labs", params={"lab": "mixture", "data": "example", "set-shares": "invented-code=0.9"}).json()
    settings = {"shares": "invented-code=0.9"}
    expected = run_lab("mixture", settings=settings, connection=connection)
    assert example["synthetic"] is True
    assert example.items() >= documented("mixture", expected, settings).items()
    alone = api.get("/labs", params={"lab": "document-epsilon", "set-tokens": "1", "set-temperature": "10"}).json()
    assert (alone["numbers"][0]["value"], alone["synthetic"]) == (2.0, False)
    shipped = api.get("/labs", params={"lab": "toxicity-front", "data": "toxicity-rtp"}).json()
    assert shipped["answer"].startswith("DExperts (large) is the least toxic at 0.314")
    assert shipped["licence"]


@pytest.mark.parametrize(
    ("ask", "status", "words"),
    [
        pytest.param({"url": "/labs?lab=luck"}, 404, "no lab 'luck'", id="lab"),
        pytest.param({"url": "/labs/luck"}, 404, "no lab 'luck'", id="card"),
        pytest.param({"url": "/labs?hue=red"}, 400, "'hue' is not an option", id="option"),
        pytest.param({"url": "/labs?lab=churn"}, 400, "no data are named", id="no-data"),
        pytest.param({"url": "/labs?lab=churn&data=/etc/passwd"}, 404, "no set '/etc/passwd'", id="path"),
        pytest.param({"url": "/labs?lab=churn&data=llmfao"}, 404, "no set 'llmfao'", id="other-format"),
        pytest.param({"url": "/labs?lab=document-epsilon&data=example"}, 400, "reads no data", id="settings"),
        pytest.param({"url": "/labs?lab=churn&data=example&seed=-1"}, 400, "no seed", id="seed"),
        pytest.param({"url": "/labs?lab=churn&data=example&set-trials=1"}, 400, "'set-trials' is not", id="setting"),
        pytest.param({"url": "/labs?lab=churn&data=example&set-hours=x"}, 400, "no number", id="value"),
        pytest.param({"url": "/labs?lab=churn&data=example&seed=1&seed=2"}, 400, "given twice", id="twice"),
        pytest.param({"method": "POST", "url": "/labs?lab=churn", "content": TRIALS}, 415, "neither CSV", id="type"),
        pytest.param({"method": "POST", "url": "/labs", "json": []}, 400, "no lab is named", id="no-lab"),
        pytest.param({"method": "POST", "url": "/labs?lab=merge-count", "json": [{"a": 1}]}, 400, "reads no file",
                     id="no-file"),
        pytest.param({"method": "POST", "url": "/labs?lab=best-of-trials", "json": [{"method": "m", "score": 1}]}, 400,
                     "no column 'sparsity'", id="column"),
        pytest.param({"method": "POST", "url": "/labs?lab=best-of-trials&map=score", "content": TRIALS, "headers": CSV},
                     400, "maps nothing", id="map"),
        pytest.param({"method": "DELETE", "url": "/labs"}, 405, "not offered", id="verb"),
    ],
)  # fmt: skip
def test_problems(api, ask, status, words):
    answer = api.request(**{"method": "GET", **ask})
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert words in answer.json()["title"]


def test_a_file_of_more_than_a_usual_body_is_taken_and_one_too_large_is_not(api):
    rows = TRIALS + "\n" + "\n".join(["m,0.5,1"] * 140_000)
    assert len(rows) > app_server.MAX_API_BODY
    assert api.post("/labs", params={"lab": "best-of-trials"}, content=rows, headers=CSV).status_code == 200
    large = b"x" * (app_server.MAX_BYTES + 1)
    assert api.post("/labs", params={"lab": "best-of-trials"}, content=large, headers=CSV).status_code == 413
