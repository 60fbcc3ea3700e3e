"""Items whose usual answer flips when a model is compressed (PIE), by class, beside what seeds alone would flip."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from math import comb
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from governance.errors import BadInput
from governance.research.labs.arms import SLICES, Arm, find_arms, held, make_cells, streamed, strongest
from governance.research.labs.compression import example
from governance.research.labs.lab import Lab, LabFigure, LabResult, Number, Setting, Settings, number, text
from governance.research.labs.reading import need_column
from governance.research.labs.stats import share_bounds

TEST_UNITS = 20_000
"""Items that the permutation test looks at; more are thinned out by a hash of their id."""
EXACT = 2_000
PERCENT = 100


def flips(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Count the items whose modal answer differs between the dense runs and those of each arm.

    An item with two answers equally frequent in either has no modal answer; it is counted apart and never a flip.

    Args:
        connection: With ``cells`` of `make_cells`.

    Returns:
        Columns slice, whole, arm, items (with both modal answers), flipped, undecided, lost (right became wrong),
        won, share, low, high.

    Source: pruning identified exemplars of Hooker et al. 2019; Wilson intervals.
    """
    counts = connection.execute(
        """
        WITH vote AS (
            SELECT unit, slice, arm, prediction, max(label) AS label, count(*) AS c
            FROM cells GROUP BY unit, slice, arm, prediction
        ), modal AS (
            SELECT unit, slice, arm, max(label) AS label, arg_max(prediction, c) AS usual, max(c, 2) AS best
            FROM vote GROUP BY unit, slice, arm
        ), clear AS (
            SELECT unit, slice, arm, label, usual, len(best) = 1 OR best[1] > best[2] AS decided FROM modal
        ), pair AS (
            SELECT s.slice, s.arm, s.decided AND d.decided AS decided, s.usual <> d.usual AS flip,
                   d.usual = d.label AS was_right, s.usual = d.label AS is_right
            FROM clear AS s JOIN clear AS d ON s.unit = d.unit AND s.slice = d.slice
            WHERE d.arm = 'dense' AND s.arm <> 'dense'
        )
        SELECT coalesce(slice, '') AS slice, grouping(slice) AS whole, arm,
               count(*) FILTER (decided) AS items, count(*) FILTER (decided AND flip) AS flipped,
               count(*) FILTER (NOT decided) AS undecided,
               count(*) FILTER (decided AND was_right AND NOT is_right) AS lost,
               count(*) FILTER (decided AND NOT was_right AND is_right) AS won
        FROM pair GROUP BY GROUPING SETS ((slice, arm), (arm)) ORDER BY arm, whole, slice
        """
    ).pl()
    bounds = [share_bounds(*row) for row in counts.select("flipped", "items").rows()]
    share = pl.when(pl.col("items") > 0).then(pl.col("flipped") / pl.col("items"))
    return counts.with_columns(
        slice=pl.when(pl.col("whole") == 1).then(pl.lit("all")).otherwise("slice"), whole=pl.col("whole") == 1,
        share=share, low=pl.Series([one[0] for one in bounds], dtype=pl.Float64),
        high=pl.Series([one[1] for one in bounds], dtype=pl.Float64),
    )  # fmt: skip


def flip_test(
    answers: NDArray[np.int64], dense: NDArray[np.bool_], permutations: int, seed: int
) -> tuple[float, float, int, bool]:
    """Ask whether more items flip than where the runs are dealt to the two sides at random.

    Args:
        answers: Shape (items, runs), numbers of answers from 0.
        dense: A run, whether it is dense.
        permutations: Random ways of dealing; all are tried where there are at most 2,000.
        seed: Of the dealing.

    Returns:
        p (one-sided), mean flips when dealt at random, ways tried, whether these are all.
    """
    runs, size = dense.size, int(dense.sum())
    exact = comb(runs, size) <= max(EXACT, permutations) and comb(runs, size) <= EXACT
    if exact:
        masks = np.zeros((comb(runs, size), runs), dtype=bool)
        for place, chosen in enumerate(combinations(range(runs), size)):
            masks[place, list(chosen)] = True
    else:
        order = np.random.default_rng(seed).random((permutations, runs)).argsort(axis=1)
        masks = order < size
    indicators = np.stack([answers == one for one in range(int(answers.max()) + 1)], axis=2).astype(np.float32)
    seen = _flipped(indicators, dense)
    drawn = np.array([_flipped(indicators, mask) for mask in masks])
    more = int((drawn >= seen).sum())
    p = more / len(masks) if exact else (1 + more) / (1 + len(masks))
    return p, float(drawn.mean()), len(masks), exact


