"""Labs on groups: votes by hand, planted answers, and error rates near five percent where nothing was planted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from governance.errors import BadInput
from governance.research.labs.churn import churn
from governance.research.labs.class_bias import biased_answers, class_chances
from governance.research.labs.devices import device_test
from governance.research.labs.devices import example as devices_example
from governance.research.labs.ensembles import ENSEMBLES, ensemble_curves, gain_ratio
from governance.research.labs.ensembles import example as ensembles_example
from governance.research.labs.grid import grid_of
from governance.research.labs.reading import of_format
from governance.research.labs.registry import run_lab
from governance.research.labs.worst_class import example as classes_example
from governance.research.labs.worst_class import worst_test


def predictions(rows):
    return of_format(ENSEMBLES, rows if isinstance(rows, pl.DataFrame) else pl.DataFrame(rows))


def grid(*runs, labels="yyyy", groups="aabb"):
    return grid_of(
        predictions(
            [
                {"item": f"i{at}", "run": f"r{run}", "label": labels[at], "group": groups[at], "prediction": one}
                for run, texts in enumerate(runs)
                for at, one in enumerate(texts)
            ]
        )
    )


def test_a_majority_of_three_by_hand():
    found = ensemble_curves(grid("yyyn", "ynyn", "yynn"), 3, 50, 0)
    assert found[:, 0].tolist() == pytest.approx([1, 2 / 3, 2 / 3, 0])
    assert found[:, 2].tolist() == [1, 1, 1, 0]


def test_a_draw_counts_in_parts():
    found = ensemble_curves(grid("yyyy", "ynnn"), 2, 50, 0)
    assert found[:, 1].tolist() == [1, 0.5, 0.5, 0.5]


def test_the_planted_gain_of_the_minority_is_recovered():
    found = run_lab("ensembles")
    main = found.numbers[0]
    assert main.low is not None
    assert main.low > 1
    assert main.low <= 1.9 <= main.high
    table = found.figures[0].table
    assert table["members"].max() == 20
    assert set(table["group"]) == {"rare", "common"}


def test_groups_that_are_alike_gain_alike():
    told = 0
    for seed in range(30):
        made = grid_of(predictions(ensembles_example(seed, planted=False, items=200, runs=9)))
        _, _, _, low, high = gain_ratio(ensemble_curves(made, 9, 10, 0), made.groups == "rare", 0)
        told += low is not None and not low <= 1 <= high
    assert told <= 5, "5% of 30 is 1.5"


def test_the_student_that_was_planted_is_best_on_its_worst_class():
    found = run_lab("worst-class")
    assert found.answer.startswith("'robust' has the best worst class")
    assert found.figures[0].table.filter(pl.col("standing") == "dominated")["model"].to_list() == ["bad"]
    assert set(found.figures[0].table["worst class"]) >= {"k7"}


def test_a_worst_class_by_chance_is_not_told():
    hits = 0
    for seed in range(60):
        made = grid_of(predictions(classes_example(seed, planted=False, items=15)))
        hits += worst_test(made, [0, 1, 2], 100, seed)[0] <= 0.05
    assert hits <= 8, "5% of 60 is 3"


def test_chances_of_answers_by_hand():
    # Two runs say x, one y: with a vote more spread over both, (2 + 1/2) / 4 and (1 + 1/2) / 4.
    rows = grid("xx", "xx", "yx", labels="xy", groups="aa")
    assert class_chances(rows, [0, 1, 2]) == pytest.approx(np.array([[0.625, 0.375], [0.875, 0.125]]))
    # With scores, 0.9 and 0.6 for x and 0.8 for y: 0.9 + 0.6 + 0.2 over 3.
    scored = replace(rows, scores=np.array([[0.9, 0.6, 0.8], [0.9, 0.9, 0.9]]))
    assert class_chances(scored, [0, 1, 2])[0] == pytest.approx(np.array([1.7 / 3, 1.3 / 3]))


def test_a_bias_moves_answers_as_far_as_their_odds():
    rows = grid("xx", "xx", "yx", labels="xy", groups="aa")
    odds = np.log(0.625 / 0.375)
    assert biased_answers(rows, [0, 1, 2], {}).tolist() == [0, 0]
    assert biased_answers(rows, [0, 1, 2], {"y": odds - 0.01}).tolist() == [0, 0]
    assert biased_answers(rows, [0, 1, 2], {"y": odds + 0.01}).tolist() == [1, 0]
    assert biased_answers(rows, [0, 1, 2], {"x": -5.0}).tolist() == [1, 1]
    with pytest.raises(BadInput, match="no class 'z'"):
        biased_answers(rows, [0], {"z": 1.0})


def test_a_bias_lifts_the_worst_class_at_the_cost_of_others_and_is_not_called_training():
    plain = run_lab("worst-class")
    assert run_lab("worst-class", settings={"bias": "k7=0"}).answer == plain.answer
    found = run_lab("worst-class", settings={"model": "plain", "bias": "k7=1.5"})
    bars = found.figures[2].table
    means = bars.group_by("answers", weak=pl.col("class") == "k7").agg(pl.col("accuracy").mean())
    mean = {(answers, weak): value for answers, weak, value in means.rows()}
    assert mean["with your bias", True] > mean["as trained", True] + 0.05
    assert mean["with your bias", False] < mean["as trained", False]
    assert "not the paper's training" in " ".join(found.limits)


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        pytest.param({"bias": "zebra=1"}, "no class 'zebra'", id="class"),
        pytest.param({"bias": "k7=9"}, "out of range", id="far"),
        pytest.param({"model": "best", "bias": "k7=1"}, "no model is called 'best'", id="model"),
    ],
)
def test_a_bias_that_cannot_be_is_refused(settings, word):
    with pytest.raises(BadInput, match=word):
        run_lab("worst-class", settings=settings)


def test_a_device_that_hurts_a_group_is_told_from_seeds():
    found = run_lab("device-or-seed")
    assert found.numbers[0].value <= 0.05
    means = found.figures[0].table.filter(pl.col("group") == "rare")
    gap = dict(means.select("device", "gap").rows())
    assert gap["A"] - gap["B"] == pytest.approx(7.5, abs=2.5)


@pytest.mark.parametrize("crossed", [True, False])
def test_devices_that_are_alike_are_told_apart_in_about_five_percent(crossed):
    rng, hits = np.random.default_rng(1), 0
    runs = 12 if crossed else 8
    devices = np.arange(runs) % 2
    for _ in range(120):
        seeds = np.repeat(rng.normal(0, 1, runs // 2), 2)[:, None]
        values = rng.normal(0, 1, (runs, 3)) + (seeds if crossed else 0)
        p, _, exact = device_test(values, devices, np.arange(runs) // 2 if crossed else None, 100, 0)
        hits += p <= 0.05
        assert exact
    assert 1 <= hits <= 13, "5% of 120 is 6"


def test_the_lab_on_devices_that_are_alike():
    frames = [predictions(devices_example(seed, 0.0, 200, 6)) for seed in range(30)]
    hits = sum(run_lab("device-or-seed", frame).numbers[0].value <= 0.05 for frame in frames)
    assert hits <= 5, "5% of 30 is 1.5"


def test_too_few_runs_are_said_to_tell_nothing():
    frame = predictions(devices_example(0, 0.1, 100, 2))
    assert "cannot be told from seeds with so few runs" in run_lab("device-or-seed", frame).answer


def test_churn_by_hand():
    # Runs 1 and 2 differ on one item of four, 1 and 3 on two, 2 and 3 on one: 4 of 12 pairs.
    assert churn(grid("yyyy", "yyyn", "yynn")) == pytest.approx(4 / 12)
    assert churn(grid("yyyy", "yyyy")) == 0


def test_churn_is_most_where_it_was_planted_and_overheads_are_quoted():
    found = run_lab("churn")
    assert found.figures[0].table["class"][0] == "b"
    assert [one.value for one in found.numbers[-3:]] == pytest.approx([846, 341, 296])
    assert found.tables["What determinism would cost, at the quoted overheads"]["times the usual"].to_list() == [
        pytest.approx(one) for one in (8.46, 3.41, 2.96)
    ]
    whole = run_lab("churn", settings={"reading": "of the usual time"})
    assert [one.value for one in whole.numbers[-3:]] == pytest.approx([746, 241, 196])
    assert "quoted" in " ".join(found.limits)


def test_parts_that_are_alike_are_told_apart_in_about_five_percent():
    told = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        labels = np.array(list("abcd"))[np.arange(120) % 4]
        right = rng.random((8, 120)) < rng.uniform(0.6, 0.95, 120)
        rows = [
            {"item": f"i{at}", "run": f"r{run}", "label": one, "prediction": one if right[run, at] else "e"}
            for run in range(8) for at, one in enumerate(labels)
        ]  # fmt: skip
        found = run_lab("churn", predictions(rows), seed=seed)
        wide = next(one for one in found.numbers if one.low is not None)
        # Only the widest of four is a number: it is beyond its 97.5% in about 4 x 2.5% of the tries.
        told += wide.value > wide.high
    assert told <= 9, "10% of 40 is 4"


@pytest.mark.parametrize(
    ("lab", "change", "word"),
    [
        pytest.param("ensembles", {"group": "all"}, "one group only", id="one-group"),
        pytest.param("ensembles", {"run": "r1"}, "two answers", id="repeated"),
        pytest.param("device-or-seed", {"device": "A"}, "two answers|one device", id="one-device"),
    ],
)
def test_what_cannot_be_answered_is_refused(lab, change, word):
    frame = predictions(devices_example(0, items=40)).with_columns(**{key: pl.lit(one) for key, one in change.items()})
    with pytest.raises(BadInput, match=word):
        run_lab(lab, frame)
