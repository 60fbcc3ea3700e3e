"""Policies as data: the shipped ones, and a user's own."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from governance.errors import BadInput, NotAllowed, NotFound
from governance.provenance.own_policies import find_policy, own_policies, read_policy, remove_policy, save_policy
from governance.provenance.policies import POLICIES, Policy, policy_of
from governance.records.store import open_workbench

NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
MINE = Policy(id="mine", title="Mine", ignored_licences=("OpenAI",), overrides={"MIT": "academic_only"})


@pytest.fixture
def workbench(tmp_path):
    with open_workbench(tmp_path) as opened:
        yield opened


def test_shipped_policies_are_named_by_their_id_and_explained():
    assert set(POLICIES) == {"audit", "ignore-generated-terms", "cautious", "any-host", "all-hosts"}
    for key, policy in POLICIES.items():
        assert policy.id == key
        assert policy.title
        assert policy.help.endswith(".")
        assert Policy.model_validate_json(policy.model_dump_json()) == policy


def test_the_audit_rule_keeps_the_published_defaults():
    audit = POLICIES["audit"]
    assert (audit.unspecified_as, audit.unknown_as, audit.hosts) == ("unspecified", "academic_only", ("audit",))
    assert (audit.missing_parent_as, audit.model_terms, audit.ignored_licences, audit.overrides) == (
        None,
        False,
        (),
        {},
    )


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(None, id="null"),
        pytest.param([], id="list"),
        pytest.param({}, id="empty"),
        pytest.param({"id": "mine"}, id="no-title"),
        pytest.param({"id": "../etc", "title": "x"}, id="path-as-id"),
        pytest.param({"id": "MINE", "title": "x"}, id="capitals"),
        pytest.param({"id": "a" * 61, "title": "x"}, id="long-id"),
        pytest.param({"id": "mine\n", "title": "x"}, id="newline-in-id"),
        pytest.param({"id": "mine", "title": ""}, id="empty-title"),
        pytest.param({"id": "mine", "title": "x" * 10_000}, id="long-title"),
        pytest.param({"id": "mine", "title": "x", "unspecified_as": "free"}, id="no-class"),
        pytest.param({"id": "mine", "title": "x", "hosts": ["gitlab"]}, id="no-host"),
        pytest.param({"id": "mine", "title": "x", "overrides": {"MIT": "free"}}, id="override-no-class"),
        pytest.param({"id": "mine", "title": "x", "lenient": True}, id="unknown-field"),
    ],
)
def test_a_wrong_policy_is_refused_with_its_field(data):
    with pytest.raises(BadInput) as caught:
        read_policy(data)
    assert caught.value.where.startswith("policy, ")
    assert "\n" not in caught.value.what


def test_a_policy_without_hosts_is_refused():
    with pytest.raises(BadInput):
        read_policy({"id": "mine", "title": "x", "hosts": []})


def test_own_policies_are_kept_changed_found_and_removed(workbench):
    save_policy(workbench, MINE, NOW)
    assert own_policies(workbench) == {"mine": MINE}
    changed = MINE.model_copy(update={"unspecified_as": "commercial"})
    save_policy(workbench, changed, NOW)
    assert find_policy(workbench, "mine") == changed
    assert find_policy(workbench, "audit") == POLICIES["audit"]
    remove_policy(workbench, "mine")
    assert own_policies(workbench) == {}
    with pytest.raises(NotFound):
        find_policy(workbench, "mine")


def test_shipped_policies_cannot_be_changed_or_removed(workbench):
    with pytest.raises(NotAllowed):
        save_policy(workbench, POLICIES["audit"].model_copy(update={"title": "Mine"}), NOW)
    with pytest.raises(NotAllowed):
        remove_policy(workbench, "audit")
    with pytest.raises(NotFound):
        remove_policy(workbench, "nobodys")


def test_an_unknown_policy_names_the_known_ones():
    with pytest.raises(NotFound) as caught:
        policy_of("lenient", {"mine": MINE})
    assert all(name in caught.value.fix for name in [*POLICIES, "mine"])
