"""Teachers chosen by language or task: what an oracle, one teacher and a router that has not seen the answer get."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from governance.errors import BadInput
from governance.research.labs.grid import Floats, Ints
from governance.research.labs.lab import Lab, LabFigure, LabResult, Number, Setting, Settings, number, text
from governance.research.labs.reading import need_column

RESAMPLES, PERMUTATIONS = 2000, 200
UNIT = ("task", "language", "subset", "split")
TEACHERS, STRONG = ("north", "south", "wide"), {"north": ("fra", "deu"), "south": ("swh", "hau")}
"""Planted: each of two teachers is 0.12 better in two languages; the third is the same everywhere."""
BETTER = 0.12


@dataclass(frozen=True, slots=True, eq=False)
class Routed:
    """What each way of choosing teachers gets, a unit each.

    Args:
        oracle: Of the best teacher of that unit.
        single: Of the one teacher that was best on the other folds.
        routed: Of the teacher that was best in that language or task on the other folds.
        best: Of the teacher with the best mean over all units, in hindsight.
        teacher: Number of that one.
        fold: In which the unit was met.
    """

    oracle: Floats
    single: Floats
    routed: Floats
    best: Floats
    teacher: int
    fold: Ints


def route(table: Floats, parts: Ints, folds: int, seed: int) -> Routed:
    """Choose teachers on all but one fold and take their scores on it.

    Args:
        table: Scores, shape (units, teachers), more being better.
        parts: A unit, the number of its language or task.
        folds: Parts of the units; each is met by choices made on the others.
        seed: Of the folds.

    Returns:
        The scores, a unit each.
    """
    rng = np.random.default_rng(seed)
    units = np.arange(table.shape[0])
    fold = np.empty(units.size, dtype=np.int64)
    for part in np.unique(parts):  # each language in every fold, as far as it goes
        mine = rng.permutation(units[parts == part])
        fold[mine] = (np.arange(mine.size) + rng.integers(folds)) % folds
    single, routed = np.empty(units.size), np.empty(units.size)
    for one in range(folds):
        test, rest = fold == one, fold != one
        usual = int(table[rest].mean(axis=0).argmax())
        single[test] = table[test, usual]
        for part in np.unique(parts[test]):
            here, seen = test & (parts == part), rest & (parts == part)
            choice = int(table[seen].mean(axis=0).argmax()) if seen.any() else usual
            routed[here] = table[here, choice]
    best = int(table.mean(axis=0).argmax())
    return Routed(table.max(axis=1), single, routed, table[:, best], best, fold)


def gain_interval(found: Routed) -> tuple[float, float]:
    """Give the 95% interval of the router's gain: t over folds, widened since folds share what they learn from.

    Source: Nadeau and Bengio 2003, the corrected variance of cross-validation.
    """
    from scipy.stats import t as student

    gain = found.routed - found.single
    folds = np.array([gain[found.fold == one].mean() for one in np.unique(found.fold)])
    error = np.sqrt((1 / folds.size + 1 / (folds.size - 1)) * folds.var(ddof=1))
    far = float(student.ppf(0.975, folds.size - 1) * error)
    return float(gain.mean()) - far, float(gain.mean()) + far


def route_test(table: Floats, parts: Ints, folds: int, permutations: int, seed: int) -> float:
    """Ask whether a router gains more than where languages are dealt to units at random; p, one-sided.

    Args:
        table: Scores, shape (units, teachers), more being better.
        parts: A unit, the number of its language or task.
        folds: Of the cross-validation.
        permutations: Random ways of dealing.
        seed: Of them.
    """
    rng = np.random.default_rng(seed)

    def gain(dealt: Ints) -> float:
        found = route(table, dealt, folds, seed)
        return float((found.routed - found.single).mean())

    seen = gain(parts)
    more = sum(gain(rng.permutation(parts)) >= seen - 1e-12 for _ in range(permutations))
    return (1 + more) / (1 + permutations)


def _run(frame: pl.DataFrame, settings: Settings, seed: int) -> LabResult:
    by, folds = text(settings, "by"), int(number(settings, "folds"))
    if by == "language":
        need_column(frame, "language", "scores", "routing by language")
    sign = -1.0 if text(settings, "better") == "lower" else 1.0
    metrics = sorted(frame["metric"].unique())
    metric = text(settings, "metric") or metrics[0]
    if metric not in metrics or (len(metrics) > 1 and not text(settings, "metric")):
        raise BadInput("one metric is needed", "setting metric", f"use one of {', '.join(metrics[:20])}")
    rows = frame.filter((pl.col("metric") == metric) & pl.col(by).is_not_null())
    wide = rows.group_by("model", *UNIT).agg(pl.col("score").mean())
    teachers = sorted(wide["model"].unique())
    full = wide.group_by(UNIT).agg(n=pl.len()).filter(pl.col("n") == len(teachers)).drop("n").sort(UNIT)
    if len(teachers) < 2 or full.height < 2 * folds:
        what = f"{len(teachers)} teachers with {full.height} scores that all of them have"
        raise BadInput(what, "scores, columns model, task, language, subset", f"give 2 and {2 * folds} or more")
    placed = wide.join(full.with_row_index("unit"), on=list(UNIT), nulls_equal=True).sort("unit", "model")
    table = sign * placed["score"].to_numpy().reshape(-1, len(teachers))
    parts = full[by].rank("dense").cast(pl.Int64).to_numpy() - 1
    found = route(table, parts, folds, seed)
    base = float(found.single.mean())
    rng = np.random.default_rng(seed)
    draws = rng.integers(len(parts), size=(RESAMPLES, len(parts)))

    def gain(values: Floats, beside: Floats) -> tuple[float, float, float]:
        low, high = np.percentile((values - beside)[draws].mean(axis=1), [2.5, 97.5])
        return float((values - beside).mean()), float(low), float(high)

    routed, oracle = (
        (float((found.routed - found.single).mean()), *gain_interval(found)),
        gain(found.oracle, found.best),
    )
    p = route_test(table, parts, folds, PERMUTATIONS, seed)
    name = teachers[found.teacher]
    told = f" (p = {p:.3f})" if p <= 0.05 else f", not told from luck (p = {p:.3f})"
    answer = (
        f"Routing by {by} gains {routed[0]:+.3g} over one teacher on scores it had not seen ({routed[1]:+.3g} to "
        f"{routed[2]:+.3g}){told}; an oracle would gain {oracle[0]:+.3g} over '{name}'"
    )
    words = [("oracle", found.oracle), ("router, cross-validated", found.routed),
             ("one teacher, cross-validated", found.single), (f"best in hindsight: {name}", found.best)]  # fmt: skip
    ways = []
    for label, values in words:
        low, high = np.percentile(values[draws].mean(axis=1), [2.5, 97.5])
        ends = sorted((sign * float(low), sign * float(high)))
        ways.append({"way": label, "score": sign * float(values.mean()), "low": ends[0], "high": ends[1]})
    where = pl.DataFrame([
        {by: str(part), "units": int((parts == at).sum()),
         "gain": float((found.routed - found.single)[parts == at].mean()),
         "oracle gain": float((found.oracle - found.best)[parts == at].mean()),
         "best teacher": teachers[int(table[parts == at].mean(axis=0).argmax())]}
        for at, part in enumerate(sorted(full[by].unique()))
    ]).sort("gain", by, descending=[True, False])  # fmt: skip
    price = number(settings, "price")
    relative = 100 * routed[0] / abs(base) if base else None
    return LabResult(
        answer=f"{answer}.",
        figures=(
            LabFigure(title=f"Mean {metric} by way of choosing teachers", table=pl.DataFrame(ways), chart="bars",
                      x="score", y="way", low="low", high="high", x_title=f"{metric}, mean over units", alt=answer),
            LabFigure(title=f"Gain of the router by {by}", table=where, chart="bars", x="gain", y=by,
                      x_title=f"{metric}, over one teacher", alt=f"Bars of the gain by {by}", reference=0.0),
        ),
        numbers=(
            Number("gain of the router over one teacher", routed[0], metric, routed[1], routed[2]),
            Number("the same, relative", relative, "%", claim="multilingual-arbitrage/winrate_gain"),
            Number("gain of an oracle over the best teacher", oracle[0], metric, oracle[1], oracle[2]),
            Number("p of the router's gain", p, "p"),
            Number("cost: choosing, all teachers on all units", price * table.size, "cost"),
            Number("cost: routed afterwards, for as many units", price * len(parts), "cost"),
        ),
        method=f"{folds} folds; teachers chosen on the others by mean score", n=len(parts), counted="units",
        interval=f"95%: of the router t over folds, corrected; else bootstrap over units, {RESAMPLES} resamples; p by "
        f"{PERMUTATIONS} random deals of the {by}s", seed=seed,
        limits=(
            "An oracle gains by luck alone: of teachers that are all alike it takes the luckiest each time.",
            "Scores of teachers stand in for what a student would learn from them.",
            f"The published figure is a gain in win rate, at most, over languages; this one is of {metric}.",
        ),
    )  # fmt: skip


def example(seed: int, better: float = BETTER, units: int = 30) -> pl.DataFrame:
    """Make scores of three teachers in six languages, a score a prompt.

    Args:
        seed: Of the draws.
        better: What a teacher has more in its languages; 0 plants nothing.
        units: Prompts a language.
    """
    rng = np.random.default_rng(seed)
    rows = [
        {"model": teacher, "task": "prompts", "language": language, "subset": f"p{unit:02}", "metric": "quality",
         "score": round(0.6 + better * (language in STRONG.get(teacher, ())) + rng.normal(0, 0.1), 4)}
        for teacher in TEACHERS for language in ("eng", "fra", "deu", "swh", "hau", "jpn") for unit in range(units)
    ]  # fmt: skip
    return pl.DataFrame(rows)


ROUTING = Lab(
    name="teacher-routing",
    title="One teacher, or the right one each time",
    topic="Data choice",
    question="Does choosing a teacher by language or task beat the best single teacher?",
    source="scores",
    run=_run,
    example=example,
    planted="'north' is 0.12 better in French and German, 'south' in Swahili and Hausa: a router gains about 0.04.",
    papers=("multilingual-arbitrage",),
    claims=("multilingual-arbitrage/winrate_gain", "multilingual-arbitrage/low_resource"),
    needs=("model", "task", "metric", "score"),
    settings=(
        Setting("by", "Route by", "choice", "language", "What the router sees", ("language", "task")),
        Setting("metric", "Metric", "text", "", "The one to use; empty: the only one", column="metric"),
        Setting("better", "Better is", "choice", "higher", "Which way a score is better", ("higher", "lower")),
        Setting("folds", "Folds", "number", 5, "Parts of the units; choices are made on the others", low=2, high=20,
                whole=True),
        Setting("price", "Price of an answer", "number", 1.0, "Of one teacher to one unit, any currency", low=0.0,
                high=1e6),
    ),
)  # fmt: skip
