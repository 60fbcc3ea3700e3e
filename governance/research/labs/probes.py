"""Learning curves beside those of probes: which examples learn as mislabelled, rare or easy ones do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from governance.errors import BadInput
from governance.research.labs.grid import Floats
from governance.research.labs.lab import Lab, LabFigure, LabResult, Number, Setting, Settings, TableColumn, number, text

PERCENT = 100
RESAMPLES = 1000
CELLS = 50_000_000
FLIPPED = 0.10
"""Planted: share of the examples whose label was flipped."""


def neighbours(
    curves: Floats, probes: Floats, kinds: np.ndarray[tuple[int, ...], np.dtype[np.int64]], k: int
) -> Floats:
    """Give the share of the k nearest probes that are of each kind, for each curve.

    Args:
        curves: Losses, shape (examples, steps).
        probes: Losses of the probes, shape (probes, steps).
        kinds: A probe, the number of its kind.
        k: Neighbours, by Euclidean distance of the whole curve.

    Returns:
        Shape (examples, kinds).

    Source: metadata archaeology, Siddiqui et al. 2022: nearest neighbours on training dynamics.
    """
    far = (curves**2).sum(axis=1)[:, None] - 2 * curves @ probes.T + (probes**2).sum(axis=1)
    near = np.argpartition(far, k - 1, axis=1)[:, :k]
    return np.stack([(kinds[near] == kind).mean(axis=1) for kind in range(int(kinds.max()) + 1)], axis=1)


def recall_curve(order: np.ndarray[tuple[int, ...], np.dtype[np.int64]], truth: Floats) -> Floats:
    """Give the share of the true ones found among the first 1, 2, … of an order."""
    found: Floats = np.cumsum(truth[order]) / truth.sum()
    return found


def _run(frame: pl.DataFrame, settings: Settings, seed: int) -> LabResult:
    from scipy.stats import hypergeom

    rows = frame.sort("example", "step")
    if rows.select("example", "step").is_duplicated().any():
        raise BadInput("an example has two losses at a step", "column step", "write one row an example and step")
    steps = rows["step"].n_unique()
    whole = rows.group_by("example", maintain_order=True).agg(
        pl.col("loss"), pl.col("probe").first(), pl.col("truth").first()
    ).filter(pl.col("loss").list.len() == steps)  # fmt: skip
    probes, rest = whole.filter(pl.col("probe").is_not_null()), whole.filter(pl.col("probe").is_null())
    kinds = sorted(probes["probe"].unique())
    wanted = text(settings, "find")
    wanted = wanted or next((one for one in kinds if "label" in one.casefold() or "flip" in one.casefold()), "")
    if len(kinds) < 2 or not rest.height:
        fix = "name two kinds of probes or more in the column probe, and leave it empty for the examples to be judged"
        raise BadInput("there are no probes of two kinds, or nothing to judge", "column probe", fix)
    if wanted not in kinds:
        raise BadInput(f"there is no kind of probe '{wanted:.60}'", "setting find", f"use one of {', '.join(kinds)}")
    if rest.height * probes.height > CELLS:
        raise BadInput(f"{rest.height:,} examples by {probes.height:,} probes", "the table", "give fewer probes")
    k = min(int(number(settings, "k")), probes.height)
    of_probe = (
        probes["probe"].replace_strict({one: at for at, one in enumerate(kinds)}, return_dtype=pl.Int64).to_numpy()
    )
    curves, known = (np.array(part["loss"].to_list()) for part in (rest, probes))
    shares = neighbours(curves, known, of_probe, k)
    mine = shares[:, kinds.index(wanted)]
    rng = np.random.default_rng(seed)
    order = np.lexsort((rng.random(mine.size), -mine))
    budget = number(settings, "budget")
    cut = max(1, round(budget * mine.size))
    nearest = np.bincount(shares.argmax(axis=1), minlength=len(kinds))
    closest = pl.DataFrame({"kind": kinds, "examples": nearest, "share": nearest / mine.size})
    ranked = pl.DataFrame({
        "example": rest["example"].to_numpy()[order], f"share of {k} nearest probes: {wanted}": mine[order],
        "truth": rest["truth"].to_numpy()[order],
    }).head(500)  # fmt: skip
    truth = rest["truth"].fill_null(0).to_numpy().astype(float)
    row = closest.filter(pl.col("kind") == wanted).row(0, named=True)
    answer = f"{row['examples']:,} of {mine.size:,} examples ({row['share']:.1%}) learn most like '{wanted}' probes"
    plain = LabResult(
        answer=f"{answer}; whether they are is not known.",
        figures=(LabFigure(title="Examples by the kind of probe they learn like", table=closest, chart="bars",
                           x="share", y="kind", x_title="share of examples", form=".0%", alt=answer),),
        numbers=(Number(f"examples that learn like '{wanted}'", PERCENT * row["share"], "% of examples"),),
        tables={f"First to look at, for '{wanted}'": ranked, "Nearest kind of probe": closest}, n=mine.size,
        counted="examples", seed=seed,
        limits=("A kind that has no probe cannot be found.", "Draws at the cut are broken by the seed."),
        method=f"{k} nearest probes by Euclidean distance of the loss curve, {steps} steps",
    )  # fmt: skip
    if not truth.any():
        return plain
    if not set(np.unique(truth)) <= {0.0, 1.0}:
        raise BadInput(
            "truth is neither 0 nor 1", "column truth", "write 1 for examples that are of the kind looked for"
        )
    curve = recall_curve(order, truth)
    recall, hits, total = float(curve[cut - 1]), round(curve[cut - 1] * truth.sum()), int(truth.sum())
    drawn = rng.integers(mine.size, size=(RESAMPLES, mine.size))
    place = np.empty(mine.size, dtype=np.int64)
    place[order] = np.arange(mine.size)
    within = place < cut
    sums = truth[drawn].sum(axis=1)
    again = (truth * within)[drawn].sum(axis=1)[sums > 0] / sums[sums > 0]
    low, high = (float(one) for one in np.percentile(again, [2.5, 97.5]))
    p = float(hypergeom.sf(hits - 1, mine.size, total, cut))
    told_words = "more than chance" if p <= 0.05 else "not told from chance"
    answer = (
        f"Looking at {budget:.0%} of the examples finds {recall:.0%} of the {total:,} that are '{wanted}' "
        f"({low:.0%} to {high:.0%}), {told_words} ({cut / mine.size:.0%})"
    )
    points = np.unique(np.linspace(1, mine.size, min(mine.size, 60)).astype(int))
    drawn_curve = pl.DataFrame({
        "looked at": np.tile(points / mine.size, 2), "found": np.r_[curve[points - 1], points / mine.size],
        "order": ["nearest probes"] * points.size + ["random"] * points.size,
    })  # fmt: skip
    figure = LabFigure(
        title=f"Share of '{wanted}' found by share looked at", table=drawn_curve, chart="lines", x="looked at",
        y="found", series="order", x_title="share of examples looked at", y_title="share found", form=".0%", alt=answer,
    )  # fmt: skip
    return replace(
        plain, answer=f"{answer}.", figures=(figure, *plain.figures),
        numbers=(
            Number(f"recall at {budget:.0%}", PERCENT * recall, "%", PERCENT * low, PERCENT * high),
            Number("by chance", PERCENT * cut / mine.size, "%"),
            Number("precision at the cut", PERCENT * hits / cut, "%"), Number("p against random", p, "p"),
        ),
        interval="95%, bootstrap over examples; p one-sided, hypergeometric",
    )  # fmt: skip


def example(seed: int, planted: bool = True, size: int = 400, probes: int = 40) -> pl.DataFrame:
    """Make loss curves of examples, a tenth of which have a flipped label, and of typical and mislabelled probes.

    Args:
        seed: Of the draws.
        planted: Whether flipped examples learn otherwise.
        size: Examples to be judged.
        probes: Of each kind.
    """
    rng = np.random.default_rng(seed)
    steps = np.arange(1, 11)
    usual, flipped = 2.3 * np.exp(-steps / 3), np.where(steps < 6, 2.6, 2.6 * np.exp(-(steps - 5) / 4))
    rows: list[tuple[str, int, float, str | None, float | None]] = []
    for kind, curve in (("typical", usual), ("mislabelled", flipped)):
        for one in range(probes):
            noisy = curve + rng.normal(0, 0.5, steps.size)
            rows += [(f"{kind}-{one}", int(at), float(loss), kind, None) for at, loss in zip(steps, noisy, strict=True)]
    for one in range(size):
        flip = rng.random() < FLIPPED
        noisy = (flipped if flip and planted else usual) + rng.normal(0, 0.5, steps.size)
        rows += [(f"e{one:03}", int(at), round(float(loss), 4), None, float(flip))
                 for at, loss in zip(steps, noisy, strict=True)]  # fmt: skip
    names = {"example": pl.String, "step": pl.Float64, "loss": pl.Float64, "probe": pl.String, "truth": pl.Float64}
    return pl.DataFrame(rows, schema=names, orient="row")


PROBES = Lab(
    name="learning-curves",
    title="Learning curves beside probes",
    topic="Data choice",
    question="Which examples learn as mislabelled, rare or easy ones do?",
    source="table",
    run=_run,
    example=example,
    planted="A tenth of the examples have a flipped label and learn late, as the mislabelled probes do.",
    papers=("metadata-archaeology",),
    claims=("metadata-archaeology/on_par", "metadata-archaeology/probe_suites"),
    needs=("example", "step", "loss", "probe"),
    columns=(
        TableColumn("example", "text", "its id"),
        TableColumn("step", "number", "epoch or step"),
        TableColumn("loss", "number", "loss of the example there"),
        TableColumn("probe", "text", "kind of probe, e.g. mislabelled or typical; empty: to be judged", needed=False),
        TableColumn("truth", "number", "1 where it is known to be of the kind looked for, else 0", needed=False),
    ),
    settings=(
        Setting("find", "Look for", "text", "", "Kind of probe; empty: the mislabelled ones", column="probe"),
        Setting("k", "Neighbours", "number", 20, "Nearest probes that vote", low=1, high=1000, whole=True),
        Setting("budget", "Looked at", "number", 0.1, "Share of the examples that somebody can look at", low=0.001,
                high=1.0),
    ),
)  # fmt: skip
