"""Scores as a table, Borda's count, and the few tasks that keep a ranking, against slow and independent ways."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.stats import kendalltau, rankdata, spearmanr

from governance.errors import BadInput
from governance.evaluation.benchmarks.borda import borda, points
from governance.evaluation.benchmarks.greedy import LEVEL, RIDGE, _unseen_errors, drop_order, forward_order
from governance.evaluation.benchmarks.scores import Block, ScoreTable, block_of, score_table
from governance.evaluation.benchmarks.subset import smallest_subset
from governance.evaluation.formats.sets import open_set
from governance.evaluation.formats.tables import SCORES, EvaluationSet, SetCard
from governance.evaluation.orders import ranks, taus

tables = arrays.arrays(
    np.float64, st.tuples(st.integers(2, 6), st.integers(1, 7)), elements=st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0])
)


def a_set(rows, better="higher"):
    frame = pl.DataFrame(rows, schema_overrides=SCORES, orient="row")
    missing = [pl.lit(None, kind).alias(name) for name, kind in SCORES.items() if name not in frame.columns]
    card = SetCard(id="s", title="S", format="scores", rows=len(rows), source="us", licence="MIT", version="1",
                   better=better)  # fmt: skip
    return EvaluationSet(card, frame.with_columns(missing).select(*SCORES))


def rows_of(scores, **more):
    return [
        {"model": f"m{model}", "task": f"t{task:03}", "metric": "acc", "score": value, **more}
        for model, row in enumerate(scores)
        for task, value in enumerate(row)
        if not np.isnan(value)
    ]


def a_block(scores, **more) -> Block:
    values = np.asarray(scores, dtype=float)
    names = [[f"{letter}{place}" for place in range(size)] for letter, size in zip("mt", values.shape, strict=True)]
    unknown = np.full(values.shape, np.nan)
    card = SetCard(id="s", title="S", format="scores", rows=values.size, source="us", licence="MIT", version="1")
    table = ScoreTable(card, tuple(names[0]), tuple(names[1]), tuple(names[1]), values, unknown, unknown, (), ())
    return block_of(table, **more)


@pytest.fixture(scope="module")
def mteb(catalogue):
    return score_table(open_set(catalogue, "mteb-results"))


def test_the_same_data_give_the_same_digits(catalogue):
    one = open_set(catalogue, "mteb-results")
    assert len({score_table(one).scores.tobytes() for _ in range(4)}) == 1


def test_mteb_as_a_table(mteb):
    assert (len(mteb.models), len(mteb.tasks)) == (28, 1052)
    assert mteb.off_scale == ("GPUSpeedTask",)
    assert mteb.unscored == ("MrTidyRetrieval",)
    block = block_of(mteb)
    assert block.scores.shape == (28, 121)
    assert not np.isnan(block.scores).any()
    assert block.coverage.min() == pytest.approx(299 / 1054, abs=0.01)
    assert np.isnan(block.co2e_kg).mean() == pytest.approx(0.362, abs=0.001)
    less = block_of(mteb, least=0.6)
    assert less.scores.shape == (11, 599)
    assert len(less.left_out) == 17


def test_a_score_is_the_mean_of_the_tested_parts_that_most_models_have():
    rows = [
        {"model": "a", "task": "t", "metric": "f1", "split": "test", "subset": "x", "score": 0.2, "seconds": 5.0},
        {"model": "a", "task": "t", "metric": "f1", "split": "test", "subset": "y", "score": 0.4, "seconds": 5.0},
        {"model": "a", "task": "t", "metric": "f1", "split": "test", "subset": "rare", "score": 0.9, "seconds": 5.0},
        {"model": "a", "task": "t", "metric": "f1", "split": "train", "subset": "x", "score": 1.0, "seconds": 5.0},
        {"model": "b", "task": "t", "metric": "f1", "split": "test", "subset": "x", "score": 0.5, "seconds": None},
        {"model": "b", "task": "t", "metric": "f1", "split": "test", "subset": "y", "score": 0.5, "seconds": None},
        {"model": "c", "task": "t", "metric": "f1", "split": "test", "subset": "x", "score": 0.8, "seconds": 3.0},
    ]
    table = score_table(a_set(rows))
    assert table.models == ("a", "b")
    assert table.scores.ravel() == pytest.approx([0.3, 0.5])
    assert table.seconds.ravel() == pytest.approx([5.0, np.nan], nan_ok=True)


def test_metrics_of_a_task_are_columns_lower_turns_and_scales_do_not_mix():
    rows = [
        {"model": model, "task": task, "metric": metric, "score": score}
        for model in "ab"
        for task, metric, score in (("t", "f1", 0.5), ("t", "acc", 0.6), ("u", "acc", 0.7), ("speed", "s", 900.0))
    ]
    rows += [{"model": "a", "task": "v", "metric": "acc", "score": bad} for bad in (np.nan, np.inf)]
    table = score_table(a_set(rows, better="lower"))
    assert table.tasks == ("t · acc", "t · f1", "u")
    assert table.off_scale == ("speed",)
    assert (table.scores < 0).all()
    assert block_of(table, {"u"}).tasks == ("u",)


@given(tables)
def test_borda_is_the_count_by_hand(scores):
    models, tasks = scores.shape
    found = borda(a_block(scores), resamples=0)
    by_hand = sum(models - rankdata(-scores[:, task]) for task in range(tasks))
    assert [one.points for one in sorted(found.rows, key=lambda one: one.model)] == pytest.approx(by_hand)
    assert sum(one.points for one in found.rows) == pytest.approx(tasks * models * (models - 1) / 2)
    assert all(one.mean_rank == pytest.approx(models - one.points / tasks) for one in found.rows)
    assert [one.rank for one in found.rows] == sorted(one.rank for one in found.rows)


@given(tables, st.randoms())
def test_borda_knows_no_names_and_no_order_of_tasks(scores, random):
    order = random.sample(range(len(scores)), len(scores))
    one = {row.model: row.rank for row in borda(a_block(scores), resamples=0).rows}
    other = {row.model: row.rank for row in borda(a_block(scores[order][:, ::-1]), resamples=0).rows}
    assert [one[f"m{old}"] for old in order] == [other[f"m{new}"] for new in range(len(order))]


@given(tables)
def test_a_task_twice_changes_no_rank_and_a_monotone_scale_none(scores):
    once = [row.rank for row in borda(a_block(scores), resamples=0).rows]
    assert [row.rank for row in borda(a_block(np.hstack([scores, scores])), resamples=0).rows] == once
    assert [row.rank for row in borda(a_block(scores**3), resamples=0).rows] == once


@given(tables, tables)
def test_tau_is_scipys(first, second):
    models = min(len(first), len(second))
    one, other = first[:models, :1], second[:models]
    expected = [kendalltau(one[:, 0], other[:, column]).statistic for column in range(other.shape[1])]
    assert taus(one.T, other.T)[0] == pytest.approx(expected, nan_ok=True)


def test_missing_scores_are_neither_wins_nor_losses():
    scores = [[0.9, np.nan, 0.4], [0.5, 0.6, 0.5], [0.1, 0.2, 0.6]]
    whole = borda(a_block(scores))
    assert (whole.tasks, whole.asked) == (2, 3)
    each = borda(a_block(scores, missing="present"))
    assert (each.tasks, each.tau) == (3, None)
    first = next(one for one in each.rows if one.model == "m0")
    assert (first.beaten, first.points, first.mean_score, first.tasks) == (0.5, None, None, 2)
    assert first.coverage == pytest.approx(2 / 3)
    assert next(one for one in each.rows if one.model == "m1").beaten == pytest.approx((0.5 + 1 + 0.5) / 3)


def test_ranks_have_an_interval_that_knows_how_sure_they_are(mteb):
    found = borda(block_of(mteb))
    first = found.rows[0]
    assert (first.model, first.rank, first.rank_low, first.rank_high) == ("Qwen/Qwen3-Embedding-8B", 1, 1, 1)
    assert all(one.rank_low <= one.rank <= one.rank_high for one in found.rows)
    assert found.tau == pytest.approx(kendalltau(
        [one.points for one in found.rows], [one.mean_score for one in found.rows]
    ).statistic)  # fmt: skip
    assert borda(block_of(mteb)) == found
    assert all(one.moves == one.mean_score_rank - one.rank for one in found.rows)


def test_errors_without_the_model_and_the_task_are_those_of_a_fit_without_them():
    draws = np.random.default_rng(1)
    units = draws.normal(size=(9, 5))
    errors = _unseen_errors(units)
    for task in range(5):
        inputs = np.column_stack([np.full(9, np.sqrt(LEVEL * 5)), np.delete(units, task, 1)])
        for model in range(9):
            seen = np.arange(9) != model
            weights = np.linalg.solve(
                inputs[seen].T @ inputs[seen] + RIDGE * 4 * np.eye(5), inputs[seen].T @ units[seen, task]
            )
            assert errors[model, task] == pytest.approx(units[model, task] - inputs[model] @ weights, abs=1e-6)


def test_the_task_dropped_first_is_the_one_predicted_best():
    draws = np.random.default_rng(2)
    skill = draws.normal(size=(12, 1))
    scores = np.hstack([skill + 0.3 * draws.normal(size=(12, 4)), draws.normal(size=(12, 2)), np.ones((12, 1))])
    order = drop_order(scores)
    assert sorted(order) == list(range(7))
    assert order[-1] == 6  # tells no models apart
    units = (scores[:, :6] - scores[:, :6].mean(axis=0)) / scores[:, :6].std(axis=0)
    predicted = units - _unseen_errors(units)
    rho = [spearmanr(predicted[:, task], units[:, task]).statistic for task in range(6)]
    assert order[-2] == int(np.argmax(rho))


def test_the_forward_way_takes_at_each_step_what_helps_most():
    values = points(np.random.default_rng(3).normal(size=(8, 9)))
    order = forward_order(values)
    assert sorted(order) == list(range(9))
    whole = values.sum(axis=1)
    for k in range(1, 9):
        chosen, rest = order[: k - 1], order[k - 1 :]
        taus = {task: kendalltau(whole, values[:, [*chosen, task]].sum(axis=1)).statistic for task in rest}
        assert taus[order[k - 1]] == pytest.approx(max(taus.values()))


def test_the_smallest_subset_of_mteb_is_judged_on_models_held_out(mteb):
    found = smallest_subset(block_of(mteb), splits=4, random=20)
    assert (found.models, found.held_out, found.tasks) == (28, 14, 121)
    ways = {one.way: one for one in found.smallest}
    assert len(set(ways["forward"].tasks)) == ways["forward"].size < ways["drop"].size
    assert ways["random"].tasks == ()
    last = found.curve[-1]
    assert (last.tasks, last.drop, last.forward, last.random) == pytest.approx((121, 1, 1, 1))
    assert found.seconds.runs_reported == found.seconds.runs == 28 * 121
    assert found.co2e_kg.runs_reported < found.co2e_kg.runs
    assert last.forward_seconds == pytest.approx(found.seconds.value)
    for point in found.curve:
        assert point.random_low <= point.random <= point.random_high
    assert smallest_subset(block_of(mteb), splits=4, random=20) == found


def test_a_task_without_a_report_costs_something_unknown():
    scores = np.random.default_rng(4).random((8, 4))
    rows = rows_of(scores)
    for row in rows:
        row["seconds"] = {"t000": 10.0, "t001": 1000.0 if row["model"] == "m0" else 2.0}.get(row["task"])
    found = smallest_subset(block_of(score_table(a_set(rows))), splits=2, random=5)
    assert (found.seconds.value, found.seconds.reported, found.seconds.tasks) == (12.0, 2, 4)
    assert (found.co2e_kg.value, found.co2e_kg.reported) == (None, 0)


def test_too_few_models_leave_nothing_to_judge_by():
    found = smallest_subset(a_block(np.random.default_rng(5).random((6, 5))), splits=2, random=5)
    assert found.held_out == 0
    assert all(one.size is None for one in found.smallest)
    assert found.curve[0].drop is None


@pytest.mark.parametrize(
    ("scores", "options", "said"),
    [
        pytest.param([[0.5, 0.6]], {}, "1 model and 2 tasks", id="one-model"),
        pytest.param([[0.5], [0.6]], {}, "only one task", id="one-task"),
        pytest.param([[0.5, 0.1], [0.6, 0.2]], {"target": 0}, "target of 0", id="target"),
        pytest.param([[0.5, 0.1], [0.6, 0.2]], {"splits": 0}, "0 splits", id="splits"),
        pytest.param([[0.5, 0.1], [0.6, 0.2]], {"random": 10**6}, "1,000,000 random", id="random"),
        pytest.param([[0.5, 0.1], [0.6, 0.2]], {"by": "elo"}, "'elo' is not known", id="figure"),
        pytest.param([[0.5, np.nan], [np.nan, 0.6]], {}, "2 models and 0 tasks", id="nothing-common"),
    ],
)
def test_what_cannot_be_chosen_from_is_refused(scores, options, said):
    with pytest.raises(BadInput, match=said):
        smallest_subset(a_block(scores), **options)


def test_no_scores_and_no_share_are_refused():
    with pytest.raises(BadInput, match="0 models"):
        borda(block_of(score_table(a_set([{"model": "a", "task": "t", "metric": "m", "score": None}]))))
    with pytest.raises(BadInput, match="is no share"):
        a_block([[0.5, 0.1]], least=1.5)
    with pytest.raises(BadInput, match="resamples"):
        borda(a_block([[0.5], [0.1]]), resamples=10**9)


def test_all_ties_order_nothing():
    found = borda(a_block(np.full((3, 4), 0.5)))
    assert {one.rank for one in found.rows} == {1}
    assert found.tau is None
    assert ranks(np.array([1.0, 1.0])).tolist() == [1, 1]
    assert all(one.size is None for one in smallest_subset(a_block(np.full((8, 4), 0.5)), splits=1, random=2).smallest)
