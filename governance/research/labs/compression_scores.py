"""The same from scores: change of a compressed model by task, language or script, and what people saw against it."""

from __future__ import annotations

import numpy as np
import polars as pl

from governance.errors import BadInput
from governance.evaluation.groups.chosen import is_share, language_code, unit_script
from governance.evaluation.groups.examples import raters_example
from governance.evaluation.groups.raters import human_raters, rater_gaps
from governance.research.labs.lab import Lab, LabFigure, LabResult, Number, Setting, Settings, text
from governance.research.labs.reading import need_column

KEY = ("task", "language", "subset", "metric", "split", "rater", "scored_at")
BASES = ("fp32", "fp16", "bf16", "full", "dense", "base")
PERCENT = 100
NON_LATIN, LATIN, MATHS = -0.08, -0.02, -0.06
"""Planted: relative changes by script, and what mathematics adds."""


def pair_models(frame: pl.DataFrame, base: str = "", new: str = "") -> tuple[str, str]:
    """Say which model is before compression and which after.

    Args:
        frame: Scores.
        base: Model before, as set; empty: the one whose name tells full precision.
        new: Model after, as set; empty: the only other one.

    Raises:
        BadInput: A model is not there, or it cannot be told.

    >>> pair_models(pl.DataFrame({"model": ["m W4", "m FP16"]}))
    ('m FP16', 'm W4')
    """
    models = sorted(frame["model"].unique())
    for name, setting in ((base, "base"), (new, "new")):
        if name and name not in models:
            raise BadInput(
                f"there is no model '{name:.60}'", f"setting {setting}", f"use one of {', '.join(models[:20])}"
            )
    guessed = [one for one in models if any(word in one.casefold() for word in BASES) and one != new]
    first = base or (guessed[0] if len(guessed) == 1 else "")
    rest = [one for one in models if one != first]
    second = new or (rest[0] if len(rest) == 1 else "")
    if not first or not second or first == second:
        fix = f"set base and new, two of {', '.join(models[:20])}"
        raise BadInput("it is not told which model is the compressed one", "scores, column model", fix)
    return first, second


def score_changes(frame: pl.DataFrame, base: str, new: str, by: str) -> pl.DataFrame:
    """Give the mean relative change of scores from one model to another, for each slice and for all.

    Figures are paired on all that describes them; each pair counts alike. The interval is t over three pairs or more;
    below that, of shares with a stated n, it comes from both binomial variances.

    Args:
        frame: Scores.
        base: Model before.
        new: Model after.
        by: task, language or script.

    Returns:
        Columns slice, pairs, change (percent, relative), low, high, median, points, basis; all first, then the
        greatest fall.

    Raises:
        BadInput: They share no figure, or a model has two of a kind.
    """
    sides = []
    for name, old in ((base, "old"), (new, "now")):
        one = frame.filter(pl.col("model") == name).select(
            *KEY, pl.col("score").alias(old), pl.col("n").alias(f"{old}_n")
        )
        if one.select(KEY).is_duplicated().any():
            raise BadInput(f"'{name:.80}' has two figures of the same kind", "scores", "keep one row each")
        sides.append(one)
    pairs = sides[0].join(sides[1], on=list(KEY), nulls_equal=True).filter(pl.col("old") != 0)
    if not pairs.height:
        raise BadInput("the two models share no figure", "scores", "score both on the same tasks and languages")
    pairs = pairs.with_columns(slice=_slice(pairs, by), change=PERCENT * (pl.col("now") / pl.col("old") - 1))
    parts = [("all", pairs), *((str(key[0]), rows) for key, rows in pairs.group_by("slice", maintain_order=True))]
    found = pl.DataFrame([_one(name, rows) for name, rows in parts], infer_schema_length=None)
    return pl.concat([found.head(1), found.slice(1).sort("change", "slice")])


def _slice(pairs: pl.DataFrame, by: str) -> pl.Series:
    if by == "task":
        return pairs["task"]
    words = pairs["language"].drop_nulls().unique().to_list()
    names = {one: (unit_script(one) or "unknown") if by == "script" else language_code(one) for one in words}
    return pairs["language"].replace_strict(names, default="not stated", return_dtype=pl.String)


