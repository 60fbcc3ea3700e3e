"""Elo over orders: every order of the same battles, beside evalica that many times."""

from __future__ import annotations

import os
import resource

import numpy as np
import polars as pl
from row import Row, row, timed

from governance.evaluation.robustness.elo_kernel import elo_in_order, elo_over_orders, pack

BATTLES = int(os.environ.get("ELO_BATTLES", "1000000"))
ORDERS = int(os.environ.get("ELO_ORDERS", "100"))
PEER_ORDERS = int(os.environ.get("ELO_PEER_ORDERS", "3"))
MODELS, TIES, K, START, REPEATS, SEED = 100, 0.15, 16.0, 1000.0, 5, 3
TITLE = f"Elo in {ORDERS:,} orders of {BATTLES:,} battles"
ABOUT = (
    f"{BATTLES:,} synthetic battles of {MODELS} models, {TIES:.0%} ties, rated by Elo (K = {K:g}) in {ORDERS:,} random "
    f"orders. evalica rates {PEER_ORDERS} orders, each shuffled with numpy and given as the lists it takes, and the "
    "time is scaled to all orders; once without shuffling, the same order each time. Both start from the same battles; "
    "ours shuffles every order too, packing counted. In the given order the two agree within 1e-4 points, checked in "
    "the run. Sizes: ELO_BATTLES, ELO_ORDERS, ELO_PEER_ORDERS."
)


def make_battles() -> pl.DataFrame:
    """Draw battles of models whose skill is spread evenly."""
    rng = np.random.default_rng(SEED)
    first = rng.integers(0, MODELS, BATTLES)
    second = (first + rng.integers(1, MODELS, BATTLES)) % MODELS
    skill = np.linspace(-1, 1, MODELS)
    won = rng.random(BATTLES) < 1 / (1 + np.exp(skill[second] - skill[first]))
    outcome = np.where(rng.random(BATTLES) < TIES, "tie", np.where(won, "a", "b"))
    names = np.array(model_names())
    return pl.DataFrame({"model_a": names[first], "model_b": names[second], "outcome": outcome})


def model_names() -> list[str]:
    """Name the models, in their order."""
    return [f"m{number:03d}" for number in range(MODELS)]


def run() -> list[Row]:
    """Check that the two agree, then time both."""
    try:
        import evalica
    except ImportError as error:
        raise SystemExit("evalica is needed beside: pip install evalica==0.4.2") from error
    battles, names = make_battles(), model_names()
    words = {"a": evalica.Winner.X, "b": evalica.Winner.Y, "tie": evalica.Winner.Draw}
    xs, ys = battles["model_a"].to_list(), battles["model_b"].to_list()
    winners = [words[one] for one in battles["outcome"]]
    places = np.arange(BATTLES)
    rng = np.random.default_rng(SEED)

    def theirs() -> evalica.EloResult:
        return evalica.elo(xs, ys, winners, initial=START, k=K)

    def theirs_shuffled() -> object:
        order = rng.permutation(places).tolist()
        return evalica.elo(
            [xs[one] for one in order], [ys[one] for one in order], [winners[one] for one in order], initial=START, k=K
        )

    def ours() -> object:
        return elo_over_orders(pack(battles, names), MODELS, [K], START, ORDERS, SEED)

    given = theirs().scores
    far = np.abs(elo_in_order(pack(battles, names), MODELS, K, START) - np.array([given[name] for name in names])).max()
    if far > 1e-4:
        raise SystemExit(f"the two do not agree: {far:.2g} points")
    elo_over_orders(pack(battles, names), MODELS, [K], START, 2, SEED)  # compiled, or read from disk
    mine = [timed(ours) for _ in range(REPEATS)]
    memory = (
        f"process at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB, evalica's lists with it"
    )
    same = [timed(theirs) * ORDERS for _ in range(PEER_ORDERS)]
    shuffled = [timed(theirs_shuffled) * ORDERS for _ in range(PEER_ORDERS)]
    said = f"scaled from one order, {PEER_ORDERS} times"
    return [
        row(f"evalica × {ORDERS:,}, shuffled", shuffled, None, said),
        row(f"evalica × {ORDERS:,}, one order", same, shuffled if len(same) == len(shuffled) else None, said),
        row(f"Touchstone, {ORDERS:,} orders", mine, [float(np.median(shuffled))] * len(mine), memory),
        row(f"Touchstone beside evalica × {ORDERS:,}, one order", mine, [float(np.median(same))] * len(mine), ""),
    ]
