"""Prompts and Sample size: the answer, the words that must stand there, and addresses that cannot be shown."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from governance.assessment.cases import save_case
from governance.assessment.study_records import Case
from governance.evaluation.prompt_reports import NEVER_AVERAGED, WHY_DIFFERENT

NOW = datetime(2026, 3, 4, tzinfo=UTC)
QUICK = {"repeats": "5"}


def words(app):
    return " ".join(str(one.value) for kind in ("markdown", "caption", "info", "error") for one in app.get(kind))


def table(app, column, width):
    found = (one.value for one in app.dataframe)
    return next(one for one in found if column in one.columns and one.shape[1] == width)


def test_prompts_says_what_is_saved_by_a_proxy_beside_the_published_figure(open_at):
    app = open_at("prompts", **QUICK)
    assert not app.exception
    said = words(app)
    for part in (
        "fewer ties in the top 20% of items",
        "by a PROXY",
        "up to **54%**",
        "half of the judges rank",
        "seed 0",
    ):
        assert part.lower() in said.lower(), part
    assert WHY_DIFFERENT in said
    assert len(table(app, "prompt", 6)) == 500
    assert app.query_params["repeats"] in ("5", ["5"])


def test_votes_that_cannot_be_split_are_not_testable(open_at):
    app = open_at("prompts", set="llmfao-gpt4", **QUICK)
    assert not app.exception
    assert "Not testable" in words(app)
    assert "never rank and judge" in words(app).lower()


def test_own_scores_rank_by_their_column_and_bad_ones_are_a_message(open_at):
    app = open_at("prompts", **QUICK)
    prompts = ["k8s", "bagel"]
    text = "prompt,kl\n" + "\n".join(f"{name},{place}" for place, name in enumerate(prompts))
    app.sidebar.get("file_uploader")[0].set_value(("own.csv", text.encode(), "text/csv")).run()
    assert not app.exception
    assert "by a PROXY" not in words(app)
    assert "comes from no vote" in words(app)
    app.sidebar.get("file_uploader")[0].set_value(("own.csv", b"prompt,other\np,1\n", "text/csv")).run()
    assert "no column 'kl'" in words(app).replace("\\", "")
    assert "by a PROXY" in words(app)


@pytest.mark.parametrize(
    "query", [{"priority": "luck"}, {"top": "0"}, {"split": "x"}, {"repeats": "999"}, {"seed": "-1"}]
)
def test_a_bad_address_is_a_message(open_at, query):
    app = open_at("prompts", **{**QUICK, **query})
    assert not app.exception
    assert len(app.error) == 1
    assert "fewer ties" in words(app)


def test_sample_size_answers_for_the_counts_of_the_address(open_at):
    app = open_at("sample_size", wins="325", ties="0", losses="276")
    assert not app.exception
    assert "**Yes, a win: 54.1% of 601 votes" in words(app)
    needed = table(app, "votes needed", 6)
    assert needed["votes needed"].to_list()[:4] == [601, 497, 26, 14]
    assert NEVER_AVERAGED in words(app)
    assert "No case sheet is kept here" in words(app)


def test_counts_are_changed_and_kept_in_the_address(open_at):
    app = open_at("sample_size")
    assert "Not told from a draw: 56.5% of 115 votes" in words(app)
    app.sidebar.number_input[1].set_value(100).run()
    assert app.query_params["ties"] in ("100", ["100"])
    app.sidebar.radio[0].set_value("drop").run()
    assert "57.1% of 105 votes" in words(app)


@pytest.mark.parametrize(
    ("query", "word"),
    [
        pytest.param({"wins": "0", "losses": "0", "ties": "0"}, "nothing can be said", id="none"),
        pytest.param({"wins": "0", "losses": "0", "ties": "5", "rule": "drop"}, "nothing can be said", id="dropped"),
        pytest.param({"wins": "1", "ties": "0", "losses": "0"}, "100.0% of 1 vote,", id="one"),
        pytest.param({"wins": "5", "losses": "5"}, "50.0% of 20 votes", id="even"),
        pytest.param({"wins": "many"}, "no count of votes", id="word"),
        pytest.param({"rule": "davidson"}, "davidson", id="rule"),
    ],
)
def test_counts_that_say_little_or_nothing(open_at, query, word):
    app = open_at("sample_size", **query)
    assert not app.exception
    assert word in words(app).replace("\\", "")


def test_single_runs_stand_apart_with_their_own_interval(open_at, bench):
    save_case(
        bench, Case(title="App in a store", task="Build and publish an app", n=1, reached=1, budget="60 USD"), NOW
    )
    app = open_at("sample_size")
    cases = table(app, "case", 8)
    assert cases["reached"].to_list() == ["1 of 1: exact 95% interval 2.5% to 100.0%"]
    assert cases["interventions"].isna().all(), "what is not stated is not 0"
