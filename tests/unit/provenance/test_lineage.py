"""Effective terms: the laws they keep, two other ways of working them out, and the paths that explain them."""

from __future__ import annotations

import itertools
from collections import defaultdict

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from governance.catalogue.selection import Selection
from governance.catalogue.vocabulary import USE_CLASSES
from governance.errors import NotFound
from governance.provenance.datasets import select_datasets
from governance.provenance.licences import STRENGTH
from governance.provenance.lineage import lineage, load_graph, short_licence
from governance.provenance.policies import POLICIES
from governance.provenance.propagate import path
from tests.unit.small import LICENCES

NAMES = [f"d{number}" for number in range(6)]
SNAPSHOTS = ("current", "2023-10-25")
CHECKED = ("audit", "ignore-generated-terms", "cautious")
licences = st.lists(st.sampled_from(sorted(LICENCES)), min_size=1, max_size=3)
owns = st.fixed_dictionaries(dict.fromkeys(NAMES, licences))
links = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from([*NAMES, "work:x"])), max_size=10)
policies = st.sampled_from(list(POLICIES.values()))
few = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(owns, links, policies)
@few
def test_effective_is_never_looser_than_own(small, own, edges, policy):
    small.fill(own, edges, ["work:x"])
    everything = small.effective(policy)
    for name in NAMES:
        number = everything.graph.number[name]
        assert everything.use[number] >= STRENGTH[everything.own[name].use]
        assert everything.attribution[number] >= everything.own[name].attribution
        assert everything.share_alike[number] >= everything.own[name].share_alike


@given(owns, links, st.tuples(st.sampled_from(NAMES), st.sampled_from([*NAMES, "work:x"])), policies)
@few
def test_another_parent_never_loosens(small, own, edges, extra, policy):
    small.fill(own, edges, ["work:x"])
    before = small.effective(policy)
    small.fill(own, [*edges, extra], ["work:x"])
    after = small.effective(policy)
    assert (after.use >= before.use).all()
    assert (after.attribution >= before.attribution).all()
    assert (after.share_alike >= before.share_alike).all()


@given(owns, links, policies, st.randoms())
@few
def test_the_order_of_parents_does_not_matter(small, own, edges, policy, random):
    small.fill(own, edges, ["work:x"])
    before = list(map(small.effective(policy).terms, NAMES))
    small.fill(own, random.sample(edges, len(edges)), ["work:x"])
    assert list(map(small.effective(policy).terms, NAMES)) == before


@given(owns, links, policies)
@few
def test_every_path_is_real_and_ends_where_it_is_decided(small, own, edges, policy):
    small.fill(own, edges, ["work:x"])
    everything = small.effective(policy)
    for name in NAMES:
        terms = everything.terms(name)
        assert terms.because[0] == name
        assert all(step in edges for step in itertools.pairwise(terms.because))
        last = everything.own.get(terms.because[-1])
        assert terms.use == (last.use if last else policy.missing_parent_as)
        assert terms.licence == (last.deciding if last else None)
        assert terms.reason


def test_strictness_comes_down_a_chain(small):
    small.fill({"a": ["MIT License"], "b": ["CC0 1.0"], "c": ["CC BY-NC-SA 4.0"]}, [("a", "b"), ("b", "c")])
    terms = small.effective(POLICIES["audit"]).terms("a")
    assert (terms.use, terms.attribution, terms.share_alike) == ("noncommercial", True, True)
    assert terms.because == ("a", "b", "c")
    assert terms.licence == "CC BY-NC-SA 4.0"
    assert terms.reason == "licence CC BY-NC-SA 4.0 at c, via parent b"


def test_ties_are_decided_near_and_own_terms_before_a_parents(small):
    small.fill(
        {"a": ["MIT License"], "b": ["Various"], "c": ["Various"], "d": ["Various"]},
        [("a", "b"), ("b", "c"), ("a", "d")],
    )
    everything = small.effective(POLICIES["audit"])
    assert everything.terms("a").because == ("a", "b")
    assert everything.terms("b").because == ("b",)


@pytest.mark.parametrize(
    "edges",
    [
        pytest.param([("a", "a")], id="self"),
        pytest.param([("a", "b"), ("b", "a")], id="pair"),
        pytest.param([("a", "b"), ("b", "c"), ("c", "a"), ("c", "c")], id="triangle-with-loop"),
    ],
)
@pytest.mark.parametrize("policy", list(POLICIES.values()), ids=list(POLICIES))
def test_cycles_end(small, edges, policy):
    small.fill({"a": ["MIT License"], "b": ["MIT License"], "c": ["MIT License"]}, edges)
    everything = small.effective(policy)
    assert everything.use.tolist() == [STRENGTH["commercial"]] * 3
    for direction in ("up", "down", "both"):
        found = lineage(small.connection, "a", policy=policy, direction=direction)
        assert {node.id for node in found.nodes} == {"a", *(node for edge in edges for node in edge)}
        assert len(found.edges) == len(edges)
        assert len({node.id for node in found.nodes}) == len(found.nodes)


