"""Intervals at 95% hold the true skill in 93 to 97% of many simulated sets, also where votes go together."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from governance.evaluation.ratings.bradley_terry import fit, points
from governance.evaluation.ratings.rate import rate
from governance.evaluation.ratings.resample import multinomial

SKILL = np.array([0.8, 0.3, -0.2, -0.9])
NAMES = np.array(["m0", "m1", "m2", "m3"])
RUNS, FEW = 250, 60
JUDGES, VOTES, TASTE = 80, 8, 0.8
"""Judges of the clustered sets, votes of each, and the standard deviation of a judge's liking of a model in logits."""


def simulated(rng: np.random.Generator, taste: float) -> pl.DataFrame:
    judge = np.repeat(np.arange(JUDGES), VOTES)
    skill = SKILL + taste * rng.standard_normal((JUDGES, len(SKILL)))
    a = rng.integers(4, size=judge.size)
    b = (a + rng.integers(1, 4, size=judge.size)) % 4
    chance = 1 / (1 + np.exp(skill[judge, b] - skill[judge, a]))
    outcome = np.where(rng.random(judge.size) < chance, "a", "b")
    return pl.DataFrame({"model_a": NAMES[a], "model_b": NAMES[b], "outcome": outcome, "judge": judge.astype(str)})


def truth(taste: float) -> np.ndarray:
    """Skills that the votes of infinitely many judges would give."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    gap = SKILL[:, None] - SKILL[None, :]
    chance = (weights / weights.sum() / (1 + np.exp(-(gap[:, :, None] + np.sqrt(2) * taste * nodes)))).sum(axis=2)
    return points(fit(chance * (1 - np.eye(4))).skill)


def coverage(taste: float, runs: int = RUNS, **how: object) -> float:
    rng, true = np.random.default_rng(11), truth(taste)
    held = []
    for run in range(runs):
        found = rate(simulated(rng, taste), resamples=200, seed=run, **how)
        held += [row.low <= true[int(row.model[1])] <= row.high for row in found.models]
    return float(np.mean(held))


@pytest.mark.parametrize(
    ("taste", "how"),
    [
        pytest.param(0.0, {"interval": "bootstrap"}, id="votes"),
        pytest.param(0.0, {"interval": "sandwich"}, id="robust"),
        pytest.param(TASTE, {"interval": "cluster", "cluster": "judge"}, id="clusters"),
        pytest.param(TASTE, {"interval": "sandwich", "cluster": "judge"}, id="robust-clusters"),
    ],
)
def test_intervals_hold_the_truth(taste, how):
    assert 0.93 <= coverage(taste, **how) <= 0.97


def test_votes_drawn_one_by_one_are_too_sure_where_judges_differ():
    assert coverage(TASTE, FEW, interval="bootstrap") < 0.91


def test_drawn_counts_are_multinomial():
    count = np.array([50, 30, 15, 5])
    drawn = multinomial(np.random.default_rng(1), count, 20_000)
    assert (drawn.sum(axis=1) == 100).all()
    assert drawn.mean(axis=0) == pytest.approx(count, rel=0.02)
    share = count / 100
    expected = 100 * (np.diag(share) - np.outer(share, share))
    assert np.cov(drawn.T) == pytest.approx(expected, abs=0.5)
