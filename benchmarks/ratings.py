"""Bradley-Terry of a million battles: fit, bootstraps and a new filter, beside evalica and rows drawn again."""

from __future__ import annotations

import importlib.util
import os
import tracemalloc
from collections.abc import Callable

import numpy as np
import polars as pl
from row import Row, row, timed

from governance.evaluation.ratings.batch import refit
from governance.evaluation.ratings.bradley_terry import fit, points
from governance.evaluation.ratings.rate import rate
from governance.evaluation.ratings.rating import Rating
from governance.evaluation.ratings.request import RatingRequest, counted, rate_as_asked
from governance.evaluation.ratings.votes import Votes

BATTLES = int(os.environ.get("BENCH_BATTLES", "1000000"))
MODELS = int(os.environ.get("BENCH_MODELS", "100"))
PEER = int(os.environ.get("BENCH_PEER", "5"))
"""Resamples that are timed of a way that draws rows; its times are scaled up from these."""
TIES, JUDGES, SEED = 0.15, 1_000, 1
LANGUAGES, CATEGORIES = ("eng", "fra", "deu", "swh"), ("code", "maths", "writing")
TITLE = f"Ratings: Bradley-Terry of {BATTLES:,} battles, {MODELS} models"
ABOUT = (
    f"{TIES:.0%} ties, each half a win for both; {JUDGES:,} judges, each battle with a language and a category. All "
    "ways get the same battles as texts and estimate the same: maximum likelihood, without a prior, percentile "
    "intervals of votes drawn again with replacement. Touchstone draws the counts of pairs and outcomes, of which "
    f"there are at most {3 * MODELS * (MODELS - 1) // 2:,}, from a multinomial distribution, which is the same as "
    "drawing rows; its times include counting the texts and the ranks of all resamples. evalica is asked for "
    "percentile intervals, for its default (BCa) fits once a row more; its lists and index are made before. The naive "
    "way draws row numbers, counts pairs and takes our Newton steps from the full fit. Ways that draw rows are timed "
    f"over {PEER} resamples and scaled up. The fits must agree to 1e-6 points, the standard errors to 10%. arena-rank "
    "is left out: it needs JAX, which nothing else here does, and has no bootstrap. The last rows are the page's own "
    "path: battles counted once by all that filters read, then a filter changes; their ratios are to the counting."
)


def battles() -> pl.DataFrame:
    """Make battles of models with normal skills."""
    rng = np.random.default_rng(SEED)
    skill = rng.normal(0, 0.6, MODELS)
    a = rng.integers(MODELS, size=BATTLES)
    b = (a + rng.integers(1, MODELS, size=BATTLES)) % MODELS
    won = rng.random(BATTLES) < 1 / (1 + np.exp(skill[b] - skill[a]))
    outcome = np.where(rng.random(BATTLES) < TIES, "tie", np.where(won, "a", "b"))
    names = np.array([f"model-{place:04}" for place in range(MODELS)])
    return pl.DataFrame({
        "model_a": names[a], "model_b": names[b], "outcome": outcome,
        "judge": np.char.add("judge-", rng.integers(JUDGES, size=BATTLES).astype(str)),
        "judge_kind": np.full(BATTLES, "human"),
        "language": np.array(LANGUAGES)[rng.integers(len(LANGUAGES), size=BATTLES)],
        "category": np.array(CATEGORIES)[rng.integers(len(CATEGORIES), size=BATTLES)],
    })  # fmt: skip


def naive(frame: pl.DataFrame, resamples: int) -> np.ndarray:
    """Draw rows again, count pairs, fit; give the points of each resample."""
    names = sorted({*frame["model_a"].unique(), *frame["model_b"].unique()})
    coder, size = pl.Enum(names), len(names)
    a, b = (frame[name].cast(coder).to_physical().to_numpy().astype(np.int64) for name in ("model_a", "model_b"))
    score = frame["outcome"].replace_strict({"a": 1.0, "b": 0.0}, default=0.5).to_numpy()
    pair = a * size + b

    def wins(rows: np.ndarray) -> np.ndarray:
        won = np.bincount(pair[rows], score[rows], size * size).reshape(size, size)
        lost = np.bincount(pair[rows], 1 - score[rows], size * size).reshape(size, size)
        return won + lost.T

    start = fit(wins(np.arange(len(pair)))).skill
    rng = np.random.default_rng(SEED)
    return np.stack([
        points(refit(wins(rng.integers(len(pair), size=len(pair)))[None], None, start)[0][0]) for _ in range(resamples)
    ])  # fmt: skip


def evalica_ways(frame: pl.DataFrame) -> dict[str, Callable[[], object]]:
    """Give evalica's fit and its bootstrap of a few resamples."""
    import evalica

    winners = {"a": evalica.Winner.X, "b": evalica.Winner.Y, "tie": evalica.Winner.Draw}
    xs, ys = frame["model_a"].to_list(), frame["model_b"].to_list()
    outcomes = [winners[one] for one in frame["outcome"]]
    index = evalica.indexing(xs, ys)[2]
    return {
        "fit": lambda: evalica.bradley_terry(xs, ys, outcomes, index=index, tolerance=1e-12, limit=1_000),
        "usual": lambda: evalica.bradley_terry(xs, ys, outcomes, index=index),
        "bootstrap": lambda: evalica.bootstrap(
            evalica.bradley_terry, xs, ys, outcomes, index=index, n_resamples=PEER, bootstrap_method="percentile",
            random_state=SEED,
        ),
    }  # fmt: skip


