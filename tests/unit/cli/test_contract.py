"""What scripts rely on: the keys, one JSON document, unrounded numbers, formats that agree, exit codes."""

from __future__ import annotations

import csv
import io
import json

import polars as pl
import pytest

from governance.catalogue.connect import catalogue_version
from governance.catalogue.vocabulary import HOSTS, USE_CLASSES
from governance.exports.columns import COLUMN_NAMES
from governance.provenance.hosts import host_audit
from governance.provenance.lineage import lineage

pytestmark = pytest.mark.usefixtures("quick")
SWAHILI = ("datasets", "--language", "swh", "--effective-use", "commercial")
RATES = {"records", "omitted", "omission", "licensed", "wrong", "error", "more_permissive"}


@pytest.mark.parametrize(
    "words",
    [
        pytest.param("datasets --limit 2", id="datasets"),
        pytest.param("dataset show aya-swahili", id="dataset"),
        pytest.param("lineage aya-swahili --effective", id="lineage"),
        pytest.param("licence classify MIT", id="classify"),
        pytest.param("licences hosts", id="hosts"),
        pytest.param("licences look-alikes", id="look-alikes"),
        pytest.param("licences classes", id="classes"),
        pytest.param("licences oddities", id="oddities"),
        pytest.param("composition language", id="composition"),
        pytest.param("search swahili", id="search"),
        pytest.param("lists", id="lists"),
        pytest.param("policies", id="policies"),
        pytest.param("policies counts", id="policy-counts"),
        pytest.param("catalogue info", id="info"),
        pytest.param("catalogue check", id="check"),
        pytest.param("catalogue notes", id="notes"),
    ],
)
def test_json_is_one_document_and_nothing_else(touchstone, words):
    answer = touchstone(*words.split(), "--json")
    assert (answer.code, answer.err) == (0, "")
    assert answer.json is not None
    assert answer.out.endswith(b"\n")
    shown = touchstone(*words.split())
    assert (shown.code, shown.err) == (0, "")
    assert shown.text.strip()


def test_datasets(touchstone, connection, datasets_of):
    said = touchstone(*SWAHILI, "--json").json
    assert list(said) == ["catalogue", "selection", "total", "rows"]
    assert said["catalogue"] == catalogue_version(connection)
    assert said["selection"]["values"] == {"effective_use": ["commercial"], "language": ["swh"]}
    assert said["total"] == len(said["rows"]) > 0
    stored = {row["id"]: row for row in datasets_of().frame.to_dicts()}
    for row in said["rows"]:
        mine = stored[row["id"]]
        assert {name: row[name] for name in mine if not name.startswith("released")} == {
            name: value for name, value in mine.items() if not name.startswith("released")
        }
    assert any(row["hours"] is None for row in said["rows"])
    assert any(isinstance(row["mean_input_chars"], float) for row in said["rows"])


def test_limit_leaves_the_total(touchstone):
    some, none = (touchstone("datasets", "--limit", str(limit), "--json").json for limit in (3, 0))
    assert (len(some["rows"]), len(none["rows"])) == (3, 0)
    assert some["total"] == none["total"] > 2_000


def test_facets_come_when_asked(touchstone):
    said = touchstone(*SWAHILI, "--facets", "--json").json
    assert {"facets", "relax"} <= set(said)
    assert set(said["relax"]) == {"language", "effective_use"}
    assert {use["value"] for use in said["facets"]["effective_use"]} <= set(USE_CLASSES)


def test_formats_agree(touchstone):
    said = touchstone(*SWAHILI, "--format", "json")
    assert said.out == touchstone(*SWAHILI, "--json").out
    rows = said.json["rows"]
    lines = [json.loads(line) for line in touchstone(*SWAHILI, "--format", "jsonl").text.splitlines()]
    parquet = pl.read_parquet(io.BytesIO(touchstone(*SWAHILI, "--format", "parquet").out))
    table = list(csv.DictReader(io.StringIO(touchstone(*SWAHILI, "--format", "csv").text)))
    assert [{name: row[name] for name in COLUMN_NAMES} for row in rows] == lines
    assert parquet.columns == list(table[0]) == list(COLUMN_NAMES)
    assert parquet["id"].to_list() == [row["id"] for row in table] == [row["id"] for row in rows]
    assert parquet["language"].to_list() == [row["language"] for row in rows]
    assert [row["language"] for row in table] == ["; ".join(row["language"]) for row in rows]
    assert [row["hours"] for row in table] == ["" if row["hours"] is None else str(row["hours"]) for row in rows]