def _flipped(indicators: NDArray[np.float32], dense: NDArray[np.bool_]) -> int:
    one, other = indicators[:, dense].sum(axis=1), indicators[:, ~dense].sum(axis=1)
    clear = [np.partition(side, -2, axis=1)[:, -2:] if side.shape[1] > 1 else side for side in (one, other)]
    told = [side[:, -1] > side[:, 0] if side.shape[1] > 1 else side[:, 0] > 0 for side in clear]
    return int((told[0] & told[1] & (one.argmax(axis=1) != other.argmax(axis=1))).sum())


def _tested(
    connection: duckdb.DuckDBPyConnection, arm: Arm, permutations: int, seed: int
) -> tuple[float, float, int, bool, int] | str:
    """Test one arm on the items that all of its and the dense runs answered; or say why not."""
    runs = connection.execute(
        "SELECT arm, run FROM cells WHERE arm IN ('dense', ?) GROUP BY arm, run ORDER BY arm, run", [arm.name]
    ).fetchall()
    dense = [one for one in runs if one[0] == "dense"]
    if len(dense) < 2 or len(runs) - len(dense) < 2:
        return "needs two runs of each kind"
    ways = comb(len(runs), len(dense))
    if ways < 20:
        return f"only {ways} ways to deal {len(runs)} runs: p could not fall below {1 / ways:.2g}"
    units = connection.execute("SELECT count(DISTINCT unit) FROM cells WHERE arm = 'dense'").fetchall()[0][0]
    step = -(-units // TEST_UNITS)
    rows = connection.execute(
        """
        WITH shared AS (
            SELECT unit FROM cells WHERE arm IN ('dense', $1) AND unit % $2 = 0 GROUP BY unit HAVING count(*) = $3
        )
        SELECT unit, arm, run, prediction FROM cells SEMI JOIN shared USING (unit) WHERE arm IN ('dense', $1)
        ORDER BY unit, arm, run
        """,
        [arm.name, step, len(runs)],
    ).pl()
    if not rows.height:
        return "no item was answered by all runs"
    codes = rows["prediction"].rank("dense").cast(pl.Int64).to_numpy() - 1
    if codes.max() >= 500:
        return "more than 500 different answers: give labels, not texts"
    answers = codes.reshape(-1, len(runs))
    mask = np.array([one[0] == "dense" for one in runs])
    p, mean, tried, exact = flip_test(answers, mask, permutations, seed)
    return p, mean / len(answers), tried, exact, len(answers)


def _result(connection: duckdb.DuckDBPyConnection, settings: Settings, seed: int) -> LabResult:
    by = text(settings, "by")
    arms = find_arms(connection, text(settings, "dense"))
    arm = strongest(arms, text(settings, "arm"))
    make_cells(connection, arms, by)
    table = flips(connection)
    mine = table.filter(pl.col("arm") == arm.name)
    if not mine.height:
        raise BadInput("dense and compressed runs share no item", "predictions, column item", "use the same items")
    whole = mine.filter("whole").row(0, named=True)
    if not whole["items"]:
        raise BadInput("no item has a usual answer on both sides", "predictions, column run", "give three runs or more")
    tested = _tested(connection, arm, int(number(settings, "permutations")), seed)
    slices = mine.filter(~pl.col("whole")).sort("share", "slice", descending=[True, False], nulls_last=True)
    answer = f"{arm.name}: {whole['flipped']:,} of {whole['items']:,} items ({whole['share']:.1%}) flip"
    numbers = [Number("items that flip", PERCENT * whole["share"], "% of items", PERCENT * whole["low"],
                      PERCENT * whole["high"])]  # fmt: skip
    if isinstance(tested, str):
        answer += f"; not tested against seeds: {tested}"
    else:
        p, floor, tried, exact, units = tested
        least = 1 / tried if exact else 1 / (tried + 1)
        told = "more than seeds alone flip" if p <= 0.05 else "not told from what seeds alone flip"
        answer += f", {told} ({floor:.1%}, p {'<' if p < 0.001 else '='} {max(p, 0.001):.3f})"
        numbers += [
            Number("items that flip when runs are dealt at random", PERCENT * floor, "% of items"),
            Number(f"p, {'all' if exact else 'random'} {tried:,} ways, {units:,} items, at least {least:.2g}", p, "p"),
        ]
    if by != "all" and slices.height and slices["share"][0] is not None:
        top = slices.row(0, named=True)
        answer += f"; most in '{top['slice']}' ({top['share']:.1%})"
    columns = ["slice", "share", "low", "high", "items", "flipped", "lost", "won", "undecided"]
    shown = (slices if by != "all" else mine).select(columns)
    first = LabFigure(
        title=f"Items whose usual answer flips, by {by}, {arm.name}", table=shown, chart="bars", x="share", y="slice",
        low="low", high="high", x_title="share of items that flip", form=".0%", alt=answer,
        reference=whole["share"],
    )  # fmt: skip
    return LabResult(
        answer=f"{answer}.", figures=(first, *_curve(table, arms)), numbers=tuple(numbers),
        method="modal answer over runs, dense against compressed; items without a modal answer are counted apart",
        n=int(whole["items"]), counted="items",
        interval="95%, Wilson, over items" + ("" if isinstance(tested, str) else "; permutation of runs"),
        limits=(
            "A flip says that the usual answer changed, not that it became wrong; 'lost' and 'won' count those.",
            f"{whole['undecided']:,} items have no modal answer on one side and are left out.",
            "The fewer runs, the more items flip by seed alone; the dashed line is the share over all.",
        ),
        seed=None if isinstance(tested, str) else seed,
    )  # fmt: skip


def _curve(table: pl.DataFrame, arms: tuple[Arm, ...]) -> tuple[LabFigure, ...]:
    known = {one.name: one for one in arms if not one.dense and one.sparsity is not None}
    rows = [
        (known[row["arm"]].method or "", known[row["arm"]].sparsity, row["share"], row["low"], row["high"])
        for row in table.filter("whole").iter_rows(named=True) if row["arm"] in known
    ]  # fmt: skip
    if len(rows) < 2:
        return ()
    schema = {"method": pl.String, **dict.fromkeys(("sparsity", "share", "low", "high"), pl.Float64)}
    found = pl.DataFrame(rows, schema=schema, orient="row").sort("method", "sparsity")
    return (
        LabFigure(
            title="Items that flip by sparsity", table=found, chart="lines", x="sparsity", y="share", series="method",
            low="low", high="high", x_title="sparsity, share of weights removed", y_title="share of items that flip",
            form=".0%", alt=f"Lines of the share of items that flip, {found.height} ways of compressing",
        ),
    )  # fmt: skip


def _run(frame: pl.DataFrame, settings: Settings, seed: int) -> LabResult:
    by = text(settings, "by")
    need_column(frame, {"class": "label", "script": "language", "all": "item"}.get(by, by), "predictions",
                f"flips by {by}")  # fmt: skip
    with held(frame) as connection:
        return _result(connection, settings, seed)


def _large(path: Path, settings: Settings, seed: int, mapping: Mapping[str, str]) -> LabResult:
    with streamed(path, mapping) as connection:
        return _result(connection, settings, seed)


PIES = Lab(
    name="compression-flips",
    title="Items that flip under compression",
    topic="Compression",
    question="Which items get another answer when a model is compressed, and in which classes?",
    source="predictions",
    run=_run,
    example=example,
    planted="At 90% sparsity items of the classes c7, c8 and c9 flip most; seeds alone flip fewer.",
    papers=("pruning-contrastive", "compression-multilingual"),
    claims=("pruning-contrastive/more_errors",),
    needs=("item", "run", "prediction", "method"),
    settings=(
        Setting("by", "By", "choice", "class", "What is looked at apart; a class is the right answer", SLICES),
        Setting("arm", "Compressed as", "text", "", "A method or an arm of the table; empty: the most compressed",
                column="method"),
        Setting("dense", "Not compressed", "text", "", "Method of the dense runs; empty: sparsity 0, or 'none'",
                column="method"),
        Setting("permutations", "Random deals", "number", 400, "Ways of dealing runs to two sides, where not all fit",
                low=100, high=2000, whole=True),
    ),
    large=_large,
)  # fmt: skip