def _one(name: str, rows: pl.DataFrame) -> dict[str, object]:
    from scipy.stats import t as student

    values = rows["change"].to_numpy()
    low = high = None
    basis = "none"
    if values.size >= 3:
        far = float(student.ppf(0.975, values.size - 1) * values.std(ddof=1) / np.sqrt(values.size))
        basis = "t over pairs"
    else:
        far_n = _binomial(rows)
        far, basis = (far_n, "from n") if far_n is not None else (0.0, "none")
    mean = float(values.mean())
    if basis != "none":
        low, high = mean - far, mean + far
    points = float((rows["now"] - rows["old"]).to_numpy().mean())
    return {
        "slice": name, "pairs": rows.height, "change": mean, "low": low, "high": high,
        "median": float(np.median(values)), "points": points, "basis": basis,
    }  # fmt: skip


def _binomial(rows: pl.DataFrame) -> float | None:
    if rows.select("old_n", "now_n").null_count().sum_horizontal()[0] or not all(map(is_share, rows["metric"])):
        return None
    old, now, old_n, now_n = (rows[name].to_numpy().astype(float) for name in ("old", "now", "old_n", "now_n"))
    scale = PERCENT if max(old.max(), now.max()) > 1 else 1
    p, q, ratio = old / scale, now / scale, now / old
    if min(old_n.min(), now_n.min()) < 1 or (p > 1).any() or (q > 1).any():
        return None
    error = PERCENT * np.sqrt(q * (1 - q) / now_n + ratio**2 * p * (1 - p) / old_n) / p
    return float(1.96 * np.sqrt((error**2).sum()) / rows.height)


def _run(frame: pl.DataFrame, settings: Settings, seed: int) -> LabResult:
    by = text(settings, "by")
    if by != "task":
        need_column(frame, "language", "scores", f"the change by {by}")
    base, new = pair_models(frame, text(settings, "base"), text(settings, "new"))
    table = score_changes(frame, base, new, by)
    whole, slices = table.row(0, named=True), table.slice(1)
    fallen = slices.filter(pl.col("high").is_not_null() & (pl.col("high") < 0)).height
    worst = slices.row(0, named=True)
    plural = {"task": "tasks", "language": "languages", "script": "scripts"}[by]
    answer = (
        f"From {base} to {new} scores change by {whole['change']:+.1f}%{_range(whole)}; {fallen} of {slices.height} "
        f"{plural} fall by more than their interval, most '{worst['slice']}' by {worst['change']:+.1f}%"
    )
    return LabResult(
        answer=f"{answer}.",
        figures=(
            LabFigure(
                title=f"Relative change of scores by {by}, {base} to {new}, %", table=slices, chart="bars", x="change",
                y="slice", low="low", high="high", x_title="change of score, % of the base", alt=answer, reference=0.0,
            ),
        ),
        numbers=(
            Number("mean change", whole["change"], "%", whole["low"], whole["high"]),
            Number(f"largest fall, {worst['slice']}", worst["change"], "%", worst["low"], worst["high"]),
            Number(f"median over {plural}", float(np.median(slices["change"])), "%"),
        ),
        method="mean relative change over figures paired on task, language, subset, metric, split, rater and day",
        n=int(whole["pairs"]), counted="pairs of figures",
        interval="95%: t over three pairs or more, else from n where the metric is a share",
        limits=("Each slice has its own interval; of twenty that do not change, one would seem to.",
                "A metric where lower is better falls when it improves."),
    )  # fmt: skip


def _range(row: dict[str, float]) -> str:
    return "" if row["low"] is None else f" ({row['low']:+.1f} to {row['high']:+.1f})"


def scores_example(seed: int, planted: bool = True) -> pl.DataFrame:
    """Make accuracies of a model at two precisions on four tasks in six languages.

    Args:
        seed: Of the draws.
        planted: Whether non-Latin scripts and mathematics lose more; else nothing changes.
    """
    rng = np.random.default_rng(seed)
    rows = []
    for language, script in (("eng", ""), ("fra", ""), ("swh", ""), ("rus", "x"), ("hin", "x"), ("jpn", "x")):
        for task in ("mathematics", "reading", "summaries", "translation"):
            drop = (NON_LATIN if script else LATIN) + (MATHS if task == "mathematics" else 0.0)
            for model, chance in (("model FP16", 0.7), ("model W4", 0.7 * (1 + (drop if planted else 0.0)))):
                rows.append({"model": model, "task": task, "language": language, "metric": "accuracy", "n": 4000,
                             "score": int(rng.binomial(4000, chance)) / 4000})  # fmt: skip
    return pl.DataFrame(rows)