def test_classify(touchstone):
    said = touchstone("licence", "classify", "MIT AND CC-BY-NC-4.0", "--json").json
    assert list(said) == ["expression", "spdx", "known", "use", "attribution", "share_alike", "basis"]
    assert (said["known"], said["use"], said["attribution"]) == (True, "noncommercial", True)
    unknown = touchstone("licence", "classify", "LicenseRef-of-nobody", "--json").json
    assert unknown["known"] is False
    assert unknown["attribution"] is unknown["share_alike"] is None


@pytest.mark.parametrize("snapshot", ["current", "2023-10-25"])
def test_hosts(touchstone, connection, snapshot):
    said = touchstone("licences", "hosts", "--snapshot", snapshot, "--json").json
    assert set(said["hosts"]) == set(HOSTS)
    rates = host_audit(connection, snapshot=snapshot).hosts["huggingface"]
    mine = said["hosts"]["huggingface"]
    assert set(mine) >= RATES
    assert (mine["omission"], mine["error"]) == (rates.omission, rates.error), "nothing is rounded"
    assert mine["omission"] == mine["omitted"] / mine["records"]


def test_lineage(touchstone, connection):
    said = touchstone("lineage", "capybara-TheoremQA", "--json").json
    assert {"nodes", "edges", "effective", "conflicts"} <= set(said)
    assert {"use", "attribution", "share_alike", "because"} <= set(said["effective"])
    assert said["effective"]["because"][0] == "capybara-TheoremQA"
    assert said == lineage(connection, "capybara-TheoremQA").model_dump(mode="json")
    only = touchstone("lineage", "capybara-TheoremQA", "--effective", "--json").json
    assert only["effective"] == said["effective"]
    assert "nodes" not in only
    near = touchstone("lineage", "capybara-TheoremQA", "--depth", "0", "--json").json
    assert near["effective"] == said["effective"], "how far one looks does not change the terms"


def test_exit_code_1_says_that_a_check_failed(touchstone, own_home, tmp_path):
    assert touchstone(*SWAHILI[:3], "--json").code == 0
    touchstone("export", *SWAHILI[1:], "--out", str(tmp_path / "one"))
    manifest = tmp_path / "one" / "manifest.json"
    assert touchstone("check-export", str(manifest), "--json").json["same"] is True
    stated = json.loads(manifest.read_text())
    stated["files"][0]["sha256"] = "0" * 64
    manifest.write_text(json.dumps(stated))
    answer = touchstone("check-export", str(manifest), "--json")
    assert (answer.code, answer.err) == (1, "")
    assert answer.json["differing"] == ["datasets.csv"]
    again = touchstone("export", "--from", str(manifest), "--out", str(tmp_path / "two"))
    assert again.code == 2
    assert not (tmp_path / "two").exists()


def test_an_export_comes_out_again_byte_for_byte(touchstone, own_home, tmp_path):
    formats = [word for name in ("csv", "parquet", "xlsx", "attribution", "croissant") for word in ("--format", name)]
    first = touchstone("export", *SWAHILI[1:], *formats, "--out", str(tmp_path / "one"), "--json")
    again = touchstone("export", "--from", str(tmp_path / "one" / "manifest.json"), "--out", str(tmp_path / "two"))
    assert (first.code, again.code) == (0, 0)
    files = [{file.name: file.read_bytes() for file in (tmp_path / name).iterdir()} for name in ("one", "two")]
    assert files[0] == files[1]
    assert {file["name"] for file in first.json["files"]} | {"manifest.json"} == set(files[0])
