"""Best of k on one trait: how far it moves, and what moves with it."""

from __future__ import annotations

from math import comb

import numpy as np
import polars as pl

from governance.errors import BadInput
from governance.research.labs.grid import Floats
from governance.research.labs.lab import Lab, LabFigure, LabResult, Number, Setting, Settings, TableColumn, number, text

RESAMPLES = 1000
TRAITS = ("variety", "length", "toxicity")
TIED = 0.8
"""Planted: correlation of length with variety; toxicity has none."""


def chosen_weights(values: Floats, k: int) -> Floats:
    """Give each sample's chance of being the best of k drawn without putting back; equal ones share theirs.

    Args:
        values: Of the trait, more being better.
        k: Samples drawn.

    >>> chosen_weights(np.array([1.0, 2.0, 3.0, 4.0, 5.0]), 2).tolist()
    [0.0, 0.1, 0.2, 0.3, 0.4]
    """
    n = values.size
    by_rank = np.array([comb(place, k - 1) / comb(n, k) for place in range(n)])
    order = np.argsort(values, kind="stable")
    weights = np.empty(n)
    weights[order] = by_rank
    for one in np.unique(values):
        same = values == one
        weights[same] = weights[same].mean()
    return weights


def _run(frame: pl.DataFrame, settings: Settings, seed: int) -> LabResult:
    traits = sorted(frame["trait"].unique())
    trait = text(settings, "trait") or (traits[0] if len(traits) == 1 else "")
    if trait not in traits:
        raise BadInput("it is not said which trait is steered", "setting trait", f"use one of {', '.join(traits[:20])}")
    key = ["prompt", "sample"]
    if frame.select(*key, "trait").is_duplicated().any():
        raise BadInput("a sample has two values of a trait", "column sample", "number the samples of a prompt")
    wide = frame.pivot("trait", index=key, values="value").drop_nulls().sort(key)
    sizes = wide.group_by("prompt", maintain_order=True).agg(n=pl.len())
    k = int(number(settings, "k"))
    kept = sizes.filter(pl.col("n") >= k)
    if kept.height < 2:
        most = max(sizes["n"], default=0)
        raise BadInput(f"fewer than two prompts have {k} samples with all traits", "setting k", f"use at most {most}")
    sign = -1.0 if text(settings, "direction") == "lower" else 1.0
    shifts = []
    for _, rows in wide.join(kept, on="prompt").group_by("prompt", maintain_order=True):
        weights = chosen_weights(sign * rows[trait].to_numpy(), k)
        shifts.append([float(weights @ rows[one].to_numpy() - rows[one].to_numpy().mean()) for one in traits])
    moved = np.array(shifts)
    # The usual spread of a trait among the samples of one prompt is the unit in which traits are beside each other.
    within = wide.join(kept, on="prompt").group_by("prompt").agg(pl.col(one).var(ddof=1) for one in traits)
    spread = np.sqrt(np.array([float(within[one].drop_nulls().to_numpy().mean()) for one in traits]))
    rng = np.random.default_rng(seed)
    draws = rng.integers(len(moved), size=(RESAMPLES, len(moved)))
    low, high = np.percentile(moved[draws].mean(axis=1), [2.5, 97.5], axis=0)
    table = pl.DataFrame([
        {"trait": one, "shift": float(moved[:, at].mean()), "in SD": _over(moved[:, at].mean(), spread[at]),
         "low": _over(low[at], spread[at]), "high": _over(high[at], spread[at]), "shift, low": float(low[at]),
         "shift, high": float(high[at]), "steered": one == trait,
         "says": "steered" if one == trait else "moves" if low[at] > 0 or high[at] < 0 else "not told"}
        for at, one in enumerate(traits)
    ], infer_schema_length=None)  # fmt: skip
    main = table.filter("steered").row(0, named=True)
    others = table.filter(~pl.col("steered")).sort(pl.col("in SD").abs(), "trait", descending=[True, False])
    moving = others.filter(pl.col("says") == "moves")
    answer = f"Keeping the best of {k} on '{trait}' moves it by {main['shift']:+.3g} ({_sd(main)})"
    if moving.height:
        answer += "; with it move " + ", ".join(
            f"'{row['trait']}' ({_sd(row)})" for row in moving.head(3).iter_rows(named=True)
        )
    elif others.height:
        answer += "; no other trait is told to move"
    curve = _curve(wide.join(kept, on="prompt"), traits, trait, sign, spread)
    return LabResult(
        answer=f"{answer}.",
        figures=(
            LabFigure(title=f"Shift of each trait with the best of {k} on '{trait}', in SD", table=pl.concat(
                [table.filter("steered"), others]), chart="bars", x="in SD", y="trait", low="low", high="high",
                x_title="shift, SD among samples of one prompt", alt=answer, reference=0.0),
            LabFigure(title="Shift by samples drawn, in SD", table=curve, chart="lines", x="k", y="in SD",
                      series="trait", x_title="samples drawn", y_title="shift, SD", alt=answer),
        ),
        numbers=(
            Number(f"shift of '{trait}'", main["in SD"], "SD", main["low"], main["high"]),
            *(Number(f"side effect on '{row['trait']}'", row["in SD"], "SD", row["low"], row["high"])
              for row in others.head(5).iter_rows(named=True)),
            Number("samples made for one kept", float(k), "x"),
        ),
        method="exact chance of each sample to be the best of k, without putting back", n=len(moved),
        counted="prompts", interval=f"95%, bootstrap over prompts, {RESAMPLES} resamples", seed=seed,
        limits=(
            "It tells what is kept, not what a student trained on it becomes.",
            f"Each of {others.height} other traits has its own interval; one in twenty seems to move by chance.",
        ),
    )  # fmt: skip


