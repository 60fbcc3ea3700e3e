"""Own counting rules: kept with their versions, and judged by in place of the texts' own."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from governance.compute.own_rules import delete_rule, find_rule, get_rule, own_rules, save_rule, with_own_rule
from governance.compute.rules import CountingRule, RulePart, read_rule
from governance.compute.scenario import assess_scenario
from governance.errors import BadInput, NotAllowed, NotFound
from governance.records.store import open_workbench
from tests.unit.compute.law import TODAY, chain, law, run

NOW = datetime(2026, 1, 2, tzinfo=UTC)
EU, THIRD, SHIPPED = "eu-aiact-51-2", "eu-gpai-one-third", {"eu_cumulative", "sb53"}


def own(key="mine", basis="cumulative", **counts):
    parts = tuple(
        RulePart(part=part, counts=yes, paragraph="1", reason="", evidence="recalled") for part, yes in counts.items()
    )
    return CountingRule(id=key, title="Mine <b>", basis=basis, parts=parts)


def judged(history, rule):
    instruments, rules = with_own_rule(*law(), rule)
    return assess_scenario(history, instruments, rules, TODAY, 4096, 1)


@pytest.fixture
def workbench(tmp_path):
    with open_workbench(tmp_path, NOW) as connection:
        yield connection


@pytest.mark.parametrize("key", ["mine", "my_rule-2"])
def test_rules_come_back_as_saved_with_their_versions(workbench, key):
    first, second = own(key, own_training=True), own(key, "per_run", own_training=False)
    assert save_rule(workbench, first, SHIPPED, NOW) == first
    save_rule(workbench, second, SHIPPED, NOW)
    assert own_rules(workbench) == (second,)
    assert (get_rule(workbench, key, 1), get_rule(workbench, key)) == (first, second)
    assert find_rule(workbench, law()[1], key) == second
    assert find_rule(workbench, law()[1], "sb53").id == "sb53"
    delete_rule(workbench, key)
    for use in (get_rule, delete_rule, lambda bench, name: find_rule(bench, law()[1], name)):
        with pytest.raises(NotFound):
            use(workbench, key)


def test_a_shipped_rule_is_not_replaced(workbench):
    with pytest.raises(NotAllowed, match="sb53"):
        save_rule(workbench, own("sb53"), SHIPPED, NOW)
    with pytest.raises(BadInput, match="shipped rule"):
        with_own_rule(*law(), own("sb53"))
    assert own_rules(workbench) == ()


def test_a_part_given_twice_is_not_saved(workbench):
    rule = own(own_training=True)
    with pytest.raises(BadInput, match="given twice"):
        save_rule(workbench, rule.model_copy(update={"parts": rule.parts * 2}), SHIPPED, NOW)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        pytest.param({"basis": "guess"}, "basis", id="basis"),
        pytest.param({"id": "Not An Id"}, "id", id="id"),
        pytest.param({"parts": [{"part": "nothing"}]}, "parts", id="part"),
        pytest.param({"colour": "red"}, "colour", id="unknown"),
    ],
)
def test_bad_rules_are_refused(change, word):
    with pytest.raises(BadInput) as refused:
        read_rule(json.dumps({**own().model_dump(mode="json"), **change}))
    assert word in refused.value.where


def test_an_own_rule_decides_what_counts():
    history = chain(run("base", "2e25", developer="A"), run("tune", "1e24", developer="B", kind="finetuning"))
    everything = judged(history, own(own_training=True, initialised_from=True, modification_same_developer=True)).of(EU)
    own_work = judged(history, own(own_training=True, initialised_from=False, modification_same_developer=True)).of(EU)
    assert (everything.verdict, everything.total.median) == ("exceeds", pytest.approx(2.1e25))
    assert (own_work.verdict, own_work.total.median) == ("below", pytest.approx(1e24))
    assert [one.run for one in own_work.not_counted] == ["base"]
    assert everything.counting_rule == "mine"


def test_a_rule_on_models_leaves_modifications_and_sums_of_nothing_alone():
    instruments, rules = with_own_rule(*law(), own())
    for before, after in zip(law()[0], instruments, strict=True):
        mine = before.subject == "model" and before.counting_rule
        assert after.counting_rule == ("mine" if mine else before.counting_rule)
    assert rules[:-1] == law()[1]


def test_a_rule_on_modifications_changes_the_ratio():
    history = chain(run("base", "3e24", developer="A"), run("tune", "2e24", developer="B", kind="finetuning"))
    counts = {"own_training": True, "modification_same_developer": True}
    with_all = judged(history, own(basis="modification", **counts))
    with_none = judged(history, own(basis="modification", own_training=False, modification_same_developer=False))
    assert with_all.modification.to_original.median == pytest.approx(2 / 3)
    assert with_all.of(THIRD).counting_rule == "mine"
    assert with_all.of(EU).counting_rule == "eu_cumulative"
    assert with_none.modification.to_original is None
    assert [one.run for one in with_none.of(THIRD).counted] == []


def test_a_shipped_rule_may_be_used_for_all():
    shipped = next(one for one in law()[1] if one.id == "us_orders")
    assert {one.counting_rule for one in judged(chain(run("a")), shipped).instruments if one.subject == "model"} == {
        "us_orders"
    }
