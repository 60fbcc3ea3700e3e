"""Culture against random parts, and people beside machines: planted answers are found, and none where none is."""

from __future__ import annotations

import polars as pl
import pytest

from governance.errors import BadInput
from governance.evaluation.formats.check import check_path
from governance.evaluation.groups.culture import culture
from governance.evaluation.groups.examples import HURT, culture_example, raters_example, template_csv
from governance.evaluation.groups.raters import drop_ratio, rater_gaps

PARTS = (["sensitive"], ["agnostic"])
FP16, W4, PEOPLE = "model FP16", "model W4", ["human annotators"]


def test_planted_change_is_found():
    found = culture(culture_example().frame, *PARTS, resamples=300)
    sensitive, agnostic = found.parts
    assert (found.units, sensitive.units, agnostic.units) == (57, 16, 41)
    assert sensitive.p < 0.01
    assert sensitive.mean_move > sensitive.null_high
    fell = {one.model for one in found.models if one.rank_sensitive - one.rank_agnostic > 1}
    assert fell == {f"model-{at + 1:02}" for at in HURT}


def test_nothing_planted_is_not_found():
    """Under the null p is spread over 0 to 1: of 20 seeds about one is under 5%; more than 4 has a chance of 0.3%."""
    low = [culture(culture_example(loss=0.0, seed=seed).frame, *PARTS, resamples=99).parts[0].p for seed in range(20)]
    assert sum(p <= 0.05 for p in low) <= 4
    assert max(low) > 0.5


def test_same_seed_same_answer():
    frame = culture_example().frame
    assert culture(frame, *PARTS, resamples=50, seed=3) == culture(frame, *PARTS, resamples=50, seed=3)


def test_whole_subsets_cannot_be_tested():
    whole = culture_example().frame.with_columns(task=pl.lit("all"))
    part = culture(whole, *PARTS).parts[0]
    assert (part.testable, part.p, part.null_mean) == (False, None, None)
    assert "needs items or tasks" in part.reason
    only = culture(culture_example().frame, *PARTS[:1], [])
    assert [one.reason for one in only.parts] == ["all units are in this part: nothing to draw from"]
    assert only.tau_parts is None


def test_a_model_without_a_unit_is_left_out_and_named():
    frame = culture_example().frame
    short = frame.filter((pl.col("model") != "model-01") | (pl.col("task") != "topic-03"))
    found = culture(short, *PARTS, resamples=10)
    assert found.left_out == ("model-01",)
    assert len(found.models) == 11


@pytest.mark.parametrize(
    ("sensitive", "agnostic", "what"),
    [
        pytest.param([], ["agnostic"], "no subset is chosen", id="none"),
        pytest.param(["agnostic"], ["agnostic"], "is sensitive and agnostic", id="both"),
        pytest.param(["x"], ["agnostic"], "no score is in the sensitive", id="no row"),
        pytest.param(["x"], [], "no score is in", id="no rows at all"),
    ],
)
def test_bad_parts(sensitive, agnostic, what):
    with pytest.raises(BadInput, match=what):
        culture(culture_example().frame, sensitive, agnostic)


def test_the_abstracts_ratio():
    assert round(drop_ratio(-16.0, -1.7), 1) == 9.4
    assert drop_ratio(-16.0, 0.0) is None
    assert drop_ratio(-16.0, 1.7) is None


def test_planted_drops_are_in_their_intervals():
    found = {one.language: one for one in rater_gaps(raters_example().frame, FP16, W4, PEOPLE)}
    assert set(found) == {None, "jpn", "fra"}
    jpn = found["jpn"]
    assert jpn.human.low < -16.0 < jpn.human.high
    assert jpn.automatic.low < -1.7 < jpn.automatic.high
    assert jpn.low < 16.0 / 1.7 < jpn.high
    assert jpn.human.n == 6000


def test_no_interval_without_n_and_no_ratio_where_the_drop_may_be_none():
    frame = raters_example().frame
    bare = rater_gaps(frame.with_columns(n=pl.lit(None, pl.Int64)), FP16, W4, PEOPLE)
    assert all(one.low is None and "n is not stated" in one.reason for one in bare)
    few = rater_gaps(frame.with_columns(n=pl.lit(50, pl.Int64)), FP16, W4, PEOPLE)[-1]
    assert few.low is None
    assert "may be none" in few.reason


@pytest.mark.parametrize(
    ("base", "new", "human", "what"),
    [
        pytest.param(FP16, FP16, PEOPLE, "against itself", id="one model"),
        pytest.param(FP16, "x", PEOPLE, "no model 'x'", id="unknown"),
        pytest.param(FP16, W4, [], "no human rater", id="no people"),
        pytest.param(FP16, W4, [*PEOPLE, "automatic"], "no automatic rater", id="only people"),
    ],
)
def test_bad_pairs(base, new, human, what):
    with pytest.raises(BadInput, match=what):
        rater_gaps(raters_example().frame, base, new, human)


@pytest.mark.parametrize("example", [culture_example(), raters_example()], ids=["culture", "raters"])
def test_templates_are_read_as_scores(tmp_path, example):
    file = tmp_path / "template.csv"
    file.write_text(template_csv(example))
    report = check_path(file, "scores").report
    assert (report.bad, report.good) == (0, min(24, example.frame.height))
