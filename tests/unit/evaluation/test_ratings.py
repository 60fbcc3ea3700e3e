"""Ratings equal those of evalica, closed forms and an optimiser of another kind; odd votes are met with words."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from governance.catalogue.connect import PROJECT
from governance.errors import BadInput
from governance.evaluation.formats.sets import open_set
from governance.evaluation.ratings.bradley_terry import fit_parts
from governance.evaluation.ratings.pairs import head_to_head, pair_table, votes_to_separate
from governance.evaluation.ratings.rate import rate, usual_cluster
from governance.evaluation.ratings.rating import Rating
from governance.evaluation.ratings.request import RatingRequest, counted, rate_as_asked
from governance.evaluation.ratings.shares import wilson
from governance.evaluation.ratings.votes import Votes
from governance.evaluation.ratings.widths import interval_widths

GOLDEN = PROJECT / "tests" / "golden" / "ratings" / "llmfao-golden.csv"
METHODS = ("bt", "elo", "winrate", "borda")
POINTS = 400 / np.log(10)


@pytest.fixture(scope="module")
def llmfao(catalogue):
    return open_set(catalogue, "llmfao").frame


def battles(*rows: tuple[str, str, str], times: int = 1, **columns: list) -> pl.DataFrame:
    """Make battles from rows of two models and an outcome."""
    a, b, outcome = (list(one) * times for one in zip(*rows, strict=True))
    return pl.DataFrame({"model_a": a, "model_b": b, "outcome": outcome, **columns})


def scores(rating: Rating) -> dict[str, float]:
    return {row.model: row.score for row in rating.models}


CIRCLE = (("x", "y", "a"), ("y", "z", "a"), ("z", "x", "a"), ("x", "z", "a"), ("y", "x", "tie"), ("z", "y", "b"))


@pytest.mark.parametrize(
    ("method", "column"),
    [("bt", "bradley_terry"), ("elo", "elo"), ("winrate", "average_win_rate")],
)
def test_llmfao_equals_the_scores_that_evalica_stores(llmfao, method, column):
    golden = pl.read_csv(GOLDEN).filter(algorithm=column)
    theirs = dict(golden.select("item", "score").iter_rows())
    mine = scores(rate(llmfao, method, interval=None))
    assert mine.keys() == theirs.keys()
    one, other = (np.array([table[name] for name in theirs]) for table in (mine, theirs))
    if method == "bt":  # theirs are up to a factor
        one, other = (one - 1000) / POINTS, np.log(other) - np.log(other).mean()
    assert np.abs(one - other).max() < 1e-9


def test_llmfao_intervals(llmfao):
    """The research notes have a mean half-width of 36 points and 13 models that share the first place, by votes."""
    votes = rate(llmfao)
    judges = rate(llmfao, interval="cluster")
    prompts = rate(llmfao, interval="cluster", cluster="prompt")
    robust = rate(llmfao, interval="sandwich")
    by_judge = rate(llmfao, interval="sandwich", cluster="judge")
    width = [np.mean([(row.high - row.low) / 2 for row in one.models]) for one in (votes, judges, prompts)]
    assert width[0] == pytest.approx(36, abs=1)
    assert 10 <= len(votes.first()) <= 16
    assert width == sorted(width), "votes of a judge, and of a prompt, go together"
    assert np.mean([(row.high - row.low) / 2 for row in robust.models]) == pytest.approx(width[0], rel=0.03)
    assert np.mean([(row.high - row.low) / 2 for row in by_judge.models]) == pytest.approx(width[1], rel=0.05)
    assert (judges.settings.cluster, judges.clusters, usual_cluster(llmfao)) == ("judge", 124, "judge")
    assert "13 clusters" in prompts.warnings[0]
    assert votes.models == rate(llmfao).models, "the seed fixes them"
    assert votes.models != rate(llmfao, seed=1).models


def test_widths_by_what_goes_together(llmfao):
    widths = interval_widths(llmfao)
    assert list(widths) == ["vote", "judge", "prompt"]
    assert widths["vote"] == pytest.approx(36, abs=1)
    assert widths["vote"] < widths["judge"] < widths["prompt"]


def test_bradley_terry_in_closed_form():
    """With two models the skill's gap is the logit of the win share; its variance 1/(n p (1 - p))."""
    found = rate(battles(("x", "y", "a"), ("x", "y", "a"), ("y", "x", "a"), ("x", "y", "a"), times=25),
                 interval="sandwich")  # fmt: skip
    x, y = found.models
    assert x.score - y.score == pytest.approx(400 * np.log10(3))
    assert x.high - x.low == pytest.approx(1.959964 * POINTS / np.sqrt(100 * 0.25 * 0.75), rel=1e-6)
    needed = votes_to_separate(found.cells, "x", "y")
    assert (needed.votes, needed.gap) == (0, pytest.approx(400 * np.log10(3)))
    close = votes_to_separate(rate(battles(*[("x", "y", "a")] * 6, *[("x", "y", "b")] * 4, times=10)).cells, "y", "x")
    total = (2.801585 / np.log(1.5)) ** 2 / 0.24
    assert close.votes == int(np.ceil(total - 100)) == 99


