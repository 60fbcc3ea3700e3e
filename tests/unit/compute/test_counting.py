"""Which runs count under a rule."""

from __future__ import annotations

import pytest
from hypothesis import given

from governance.compute.counting import count_runs
from governance.compute.history import Edge, History
from governance.compute.rules import CountingRule, read_rule
from governance.errors import BadInput
from tests.unit.compute.law import chain, histories, law, rule, run

OWN, OTHER = {"developer": "Own"}, {"developer": "Other"}
FAMILY = History(
    runs=(
        run("base", kind="pretraining", **OTHER),
        run("their tuning", kind="finetuning", **OTHER),
        run("own pretraining", kind="pretraining", **OWN),
        run("merged", kind="pretraining", **OTHER),
        run("teacher", kind="pretraining", **OTHER),
        run("answers", kind="synthetic_generation", public_data=False),
        run("private data", kind="synthetic_generation", public_data=False),
        run("public data", kind="synthetic_generation", public_data=True),
        run("data", kind="synthetic_generation"),
        run("judge", kind="reward_model", **OWN),
        run("probe", kind="exploratory", **OWN),
        run("test", kind="evaluation", **OWN),
        run("lonely", kind="pretraining", **OWN),
        run("alignment", kind="reinforcement", **OWN),
        run("final", kind="finetuning", **OWN),
    ),
    edges=tuple(
        Edge(child=child, parent=parent, kind=kind)
        for child, parent, kind in (
            ("their tuning", "base", "initialised_from"),
            ("own pretraining", "their tuning", "initialised_from"),
            ("own pretraining", "private data", "data_from"),
            ("own pretraining", "public data", "data_from"),
            ("own pretraining", "data", "data_from"),
            ("private data", "teacher", "initialised_from"),
            ("alignment", "own pretraining", "initialised_from"),
            ("alignment", "judge", "rewarded_by"),
            ("judge", "base", "initialised_from"),
            ("alignment", "probe", "initialised_from"),
            ("final", "alignment", "initialised_from"),
            ("final", "merged", "merged_from"),
            ("merged", "base", "initialised_from"),
            ("final", "answers", "taught_by"),
            ("answers", "teacher", "initialised_from"),
            ("final", "teacher", "taught_by"),
        )
    ),
    final="final",
)
PARTS_OF_FAMILY = {
    "base": "initialised_from",
    "their tuning": "modification_other_developer",
    "own pretraining": "own_training",
    "merged": "merged_from",
    "teacher": "teacher_training",
    "answers": "teacher_inference",
    "private data": "synthetic_private",
    "public data": "synthetic_public",
    "data": "synthetic_private",
    "judge": "reward_model_training",
    "probe": "exploratory",
    "test": "evaluation",
    "lonely": None,
    "alignment": "preference_training",
    "final": "modification_same_developer",
}


def counts(history, key):
    return {one.run: one.counts for one in count_runs(history, rule(key))}


def test_roles():
    assert {one.run: one.part for one in count_runs(FAMILY, rule("eu_cumulative"))} == PARTS_OF_FAMILY


@pytest.mark.parametrize(
    ("key", "yes", "unclear"),
    [
        pytest.param(
            "eu_cumulative",
            "base,their tuning,own pretraining,merged,answers,private data,alignment,final",
            "data",
            id="eu-cumulative",
        ),
        pytest.param(
            "eu_parameter_updates", "own pretraining,alignment,final", "base,their tuning,merged", id="eu-narrow"
        ),
        pytest.param("eu_modification", "own pretraining,alignment,final", "merged", id="eu-modification"),
        pytest.param(
            "sb53",
            "own pretraining,alignment,final",
            "base,their tuning,merged,teacher,answers,private data,public data,data,judge",
            id="california",
        ),
        pytest.param("bis_nprm", "base,own pretraining,merged,judge,probe,alignment,final", "", id="per-run"),
    ],
)
def test_what_counts(key, yes, unclear):
    found = counts(FAMILY, key)
    assert [one for one, said in found.items() if said == "yes"] == [one for one in found if one in yes.split(",")]
    assert [one for one, said in found.items() if said == "unclear"] == [
        one for one in found if one in unclear.split(",")
    ]


def test_every_answer_says_where():
    for one in law()[1]:
        assert all(said.reason and (said.paragraph or said.part is None) for said in count_runs(FAMILY, one))


def test_paragraphs_of_the_eu_annex():
    said = {one.run: one.paragraph for one in count_runs(FAMILY, rule("eu_cumulative"))}
    wanted = {"merged": "121", "base": "121", "private data": "120", "teacher": "122", "judge": "122", "final": "119"}
    assert {run: said[run].rpartition(" ")[2] for run in wanted} == wanted


def test_a_run_counts_where_any_of_its_roles_does():
    # The teacher is an ancestor by weights as well: then its training counts in the EU.
    history = History(
        runs=(run("teacher"), run("final")),
        edges=(
            Edge(child="final", parent="teacher", kind="taught_by"),
            Edge(child="final", parent="teacher", kind="merged_from"),
        ),
        final="final",
    )
    assert counts(history, "eu_cumulative")["teacher"] == "yes"


@given(histories())
def test_every_run_is_answered_once_and_the_order_does_not_matter(history):
    turned = History(runs=history.runs[::-1], edges=history.edges[::-1], final=history.final)
    for one in law()[1]:
        said = count_runs(history, one)
        assert [answer.run for answer in said] == [each.id for each in history.runs]
        assert set(said) == set(count_runs(turned, one))


@given(histories())
def test_the_narrow_eu_rule_counts_no_more_than_the_wide_one(history):
    wide = counts(history, "eu_cumulative")
    assert all(wide[one] == "yes" for one, said in counts(history, "eu_parameter_updates").items() if said == "yes")


def test_an_own_rule():
    text = rule("sb53").model_dump_json()
    assert read_rule(text) == rule("sb53")
    silent = CountingRule(id="silent", title="Silent", basis="cumulative", parts=())
    assert [one.counts for one in count_runs(chain(run("a"), run("b")), silent)] == ["unclear", "unclear"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"id": "x", "title": "", "basis": "sometimes", "parts": []}',
        '{"id": "X y", "title": "", "basis": "per_run", "parts": []}',
        '{"id": "x", "title": "", "basis": "per_run", "parts": [{"part": "tea"}]}',
        rule("sb53").model_dump_json().replace('"evaluation"', '"exploratory"', 1),
        "x" * 200_000,
    ],
)
def test_bad_rules_are_refused(text):
    with pytest.raises(BadInput):
        read_rule(text)
