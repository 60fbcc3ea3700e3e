"""Labs on compression: oracles, planted answers, and nothing found where nothing was planted."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from governance.errors import BadInput
from governance.evaluation.formats.tables import PREDICTIONS
from governance.research.labs.best_of_trials import best_curve
from governance.research.labs.compression import COMPRESSION, HURT, example
from governance.research.labs.compression_scores import scores_example
from governance.research.labs.pies import PIES, flip_test
from governance.research.labs.reading import of_format, read_settings
from governance.research.labs.registry import run_lab


def predictions(rows):
    return of_format(COMPRESSION, pl.DataFrame(rows))


def answers(texts, method, run, labels="yyyy"):
    return [
        {"item": f"i{at}", "run": run, "method": method, "label": label, "prediction": one}
        for at, (one, label) in enumerate(zip(texts, labels, strict=True))
    ]


def test_best_of_five_with_two_trials_is_four():
    rows = pl.DataFrame({"method": ["m"] * 5, "sparsity": [0.5] * 5, "score": [1.0, 2.0, 3.0, 4.0, 5.0]})
    assert best_curve(rows, 2, "higher")["expected"].to_list() == [4.0]
    assert best_curve(rows, 2, "lower")["expected"].to_list() == [2.0]
    assert best_curve(rows, 2, "higher").select("best", "median").row(0) == (5.0, 3.0)
    assert best_curve(rows, 2, "lower")["best"].to_list() == [1.0]


def test_drop_that_people_see_is_nine_point_four_times_the_automatic_one():
    rows = [
        {"model": model, "task": "t", "language": "jpn", "metric": metric, "score": score, "rater": rater}
        for rater, metric, before, after in (("human", "votes", 50.0, 42.0), ("automatic", "acc", 1000.0, 983.0))
        for model, score in (("m FP16", before), ("m W4", after))
    ]
    found = run_lab("human-automatic-drop", of_format(run_scores(), pl.DataFrame(rows)))
    assert found.numbers[0].value == pytest.approx(16.0 / 1.7)
    assert [one.value for one in found.numbers[1:]] == pytest.approx([16.0, 1.7])
    assert [one.claim for one in found.numbers[1:]] == [
        "quantization-multilingual/human_drop_ja",
        "quantization-multilingual/auto_drop_ja",
    ]


def run_scores():
    from governance.research.labs.registry import find_lab

    return find_lab("human-automatic-drop")


def test_change_is_relative_to_the_dense_figure_of_the_same_items():
    frame = predictions([*answers("yyyy", "none", "d"), *answers("yyyn", "int8", "q")])
    found = run_lab("compression-change", frame, {"by": "all"})
    assert found.numbers[0].value == pytest.approx(-25.0)
    assert found.figures[0].table["points"][0] == pytest.approx(-25.0)


def test_planted_classes_fall_and_no_other():
    found = run_lab("compression-change")
    table = found.figures[0].table
    assert set(table.filter(pl.col("changes") == "lower")["slice"]) == set(HURT)
    for row in table.filter(pl.col("slice").is_in(HURT)).iter_rows(named=True):
        assert row["low"] < -25 < row["high"]
    groups = run_lab("compression-change", settings={"by": "group"}).figures[0].table
    assert groups["slice"].to_list() == ["rare", "common"]


def test_nothing_is_found_where_nothing_was_planted():
    families, told, slices = 0, 0, 0
    settings = read_settings(COMPRESSION, {})
    for seed in range(25):
        table = COMPRESSION.run(of_format(COMPRESSION, example(seed, 0.0, 20, 4)), settings, 0).figures[0].table
        families += table["changes"].is_in(["lower", "higher"]).any()
        told += int(((table["low"] > 0) | (table["high"] < 0)).sum())
        slices += table.height
    assert families <= 4, "5% of 25 is 1"
    assert told / slices <= 0.08


def test_a_flip_is_another_modal_answer_and_a_draw_is_none():
    dense = [*answers("yyyy", "none", "d1"), *answers("yyyy", "none", "d2"), *answers("yynn", "none", "d3")]
    sparse = [*answers("nyyn", "prune", "s1"), *answers("nyyy", "prune", "s2")]
    found = run_lab("compression-flips", predictions([*dense, *sparse]), {"by": "all"})
    row = found.figures[0].table.row(0, named=True)
    assert (row["items"], row["flipped"], row["undecided"], row["lost"]) == (3, 1, 1, 1)
    assert "not tested" in found.answer


def test_planted_classes_flip_most_and_more_than_seeds_alone():
    found = run_lab("compression-flips")
    assert set(found.figures[0].table["slice"].head(3)) == set(HURT)
    p = found.numbers[-1].value
    assert p is not None
    assert p <= 0.05


def test_flip_test_errs_near_five_percent_where_runs_are_alike():
    rng, hits = np.random.default_rng(1), 0
    dense = np.arange(10) < 5
    for _ in range(60):
        ease = rng.uniform(0.2, 0.8, 150)
        hits += flip_test((rng.random((150, 10)) < ease[:, None]).astype(np.int64), dense, 100, 0)[0] <= 0.05
    assert hits <= 8


def test_early_pruning_flips_more():
    found = run_lab("compression-schedules")
    assert found.answer.startswith("'prune late' flips fewest")
    assert [one.value for one in found.numbers[:2]] == pytest.approx([10, 30], abs=4)


def test_scripts_and_tasks_that_were_planted_lose_most():
    table = run_lab("compression-scores", settings={"by": "task"}).figures[0].table
    assert table["slice"][0] == "mathematics"
    scripts = run_lab("compression-scores").figures[0].table
    assert scripts["slice"].to_list()[-1] == "Latn"


def test_scores_that_did_not_change_are_not_said_to():
    lab = run_scores()
    hits = 0
    for seed in range(25):
        found = run_lab("compression-scores", of_format(lab, scores_example(seed, planted=False)), {"by": "script"})
        one = found.numbers[0]
        hits += not (one.low < 0 < one.high)
    assert hits <= 4, "5% of 25 is 1"


def test_a_method_that_spreads_most_is_named():
    found = run_lab("best-of-trials")
    assert "with magnitude" in found.answer
    assert "trials of variational spread most" in found.answer


@pytest.mark.parametrize("lab", ["compression-change", "compression-flips", "compression-schedules"])
def test_runs_of_one_kind_are_refused(lab):
    rows = [{**one, "sparsity": 0.5} for one in answers("yyyy", "prune", "s")]
    with pytest.raises(BadInput, match=r"no dense runs|one way of compressing"):
        run_lab(lab, predictions(rows), {"by": "all"} if lab != "compression-schedules" else {})


def test_two_predictions_of_a_run_for_an_item_are_refused():
    rows = [*answers("yyyy", "none", "d"), *answers("yyyn", "int8", "q"), *answers("yyyn", "int8", "q")]
    with pytest.raises(BadInput, match="4 predictions repeat"):
        run_lab("compression-change", predictions(rows))


def test_a_large_file_is_answered_as_the_held_rows_are(tmp_path):
    frame = of_format(COMPRESSION, example(3, items=10))
    assert frame.columns == list(PREDICTIONS)
    frame.write_parquet(tmp_path / "p.parquet")
    frame.write_csv(tmp_path / "p.csv")
    for lab in (COMPRESSION, PIES):
        settings = read_settings(lab, {})
        held = lab.run(frame, settings, 0)
        for name in ("p.parquet", "p.csv"):
            streamed = lab.large(tmp_path / name, settings, 0, {})
            assert streamed.answer == held.answer
            assert_frame_equal(streamed.figures[0].table, held.figures[0].table)
    frame.drop("prediction").write_csv(tmp_path / "q.csv")
    with pytest.raises(BadInput, match="no column 'prediction'"):
        COMPRESSION.large(tmp_path / "q.csv", settings, 0, {})


@pytest.mark.parametrize(
    ("mapping", "word"),
    [
        pytest.param({"item": "id", "run": 'the "run"', "method": "nowhere"}, "no column 'nowhere'", id="absent"),
        pytest.param({"item": "id", "run": 'the "run"', "hue": "id"}, "'hue' is no column", id="unknown"),
        pytest.param({"item": "id", "run": ""}, "no column 'run'", id="left-out"),
        pytest.param({"item": "id"}, "no column 'run'", id="needed"),
    ],
)
def test_a_large_file_of_other_names_is_mapped(tmp_path, mapping, word):
    frame = of_format(COMPRESSION, example(3, items=10))
    theirs = frame.rename({"item": "id", "run": 'the "run"'}).drop("language").with_columns(hue=pl.lit("red"))
    settings = read_settings(COMPRESSION, {"by": "language"})
    held = COMPRESSION.run(frame.with_columns(language=pl.lit("it's")), settings, 0)
    for name, write in (("p.csv", theirs.write_csv), ("p.parquet", theirs.write_parquet)):
        write(tmp_path / name)
        found = COMPRESSION.large(
            tmp_path / name, settings, 0, {"item": "id", "run": 'the "run"', "language": "=it's"}
        )  # fmt: skip
        assert found.answer == held.answer
        with pytest.raises(BadInput, match=word):
            COMPRESSION.large(tmp_path / name, settings, 0, mapping)