def test_davidson_equals_an_optimiser_of_another_kind():
    rng = np.random.default_rng(3)
    wins = np.triu(rng.integers(1, 9, (5, 5)), 1) + np.tril(rng.integers(1, 9, (5, 5)), -1)
    ties = np.triu(rng.integers(0, 7, (5, 5)), 1)
    ties = (ties + ties.T).astype(float)

    def loss(parameters: np.ndarray) -> float:
        skill, nu = np.exp(parameters[:5]), np.exp(parameters[5])
        tie = nu * np.sqrt(skill[:, None] * skill[None, :])
        below = skill[:, None] + skill[None, :] + tie
        return -(wins * np.log(skill[:, None] / below)).sum() - (ties * np.log(tie / below)).sum() / 2

    best = minimize(loss, np.zeros(6), method="L-BFGS-B", options={"ftol": 1e-15, "gtol": 1e-9})
    (found,) = fit_parts(wins.astype(float), ties)
    assert found.skill == pytest.approx(best.x[:5] - best.x[:5].mean(), abs=1e-4)
    assert found.nu == pytest.approx(np.exp(best.x[5]), rel=1e-4)


def test_davidson_and_dropped_ties():
    rows = battles(*CIRCLE, times=10)
    dropped = rate(rows, ties="drop")
    assert (dropped.n, dropped.dropped, dropped.ties_share) == (50, 10, pytest.approx(1 / 6))
    davidson = rate(rows, ties="davidson", interval="sandwich")
    assert davidson.parts[0].nu > 0
    none = rate(rows.filter(pl.col("outcome") != "tie"), ties="davidson")
    assert none.parts[0].nu == 0, "without ties it is Bradley-Terry"
    assert scores(none) == pytest.approx(scores(dropped))


def test_both_bad_is_a_tie_or_nothing():
    rows = battles(*CIRCLE, ("x", "y", "both_bad"))
    ties = battles(*CIRCLE, ("x", "y", "tie"))
    assert scores(rate(rows)) == pytest.approx(scores(rate(ties)))
    left = rate(rows, both_bad="drop")
    assert (left.n, left.dropped) == (6, 1)
    assert scores(left) == pytest.approx(scores(rate(battles(*CIRCLE))))


def test_weights_count_votes():
    rows = battles(*CIRCLE, weight=[3.0, 1, 1, 2, 1, None])
    again = battles(*CIRCLE, *[CIRCLE[0]] * 2, CIRCLE[3])
    for method in ("bt", "winrate", "borda"):
        assert scores(rate(rows, method)) == pytest.approx(scores(rate(again, method)))
    assert scores(rate(rows, ties="davidson")) == pytest.approx(scores(rate(again, ties="davidson")))


@pytest.mark.parametrize("ties", ["half", "davidson", "drop"])
@pytest.mark.parametrize("interval", ["bootstrap", "sandwich"])
def test_a_model_that_never_loses_stays_finite(ties, interval):
    rows = battles(("x", "y", "a"), ("x", "z", "a"), ("y", "z", "a"), ("z", "y", "a"), ("y", "z", "tie"), times=5)
    found = rate(rows, ties=ties, interval=interval)
    assert found.models[0].model == "x"
    assert all(np.isfinite([row.score, row.low, row.high]).all() for row in found.models)
    assert found.parts[0].prior
    assert "prior" in found.warnings[0]


@pytest.mark.parametrize("method", METHODS)
def test_all_ties_are_all_equal(method):
    found = rate(battles(("x", "y", "tie"), ("y", "z", "tie"), ("z", "x", "both_bad"), times=4), method)
    assert {row.rank for row in found.models} == {1}
    assert {row.rank_high for row in found.models} == {None}  # every resample says the same
    assert found.ties_share == 1
    assert found.above("x", "y") is None
    assert votes_to_separate(found.cells, "x", "y").votes is None


def test_davidson_with_all_ties():
    found = rate(battles(("x", "y", "tie"), times=4), ties="davidson")
    assert (found.parts[0].nu, {row.score for row in found.models}) == (None, {1000.0})


