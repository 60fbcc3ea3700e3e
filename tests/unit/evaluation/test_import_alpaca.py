"""AlpacaEval: preferences as outcomes and shares, the star said, and the published win rates where the data are."""

from __future__ import annotations

import polars as pl
import pytest

from governance.catalogue.connect import PROJECT
from governance.catalogue.published import Import
from governance.errors import BadInput
from governance.evaluation.imports.alpaca import FILE, SOURCE, import_alpaca, read_battles

OUTSIDE = PROJECT.parent / "shared" / "data" / "raw" / "alpaca_eval"
ROW = {
    "annotator": "alpaca_eval_gpt4", "prompt_id": "p1", "dataset": "koala", "model_a": "base", "model_b": "m",
    "preference": 1.25, "len_a": 10, "len_b": 20,
}  # fmt: skip


def imported(tmp_path, *rows):
    pl.DataFrame([{**ROW, **row} for row in rows]).write_parquet(tmp_path / FILE)
    report = import_alpaca(tmp_path, tmp_path / "alpaca-eval")
    return report, pl.read_csv(tmp_path / "alpaca-eval" / "battle.csv").sort("position")


def test_a_preference_becomes_an_outcome_and_a_share(tmp_path):
    stated = [1.25, 2.0, 1.5, 0.0]
    report, battles = imported(tmp_path, *({"preference": one} for one in stated))
    assert (report.read, report.kept, report.rows["evaluation_set"]) == (4, 4, 1)
    assert battles["outcome"].to_list() == ["a", "b", "tie", "tie"]
    assert battles["preference"].to_list() == [0.75, 0.0, 0.5, 0.5]
    assert battles["set_id"].unique().to_list() == ["alpaca-gpt4"]
    assert battles["judge_kind"].unique().to_list() == ["model"]
    assert "star_design" in {note.kind for note in report.notes}


def test_odd_rows_are_told(tmp_path):
    report, battles = imported(tmp_path, {}, {"preference": 3.0}, {"preference": None}, {"model_b": "base"})
    assert (report.kept, battles.height) == (1, 1)
    assert [one.kind for one in report.refused] == ["unknown_outcome", "unknown_outcome"]
    assert [note.subject for note in report.notes if note.kind == "self_battle"] == ["base"]


@pytest.mark.parametrize("spoil", ["missing", "text", "column"])
def test_a_damaged_copy_is_refused(tmp_path, spoil):
    if spoil == "text":
        (tmp_path / FILE).write_text("no parquet")
    elif spoil == "column":
        pl.DataFrame([ROW]).drop("preference").write_parquet(tmp_path / FILE)
    with pytest.raises(BadInput):
        import_alpaca(tmp_path, tmp_path / "alpaca-eval")
    assert not (tmp_path / "alpaca-eval").exists()


@pytest.mark.outside_data
def test_win_rates_of_all_56_models_are_the_published_ones():
    """The paper's win rate of a model is the mean share of preference for it; the baseline against itself has 50%."""
    if not (OUTSIDE / FILE).is_file():
        pytest.skip("AlpacaEval is not here: CC BY-NC 4.0, never shipped")
    work = Import(SOURCE)
    battles = pl.DataFrame(read_battles(OUTSIDE / FILE, work))
    assert (work.read, battles.height, len(work.refused)) == (106_991, 105_381, 0)
    judged = battles.filter(pl.col("set_id") == "alpaca-weighted-gpt4-turbo")
    ours = judged.group_by("model_b").agg(ours=100 * (1 - pl.col("preference").mean()))
    published = pl.read_csv(OUTSIDE / "leaderboard_v2_weighted_gpt4_turbo.csv").rename({"": "model_b"})
    both = ours.join(published, on="model_b")
    assert both.height == 55
    assert (both["ours"] - both["win_rate"]).abs().max() < 1e-4
    baseline = published.filter(pl.col("model_b") == judged["model_a"][0])
    assert baseline["win_rate"].to_list() == [50.0]
