"""Claims computed from battles, scores and benchmarks."""

from __future__ import annotations

from statistics import median

import duckdb

from governance.evaluation.benchmarks.borda import borda
from governance.evaluation.benchmarks.scores import Block, block_of, score_table
from governance.evaluation.benchmarks.subset import smallest_subset
from governance.evaluation.formats.sets import open_set
from governance.evaluation.prompt_study import prompt_study
from governance.evaluation.ratings.rate import rate
from governance.evaluation.rescoring import rescoring
from governance.evaluation.robustness.cycles import cycles
from governance.evaluation.robustness.elo import elo_orders
from governance.evaluation.selection.best_of import best_of, typical_error
from governance.research.claim_types import Computed
from governance.research.replications.registry import Reading, replicates

VOTES, SCORES, RESCORED = "llmfao", "mteb-results", "toxicity-helm"
BLACK_BOX = "black-box-api-challenges"
SEED, ORDERS, SIMULATIONS, STEP = 0, 50, 300, 16.0
COVERED = 0.5
"""Share of the multilingual tasks that a model must have been measured on."""


@replicates("elo-uncovered/axioms", unit="count", needs=(VOTES,), page="robustness", query={"set": VOTES})
def axioms(connection: duckdb.DuckDBPyConnection) -> Computed:
    """Count the properties that can be tested on real votes: the same result in another order, and transitivity."""
    votes = open_set(connection, VOTES).frame
    spread = elo_orders(votes, [STEP], permutations=2, seed=SEED).spreads[0]
    triads = cycles(votes, simulations=1, seed=SEED)
    tested = [spread.tau_single is not None, triads.testable]
    return Computed(
        value=sum(tested), unit="count", n=votes.height, sources=(VOTES,),
        method="properties that this program tests and that the votes of LLMFAO allow to test: whether another order "
        "of the votes gives the same ranking, and whether triads of models are transitive",
        reason="What the program tests follows the paper; that real votes allow both is what is checked here.",
    )  # fmt: skip


@replicates(
    "elo-uncovered/volatility", unit="count", needs=(VOTES,), page="robustness", query={"set": VOTES},
    reading=Reading("Over random orders of the same votes some model's rank moves by at least one place.", ">=", 1.0),
)  # fmt: skip
def volatility(connection: duckdb.DuckDBPyConnection) -> Computed:
    """Give the places between the best and worst rank of the model that moves most."""
    votes = open_set(connection, VOTES).frame
    spread = elo_orders(votes, [STEP], permutations=ORDERS, seed=SEED).spreads[0]
    return Computed(
        value=spread.largest_rank_range, unit="count", n=ORDERS, sources=(VOTES,),
        method=f"places between best and worst Elo rank of the model that moves most, over {ORDERS} random orders of "
        f"{votes.height:,} votes at K = {STEP:g}, seed {SEED}",
        reason=f"{spread.winners} different models come first in some order.",
    )  # fmt: skip


@replicates(
    "elo-uncovered/axioms_fail", unit="%", needs=(VOTES,), page="robustness",
    query={"set": VOTES, "show": "cycles"},
    reading=Reading("The votes hold more cyclic triads than an order of the models allows: chance gives as many in at "
                    "most 5% of simulations.", "<=", 5.0),
)  # fmt: skip
def transitivity(connection: duckdb.DuckDBPyConnection) -> Computed:
    """Give the share of simulations under Bradley-Terry with at least as many cyclic triads."""
    votes = open_set(connection, VOTES).frame
    found = cycles(votes, simulations=SIMULATIONS, seed=SEED)
    share, order, chance = found.p_cycles, found.order, found.by_chance
    said = "" if order is None or chance is None else (
        f"{order.cyclic} of {order.triads:,} decided triads are cyclic; chance gives {chance.low:.0f} to "
        f"{chance.high:.0f}."
    )  # fmt: skip
    return Computed(
        value=None if share is None else 100 * share, unit="%", n=votes.height, sources=(VOTES,),
        method=f"share of {SIMULATIONS} simulations of the same votes under Bradley-Terry, and of what was found, with "
        f"at least as many cyclic triads; seed {SEED}",
        reason=said or found.reason,
    )  # fmt: skip


@replicates("prompt-prioritization/tie_cut", unit="%", needs=(VOTES,), page="prompts", query={"set": VOTES})
def tie_cut(connection: duckdb.DuckDBPyConnection) -> Computed:
    """Give the fall of the tie rate in the top fifth of items, the most over ways to keep the votes that rank apart."""
    votes = open_set(connection, VOTES).frame
    studies = {split: prompt_study(votes, split=split, seed=SEED) for split in ("judges", "votes")}
    cuts = {split: 100 * one.headline.cut for split, one in studies.items() if one.headline.cut is not None}
    if not cuts:
        return Computed(value=None, unit="%", method="no votes to rank and to judge by", sources=(VOTES,))
    best = max(cuts, key=cuts.__getitem__)
    point, study = studies[best].headline, studies[best]
    return Computed(
        value=cuts[best], unit="%", n=round(study.judging), sources=(VOTES,), query={"split": best},
        low=None if point.cut_low is None else 100 * point.cut_low,
        high=None if point.cut_high is None else 100 * point.cut_high, median=median(cuts.values()),
        method="fall of the tie rate in the top 20% of items against all, the most over two ways to keep the votes "
        f"that rank from those that judge ({study.repeats} splits each, seed {SEED}); interval over prompts drawn anew",
        reason="Other votes and another measure: LLMFAO holds no log-probabilities, by which the paper ranks, so the "
        "margin of other votes stands in; and the paper takes the most over its families of models; "
        + ", ".join(f"votes split by {split}: {cut:.1f}%" for split, cut in cuts.items()) + ".",
    )  # fmt: skip


