"""Training histories: what is read, what comes back the same, and what is refused."""

from __future__ import annotations

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from governance.compute.history import MAX_RUNS
from governance.compute.history_files import from_query, quick_history, read_history, to_query, write_history
from governance.compute.legal_vocabulary import FACTS, INPUTS
from governance.errors import BadInput
from tests.unit.compute.law import WORKED, chain, histories, run, worked


@given(histories())
def test_json_and_yaml_come_back_the_same(history):
    text = write_history(history)
    assert read_history(text) == history
    assert read_history(yaml.safe_dump(json.loads(text), allow_unicode=True)) == history


@given(
    st.fixed_dictionaries(
        {}, optional={name: st.sampled_from(["1.5", "1 to 2", "triangular(1, 1.1, 2)"]) for name in list(INPUTS)[4:6]}
    ),
    st.fixed_dictionaries({}, optional={name: st.sampled_from(words) for name, words in FACTS.items()}),
)
def test_a_link_comes_back_the_same(further, facts):
    history = quick_history("60-200B", "15T", circumstances={"revenue": "600 million", **facts}, **further)
    assert from_query(to_query(history)) == history


def test_a_runs_own_words_are_told_from_the_circumstances():
    history = worked(modality="text")
    history = history.with_runs(history.runs[0].model_copy(update={"modality": "vision", "public_data": False}))
    assert from_query("?" + to_query(history)) == history


def test_shared_numbers_are_read_and_written():
    text = {
        "shared": {"size": "7-8B"},
        "runs": [{"id": one, "parameters": "@size", "tokens": "1T"} for one in "ab"],
        "edges": [{"child": "b", "parent": "a", "kind": "merged_from"}],
        "final": "b",
    }
    history = read_history(json.dumps(text))
    assert {one.shared["parameters"] for one in history.runs} == {"size"}
    assert json.loads(write_history(history))["shared"] == {"size": "7-8B"}


def one_run(**fields):
    return json.dumps({"runs": [{"id": "a", **fields}]})


CIRCLE = {"runs": [{"id": one} for one in "abc"], "edges": [{"child": a, "parent": b} for a, b in ("ab", "bc", "ca")]}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        pytest.param("", "there are no runs", id="empty"),
        pytest.param("{", "neither JSON nor YAML", id="broken"),
        pytest.param("[1]", "a list stands", id="list"),
        pytest.param("hello", "a str stands", id="text"),
        pytest.param("[" * 100_000, "nested too deeply", id="deep"),
        pytest.param("a: &x [1]\nb: *x", "refers to other parts", id="yaml-alias"),
        pytest.param("!!python/object/apply:os.system ['true']", "neither JSON nor YAML", id="yaml-object"),
        pytest.param(" " * 6_000_000, "too big", id="big"),
        pytest.param('{"runs": {}}', "a dict stands", id="runs-object"),
        pytest.param('{"run": []}', "'run' is not known", id="unknown-name"),
        pytest.param(one_run(flop="0"), "zero", id="zero"),
        pytest.param(one_run(flop=-1), "below zero", id="negative"),
        pytest.param('{"runs": [{"id": "a", "flop": NaN}]}', "nan", id="nan"),
        pytest.param('{"runs": [{"id": "a", "flop": 1e400}]}', "too large", id="infinite"),
        pytest.param(one_run(flop="1e400"), "too large", id="too-large"),
        pytest.param(one_run(flop="3e15 FLOP/s"), "rate", id="rate"),
        pytest.param(one_run(flop=[1]), "a list stands", id="list-for-number"),
        pytest.param(one_run(chips=8, chip_peak="1e15", hours=2, utilisation=1.2), "above 1", id="utilisation"),
        pytest.param(one_run(chips=8, chip_peak="1e15", hours=2), "utilisation is missing", id="no-utilisation"),
        pytest.param(one_run(parameters="7B"), "tokens is missing", id="no-tokens"),
        pytest.param(one_run(parameters="7B", active_parameters="9B", tokens=5), "more parameters", id="more-active"),
        pytest.param(one_run(epochs=2), "cannot be found", id="epochs-alone"),
        pytest.param(one_run(kind="training"), "not a kind", id="kind"),
        pytest.param(one_run(date="yesterday"), "not a date", id="date"),
        pytest.param(one_run(public_data="maybe"), "neither true nor false", id="flag"),
        pytest.param(one_run(tokens="@x", parameters=1), "no shared number", id="no-shared"),
        pytest.param(one_run(title="a\nb"), "not printable", id="title"),
        pytest.param('{"runs": [{"id": "a\\u0007"}]}', "is not a name", id="bell"),
        pytest.param('{"runs": [{"id": ""}]}', "is not a name", id="no-id"),
        pytest.param('{"runs": [{"id": "a"}, {"id": "a"}], "final": "a"}', "used twice", id="twice"),
        pytest.param('{"runs": [{"id": "a"}], "final": "b"}', "no run has the id 'b'", id="final"),
        pytest.param('{"runs": [{"id": "a"}], "edges": [{"child": "a", "parent": "z"}]}', "'z'", id="edge"),
        pytest.param(json.dumps({**CIRCLE, "final": "a"}), "the runs form a circle: a, b, c, a", id="circle"),
        pytest.param('{"runs": [{"id": "a"}], "edges": [{"child": "a", "parent": "a"}]}', "circle: a, a", id="self"),
        pytest.param('{"runs": [{"id": "a"}], "circumstances": {"modality": "smell"}}', "not an answer", id="word"),
        pytest.param('{"runs": [{"id": "a"}], "circumstances": {"revenue": "5 h"}}', "unit of hours", id="revenue"),
    ],
)
def test_bad_histories_are_refused(text, what):
    with pytest.raises(BadInput) as refused:
        read_history(text)
    assert what in refused.value.what


@pytest.mark.parametrize(
    "query",
    ["parameters=1B&parameters=2B", "size=1", "parameters=7B&tokens=-1", "x" * 5000, "parameters=7B&tokens=NaN"],
)
def test_bad_links_are_refused(query):
    with pytest.raises(BadInput):
        from_query(query)


def test_more_than_one_run_does_not_fit_a_link():
    with pytest.raises(BadInput, match="more than one run"):
        to_query(chain(run("a"), run("b")))


def test_long_histories_are_read_and_longer_ones_refused():
    def text(count):
        edges = [{"child": f"r{n + 1}", "parent": f"r{n}"} for n in range(count - 1)]
        return json.dumps({"runs": [{"id": f"r{n}"} for n in range(count)], "edges": edges, "final": f"r{count - 1}"})

    assert len(read_history(text(MAX_RUNS)).runs) == MAX_RUNS
    with pytest.raises(BadInput, match="5,001 runs"):
        read_history(text(MAX_RUNS + 1))


def test_the_worked_scenario_fits_a_link():
    assert len(to_query(worked())) < 300
    assert set(WORKED) < set(INPUTS)
