"""Languages: gaps, worst languages and rank changes, against the figures of the brief and against laws."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kendalltau, rankdata, spearmanr

from governance.errors import BadInput
from governance.evaluation.formats.sets import open_set
from governance.evaluation.formats.tables import SCORES
from governance.evaluation.groups.chosen import choose
from governance.evaluation.groups.coverage import NOT_KNOWN, coverage, families, read_tiers, scripts
from governance.evaluation.groups.languages import language_report
from governance.evaluation.groups.ranks import TIE_RULES, ranks, spearman
from governance.evaluation.orders import taus

TASK = "MassiveIntentClassification"
QWEN, GTE = "Qwen/Qwen3-Embedding-8B", "Alibaba-NLP/gte-Qwen2-7B-instruct"


def scores(*rows, **more):
    """Make a set's rows from (model, language, score) and what they share."""
    made = [
        {"model": m, "language": lang, "score": s, "task": "t", "metric": "accuracy", **more} for m, lang, s in rows
    ]
    return pl.DataFrame([{name: row.get(name) for name in SCORES} for row in made], schema=SCORES)


THREE = scores(
    ("a", "eng", 0.9), ("a", "swh", 0.3), ("a", "jpn", 0.6),
    ("b", "eng", 0.8), ("b", "swh", 0.7), ("b", "jpn", 0.7),
)  # fmt: skip


@pytest.fixture(scope="module")
def massive(catalogue_home):
    from governance.catalogue.connect import open_catalogue

    with open_catalogue(catalogue_home) as connection:
        return language_report(choose(open_set(connection, "mteb-results").frame, tasks=[TASK], better="higher"))


def test_massive_intent_is_the_published_oracle(massive):
    """Split test, 51 subsets (zh-CN and zh-TW apart), without gte-multilingual-base, which has 2 of them."""
    assert (massive.figures.split, massive.figures.by, massive.reference) == ("test", "subset", "en")
    assert (massive.changes.models, massive.changes.languages) == (27, 51)
    assert [one.model for one in massive.models if not one.compared] == ["Alibaba-NLP/gte-multilingual-base"]
    assert round(massive.changes.tau_reference_mean, 3) == 0.527
    assert round(massive.changes.tau_mean_worst, 3) == 0.533
    found = {
        one.model: (round(one.mean, 3), round(one.worst, 3), one.worst_language) for one in massive.models if one.mean
    }
    assert found[QWEN] == (0.789, 0.618, "am")
    assert found[GTE] == (0.702, 0.323, "am")
    assert massive.interval == "none: n is not stated"


def test_languages_of_a_model_left_out_are_missing_not_zero(massive):
    absent = massive.models[-1]
    assert (absent.has, absent.mean, absent.worst) == (2, None, None)
    rows = massive.rows.filter(pl.col("model") == absent.model)
    assert rows.height == 2
    assert rows["score"].min() > 0


def test_gaps_spread_and_ranks():
    report = language_report(choose(THREE, better="higher"))
    b, a = report.models
    assert (b.model, b.rank, a.rank_reference, a.rank_worst) == ("b", 1, 1, 2)
    assert a.mean == pytest.approx(0.6)
    assert (a.worst, a.worst_language, a.best_language) == (0.3, "swh", "eng")
    assert a.gap == pytest.approx(-0.6)
    assert a.ratio == pytest.approx(1 / 3)
    assert a.sd == pytest.approx(0.3)
    assert a.tail_mean == pytest.approx(0.3)
    row = report.rows.filter((pl.col("model") == "a") & (pl.col("unit") == "jpn")).row(0, named=True)
    assert row["delta_percent"] == pytest.approx(-100 / 3)
    assert (row["language"], row["low"], row["n"]) == ("Japanese", None, None)


def test_lower_is_better_turns_worst_and_best():
    a = next(one for one in language_report(choose(THREE, better="lower")).models if one.model == "a")
    assert (a.worst, a.worst_language, a.best_language, a.rank, a.tail_mean) == (0.9, "eng", "swh", 1, 0.9)


def test_wilson_stands_where_n_is_known_and_the_metric_is_a_share():
    report = language_report(choose(scores(("a", "eng", 0.54), ("a", "swh", 0.54), n=601)))
    assert report.rows.select("low").to_series().min() > 0.5  # first at 601, as in the issue
    percent = language_report(choose(scores(("a", "eng", 54.0), ("a", "swh", 10.0), n=600)))
    assert percent.rows["low"].max() < 50 < percent.rows["high"].max()
    other = language_report(
        choose(scores(("a", "eng", 0.5), ("a", "swh", 0.5), n=10).with_columns(metric=pl.lit("f1")))
    )
    assert other.rows["low"].null_count() == 2
    assert "not known to be a share" in other.interval


