"""The verbs of claims: the ledger's rows, what is computed again, and errors on one line."""

from __future__ import annotations

from dataclasses import replace

import pytest

from governance.research.replications import registry
from governance.research.replications.registry import registered

KEYS = {"id", "published", "computed", "status", "n", "method", "data_version", "reason"}


def test_claims_are_listed_and_narrowed(touchstone):
    answer = touchstone("claims", "--json").json
    assert answer["total"] == len(answer["rows"]) == sum(answer["statuses"].values()) == 226
    assert set(answer["rows"][0]) >= KEYS
    differs = touchstone("claims", "--status", "differs", "--paper", "prompt-prioritization", "--json").json
    assert [one["id"] for one in differs["rows"]] == ["prompt-prioritization/tie_cut"]
    assert "≥" not in touchstone("claims", "--paper", "mmteb").text
    assert "reproduced" in touchstone("claims", "--paper", "mmteb", "--kind", "numeric").text
    named = touchstone("claims", "--text", "Elo RUN volatile", "--json").json
    assert [one["id"] for one in named["rows"]] == ["elo-uncovered/volatility"]


def test_a_computed_value_has_its_unit_and_a_claim_without_a_number_is_not_unknown(touchstone):
    line = touchstone("claims", "--text", "elo-uncovered/axioms_fail").text.splitlines()[2]
    assert [cell.strip() for cell in line.split("│")][1:5] == ["no number", "0.3322", "", "%"]


def test_replicate(touchstone):
    answer = touchstone("replicate", "mmteb/tasks", "ai-biorisk/threat_models", "--json").json
    assert answer["computed"] == ["mmteb/tasks", "ai-biorisk/threat_models"]
    assert KEYS - {"id"} <= set(answer["rows"][0])
    assert answer["changes"] == []
    assert "mmteb/tasks" in touchstone("replicate", "mmteb/tasks").text


def test_a_failed_replication_is_told_behind_the_others(touchstone, monkeypatch):
    entry = replace(registered()["mmteb/tasks"], function=lambda connection: 1 / 0)
    monkeypatch.setitem(registry._REGISTERED, "mmteb/tasks", entry)
    answer = touchstone("replicate", "mmteb/tasks", "ai-biorisk/threat_models", "--json")
    assert answer.code == 2
    assert [one["claim_id"] for one in answer.json["rows"]] == ["ai-biorisk/threat_models"]
    assert answer.json["failed"] == [{"claim_id": "mmteb/tasks", "what": "ZeroDivisionError: division by zero"}]
    assert "1 of 2 replications failed" in answer.err.splitlines()[-1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(("claims", "--status", "sure"), "'sure' is not known", id="status"),
        pytest.param(("claims", "--paper", "nobody"), "'nobody' is not known", id="paper"),
        pytest.param(("claims", "--unit", "votes"), "'votes' is not known", id="unit"),
        pytest.param(("replicate",), "name claims, or ask for all", id="nothing"),
        pytest.param(("replicate", "mmteb/tasks", "--all"), "name claims, or ask for all", id="both"),
        pytest.param(("replicate", "nobody/nothing"), "there is no claim", id="no-claim"),
        pytest.param(("replicate", "mmteb/task"), "did you mean mmteb/tasks", id="nearest"),
        pytest.param(("replicate", "aya-dataset/resources"), "nothing computes", id="not-computable"),
    ],
)
def test_errors_on_one_line(touchstone, words, said):
    answer = touchstone(*words)
    assert answer.code == 2
    assert said in answer.err
    assert answer.err.count("\n") == 1