def peak(work: Callable[[], object]) -> float:
    """Give the most memory that Python and numpy held at a time, in MB."""
    tracemalloc.start()
    work()
    most = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    return most


def scores(rating: Rating) -> np.ndarray:
    """Give the points by name."""
    return np.array([row.score for row in sorted(rating.models, key=lambda one: one.model)])


def run() -> list[Row]:
    """Time the fit, the bootstraps and the change of a filter."""
    frame = battles()
    plain = frame.select("model_a", "model_b", "outcome")
    rate(plain, resamples=2)
    theirs = evalica_ways(frame) if importlib.util.find_spec("evalica") else None
    return [*_fits(plain, theirs), *_bootstraps(plain, frame, theirs), *_filters(frame)]


def _fits(plain: pl.DataFrame, theirs: dict[str, Callable[[], object]] | None) -> list[Row]:
    rows, beside = [], None
    ours = rate(plain, interval=None)
    if theirs is not None:
        found = theirs["fit"]().scores.sort_index()  # type: ignore[attr-defined]
        gap = np.abs(scores(ours) - points(np.log(found.to_numpy()) - np.log(found.to_numpy()).mean())).max()
        assert gap < 1e-6, gap
        beside = [timed(theirs["usual"]) for _ in range(3)]
        rows.append(row("evalica, fit", beside, note="lists and index made before"))
    rows.append(row("Touchstone, fit", [timed(lambda: rate(plain, interval=None)) for _ in range(9)], beside))
    votes = Votes.of(plain)
    cells = votes.cells()
    again = [timed(lambda: fit(cells.matrix("half"))) for _ in range(20)]
    rows.append(row("Touchstone, fit of counted pairs", again, beside, f"{len(votes.count):,} cells"))
    robust = [timed(lambda: rate(plain, interval="sandwich")) for _ in range(5)]
    rows.append(row("Touchstone, robust intervals", robust, beside, "over votes"))
    return rows


def _bootstraps(plain: pl.DataFrame, frame: pl.DataFrame, theirs: dict[str, Callable[[], object]] | None) -> list[Row]:
    rows = []
    slow: dict[int, list[float]] = {}
    if theirs is not None:
        once = timed(theirs["usual"])
        each = (timed(theirs["bootstrap"]) - once) / PEER
        for many in (100, 1_000):
            slow[many] = [once + each * many]
    drawn = [timed(lambda: naive(plain, 1)), timed(lambda: naive(plain, 1 + PEER))]
    each = (drawn[1] - drawn[0]) / PEER
    spread = naive(plain, 30).std(axis=0)
    for many, times in ((100, 5), (1_000, 3)):
        told = f"{PEER} resamples, scaled up"
        rows += [row(f"evalica, {many:,} bootstraps", slow[many], note=told)] if slow else []
        rows.append(row(f"rows drawn again, {many:,} bootstraps", [drawn[0] + each * (many - 1)], slow.get(many), told))
        found = rate(plain, resamples=many)
        own = np.array([one.high - one.low for one in sorted(found.models, key=lambda one: one.model)]) / 3.92
        assert abs(np.mean(own / spread) - 1) < 0.1, np.mean(own / spread)
        taken = [timed(lambda many=many: rate(plain, resamples=many)) for _ in range(times)]
        memory = peak(lambda many=many: rate(plain, resamples=many))
        faster = np.median([drawn[0] + each * (many - 1)]) / np.median(taken)
        note = f"{faster:.1f} times as fast as rows; peak {memory:.0f} MB, one fit's texts included"
        rows.append(row(f"Touchstone, {many:,} bootstraps", taken, slow.get(many), note))
        judges = [timed(lambda many=many: rate(frame, interval="cluster", cluster="judge", resamples=many))
                  for _ in range(3)]  # fmt: skip
        rows.append(row(f"Touchstone, {many:,} bootstraps over judges", judges, slow.get(many), "no peer has these"))
    return rows


def _filters(frame: pl.DataFrame) -> list[Row]:
    once = [timed(lambda: counted(frame)) for _ in range(3)]
    table = counted(frame.drop("judge"))
    kept = counted(frame, "judge")
    rows = [row("count a set once", once, note=f"{table.height:,} rows without judges, {kept.height:,} with")]
    for name, interval, held in (
        ("new filter, ranking", "none", table),
        ("new filter, ranking with 200 bootstraps", "bootstrap", table),
        ("new filter, judges kept, with 200 bootstraps over them", "cluster", kept),
    ):
        wanted = [RatingRequest(interval=interval, language=(one,)) for one in LANGUAGES]
        taken = [timed(lambda ask=ask, held=held: rate_as_asked(held, ask)) for ask in wanted for _ in range(2)]
        rows.append(row(name, taken, once))
    return rows