@replicates(
    "black-box-toxicity-apis/ranking_moves", unit="count", needs=(BLACK_BOX,), page="rescoring",
    query={"set": RESCORED},
    reading=Reading("Scored again, at least one model changes its place among all.", ">=", 1.0),
)  # fmt: skip
def moved(connection: duckdb.DuckDBPyConnection) -> Computed:
    """Count the models whose rank moves when the same outputs are scored again."""
    scores = open_set(connection, RESCORED).frame
    found = rescoring(scores, source="as published", target="generations rescored, 2023-04-01", better="lower")
    board = next(one for one in found.boards if (one.task, one.metric) == ("toxic prompts", "toxic_frac"))
    return Computed(
        value=board.moved, unit="count", n=board.n, sources=(BLACK_BOX,),
        method="models with another rank by the share of toxic answers to toxic prompts once the same answers are "
        "scored again; ties share the best place",
        reason=f"The furthest is {board.max_model}, from {board.max_from:g} to {board.max_to:g}.",
    )  # fmt: skip


@replicates(
    "leaderboard-illusion/best_of_n", unit="points", needs=(VOTES,), page="selection-effects",
    reading=Reading("The best of 27 equally good variants shows more than it is worth.", ">=", 0.0),
)  # fmt: skip
def best_of_variants(connection: duckdb.DuckDBPyConnection) -> Computed:
    """Work out what publishing the best of 27 adds, were all 27 alike and as uncertain as a model of real votes."""
    error = typical_error(rate(open_set(connection, VOTES).frame, resamples=100, seed=SEED))
    found = best_of(27, error or 0.0)
    return Computed(
        value=found.bias, unit="points", n=27, sources=(VOTES,), simulated=True,
        method=f"expected largest of 27 normal figures with a standard error of {error or 0:.1f} points, the median of "
        "the models of LLMFAO, less their common skill",
        reason="A calculation for invented variants: the votes on real ones are not public.",
    )  # fmt: skip


@replicates(
    "mmteb/best_public", unit="parameters", needs=(SCORES, "mteb-tasks", "epoch"), page="benchmarks",
    query={"show": "ranking", "languages": "2..", "least": "0.5"}, rounded_to=1e7,
)  # fmt: skip
def best_public(connection: duckdb.DuckDBPyConnection) -> Computed:
    """Give the size of the model that leads by Borda on the multilingual tasks."""
    found = borda(_multilingual(connection), resamples=0)
    first = found.rows[0].model
    row = connection.execute(
        "SELECT parameters, name FROM model WHERE lower(name) IN (?, ?) AND parameters IS NOT NULL ORDER BY name",
        [(short := first.rpartition("/")[2].lower()), short.removesuffix("-instruct")],
    ).fetchone()
    size, named = (row[0], row[1]) if row else (None, "")
    return Computed(
        value=size, unit="parameters", n=found.tasks, sources=(SCORES, "mteb-tasks", "epoch"),
        method=f"parameters, as Epoch AI states them, of the model that leads by Borda's count among the "
        f"{len(found.rows)} measured on at least half of the tasks in two languages or more",
        reason=f"{first} leads"
        + (f"; its size is that of {named}, which it was tuned from" if named and named.lower() != short else "")
        + ". With every model of the set, measured on fewer tasks, a larger one that came out after the paper leads."
        if size else f"{first} leads; its size is not in Epoch AI's table.",
    )  # fmt: skip


@replicates(
    "mmteb/downsampling", unit="%", needs=(SCORES, "mteb-tasks"), page="benchmarks",
    query={"show": "subset", "languages": "2..", "least": "0.5"},
    reading=Reading("At most half of the tasks keep the ranking of models held out, with Kendall's tau of 0.9.",
                    "<=", 50.0),
)  # fmt: skip
def fewer_tasks(connection: duckdb.DuckDBPyConnection) -> Computed:
    """Give the share of the multilingual tasks that keeps the ranking of held-out models."""
    block = _multilingual(connection)
    found = smallest_subset(block, splits=10, random=10, seed=SEED)
    sizes = [one.size for one in found.smallest if one.size is not None]
    return Computed(
        value=100 * min(sizes) / len(block.tasks) if sizes else None, unit="%", n=len(block.tasks),
        sources=(SCORES, "mteb-tasks"),
        method=f"fewest tasks with a mean tau-b of 0.9 on models held out, of {len(block.tasks)} tasks in two "
        f"languages or more and {len(block.models)} models, over 10 halvings, seed {SEED}",
        reason="" if sizes else "No number of tasks short of all keeps the ranking so well.",
    )  # fmt: skip


def _multilingual(connection: duckdb.DuckDBPyConnection) -> Block:
    tasks = connection.execute(
        """
        SELECT benchmark_id FROM benchmark_facet WHERE facet = 'language'
        GROUP BY 1 HAVING count(DISTINCT value) > 1 ORDER BY 1
        """
    ).fetchall()
    table = score_table(open_set(connection, SCORES))
    return block_of(table, [str(one) for (one,) in tasks], missing="complete", least=COVERED)
