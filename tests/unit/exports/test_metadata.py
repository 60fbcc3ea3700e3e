import json
import logging
import socket

import mlcroissant
import prov.model
import pytest

from governance.catalogue.selection import Selection
from governance.exports.bundle import GraphEdge, make_bundle
from governance.exports.columns import COLUMN_NAMES
from governance.exports.croissant import TABLE_FILE, croissant_of
from governance.exports.prov import prov_of
from governance.exports.tables import parquet_of, table_of
from tests.unit.exports.samples import HOSTILE, Result, frame_of, golden_rows


@pytest.fixture
def offline(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.mark.parametrize("made", ["bundle", "hostile", "empty"])
def test_croissant_validates(made, request, offline, caplog):
    caplog.set_level(logging.WARNING)
    document = json.loads(croissant_of(request.getfixturevalue(made)))
    assert document["conformsTo"] == "http://mlcommons.org/croissant/1.1"
    dataset = mlcroissant.Dataset(jsonld=document)
    issues = dataset.metadata.ctx.issues
    assert (issues.errors, issues.warnings) == (set(), set())
    assert "not standard" not in caplog.text
    assert [field.name for field in dataset.metadata.record_sets[0].fields] == list(COLUMN_NAMES)


def test_croissant_loads_the_table_beside_it(bundle, tmp_path, offline):
    (tmp_path / TABLE_FILE).write_bytes(parquet_of(table_of(bundle.frame)))
    (tmp_path / "croissant.json").write_bytes(croissant_of(bundle))
    records = list(mlcroissant.Dataset(jsonld=tmp_path / "croissant.json").records("datasets"))
    assert [record["datasets/id"].decode() for record in records] == bundle.frame["id"].to_list()
    first = records[0]
    assert [code.decode() for code in first["datasets/language"]] == ["swh", "eng"]
    assert (first["datasets/examples"], first["datasets/hours"]) == (1200, None)


def test_croissant_gives_each_dataset_its_terms(bundle):
    document = json.loads(croissant_of(bundle))
    part = document["hasPart"][0]
    assert part["license"] == ["https://spdx.org/licenses/MIT", "https://openai.com/policies/terms"]
    assert part["usageInfo"][1]["termCode"] == "noncommercial"
    assert part["isBasedOn"] == [{"@type": "sc:CreativeWork", "name": "base"}]
    assert "url" not in document["hasPart"][3]
    assert document["datePublished"] == "2026-11-20"
    assert document["license"] == ["https://spdx.org/licenses/Apache-2.0"]


def test_prov_round_trip(bundle):
    document = json.loads(prov_of(bundle))
    read = prov.model.ProvDocument.deserialize(content=json.dumps(document), format="json")
    again = prov.model.ProvDocument.deserialize(content=read.serialize(format="json"), format="json")
    assert again == read
    records = [record for members in document.values() for record in members]
    assert len(read.get_records()) == len(records) - len(document["prefix"])


def test_prov_states_the_lineage(bundle):
    document = json.loads(prov_of(bundle))
    derived = [(edge["prov:generatedEntity"], edge["prov:usedEntity"]) for edge in document["wasDerivedFrom"].values()]
    assert ("node:swahili-chat", "node:work%3Abase") in derived
    assert ("node:base-nc", "node:base-nc") in derived
    assert {"prov:alternate1": "node:work%3Abase", "prov:alternate2": "node:base-nc"} in document[
        "alternateOf"
    ].values()
    assert document["agent"]["node:model%3AGPT-4"]["prov:type"]["$"] == "prov:SoftwareAgent"
    assert document["entity"]["node:work%3Alost"]["touchstone:recorded"] is False
    assert document["entity"]["node:swahili-chat"]["touchstone:selected"] is True
    assert "touchstone:page" not in document["entity"]["node:hostile"]


def test_prov_names_every_end(hostile, bundle):
    for made in (hostile, bundle):
        document = json.loads(prov_of(made))
        known = {*document.get("entity", {}), *document.get("agent", {})}
        for section in ("wasDerivedFrom", "wasAttributedTo", "alternateOf", "hadMember"):
            for edge in document.get(section, {}).values():
                assert {value for value in edge.values() if str(value).startswith("node:")} <= known
        prov.model.ProvDocument.deserialize(content=json.dumps(document), format="json")
    assert len(json.loads(prov_of(hostile))["entity"]) == len(HOSTILE)


def test_the_walk_ends_on_cycles_and_stays_in_its_snapshot(connection):
    rows = [row for row in golden_rows() if row["id"] == "swahili-chat"]
    made = make_bundle(connection, Result(Selection(), frame_of(rows)))
    assert {node.id for node in made.nodes} == {
        "swahili-chat",
        "base-nc",
        "work:base",
        "work:lost",
        "source:wikipedia.org",
        "model:GPT-4",
    }
    assert GraphEdge("base-nc", "swahili-chat", "derived_from", "swahili-chat", "id") in made.edges
    assert all(edge.parent != "work:elsewhere" for edge in made.edges)
