"""Two scorings of the same outputs, against the table of evaluation.md section 4 and against laws."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.errors import BadInput
from governance.evaluation.formats.sets import open_set
from governance.evaluation.formats.tables import SCORES
from governance.evaluation.rescoring import rescoring
from governance.evaluation.rescoring_ties import moved_by_rule, moved_range, stated_digits

OLD, RG, RGP = "as published", "generations rescored", "generations and prompts rescored"
TABLE = {  # tau b and largest move by the rule "first"
    ("toxic prompts", "toxic_frac"): ((0.925, 12), (0.863, 9)),
    ("toxic prompts", "expected_max_toxicity"): ((0.940, 8), (0.887, 11)),
    ("toxic prompts", "max_toxicity_probability"): ((0.976, 2), (0.848, 9)),
    ("nontoxic prompts", "toxic_frac"): ((0.941, 6), (0.870, 8)),
    ("nontoxic prompts", "expected_max_toxicity"): ((0.952, 4), (0.926, 6)),
    ("nontoxic prompts", "max_toxicity_probability"): ((0.946, 5), (0.851, 11)),
}


def scores(rater, values, day=None):
    rows = [{"model": name, "task": "t", "metric": "m", "score": score, "rater": rater, "scored_at": day}
            for name, score in values.items()]  # fmt: skip
    return pl.DataFrame([{name: row.get(name) for name in SCORES} for row in rows], schema=SCORES)


@pytest.fixture(scope="module")
def helm(catalogue_home):
    from governance.catalogue.connect import open_catalogue

    with open_catalogue(catalogue_home) as connection:
        return open_set(connection, "toxicity-helm")


@pytest.mark.parametrize(("to", "at"), [pytest.param(RG, 0, id="RG"), pytest.param(RGP, 1, id="RGP")])
def test_every_ranking_of_the_table(helm, to, at):
    found = rescoring(helm.frame, source=OLD, target=to, better=helm.card.better, ties="first")
    assert {(b.task, b.metric): (round(b.tau_b, 3), b.max_move) for b in found.boards} == {
        key: row[at] for key, row in TABLE.items()
    }


def test_curie_moves_and_the_count_depends_on_ties(helm):
    found = rescoring(
        helm.frame, source=OLD, target=RG, metric="toxic_frac", tasks=["toxic prompts"], better="lower", ties="first"
    )  # fmt: skip
    (board,) = found.boards
    assert (board.n, board.max_model, board.max_from, board.max_to) == (37, "openai_text-curie-001", 35, 23)
    assert board.moved == 21  # the notebook says 24, from more digits than its tables keep
    assert board.max_difference == pytest.approx(0.017)
    assert round(board.mean_difference, 4) == 0.0018
    assert (board.tied_from, board.tied_to) == (16, 18)
    moves = found.of(board)
    counts = moved_by_rule(moves, "lower")
    assert (counts["min"], counts["first"], counts["average"]) == (19, 21, 22)
    assert counts["first_most"] < 24
    assert stated_digits(moves) == 3
    cut = moved_range(moves, "lower", 3)
    assert cut.least <= 24 <= cut.most


def test_mixed_scorings_are_refused_until_two_are_chosen(helm):
    with pytest.raises(BadInput, match="holds 3 scorings"):
        rescoring(helm.frame)
    with pytest.raises(BadInput, match="holds 3 scorings"):
        rescoring(helm.frame, source=OLD)
    with pytest.raises(BadInput, match="against itself"):
        rescoring(helm.frame, source=OLD, target=OLD)
    assert rescoring(helm.frame, source=OLD, target=RG).target == f"{RG}, 2023-04-01"


def test_a_rater_who_scored_twice_is_named_with_the_day():
    frame = pl.concat([
        scores("api", {"x": 1.0, "y": 2.0}, date(2022, 1, 1)), scores("api", {"x": 2.0, "y": 1.0}, date(2023, 1, 1))
    ])  # fmt: skip
    with pytest.raises(BadInput, match="'api' is several scorings"):
        rescoring(frame, source="api", target="api, 2023-01-01")
    found = rescoring(frame, source="api, 2022-01-01", target="api, 2023-01-01")
    assert (found.source, found.assumed, found.boards[0].tau_b) == ("api, 2022-01-01", True, -1.0)


def test_two_sets_are_joined_on_what_both_have():
    first, second = scores("a", {"x": 0.1, "y": 0.2, "z": 0.3}), scores("b", {"y": 0.6, "x": 0.4, "w": 0.5})
    board = rescoring(first, second, threshold=0.2).boards[0]
    assert (board.n, board.only_from, board.only_to, board.moved, board.rose_above, board.fell_below) == (
        2,
        1,
        1,
        0,
        1,
        0,
    )


@pytest.mark.parametrize(
    ("first", "second", "options", "what"),
    [
        pytest.param({"x": 1.0}, None, {}, "there is one scoring", id="one"),
        pytest.param({"x": 1.0}, {"y": 1.0}, {}, "share no model", id="nothing shared"),
        pytest.param({"x": 1.0}, {"x": 1.0}, {"metric": "f1"}, "no metric 'f1'", id="metric"),
        pytest.param({"x": 1.0}, {"x": 1.0}, {"tasks": ["u"]}, "no task 'u'", id="task"),
        pytest.param({"x": 1.0}, {"x": 1.0}, {"top": 0}, "no number of models", id="top"),
        pytest.param({"x": float("nan")}, {"x": 1.0}, {}, "share no model", id="NaN"),
    ],
)
def test_what_cannot_be_compared_is_said(first, second, options, what):
    with pytest.raises(BadInput, match=what):
        rescoring(scores("a", first), None if second is None else scores("b", second), **options)


def test_two_scores_of_one_key_are_refused():
    double = pl.concat([scores("a", {"x": 1.0, "y": 0.0}), scores("a", {"x": 2.0})])
    with pytest.raises(BadInput, match="'x' has two scores"):
        rescoring(double, scores("b", {"x": 1.0}))


names = st.lists(st.integers(0, 40), min_size=2, max_size=10).map(
    lambda values: {f"m{i}": v / 10 for i, v in enumerate(values)}
)


@given(names, st.sampled_from(["higher", "lower"]), st.sampled_from(["min", "first", "average"]))
def test_the_same_scores_move_nobody_and_back_is_the_mirror(values, better, ties):
    same = rescoring(scores("a", values), scores("b", values), better=better, ties=ties).boards[0]
    assert (same.moved, same.max_move, same.max_model, same.top_jaccard) == (0, 0, None, 1.0)
    other = dict(zip(values, reversed(list(values.values())), strict=True))
    there = rescoring(scores("a", values), scores("b", other), better=better, ties=ties)
    back = rescoring(scores("b", other), scores("a", values), better=better, ties=ties)
    assert there.moves["move"].to_list() == [-move for move in back.moves["move"].to_list()]
    assert there.boards[0].tau_b == pytest.approx(back.boards[0].tau_b)