def test_terms_of_a_whole_cycle_reach_all_of_it(small):
    small.fill({"a": ["MIT License"], "b": ["Various"], "c": ["MIT License"]}, [("a", "b"), ("b", "c"), ("c", "a")])
    assert small.effective(POLICIES["audit"]).use.tolist() == [STRENGTH["academic_only"]] * 3


def test_missing_parents_bind_only_under_a_policy_that_says_so(small):
    small.fill({"a": ["MIT License"], "b": ["MIT License"]}, [("a", "work:x"), ("b", "a")], ["work:x"])
    assert small.effective(POLICIES["audit"]).terms("b").use == "commercial"
    cautious = small.effective(POLICIES["cautious"]).terms("b")
    assert (cautious.use, cautious.because, cautious.licence) == ("academic_only", ("b", "a", "work:x"), None)
    assert "terms that nobody recorded" in cautious.reason
    assert lineage(small.connection, "b").missing_parents == 1


def test_terms_of_models_bind_only_under_a_policy_that_says_so(small):
    small.fill({"a": ["MIT License"]}, [("a", "model:M")], models={"model:M": "OpenAI"})
    assert small.effective(POLICIES["audit"]).terms("a").use == "commercial"
    terms = small.effective(POLICIES["cautious"]).terms("a")
    assert (terms.use, terms.licence, terms.because) == ("noncommercial", "OpenAI", ("a", "model:M"))
    ignoring = POLICIES["cautious"].model_copy(update={"ignored_licences": ("OpenAI",)})
    assert small.effective(ignoring).terms("a").use == "commercial"


def test_an_empty_catalogue_has_no_lineage(small):
    small.fill({})
    assert small.effective(POLICIES["audit"]).use.size == 0
    with pytest.raises(NotFound):
        lineage(small.connection, "a")


def test_depth_and_direction(small):
    small.fill({name: ["MIT License"] for name in "abcd"}, [("a", "b"), ("b", "c"), ("d", "a")])
    levels = {node.id: node.level for node in lineage(small.connection, "a").nodes}
    assert levels == {"a": 0, "b": -1, "c": -2, "d": 1}
    assert {node.id for node in lineage(small.connection, "a", depth=1).nodes} == {"a", "b", "d"}
    assert {node.id for node in lineage(small.connection, "a", depth=0).nodes} == {"a"}
    assert {node.id for node in lineage(small.connection, "a", direction="up").nodes} == {"a", "b", "c"}
    assert {node.id for node in lineage(small.connection, "a", direction="down").nodes} == {"a", "d"}


def test_depth_limits_what_is_shown_and_never_the_verdict(small):
    small.fill({"a": ["MIT License"], "b": ["MIT License"], "c": ["Various"]}, [("a", "b"), ("b", "c")])
    shallow = lineage(small.connection, "a", depth=0)
    assert shallow.effective.use == "academic_only"


def test_conflicts_come_from_anywhere_behind_and_not_from_children(small):
    small.fill(
        {"a": ["MIT License"], "b": ["CC BY-SA 4.0"], "c": ["CC BY-NC 4.0"], "d": ["CC BY-NC-SA 4.0"]},
        [("a", "b"), ("b", "c"), ("d", "a")],
    )
    assert [one.kind for one in lineage(small.connection, "a").conflicts] == ["share_alike_against_restricted"]
    assert lineage(small.connection, "c").conflicts == ()
    kinds = [one.kind for one in lineage(small.connection, "d").conflicts]
    assert sorted(kinds) == ["share_alike_against_restricted", "share_alike_pair"]


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "x" * 10_000, "\u202eabc", "a'b\"c", "=HYPERLINK(1)", "", "%"]
)
def test_a_hostile_id_is_just_not_found(catalogue, name):
    with pytest.raises(NotFound) as caught:
        lineage(catalogue, name)
    assert len(caught.value.what) < 400


def test_a_misspelt_id_names_the_right_one(catalogue):
    with pytest.raises(NotFound) as caught:
        lineage(catalogue, "pii-masking-200")
    assert "pii-masking-200k" in caught.value.fix


def test_custom_terms_are_shown_by_their_address():
    assert short_licence("custom:https://example.org/a") == "custom terms (https://example.org/a)"


