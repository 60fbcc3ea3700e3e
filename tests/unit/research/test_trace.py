"""A trace follows the edges and nothing else: hand-solved graphs, cycles, properties, and the shipped catalogue."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import networkx as nx
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.assessment.assessments import save_answer, save_risk_answer, start_assessment
from governance.assessment.evidence import add_figure, add_record, read_about
from governance.assessment.framework import load_framework
from governance.assessment.records import Answer, Figure, RiskAnswer, System
from governance.assessment.systems import save_system
from governance.catalogue.selection import Selection
from governance.compute.own_models import OwnModel, save_model
from governance.errors import BadInput, NotFound
from governance.records.lists import save_list
from governance.records.people import Actor
from governance.records.store import open_workbench
from governance.research.replications.registry import registered
from governance.research.trace import path_between, trace, what_falls
from governance.research.trace_graph import (
    EDGE_SCHEMA,
    RECORD_SCHEMA,
    Rows,
    TraceGraph,
    catalogue_rows,
    find_records,
    load_trace,
    read_key,
    with_own,
)
from governance.research.trace_layout import MAX_MARKS, MAX_ROWS, lay_out_path, lay_out_trace
from governance.research.trace_own import Limit, own_rows
from governance.research.trace_vocabulary import KIND_WORDS, PREDICATES, TOUCHED, TRACE_KINDS, page_of

NOW = datetime(2026, 3, 4, tzinfo=UTC)
ANA = Actor(email="ana", name="Ana", role="contributor")


def graph_of(*edges, records=()):
    """Make a graph from ``child>parent`` words of KIND:ID; the predicate says nothing here."""
    rows = []
    for edge in edges:
        (child_kind, child), (parent_kind, parent) = (read_key(end) for end in edge.split(">"))
        rows.append((child_kind, child, "wasDerivedFrom", parent_kind, parent, "test", edge))
    named = [(*read_key(key), key.upper()) for key in records]
    return TraceGraph.of(
        Rows(pl.DataFrame(rows, EDGE_SCHEMA, orient="row"), pl.DataFrame(named, RECORD_SCHEMA, orient="row"))
    )


def traced(graph, key, *args, **about):
    return trace(None, None, *read_key(key), *args, known=graph, **about)


def depths(found):
    return dict(found.nodes.select("key", "depth").iter_rows())


# claim and decision over one dataset under a licence; another licence apart from all that
HAND = (
    "dataset:d>licence:l", "benchmark:b>dataset:d", "result:r>benchmark:b", "evaluation_set:s>result:r",
    "replication:c>evaluation_set:s", "claim:c>replication:c", "claim:c>paper:p", "system:y>dataset:d",
    "assessment:a>system:y", "decision:a>assessment:a", "dataset:e>licence:m",
)  # fmt: skip


def test_an_edge_told_twice_is_kept_once():
    told = graph_of("dataset:d>licence:l", "dataset:d>licence:l", "dataset:d>licence:m")
    assert told.edges.height == 2
    assert told.degree().tolist() == [2, 1, 1]


def test_hand_solved_graph():
    graph = graph_of(*HAND, records=["dataset:d"])
    assert depths(traced(graph, "dataset:d")) == {
        "dataset:d": 0, "licence:l": -1, "benchmark:b": 1, "system:y": 1, "result:r": 2, "assessment:a": 2,
        "evaluation_set:s": 3, "decision:a": 3, "replication:c": 4, "claim:c": 5,
    }  # fmt: skip
    assert depths(traced(graph, "claim:c", "up")) == {
        "claim:c": 0, "replication:c": -1, "paper:p": -1, "evaluation_set:s": -2, "result:r": -3, "benchmark:b": -4,
        "dataset:d": -5, "licence:l": -6,
    }  # fmt: skip
    assert depths(traced(graph, "dataset:d", "down", 1)) == {"dataset:d": 0, "benchmark:b": 1, "system:y": 1}
    assert depths(traced(graph, "dataset:d", depth=0)) == {"dataset:d": 0}
    found = traced(graph, "dataset:d", depth=1)
    assert {(row["child"], row["parent"]) for row in found.edges.to_dicts()} == {
        ("dataset:d", "licence:l"), ("benchmark:b", "dataset:d"), ("system:y", "dataset:d"),
    }  # fmt: skip
    known = dict(found.nodes.select("key", "recorded").iter_rows())
    assert known == {"dataset:d": True, "licence:l": False, "benchmark:b": False, "system:y": False}


def test_kinds_keep_the_way_through_the_others():
    found = traced(graph_of(*HAND), "dataset:d", kinds=["claim", "evaluation_set", "licence"])
    ways = {row["key"]: (row["depth"], row["via"], row["hidden"]) for row in found.nodes.to_dicts()}
    assert ways == {
        "dataset:d": (0, None, 0), "licence:l": (-1, "dataset:d", 0), "evaluation_set:s": (3, "dataset:d", 2),
        "claim:c": (5, "evaluation_set:s", 1),
    }  # fmt: skip
    assert found.edges.select("child", "parent").rows() == [("dataset:d", "licence:l")]
    drawn = lay_out_trace(found)
    assert [line.predicates for line in drawn.lines if line.child == "claim:c"] == [()]


def test_what_falls_names_what_one_asks_first():
    falls = what_falls(graph_of(*HAND), "licence", "l")
    assert list(falls.counts)[: len(TOUCHED)] == list(TOUCHED)
    assert {kind: falls.counts[kind] for kind in TOUCHED} == {
        "claim": 1, "model": 0, "generating_model": 0, "system": 1, "decision": 1,
    }  # fmt: skip
    assert falls.touched("decision")["key"].to_list() == ["decision:a"]
    assert what_falls(graph_of(*HAND), "claim", "c").trace.nodes.height == 1
    assert sum(falls.counts.values()) == falls.trace.nodes.height - 1


def test_paths_go_by_dependence_before_any_other_way():
    graph = graph_of(*HAND, "dataset:d>dataset:e")
    up = path_between(graph, ("claim", "c"), ("licence", "m"))
    assert up.relation == "rests_on"
    assert up.nodes["key"].to_list() == [
        "claim:c", "replication:c", "evaluation_set:s", "result:r", "benchmark:b", "dataset:d", "dataset:e",
        "licence:m",
    ]  # fmt: skip
    assert path_between(graph, ("licence", "m"), ("claim", "c")).relation == "supports"
    across = path_between(graph, ("paper", "p"), ("licence", "m"))
    assert (across.relation, across.nodes["key"][1]) == ("connected", "claim:c")
    assert path_between(graph, ("paper", "p"), ("paper", "p")).relation == "same"
    assert path_between(graph_of(*HAND), ("paper", "p"), ("licence", "m")).nodes.height == 0
    drawn = lay_out_path(up)
    assert [mark.column for mark in drawn.marks] == list(range(8))


@pytest.mark.parametrize(
    ("edges", "expected"),
    [
        (["dataset:a>dataset:a"], {"dataset:a": 0}),
        (["dataset:a>dataset:b", "dataset:b>dataset:a"], {"dataset:a": 0, "dataset:b": -1}),
        (
            ["dataset:a>dataset:b", "dataset:b>dataset:c", "dataset:c>dataset:a", "dataset:b>dataset:b"],
            {"dataset:a": 0, "dataset:b": -1, "dataset:c": -2},
        ),
    ],
    ids=["self-loop", "pair", "ring"],
)
def test_cycles_end(edges, expected):
    found = traced(graph_of(*edges), "dataset:a")
    assert depths(found) == expected
    assert found.edges.height == len(edges)
    assert set(what_falls(graph_of(*edges), "dataset", "a").trace.nodes["key"]) == set(expected)
    assert lay_out_trace(found).marks


NAMES = st.integers(0, 11).map(lambda one: f"{('dataset', 'claim', 'model')[one % 3]}:{one}")
EDGES = st.lists(st.tuples(NAMES, NAMES), min_size=1, max_size=30)


@settings(max_examples=60, deadline=None)
@given(EDGES, NAMES, NAMES, st.none() | st.integers(0, 4))
def test_properties(edges, one, other, depth):
    graph = graph_of(*(f"{child}>{parent}" for child, parent in edges), f"{one}>{other}")
    peer = nx.DiGraph([*edges, (one, other)])
    up, down = (traced(graph, one, way, depth) for way in ("up", "down"))
    reach = nx.single_source_shortest_path_length(peer, one, cutoff=depth)
    assert depths(up) == {key: -steps for key, steps in reach.items()}
    assert depths(down) == dict(nx.single_source_shortest_path_length(peer.reverse(), one, cutoff=depth))
    for key in down.nodes["key"]:
        assert one in set(traced(graph, key, "up", depth).nodes["key"])
    falls = what_falls(graph, *read_key(one))
    assert set(falls.trace.nodes["key"]) == nx.ancestors(peer, one) | {one}
    way = path_between(graph, read_key(one), read_key(other))
    steps = way.nodes["key"].to_list()
    assert (steps[0], steps[-1]) == (one, other)
    assert way.relation in ("same", "rests_on")
    assert all(peer.has_edge(*pair) for pair in pairwise(steps))
    assert way.edges.select("child", "parent").rows() == list(pairwise(steps))
    marks = lay_out_trace(traced(graph, one)).marks
    assert sorted(member for mark in marks for member in mark.members) == sorted(traced(graph, one).nodes["key"])


def test_a_picture_stays_small():
    many = [f"result:{one}>evaluated_model:{one % 40}" for one in range(300)]
    found = traced(graph_of(*many, *(f"evaluation_set:s>result:{one}" for one in range(300))), "evaluation_set:s")
    drawn = lay_out_trace(found)
    assert len(drawn.marks) <= MAX_MARKS
    assert drawn.rows <= MAX_ROWS
    assert sum(len(mark.members) for mark in drawn.marks) == found.nodes.height
    keys = {mark.key for mark in drawn.marks}
    assert {end for line in drawn.lines for end in (line.child, line.parent)} <= keys


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda graph: traced(graph, "dataset:nowhere"), NotFound),
        (lambda graph: trace(None, None, "planet", "d", known=graph), BadInput),
        (lambda graph: traced(graph, "dataset:d", "sideways"), BadInput),
        (lambda graph: traced(graph, "dataset:d", depth=-1), BadInput),
        (lambda graph: traced(graph, "dataset:d", depth=10_000), BadInput),
        (lambda graph: traced(graph, "dataset:d", kinds=["planet"]), BadInput),
        (lambda graph: path_between(graph, ("dataset", "d"), ("dataset", "z")), NotFound),
        (lambda graph: what_falls(graph, "dataset", "'; DROP TABLE dataset; --"), NotFound),
        (lambda graph: read_key("dataset"), BadInput),
        (lambda graph: read_key("dataset:"), BadInput),
        (lambda graph: read_key("planet:x"), BadInput),
        (lambda graph: read_key("dataset:" + "x" * 3_000), BadInput),
    ],
)
def test_bad_ids_are_refused(call, error):
    with pytest.raises(error):
        call(graph_of(*HAND))


@pytest.mark.parametrize(("column", "word"), [(0, "planet"), (2, "likes"), (3, "planet")])
def test_the_vocabulary_is_closed(column, word):
    row = ["dataset", "d", "wasDerivedFrom", "dataset", "e", "test", ""]
    row[column] = word
    with pytest.raises(BadInput):
        TraceGraph.of(Rows(pl.DataFrame([row], EDGE_SCHEMA, orient="row"), pl.DataFrame(schema=RECORD_SCHEMA)))


def test_words_find_records_by_name_and_id():
    graph = graph_of(*HAND, records=["dataset:d", "licence:l", "domain:alone.example"])
    assert find_records(graph, "dataset:d")["key"][0] == "dataset:d"
    assert find_records(graph, "ALONE")["key"].to_list() == ["domain:alone.example"]
    assert find_records(graph, " ").is_empty()
    assert find_records(graph, "(").is_empty()


def test_every_kind_has_its_words():
    assert set(KIND_WORDS) == set(TRACE_KINDS)
    assert page_of("assessment", "acme-risk-1") == "/risk?assessment=acme-risk-1"
    assert page_of("domain", "a&b") == "/domain?name=a%26b"


@pytest.fixture(scope="module")
def shipped(catalogue):
    return load_trace(catalogue)


def test_catalogue_edges_have_rows_and_sources(catalogue, shipped):
    """Counts beside those of the tables they come from."""
    sizes = {
        ("collection", "hadMember", "dataset"): "SELECT count(*) FROM dataset WHERE snapshot = 'current'",
        ("claim", "wasQuotedFrom", "paper"): "SELECT count(*) FROM claim",
        ("model", "wasDerivedFrom", "model"): "SELECT count(base_model_id) FROM model",
        ("corpus", "hadMember", "domain"): "SELECT count(*) FROM corpus_domain",
        ("evaluation_set", "hadMember", "result"): "SELECT count(DISTINCT (set_id, model, task)) FROM result",
        ("dataset", "governedBy", "licence"): "SELECT count(*) FROM (SELECT DISTINCT dataset_id, licence_id "
        "FROM dataset_licence WHERE snapshot = 'current')",
        ("dataset", "hadPrimarySource", "domain"): "SELECT count(*) FROM (SELECT DISTINCT dataset_id, domain_id "
        "FROM dataset_domain WHERE snapshot = 'current')",
        ("generating_model", "governedBy", "licence"): "SELECT count(*) FROM link WHERE predicate = 'under_terms'",
    }  # fmt: skip
    rows = catalogue_rows(catalogue).edges
    found = {row[:3]: row[3] for row in rows.group_by("child_kind", "predicate", "parent_kind").len().iter_rows()}
    for edge, sql in sizes.items():
        assert found[edge] == catalogue.execute(sql).fetchone()[0], edge
    assert rows["source"].null_count() == 0
    assert set(rows["predicate"]) <= set(PREDICATES)
    sources = {row[0] for row in catalogue.execute("SELECT id FROM source").fetchall()}
    codes = {one.code for one in registered().values()}
    assert set(rows["source"]) <= sources | codes
    assert shipped.records.select("kind", "id").is_duplicated().sum() == 0


def test_benchmarks_meet_the_datasets_that_their_cards_show(catalogue, shipped):
    from governance.evaluation.benchmarks.registry import benchmark_card

    for benchmark in ("XQuADRetrieval", "QASPER", "ToxicChatClassification"):
        found = traced(shipped, f"benchmark:{benchmark}", "up", 1, kinds=["dataset"])
        wanted = {one.id for one in benchmark_card(catalogue, benchmark).datasets}
        assert set(found.nodes["id"]) - {benchmark} == wanted


def test_claims_reach_the_data_that_replications_read(shipped):
    """Whoever changes a dataset of the audit touches the claims about the audit."""
    claims = set(what_falls(shipped, "dataset", "alpaca").touched("claim")["id"])
    about = {claim for claim, one in registered().items() if "dpi" in one.needs}
    assert about
    assert about <= claims
    assert "claim:data-provenance-initiative/licence_omission" in shipped.number
    up = traced(shipped, "model:gpt-4", "up")
    assert {"compute_record:gpt-4", "threshold:eu-aiact-51-2"} <= set(up.nodes["key"])
    assert "threshold:us-ca-sb53" not in set(up.nodes["key"])  # 2.1e25 is below 1e26


def test_the_best_connected_record_is_traced_whole(shipped):
    number = int(shipped.degree().argmax())
    found = traced(shipped, shipped.key(number))
    peer = nx.DiGraph(list(zip(shipped.child.tolist(), shipped.parent.tolist(), strict=True)))
    around = nx.descendants(peer, number) | nx.ancestors(peer, number) | {number}
    assert found.nodes.height == len(around)
    assert len(lay_out_trace(found).marks) <= MAX_MARKS


@pytest.mark.parametrize("published", ["gpt-4", "alexnet"])
def test_an_own_model_meets_the_thresholds_that_a_published_one_of_its_compute_meets(
    catalogue, shipped, tmp_path, published
):  # fmt: skip
    flop = catalogue.execute("SELECT training_flop FROM compute_record WHERE model_id = ?", [published]).fetchone()[0]
    with open_workbench(tmp_path, NOW, ANA) as bench:
        save_model(bench, OwnModel(id="same", name="Same", training_flop=flop), NOW)
        save_model(bench, OwnModel(id="silent", name="Silent"), NOW)
        graph = load_trace(catalogue, bench)
    found = {
        key: set(traced(graph, f"model:{key}", "up", 2, kinds=["threshold"]).edges["detail"])
        | set(traced(graph, f"model:{key}", "up", 2).nodes.filter(pl.col("kind") == "threshold")["id"])
        for key in (published, "own:same", "own:silent")
    }
    assert found["own:same"] == found[published]
    assert bool(found[published]) == (published == "gpt-4")
    assert found["own:silent"] == set()
    words = {
        key: set(traced(graph, f"compute_record:{key}", "up", 1).edges["detail"]) for key in (published, "own:same")
    }
    assert words["own:same"] == words[published]


def test_a_limit_is_met_at_its_value_only_where_the_text_says_so(tmp_path):
    with open_workbench(tmp_path, NOW, ANA) as bench:
        save_model(bench, OwnModel(id="at", name="At", training_flop=1e25), NOW)
        edges, _ = own_rows(bench, [Limit("from", ">=", 1e25), Limit("above", ">", 1e25), Limit("over", ">", 1e26)])
    assert [edge[4] for edge in edges if edge[3] == "threshold"] == ["from"]


def test_a_saved_list_rests_on_its_datasets(catalogue, tmp_path):
    with open_workbench(tmp_path, NOW, ANA) as bench:
        kept = save_list(bench, "Mine", Selection(), ["alpaca", "gone"], "v", NOW)
        graph = load_trace(catalogue, bench)
    assert depths(traced(graph, f"list:{kept.id}", "up", 1)) == {
        f"list:{kept.id}": 0, "dataset:alpaca": -1, "dataset:gone": -1,
    }  # fmt: skip
    licence = traced(graph, "dataset:alpaca", "up", 1, kinds=["licence"]).nodes["id"][1]
    assert what_falls(graph, "licence", licence).touched("list")["label"].to_list() == ["Mine"]
    assert page_of("list", kept.id) == f"/lists?list={kept.id}"


def test_the_workbench_joins_the_catalogue(catalogue, tmp_path):
    with open_workbench(tmp_path, NOW, ANA) as bench:
        framework = load_framework(catalogue)
        save_model(bench, OwnModel(id="tuned", name="Tuned", base_model_id="gpt-4", training_flop=1e22), NOW)
        system = System(id="acme", name="Acme", models=("own:tuned",), datasets=("alpaca", "gone"))
        save_system(bench, system, NOW)
        kept = add_record(bench, catalogue, "acme", ("dataset", "alpaca"), read_about(title="Record"), NOW).id
        figure = Figure(name="Share", value=1.0, address="/domain?name=wikipedia.org")
        shown = add_figure(bench, "acme", figure, read_about(title="Figure"), NOW).id
        social = start_assessment(bench, "acme", "social_impact", framework, NOW).record.id
        save_answer(bench, social, Answer(item="B1.1", status="found", finding="x", evidence=(kept,)), framework, NOW)
        risk = start_assessment(bench, "acme", "risk", framework, NOW).record.id
        answer = RiskAnswer(item="R4", values={"risk_tier": "low", "decision": "deploy"}, evidence=(shown,))
        save_risk_answer(bench, risk, answer, framework, NOW)
        graph = load_trace(catalogue, bench)
        falls = what_falls(graph, "dataset", "alpaca")
        assert falls.touched("system")["id"].to_list() == ["acme"]
        assert falls.touched("decision")["id"].to_list() == [risk]
        assert {social, risk} == set(falls.touched("assessment")["id"])
        assert f"{social}-b1-1" in falls.touched("answer")["id"].to_list()
        terms = what_falls(graph, "threshold", "eu-aiact-51-2")
        assert "own:tuned" in terms.touched("model")["id"].to_list()
        assert terms.touched("decision")["id"].to_list() == [risk]
        domain = what_falls(graph, "domain", "wikipedia.org")
        assert shown in domain.touched("evidence")["id"].to_list()
        way = path_between(graph, ("decision", risk), ("domain", "wikipedia.org"))
        assert way.relation == "rests_on"
        gone = graph.records.row(graph.number["dataset:gone"], named=True)
        assert not gone["recorded"]
        base = catalogue_rows(catalogue)
        assert with_own(base, bench).edges.height > base.edges.height
