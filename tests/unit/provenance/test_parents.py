"""A parent as written meets its node: surest match first, and never the record that names it."""

from __future__ import annotations

import time
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.provenance.parents import Candidate, Decision, Parent, Resolver, commonest, parent_key, work_id


def record(key: str, name: str | None = None, **more) -> Candidate:
    fields = {"stated_id": key, "collection_id": "Letters", "huggingface_id": None, "github": None, "parents": ()}
    return Candidate(id=key, name=name or key, **{**fields, **more})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SNLI", "snli"),
        ("Story-Cloze dataset (Mostafazadeh et al., 2016)", "StoryCloze"),
        ("The Pile", "pile"),
        ("https://www.Example.org/Data/", "http://example.org/Data"),
    ],
)
def test_spellings_that_meet(one, other):
    assert parent_key(one) == parent_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("SNLI", "MNLI"), ("WMT14", "WMT16"), ("dataset", "corpus"), ("C4", "C 4.1"), ("データ", "語料")]
)
def test_spellings_that_do_not(one, other):
    assert parent_key(one) != parent_key(other)


@given(st.text(max_size=60))
def test_a_key_is_stable_and_never_lost(name):
    key = parent_key(name)
    assert parent_key(name.upper().lower()) == parent_key(name.upper().lower())
    assert work_id(name) == f"work:{key}"


@pytest.mark.parametrize(
    "name", ["(" * 10_000, "a (" * 5_000, " " * 10_000 + "(", "the " * 5_000, "x" * 100_000, "(a" + " " * 10_000]
)
def test_long_names_take_no_time(name):
    started = time.perf_counter()
    parent_key(name)
    assert time.perf_counter() - started < 2


def test_matches_from_sure_to_unsure():
    records = [
        record("hub", huggingface_id="letters/Alpha"),
        record("code", github="letters/beta"),
        record("Gamma"),
        record("d1", "Delta Set"),
        record("e1", "Epsilon-Corpus"),
        record("f1", collection_id="Zeta Collection"),
    ]
    resolver = Resolver.of(records, [Decision("Omega", "d1", True), Decision("Wiki", "source:wikipedia.org", True)])
    expected = {
        "https://huggingface.co/datasets/letters/alpha": Parent("hub", "dataset", "hub_id"),
        "https://github.com/Letters/Beta": Parent("code", "dataset", "code_url"),
        "gamma": Parent("Gamma", "dataset", "id"),
        "delta set": Parent("d1", "dataset", "name"),
        "epsilon": Parent("e1", "dataset", "normalised_name"),
        "zeta": Parent("collection:Zeta Collection", "collection", "collection"),
        "omega": Parent("d1", "dataset", "stated"),
        "WIKI": Parent("source:wikipedia.org", "text_source", "stated"),
        "Nobody's": Parent("work:nobodys", "work", "stated"),
    }
    assert {stated: resolver.resolve(stated) for stated in expected} == expected


def test_a_folder_of_a_repository_is_not_the_repository():
    resolver = Resolver.of([record("code", github="letters/beta")], [])
    assert resolver.resolve("https://github.com/letters/beta/tree/main/data").kind == "work"


def test_several_records_make_a_work_with_members():
    resolver = Resolver.of([record("b", "Alpha"), record("a", "Alpha")], [])
    assert resolver.resolve("alpha") == Parent("work:alpha", "work", "name", ("a", "b"))


def test_a_record_that_names_the_same_parent_is_a_derivative():
    resolver = Resolver.of([record("alpha-qa", "Alpha", parents=("alpha",))], [])
    assert resolver.resolve("Alpha") == Parent("work:alpha", "work", "stated")


def test_a_decision_that_two_are_not_the_same_is_kept():
    resolver = Resolver.of([record("slice", "Wikipedia")], [Decision("wikipedia", "slice", False)])
    assert resolver.resolve("Wikipedia").node_id == "work:wikipedia"


@given(st.text(max_size=40), st.lists(st.text(min_size=1, max_size=12), max_size=5, unique=True))
def test_anything_resolves_to_some_node(stated, names):
    resolver = Resolver.of([record(name) for name in names], [])
    parent = resolver.resolve(stated)
    assert parent.node_id in names or parent.node_id.startswith(("work:", "collection:"))


def test_the_commonest_spelling_wins_and_ties_are_fixed():
    assert commonest(Counter(["b", "a", "b"])) == "b"
    assert commonest(Counter(["b", "a"])) == commonest(Counter(["a", "b"])) == "a"


@pytest.mark.parametrize("snapshot", ["current", "2023-10-25"])
def test_every_edge_of_the_shipped_facts_has_both_ends(catalogue, snapshot):
    loose = catalogue.execute(
        """
        SELECT count(*) FROM derivation AS d WHERE d.snapshot = ? AND (
            NOT EXISTS (FROM node AS n WHERE n.snapshot = d.snapshot AND n.id = d.child)
            OR NOT EXISTS (FROM node AS n WHERE n.snapshot = d.snapshot AND n.id = d.parent))
        """,
        [snapshot],
    ).fetchone()[0]
    assert loose == 0


def test_no_two_named_parents_differ_only_in_spelling(catalogue):
    ids = [
        row[0]
        for row in catalogue.execute("SELECT id FROM node WHERE snapshot = 'current' AND kind = 'work'").fetchall()
    ]
    assert len(ids) > 100
    keys = Counter(parent_key(one.removeprefix("work:")) for one in ids)
    assert [key for key, n in keys.items() if n > 1] == []