def test_parts_that_never_met_are_rated_apart():
    rows = battles(("x", "y", "a"), ("x", "y", "b"), ("x", "z", "a"), ("z", "x", "a"), ("p", "q", "a"), ("q", "p", "a"),
                   times=4)  # fmt: skip
    found = rate(rows)
    assert [(part.models, part.n) for part in found.parts] == [(3, 16), (2, 8)]
    assert [row.part for row in found.models] == [1, 1, 1, 2, 2]
    assert "2 parts" in found.warnings[0]
    assert {row.rank for row in found.models if row.part == 2} == {1}
    assert found.above("x", "p") is None
    assert votes_to_separate(found.cells, "x", "p").votes is None
    assert head_to_head(found.cells, "x", "p").expected is None
    alone = rate(rows.filter(pl.col("model_a").is_in(["p", "q"])))
    assert scores(alone)["p"] == pytest.approx(scores(found)["p"])


def test_pairs(llmfao):
    found = rate(llmfao, interval=None)
    table = pair_table(found.cells)
    assert table.height == 927
    assert table["n"].sum() == 8_931
    gap = table.select(model="model_a", gap=pl.col("n") * (pl.col("share") - pl.col("expected")))
    other = table.select(model="model_b", gap=-pl.col("n") * (pl.col("share") - pl.col("expected")))
    left = pl.concat([gap, other]).group_by("model").agg(pl.col("gap").sum())
    assert left["gap"].abs().max() < 1e-8, "at the maximum every model wins as often as expected"
    one = table.row(0, named=True)
    met = head_to_head(found.cells, one["model_b"], one["model_a"])
    assert (met.n, met.share) == (one["n"], pytest.approx(1 - one["share"]))
    assert met.a_won + met.b_won + met.ties == met.n
    assert head_to_head(found.cells, "GPT 4", "Weaver 12k").expected > 0.5


def test_what_can_be_asked_of_the_draws(llmfao):
    found = rate(llmfao)
    best, second = found.models[0].model, found.models[1].model
    assert found.above(best, second) + found.above(second, best) == pytest.approx(1)
    top = found.top(3)
    assert sum(top.values()) == pytest.approx(3)
    assert found.top(59)[best] == 1
    assert rate(llmfao, interval=None).top(3) is None
    row = found.models[10]
    assert row.rank_low <= row.rank <= row.rank_high
    assert row.rank_bound == 1 + sum(other.low > row.high for other in found.models)


def test_win_rate_and_borda_by_hand():
    rows = battles(("x", "y", "a"), ("x", "y", "a"), ("x", "y", "b"), ("x", "z", "tie"), ("y", "z", "a"))
    assert scores(rate(rows, "winrate")) == pytest.approx({"x": (2 / 3 + 0.5) / 2, "y": (1 / 3 + 1) / 2, "z": 0.25})
    assert scores(rate(rows, "borda")) == {"x": 1.5, "y": 1.0, "z": 0.5}


@pytest.mark.parametrize(("share", "n"), [(0.54, 601), (0.544, 497), (0.695, 26), (0.766, 14)])
def test_wilson_passes_half_where_it_should(share, n):
    lows = wilson(np.float64(share), np.arange(1, 700.0), 1.959964)[0]
    assert int(np.argmax(lows > 0.5)) + 1 == n


def test_wilson_of_one_opponent_is_that_of_a_proportion():
    x = rate(battles(("x", "y", "a"), ("x", "y", "b"), times=50), "winrate", interval="wilson").models[0]
    assert (x.low, x.high) == (pytest.approx(0.40383, abs=1e-5), pytest.approx(0.59617, abs=1e-5))
    assert (x.rank_low, x.rank_bound) == (None, 1)


def test_elo_by_hand_and_by_day():
    rows = battles(("x", "y", "a"), ("y", "x", "a"), day=[None, None])
    first = 1000 + 16
    expected = 1 / (1 + 10 ** ((first - (2000 - first)) / 400))
    assert scores(rate(rows, "elo", interval=None, k=32))["y"] == pytest.approx(2000 - first + 32 * (1 - expected))
    with pytest.raises(BadInput, match="no battle has a day"):
        rate(rows, "elo", order="day")
    dated = rows.with_columns(day=pl.Series(["2026-02-01", "2026-01-01"]).str.to_date())
    turned = rate(dated, "elo", order="day", interval=None, start=1400)
    assert scores(turned) == pytest.approx(scores(rate(dated.reverse(), "elo", interval=None, start=1400)))
    doubled = battles(("x", "y", "a"), weight=[2.0])
    assert scores(rate(doubled, "elo", interval=None)) == pytest.approx({"x": 1004.0, "y": 996.0})