def raw(connection, snapshot: str, policy) -> tuple[dict, dict, set, dict]:
    """Fetch plain rows: own classes and flags, parents of each node, missing works, terms of models."""
    licence = {
        row[0]: row[1:]
        for row in connection.execute(
            """
            SELECT id, use, coalesce(attribution, true), coalesce(share_alike, true), known, kind
            FROM licence WHERE snapshot = ?
            """,
            [snapshot],
        ).fetchall()
    }
    own = {row[0]: [] for row in connection.execute("SELECT id FROM dataset WHERE snapshot = ?", [snapshot]).fetchall()}
    for dataset, key in connection.execute(
        "SELECT dataset_id, licence_id FROM dataset_licence WHERE snapshot = ? AND host = 'audit'", [snapshot]
    ).fetchall():
        if key not in policy.ignored_licences:
            own[dataset].append(licence[key])
    parents = defaultdict(set)
    for child, parent in connection.execute(
        "SELECT child, parent FROM derivation WHERE snapshot = ?", [snapshot]
    ).fetchall():
        parents[child].add(parent)
    missing = {
        row[0]
        for row in connection.execute(
            "SELECT id FROM node WHERE snapshot = ? AND kind = 'work' AND NOT recorded", [snapshot]
        ).fetchall()
    }
    terms = dict(
        connection.execute("SELECT subject_id, object_id FROM link WHERE predicate = 'under_terms'").fetchall()
    )
    unknown = ("academic_only", True, True)
    return own, parents, missing, {model: licence.get(key, unknown) for model, key in terms.items()}


def walked(connection, snapshot: str, policy) -> dict[str, tuple[str, bool, bool]]:
    """Work out effective terms by walking every dataset's ancestors with plain sets."""
    own, parents, missing, terms = raw(connection, snapshot, policy)
    found = {}
    for dataset in own:
        seen, todo = {dataset}, [dataset]
        while todo:
            for parent in parents.get(todo.pop(), ()):
                if parent not in seen:
                    seen.add(parent)
                    todo.append(parent)
        use, credit, alike = 0, False, False
        for node in seen:
            stated = own.get(node)
            if stated == []:
                use = max(use, STRENGTH[policy.unspecified_as])
            for one, attribution, share_alike, known, kind in stated or ():
                one = policy.unspecified_as if kind == "none_stated" else one if known else policy.unknown_as
                use, credit, alike = max(use, STRENGTH[one]), credit or attribution, alike or share_alike
            if policy.missing_parent_as and node in missing:
                use = max(use, STRENGTH[policy.missing_parent_as])
            if policy.model_terms and node in terms:
                one, attribution, share_alike = terms[node][:3]
                use, credit, alike = max(use, STRENGTH[one]), credit or attribution, alike or share_alike
        found[dataset] = USE_CLASSES[use], credit, alike
    return found


BY_SQL = """
WITH RECURSIVE behind AS (
    SELECT id AS dataset, id AS node FROM dataset WHERE snapshot = $snapshot
    UNION
    SELECT b.dataset, d.parent FROM behind AS b JOIN derivation AS d ON d.child = b.node AND d.snapshot = $snapshot
), strength AS (
    SELECT s.dataset_id AS node,
           list_position($classes, CASE WHEN l.kind = 'none_stated' THEN $unspecified
                                        WHEN l.known THEN l.use ELSE $unknown END) AS use,
           coalesce(l.attribution, true) AS attribution, coalesce(l.share_alike, true) AS share_alike
    FROM dataset_licence AS s JOIN licence AS l ON l.snapshot = s.snapshot AND l.id = s.licence_id
    WHERE s.snapshot = $snapshot AND s.host = 'audit' AND NOT list_contains($ignored, l.id)
    UNION ALL
    SELECT d.id, list_position($classes, $unspecified), false, false FROM dataset AS d
    WHERE d.snapshot = $snapshot AND NOT EXISTS (
        FROM dataset_licence AS s WHERE s.snapshot = d.snapshot AND s.dataset_id = d.id AND s.host = 'audit'
        AND NOT list_contains($ignored, s.licence_id))
    UNION ALL
    SELECT n.id, list_position($classes, $missing), false, false FROM node AS n
    WHERE n.snapshot = $snapshot AND n.kind = 'work' AND NOT n.recorded AND $missing IS NOT NULL
    UNION ALL
    SELECT k.subject_id, list_position($classes, coalesce(l.use, 'academic_only')),
           l.attribution IS DISTINCT FROM false, l.share_alike IS DISTINCT FROM false
    FROM link AS k LEFT JOIN licence AS l ON l.snapshot = $snapshot AND l.id = k.object_id
    WHERE k.predicate = 'under_terms' AND $models
)
SELECT b.dataset, $classes[max(s.use)], bool_or(s.attribution), bool_or(s.share_alike)
FROM behind AS b JOIN strength AS s ON s.node = b.node GROUP BY b.dataset
"""


