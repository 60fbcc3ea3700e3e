"""A dataset's card holds what the tables hold, each fact with its source."""

from __future__ import annotations

import polars as pl
import pytest

from governance.errors import NotFound
from governance.provenance.card import dataset_card
from governance.provenance.lineage import lineage
from governance.provenance.policies import POLICIES

SAMPLE = ("pii-masking-200k", "pii-masking-200k~2", "10k Prompt Ranked", "1111-hours-hindi-asr-challenge", "100doh")


@pytest.mark.parametrize("dataset_id", SAMPLE)
def test_a_card_agrees_with_the_table(catalogue, datasets_of, dataset_id):
    datasets = datasets_of()
    card = dataset_card(catalogue, dataset_id, known=datasets.effective)
    row = datasets.frame.row(by_predicate=pl.col("id") == dataset_id, named=True)
    assert (card.id, card.name, card.licence_use, card.effective.use) == (
        dataset_id,
        row["name"],
        row["licence_use"],
        row["effective_use"],
    )
    facts = {fact.field: fact for fact in card.facts}
    assert facts["hours"].values == (() if row["hours"] is None else (row["hours"],))
    assert facts["year"].values == (() if row["year"] is None else (row["year"],))
    assert len(facts["language"].values if "language" in facts else ()) == len(row["language"])
    assert all(fact.source == "dpi" for fact in card.facts)
    assert [one.licence_id for one in card.licences if one.host == "audit"] == row["licences"]
    assert len({node.id for node in card.parents}) == len(card.parents)
    assert dataset_id not in {node.id for node in (*card.parents, *card.children)}
    assert all(link.startswith(("http://", "https://")) for link in card.links.values())


def test_parents_and_children_are_the_neighbours_in_the_lineage(catalogue, datasets_of):
    datasets = datasets_of()
    busiest = datasets.frame.sort("parents", descending=True)["id"][:5].to_list()
    for dataset_id in busiest:
        card = dataset_card(catalogue, dataset_id, known=datasets.effective)
        near = lineage(catalogue, dataset_id, depth=1, known=datasets.effective)
        assert {node.id for node in card.parents} == {
            edge.parent for edge in near.edges if edge.child == dataset_id
        } - {dataset_id}
        assert {node.id for node in card.children} == {
            edge.child for edge in near.edges if edge.parent == dataset_id
        } - {dataset_id}


def test_a_repeated_identifier_is_noted_on_both_cards(catalogue, datasets_of):
    for dataset_id in SAMPLE[:2]:
        card = dataset_card(catalogue, dataset_id, known=datasets_of().effective)
        assert card.stated_id == "pii-masking-200k"
        assert any(note.startswith("repeated id") for note in card.notes)


def test_metrics_keep_their_months_apart(catalogue, datasets_of):
    card = dataset_card(catalogue, "10k Prompt Ranked", known=datasets_of().effective)
    pairs = [(metric.metric, metric.month) for metric in card.metrics]
    assert pairs
    assert len(set(pairs)) == len(pairs)


def test_a_card_knows_its_other_snapshot(catalogue, datasets_of):
    shared = set(datasets_of().frame["id"]) & set(datasets_of("2023-10-25").frame["id"])
    card = dataset_card(catalogue, min(shared), snapshot="2023-10-25", known=datasets_of("2023-10-25").effective)
    assert card.other_snapshots == ("current",)
    assert card.snapshot == "2023-10-25"


def test_the_policy_changes_the_card(catalogue, datasets_of):
    frame = datasets_of().frame.filter(
        pl.col("licences").list.contains("OpenAI") & (pl.col("licences").list.len() == 1)
    )
    dataset_id = frame["id"][0]
    policy = POLICIES["ignore-generated-terms"]
    assert dataset_card(catalogue, dataset_id).licence_use == "noncommercial"
    assert dataset_card(catalogue, dataset_id, policy=policy).licence_use == "unspecified"


@pytest.mark.parametrize(
    "dataset_id", ["", "nobody", "collection:Flan", "<script>", "x" * 10_000, "model:OpenAI GPT-4"]
)
def test_what_is_no_dataset_is_not_found(catalogue, datasets_of, dataset_id):
    with pytest.raises(NotFound):
        dataset_card(catalogue, dataset_id, known=datasets_of().effective)


def test_every_dataset_has_a_card(catalogue, datasets_of):
    for snapshot in ("current", "2023-10-25"):
        datasets = datasets_of(snapshot)
        for dataset_id in datasets.frame["id"].to_list()[::97]:
            card = dataset_card(catalogue, dataset_id, snapshot=snapshot, known=datasets.effective)
            assert card.id == dataset_id
            assert type(card).model_validate_json(card.model_dump_json()) == card
