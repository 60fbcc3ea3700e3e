"""A trace leaves as PROV, GraphML and CSV that other tools read back."""

from __future__ import annotations

import csv
import io
import json

import networkx as nx
import polars as pl
import pytest
from prov.model import ProvDocument

from governance.exports.trace_files import TRACE_FORMATS, render_trace
from governance.research.trace import path_between, trace, what_falls
from governance.research.trace_graph import EDGE_SCHEMA, RECORD_SCHEMA, Rows, TraceGraph
from governance.research.trace_vocabulary import PREDICATES, TRACE_KINDS

HOSTILE = "=1+1 <b>&\x00\x07\u202e ]]> '\""


@pytest.fixture
def graph():
    """Give a graph with every predicate and kind, in a ring, and a hostile name."""
    kinds = [*TRACE_KINDS, TRACE_KINDS[0]]
    edges = [
        (kinds[at], "x:1/é", PREDICATES[at % len(PREDICATES)], kinds[at + 1], "x:1/é", "test", (None, HOSTILE)[at % 2])
        for at in range(len(TRACE_KINDS))
    ]  # fmt: skip
    edges += [("replication", "x:1/é", "used", "source", "x:1/é", "test", "")]
    edges += [("dataset", "x:1/é", "wasAttributedTo", "generating_model", "x:1/é", "test", "")]
    records = [(kind, "x:1/é", HOSTILE) for kind in TRACE_KINDS]
    return TraceGraph.of(
        Rows(pl.DataFrame(edges, EDGE_SCHEMA, orient="row"), pl.DataFrame(records, RECORD_SCHEMA, orient="row"))
    )


@pytest.fixture(params=["trace", "falls", "path"])
def found(request, graph):
    if request.param == "trace":
        return trace(None, None, "dataset", "x:1/é", known=graph)
    if request.param == "falls":
        return what_falls(graph, "dataset", "x:1/é")
    return path_between(graph, ("decision", "x:1/é"), ("claim", "x:1/é"))


def parts(found):
    one = getattr(found, "trace", found)
    return one.nodes, one.edges


def test_prov_is_read_by_prov(found):
    nodes, edges = parts(found)
    document = ProvDocument.deserialize(source=io.StringIO(render_trace(found, "prov").decode()), format="json")
    relations = [record for record in document.get_records() if record.is_relation()]
    assert len(relations) == edges.height
    names = {str(record.identifier) for record in document.get_records() if record.is_element()}
    assert len(names) == nodes.height
    for relation in relations:
        assert {str(value) for _, value in relation.formal_attributes if value} <= names


def test_graphml_is_read_by_networkx(found):
    nodes, edges = parts(found)
    read = nx.read_graphml(io.BytesIO(render_trace(found, "graphml")), force_multigraph=True)
    assert (read.number_of_nodes(), read.number_of_edges()) == (nodes.height, edges.height)
    assert {(child, parent) for child, parent, _ in read.edges} == set(edges.select("child", "parent").rows())
    assert set(nx.get_node_attributes(read, "kind").values()) == set(nodes["kind"])
    assert set(nx.get_edge_attributes(read, "predicate").values()) == set(edges["predicate"])


def test_csv_has_every_edge_and_no_formula(found):
    _, edges = parts(found)
    rows = list(csv.DictReader(io.StringIO(render_trace(found, "csv").decode("utf-8-sig"))))
    assert len(rows) == edges.height
    assert not any(value.startswith("=") for row in rows for value in row.values())


def test_json_is_whole(found):
    document = json.loads(render_trace(found, "json"))
    assert "catalogue" in document
    assert len(TRACE_FORMATS) == 4


def test_nothing_found_is_still_a_file(graph):
    alone = TraceGraph.of(
        Rows(pl.DataFrame(schema=EDGE_SCHEMA), pl.DataFrame([("paper", "p", "P")], RECORD_SCHEMA, orient="row"))
    )
    found = trace(None, None, "paper", "p", known=alone)
    assert found.nodes.height == 1
    for one in TRACE_FORMATS:
        assert render_trace(found, one)