@pytest.mark.parametrize("policy", CHECKED)
@pytest.mark.parametrize("snapshot", SNAPSHOTS)
def test_two_other_routes_agree_on_every_record(catalogue, datasets_of, snapshot, policy):
    rule = POLICIES[policy]
    columns = ("id", "effective_use", "effective_attribution", "effective_share_alike")
    frame = datasets_of(snapshot, policy).frame.select(columns)
    found = {row[0]: row[1:] for row in frame.iter_rows()}
    asked = {
        "snapshot": snapshot,
        "classes": list(USE_CLASSES),
        "unspecified": rule.unspecified_as,
        "unknown": rule.unknown_as,
        "ignored": list(rule.ignored_licences) or ["nothing"],
        "missing": rule.missing_parent_as,
        "models": rule.model_terms,
    }
    by_sql = {row[0]: row[1:] for row in catalogue.execute(BY_SQL, asked).fetchall()}
    assert len(found) == (1858 if snapshot != "current" else 2511)
    assert found == by_sql
    assert found == walked(catalogue, snapshot, rule)


@pytest.mark.parametrize("policy", CHECKED)
@pytest.mark.parametrize("snapshot", SNAPSHOTS)
def test_every_recorded_path_is_in_the_graph_and_ends_at_the_deciding_class(catalogue, datasets_of, snapshot, policy):
    rule = POLICIES[policy]
    own, parents, missing, terms = raw(catalogue, snapshot, rule)
    datasets = datasets_of(snapshot, policy)
    for dataset, use, licence, because in (
        select_datasets(datasets, Selection())
        .frame.select("id", "effective_use", "deciding_licence", "because")
        .iter_rows()
    ):
        assert because[0] == dataset
        assert all(parent in parents[child] for child, parent in itertools.pairwise(because))
        last = because[-1]
        if last in own:
            assert datasets.effective.own[last].use == use
            assert datasets.effective.own[last].deciding == licence
        elif last in terms:
            assert terms[last][0] == use
        elif last in missing:
            assert (rule.missing_parent_as, licence) == (use, None)
        else:
            assert use == "commercial"


def test_lineage_tells_the_same_as_the_table(catalogue, datasets_of):
    datasets = datasets_of()
    frame = select_datasets(datasets, Selection()).frame
    changed = frame.filter((frame["licence_use"] == "commercial") & (frame["effective_use"] != "commercial"))
    assert changed.height > 0
    for row in changed.head(20).iter_rows(named=True):
        found = lineage(catalogue, row["id"], known=datasets.effective)
        assert (found.effective.use, list(found.effective.because)) == (row["effective_use"], row["because"])
        shown = {node.id: node for node in found.nodes}
        assert shown[row["id"]].own_use == "commercial"
        assert shown[row["id"]].effective_use == row["effective_use"]
        assert all(step in shown for step in row["because"])


@pytest.mark.parametrize("policy", list(POLICIES))
@pytest.mark.parametrize("snapshot", SNAPSHOTS)
def test_reasons_made_together_are_those_spelt_out_one_by_one(datasets_of, snapshot, policy):
    everything = datasets_of(snapshot, policy).effective
    graph = everything.graph
    frame = select_datasets(datasets_of(snapshot, policy), Selection(snapshot=snapshot, policy=policy)).frame
    for dataset, because, licence, reason in frame.select("id", "because", "deciding_licence", "reason").iter_rows():
        steps = path(everything.via, graph.number[dataset])
        assert because == [graph.ids[step] for step in steps]
        *_, last = labels = [graph.labels[step] for step in steps]
        lost = POLICIES[policy].missing_parent_as and not graph.recorded[steps[-1]]
        none = "terms that nobody recorded" if lost else "no licence stated"
        what = f"licence {short_licence(licence)}" if licence else none
        between = f", via parent {' → '.join(labels[1:-1])}" if len(labels) > 2 else ""
        assert reason == (f"{what} at its parent {last}" if len(labels) == 2 else f"{what} at {last}{between}")


@pytest.mark.parametrize("snapshot", SNAPSHOTS)
def test_the_graph_holds_every_edge_of_the_facts(catalogue, snapshot):
    graph = load_graph(catalogue, snapshot)
    edges = catalogue.execute("SELECT count(*) FROM derivation WHERE snapshot = ?", [snapshot]).fetchone()[0]
    nodes = catalogue.execute("SELECT count(*) FROM node WHERE snapshot = ?", [snapshot]).fetchone()[0]
    assert (len(graph.ids), graph.child.size) == (nodes, edges)