def _people(frame: pl.DataFrame, settings: Settings, seed: int) -> LabResult:
    base, new = pair_models(frame, text(settings, "base"), text(settings, "new"))
    raters = sorted(frame["rater"].drop_nulls().unique())
    named = [one.strip() for one in text(settings, "people").split(";") if one.strip()]
    people = named or human_raters(raters)
    if not people:
        fix = f"name them in the setting people, of {'; '.join(raters[:20])}"
        raise BadInput("no rater is known to be people", "scores, column rater", fix)
    gaps = rater_gaps(frame, base, new, people, seed=seed)
    rows = [(one.name, kind, drop.change, drop.low, drop.high, drop.pairs)
            for one in gaps for kind, drop in (("people", one.human), ("automatic", one.automatic))]  # fmt: skip
    schema = {"language": pl.String, "rater": pl.String, **dict.fromkeys(("change", "low", "high"), pl.Float64),
              "pairs": pl.Int64}  # fmt: skip
    table = pl.DataFrame(rows, schema=schema, orient="row")
    known = [one for one in gaps[1:] or gaps if one.ratio is not None]
    lead = max(known, key=lambda one: one.ratio or 0) if known else gaps[0]
    if lead.ratio is None or lead.human.change is None or lead.automatic.change is None:
        answer = f"No ratio can be given: {lead.reason or 'a change is unknown'}"
    else:
        answer = (
            f"{lead.name}: people see {lead.human.change:+.1f}%, automatic metrics {lead.automatic.change:+.1f}%, "
            f"a ratio of {lead.ratio:.1f}" + ("" if lead.low is None else f" ({lead.low:.1f} to {lead.high:.1f})")
        )
    japanese = lead.language == "jpn"
    return LabResult(
        answer=f"{answer}.",
        figures=(LabFigure(
            title=f"Relative change from {base} to {new} by kind of rater, %", table=table, chart="bars", x="change",
            y="language", series="rater", low="low", high="high", x_title="change, % of the base", alt=answer,
            reference=0.0,
        ),),
        numbers=(
            Number(f"human over automatic change, {lead.name}", lead.ratio, "x", lead.low, lead.high),
            Number(f"drop that people see, {lead.name}", _minus(lead.human.change), "%", _minus(lead.human.high),
                   _minus(lead.human.low), "quantization-multilingual/human_drop_ja" if japanese else ""),
            Number(f"drop on automatic metrics, {lead.name}", _minus(lead.automatic.change), "%",
                   _minus(lead.automatic.high), _minus(lead.automatic.low),
                   "quantization-multilingual/auto_drop_ja" if japanese else ""),
        ),
        method="mean relative change over paired figures; ratio of the two", n=sum(one.pairs for one in
            (gaps[0].human, gaps[0].automatic)), counted="pairs of figures",
        interval="95%, each share drawn again with its n", seed=seed,
        limits=("A ratio says nothing where the automatic change may be none; then no interval is given.",
                f"People are taken to be: {', '.join(people)}."),
    )  # fmt: skip


def _minus(value: float | None) -> float | None:
    return None if value is None else -value


_MODELS = (
    Setting("base", "Base", "text", "", "The model before; empty: told by its name", column="model"),
    Setting("new", "Compressed", "text", "", "The model after; empty: the other one", column="model"),
)
COMPRESSION_SCORES = Lab(
    name="compression-scores",
    title="Change of scores by task, language and script",
    topic="Compression",
    question="Which tasks, languages or scripts lose most when a model is compressed?",
    source="scores",
    run=_run,
    example=scores_example,
    planted="Languages outside the Latin script lose 8%, others 2%, mathematics 6% more.",
    papers=("quantization-multilingual", "compression-multilingual"),
    claims=("quantization-multilingual/scripts", "quantization-multilingual/hard_tasks"),
    needs=("model", "task", "metric", "score"),
    settings=(
        Setting("by", "By", "choice", "script", "What is looked at apart", ("script", "language", "task")), *_MODELS,
    ),
)  # fmt: skip
PEOPLE_DROP = Lab(
    name="human-automatic-drop",
    title="What people see against what metrics see",
    topic="Compression",
    question="Do people see a drop that automatic metrics do not?",
    source="scores",
    run=_people,
    example=lambda seed: raters_example(seed=seed).frame,
    planted="In Japanese people see a drop of 16.0% and metrics 1.7%, a ratio of 9.4; in French both see 2%.",
    papers=("quantization-multilingual",),
    claims=("quantization-multilingual/human_drop_ja", "quantization-multilingual/auto_drop_ja"),
    needs=("model", "task", "metric", "score", "rater"),
    settings=(
        *_MODELS,
        Setting("people", "People", "text", "", "Raters who are people, with semicolons; empty: told by their names"),
    ),
)  # fmt: skip