def test_several_tasks_are_compared_over_those_all_have():
    more = pl.concat([
        THREE,
        scores(("a", "eng", 0.1), ("b", "eng", 0.2), ("a", "swh", 0.5)).with_columns(task=pl.lit("u")),
    ])  # fmt: skip
    report = language_report(choose(more))
    assert dict(zip(report.grid.units, report.grid.tasks.tolist(), strict=True)) == {"eng": 2, "jpn": 1, "swh": 1}
    assert report.grid.shared.all()
    swh = report.rows.filter(pl.col("unit") == "swh")
    assert swh["score"].to_list() == [0.3, 0.7]  # b has no swh on u: u counts for neither
    assert swh["gap"].null_count() == 2  # English rests on two tasks


@pytest.mark.parametrize(
    ("rows", "options", "what"),
    [
        pytest.param(THREE.with_columns(language=None), {}, "no score is on one language", id="no language"),
        pytest.param(THREE.head(0), {}, "there is no score", id="empty"),
        pytest.param(THREE, {"tasks": ["x"]}, "there is no task 'x'", id="task"),
        pytest.param(THREE, {"metric": "f1"}, "there is no metric 'f1'", id="metric"),
        pytest.param(THREE.with_columns(split=pl.Series(["a", "b"] * 3)), {}, "there are 2 splits", id="splits"),
        pytest.param(THREE.with_columns(metric=pl.Series(["a", "b"] * 3)), {}, "there are 2 metrics", id="metrics"),
        pytest.param(THREE.with_columns(rater=pl.Series(["x", "y"] * 3)), {}, "mixes 2 scorings", id="raters"),
        pytest.param(THREE.with_columns(score=pl.lit(float("nan"))), {}, "there is no score", id="NaN"),
        pytest.param(THREE, {"by": "subset"}, "some rows have no subset", id="no subset"),
    ],
)
def test_what_cannot_be_compared_is_said(rows, options, what):
    with pytest.raises(BadInput, match=what):
        choose(rows, **options)


def test_reference_and_cover_are_checked():
    figures = choose(THREE)
    with pytest.raises(BadInput, match="no language of these"):
        language_report(figures, "deu")
    with pytest.raises(BadInput, match="no share"):
        language_report(figures, cover=2.0)
    assert language_report(figures, "Japanese").reference == "jpn"
    assert language_report(choose(THREE.filter(pl.col("language") != "eng"))).reference is None


def test_one_model_has_no_rank_changes():
    assert language_report(choose(THREE.filter(pl.col("model") == "a"))).changes is None


lists = st.lists(st.integers(0, 6), min_size=2, max_size=12)
tables = st.integers(2, 8).flatmap(
    lambda size: st.lists(st.lists(st.integers(0, 5), min_size=size, max_size=size), min_size=2, max_size=5)
)


@given(tables)
def test_tau_is_scipys(rows):
    table = np.array(rows, dtype=float)
    ours = taus(table)
    for first in range(len(rows)):
        for second in range(len(rows)):
            theirs = kendalltau(table[first], table[second]).statistic
            assert (np.isnan(ours[first, second]) and np.isnan(theirs)) or ours[first, second] == pytest.approx(theirs)


@given(lists)
def test_ranks_are_scipys_and_relabelling_permutes_them(values):
    array = np.array(values, dtype=float)
    for rule, theirs in zip(TIE_RULES, ("min", "ordinal", "average"), strict=True):
        assert ranks(array, "lower", rule).tolist() == rankdata(array, theirs).tolist()
    order = np.random.default_rng(0).permutation(array.size)
    assert ranks(array, ties="average")[order].tolist() == ranks(array[order], ties="average").tolist()
    rho = spearman(array, array[::-1].copy())
    assert rho is None or rho == pytest.approx(spearmanr(array, array[::-1]).statistic)


def test_coverage_by_family_script_and_tier(massive, connection):
    codes = massive.figures.frame["language"].unique().to_list()
    by_family = {one.group: one for one in coverage(massive, families(connection, codes))}
    assert "Chinese (zh-TW)" in by_family["Sino-Tibetan"].names
    assert {"Arabic", "Amharic"} <= set(by_family["Afro-Asiatic"].names)  # a macrolanguage by its members
    assert by_family["Afro-Asiatic"].worst_language == "Amharic"
    assert sum(one.languages for one in by_family.values()) == 51
    assert {one.group for one in coverage(massive, scripts(massive.grid.units))} >= {"Latn", "Hans", "Hant", "Ethi"}
    tiers = read_tiers("language,tier\nen,5\nAmharic,2\nIgbo,1\n")
    found = {one.group: (one.languages, one.listed) for one in coverage(massive, tiers, complete=True)}
    assert found == {"5": (1, 1), "2": (1, 1), "1": (0, 1), NOT_KNOWN: (49, None)}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        pytest.param("language,class\neng,5", "no column 'tier'", id="column"),
        pytest.param("language,tier\neng,", "is missing", id="empty cell"),
        pytest.param("language,tier\neng,5\nen,4", "in tier 5 and 4", id="two tiers"),
        pytest.param("language,tier\n", "there is no language", id="no rows"),
        pytest.param("", "no column", id="nothing"),
    ],
)
def test_bad_tables_of_tiers(text, what):
    with pytest.raises(BadInput, match=what):
        read_tiers(text)