@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.integers(0, 4), st.sampled_from(["a", "b", "tie", "both_bad"])), min_size=3
    ),
    st.permutations(range(5)),
    st.sampled_from(METHODS),
)
def test_new_names_permute_the_result(rows, order, method):
    met = [(a, b, outcome) for a, b, outcome in rows if a != b]
    if not met:
        return
    plain = battles(*((f"m{a}", f"m{b}", outcome) for a, b, outcome in met))
    turned = battles(*((f"m{order[a]}", f"m{order[b]}", outcome) for a, b, outcome in met))
    one, other = rate(plain, method, interval=None), rate(turned, method, interval=None)
    assert {f"m{order[int(name[1:])]}": score for name, score in scores(one).items()} == pytest.approx(
        scores(other), abs=1e-6
    )
    assert all(np.isfinite(row.score) for row in one.models)


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 3), st.sampled_from(["a", "b", "tie"])), min_size=8, max_size=30
    )
)
def test_two_copies_rate_alike_and_narrow_the_interval(rows):
    met = [(f"m{a}", f"m{b}", outcome) for a, b, outcome in rows if a != b]
    if not met:
        return
    once, twice = battles(*met), battles(*met, *met)
    for ties in ("half", "davidson"):
        one, two = (rate(table, ties=ties, interval="sandwich") for table in (once, twice))
        if any(part.prior or part.nu is None for part in one.parts):
            continue  # a prior weighs less beside more votes
        assert scores(one) == pytest.approx(scores(two), abs=1e-6)
        for row in one.models:
            width = next(other.high - other.low for other in two.models if other.model == row.model)
            assert row.high - row.low == pytest.approx(np.sqrt(2) * width, abs=1e-6)
    assert scores(rate(once, "borda", interval=None)) == scores(rate(twice, "borda", interval=None))


@pytest.mark.parametrize(
    ("rows", "options", "said"),
    [
        pytest.param([], {}, "no votes", id="nothing"),
        pytest.param([("x", "x", "a")], {}, "with itself", id="itself"),
        pytest.param([("x", "y", "left")], {}, "no known outcome", id="word"),
        pytest.param([("x", None, "a")], {}, "lack a model", id="no-model"),
        pytest.param([("x", "y", "tie")], {"ties": "drop"}, "all votes are ties", id="only-ties"),
        pytest.param([("x", "y", "a")], {"cluster": "hue", "interval": "cluster"}, "no column 'hue'", id="hue"),
        pytest.param([("x", "y", "a")], {"cluster": "model_a"}, "all votes are of one model_a", id="one-cluster"),
        pytest.param([("x", "y", "a")], {"interval": "cluster"}, "no column says", id="no-cluster"),
        pytest.param([("x", "y", "a")], {"method": "elo", "ties": "davidson"}, "not defined for elo", id="davidson"),
        pytest.param([("x", "y", "a")], {"method": "elo", "interval": "sandwich"}, "not defined for elo", id="robust"),
        pytest.param([("x", "y", "a")], {"interval": "wilson"}, "of a share", id="wilson"),
        pytest.param([("x", "y", "a")], {"resamples": 0}, "0 resamples", id="resamples"),
        pytest.param([("x", "y", "a")], {"level": 1.0}, "a level of 1", id="level"),
        pytest.param([("x", "y", "a")], {"method": "elo", "k": float("nan")}, "K = nan", id="k"),
    ],
)  # fmt: skip
def test_bad_input_says_what_and_how_to_mend_it(rows, options, said):
    text = pl.String
    table = pl.DataFrame(rows, {"model_a": text, "model_b": text, "outcome": text}, orient="row")
    with pytest.raises(BadInput, match=said) as raised:
        rate(table, **options)
    assert raised.value.fix


@pytest.mark.parametrize("weight", [0.0, -1.0, float("nan"), float("inf")])
def test_odd_weights_are_refused(weight):
    with pytest.raises(BadInput, match="not positive and finite"):
        rate(battles(("x", "y", "a"), weight=[weight]))


def test_one_vote_is_rated_with_the_prior():
    found = rate(battles(("x", "y", "a")))
    assert [row.model for row in found.models] == ["x", "y"]
    assert all(np.isfinite(row.score) for row in found.models)
    assert {row.low for row in found.models} == {None}  # one vote says nothing of how sure that is
    assert "Every resample gives the same scores" in found.warnings[0]
    assert found.parts[0].prior


def test_counted_votes_equal_rows(llmfao):
    """What a row counts for, an enumeration and a cluster are the same votes."""
    small = counted(llmfao.drop("judge"))
    assert small.height < llmfao.height
    for wanted in ({"category": (llmfao["category"][0],)}, {}):
        asked = RatingRequest(interval="bootstrap", resamples=20, **wanted)
        assert rate_as_asked(small, asked).models == rate_as_asked(llmfao, asked).models
    one, other = (Votes.of(table, cluster="judge") for table in (counted(llmfao), llmfao))
    for field in fields(Votes):
        if field.name == "clusters":
            assert (one.clusters != other.clusters).nnz == 0
        else:
            assert np.array_equal(getattr(one, field.name), getattr(other, field.name))