def _curve(wide: pl.DataFrame, traits: list[str], trait: str, sign: float, spread: Floats) -> pl.DataFrame:
    least = int(wide.group_by("prompt").len()["len"].to_numpy().min())
    sums = {(k, one): 0.0 for k in range(1, min(least, 20) + 1) for one in traits}
    prompts = 0
    for _, rows in wide.group_by("prompt", maintain_order=True):
        prompts += 1
        for k in range(1, min(least, 20) + 1):
            weights = chosen_weights(sign * rows[trait].to_numpy(), k)
            for one in traits:
                sums[k, one] += float(weights @ rows[one].to_numpy() - rows[one].to_numpy().mean())
    return pl.DataFrame([
        {"k": k, "trait": one, "in SD": _over(total / prompts, spread[traits.index(one)])}
        for (k, one), total in sums.items()
    ])  # fmt: skip


def _over(value: float, spread: float) -> float | None:
    return float(value / spread) if spread > 0 else None


def _sd(row: dict[str, float]) -> str:
    return "unknown" if row["in SD"] is None else f"{row['in SD']:+.2f} SD"


def example(seed: int, tied: float = TIED, prompts: int = 60, samples: int = 8) -> pl.DataFrame:
    """Make three traits of eight samples for each of 60 prompts; length goes with variety, toxicity does not.

    Args:
        seed: Of the draws.
        tied: Correlation of length with variety; 0 plants nothing.
        prompts: Of them.
        samples: A prompt.
    """
    rng = np.random.default_rng(seed)
    rows = []
    for prompt in range(prompts):
        centre = rng.normal(0, 1, 3)
        draws = rng.normal(0, 1, (samples, 3))
        draws[:, 1] = tied * draws[:, 0] + np.sqrt(1 - tied**2) * draws[:, 1]
        rows += [
            (f"p{prompt:02}", str(sample + 1), name, round(float(10 + centre[at] + draws[sample, at]), 4))
            for sample in range(samples) for at, name in enumerate(TRAITS)
        ]  # fmt: skip
    schema = {"prompt": pl.String, "sample": pl.String, "trait": pl.String, "value": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


STEERING = Lab(
    name="trait-steering",
    title="Steering a trait by what is kept",
    topic="Data choice",
    question="If the best of several samples on one trait is kept, what else moves?",
    source="table",
    run=_run,
    example=example,
    planted="Length has a correlation of 0.8 with variety within a prompt, toxicity none.",
    papers=("active-inheritance",),
    claims=("active-inheritance/active",),
    needs=("prompt", "sample", "trait", "value"),
    columns=(
        TableColumn("prompt", "text", "id of the prompt"),
        TableColumn("sample", "text", "number of the sample"),
        TableColumn("trait", "text", "what was measured, such as length or toxicity"),
        TableColumn("value", "number", "the figure"),
    ),
    settings=(
        Setting("trait", "Steered trait", "text", "variety", "On which the best is kept", column="trait"),
        Setting("direction", "Wanted", "choice", "higher", "Which way", ("higher", "lower")),
        Setting("k", "Best of", "number", 4, "Samples drawn for each prompt", low=1, high=1000, whole=True),
    ),
)  # fmt: skip
