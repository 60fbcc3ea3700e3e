"""What a policy does: its counts are those of the loaded datasets, and a preview names who moves."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.catalogue.vocabulary import USE_CLASSES
from governance.provenance.datasets import load_datasets
from governance.provenance.policies import POLICIES, Policy
from governance.provenance.policy_effects import policy_counts, policy_preview
from governance.records.documents import free_id


@pytest.mark.parametrize("snapshot", ["current", "2023-10-25"])
def test_counts_are_those_of_the_datasets(connection, snapshot):
    counts = {one.policy: one for one in policy_counts(connection, POLICIES.values(), snapshot)}
    for policy in (POLICIES["audit"], POLICIES["cautious"], POLICIES["any-host"]):
        frame = load_datasets(connection, snapshot, policy).frame
        mine = counts[policy.id]
        assert mine.n == frame.height == sum(mine.licence_use.values()) == sum(mine.effective_use.values())
        for name in ("licence_use", "effective_use"):
            counted = Counter(frame[name].to_list())
            assert getattr(mine, name) == {use: counted[use] for use in USE_CLASSES}


def test_preview_names_exactly_who_moves(connection):
    before, after = POLICIES["audit"], POLICIES["ignore-generated-terms"]
    shown = policy_preview(connection, before, after)
    old, new = (load_datasets(connection, policy=policy).frame.sort("id") for policy in (before, after))
    rows = zip(
        old["id"], old["licence_use"], new["licence_use"], old["effective_use"], new["effective_use"], strict=True
    )
    expected = {key: tuple(rest) for key, *rest in rows if rest[0] != rest[1] or rest[2] != rest[3]}
    assert {
        one.id: (one.own_before, one.own_after, one.effective_before, one.effective_after) for one in shown.moved
    } == expected
    assert shown.own_changed == sum(own != other for own, other, *_ in expected.values())
    assert shown.after.licence_use["commercial"] > shown.before.licence_use["commercial"]


def test_a_copy_moves_nobody(connection):
    copy = POLICIES["audit"].model_copy(update={"id": "copy", "title": "Copy"})
    shown = policy_preview(connection, POLICIES["audit"], copy)
    assert (shown.moved, shown.own_changed, shown.effective_changed) == ((), 0, 0)


def test_an_override_moves_only_datasets_that_state_it(connection):
    mine = Policy(id="mine", title="Mine", overrides={"No License": "noncommercial"})
    shown = policy_preview(connection, POLICIES["audit"], mine)
    stating = {
        row[0]
        for row in connection.execute(
            "SELECT dataset_id FROM dataset_licence "
            "WHERE snapshot = 'current' AND host = 'audit' AND licence_id = 'No License'"
        ).fetchall()
    }
    assert {one.id for one in shown.moved if one.own_before != one.own_after} <= stating
    assert shown.own_changed > 0


@given(st.text(max_size=300), st.sets(st.sampled_from(["own", "own-2", "audit", "a"])))
def test_any_title_gives_a_free_id(title, taken):
    key = free_id(title, taken)
    assert key not in taken
    assert Policy(id=key, title="x").id == key
