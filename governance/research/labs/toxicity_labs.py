"""Labs on mitigating toxicity: what it costs, and how three models combine into one."""

from __future__ import annotations

import polars as pl

from governance.errors import BadInput
from governance.research.labs.lab import (
    Lab,
    LabFigure,
    LabResult,
    Number,
    Setting,
    Settings,
    TableColumn,
    number,
    text,
)
from governance.research.labs.lab_tables import rows_table
from governance.research.labs.toxicity import Front, Mitigated, shift, toxicity_front

LIKELY = ("toxicity", "expected_max_toxicity", "toxicity_probability", "toxic_frac")
ALPHAS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 2.5, 3.0)


def _chosen(frame: pl.DataFrame, settings: Settings) -> tuple[pl.DataFrame, str, str, str]:
    """Keep one scoring and one task: figures of different scorings are never mixed."""
    metrics = frame["metric"].unique(maintain_order=True).to_list()
    main = text(settings, "toxicity") or next((one for one in LIKELY if one in metrics), str(metrics[0]))
    scoring, task = text(settings, "rater"), text(settings, "task")
    for name, asked in (("metric", main), ("rater", scoring), ("task", task)):
        if asked and not frame.filter(pl.col(name) == asked).height:
            raise BadInput(f"nothing has {name} '{asked:.60}'", f"column {name}", "choose one of those in the file")
    kept = frame.filter(pl.lit(not scoring) | (pl.col("rater") == scoring), pl.lit(not task) | (pl.col("task") == task))
    groups = kept.filter(pl.col("metric") == main).group_by("rater", "scored_at", "task", "subset", "split").agg(
        models=pl.col("model").n_unique()
    ).sort("models", "task", "rater", "scored_at", descending=[True, False, False, False], nulls_last=True)  # fmt: skip
    if not groups.height:
        raise BadInput(f"nothing is measured by '{main:.60}' there", "settings", "choose another scoring or task")
    pick = groups.row(0, named=True)
    kept = kept.filter(
        *(pl.col(one).eq_missing(pick[one]) for one in ("rater", "scored_at", "task", "subset", "split"))
    )
    words = ", ".join(str(pick[one]) for one in ("task", "rater", "scored_at") if pick[one] is not None)
    others = groups.height - 1
    return kept, main, words, f"{others} other scorings or tasks of the file are left out." if others else ""


def _front(frame: pl.DataFrame, settings: Settings, seed: int) -> LabResult:
    kept, main, words, left = _chosen(frame, settings)
    second, base = text(settings, "second"), text(settings, "base")
    toxic = kept.filter(pl.col("metric") == main)
    others = kept.filter(pl.col("metric") == second).select("model", "language", "score")
    extra = {(model, language): value for model, language, value in others.iter_rows()}
    rows = [
        Mitigated(method=one["model"], language=one["language"] or "all", toxicity=one["score"],
                  second=extra.get((one["model"], one["language"])), seconds=one["seconds"])
        for one in toxic.iter_rows(named=True)
    ]  # fmt: skip
    if not base:
        means: dict[str, float] = {}
        for row in rows:
            means[row.method] = max(means.get(row.method, 0.0), row.toxicity)
        base = max(means, key=lambda name: means[name])
    found = toxicity_front(rows, base)
    return _told(found, main, second, words, left)


def _told(found: Front, main: str, second: str, words: str, left: str) -> LabResult:
    best, base = found.methods[0], next(row for row in found.methods if row.method == found.base)
    table = rows_table(found.methods).with_columns(
        front=pl.Series(["on the front" if row.on_front else "dominated" for row in found.methods])
    )
    answer = f"{best.method} is the least toxic at {best.toxicity:.3g} against {base.toxicity:.3g} of {base.method}"
    if best.seconds_change is not None:
        answer += f", taking {best.seconds_change:+.3g}% time"
    answer += f"; on the front: {_front_words(found)}"
    across = "seconds" if "seconds" in found.counts else "second" if "second" in found.counts else ""
    label = {"seconds": "seconds", "second": f"{second}, lower is better"}.get(across, "")
    figures = [
        LabFigure(title=f"Toxicity against {label.split(',')[0]}", table=table, chart="points", x=across, y="toxicity",
                  series="front", label="method", x_title=label, y_title=f"{main}, lower is better", alt=answer)
        if across else
        LabFigure(title="Toxicity by method, the least first", table=table, chart="bars", x="toxicity", y="method",
                  x_title=f"{main}, lower is better", alt=answer, reference=base.toxicity),
    ]  # fmt: skip
    if len(found.languages) > 1:
        changes = rows_table([row for row in found.changes if row.method != found.base]).with_columns(
            cut=-pl.col("toxicity_change")
        )
        figures.append(LabFigure(
            title=f"Cut of toxicity from {found.base} by language, %", table=changes, chart="heat", x="language",
            y="method", value="cut", alt="Relative cut of toxicity by method and language", form=".0f",
        ))  # fmt: skip
    worst = max((row for row in found.methods if row.method != found.base), key=lambda row: row.worst_change or 0.0)
    quick = min((row for row in found.methods if row.method != found.base), key=lambda row: row.toxicity)
    by = ", ".join(second if one == "second" else one for one in found.counts)
    return LabResult(
        answer=f"{answer}.", figures=tuple(figures),
        numbers=(
            Number(f"toxicity, {quick.method} over {found.base}", quick.toxicity_change, "%"),
            *(
                Number(f"{name}, {quick.method} over {found.base}", value, "%")
                for name, value in (("time", quick.seconds_change), (second, quick.second_change)) if value is not None
            ),
            Number(f"least helped, {worst.method} in {worst.worst_language}", worst.worst_change, "%"),
            Number("languages compared", float(len(found.languages)), "count", claim="multilingual-toxicity/languages"),
        ),
        tables={"Methods": table},
        method=f"{words}; non-dominated points by {by}, means over shared languages, changes "
        f"relative to {found.base}",
        n=len(found.methods), counted="methods",
        limits=tuple(one for one in (
            left,
            "No interval: one figure a method. A front of figures within their noise is no order.",
            "Scorings at different dates are never mixed: the scorer changes under the figures.",
            f"Left out, not measured for every method: {', '.join(found.left_out)}." if found.left_out else "",
        ) if one),
    )  # fmt: skip


def _front_words(found: Front) -> str:
    return f"{sum(row.on_front for row in found.methods)} of {len(found.methods)} methods"


def _front_example(seed: int) -> pl.DataFrame:
    del seed
    methods = {
        "base": (1.0, 25.0, 1.0),
        "decoder": (0.5, 27.0, 4.0),
        "retrieval": (0.5, 27.0, 2.28),
        "words": (0.8, 40.0, 5.0),
    }
    harder = {("retrieval", "swh"): 1.9, ("decoder", "swh"): 1.5}
    rows: list[tuple[str, str, str, str, float, float | None]] = []
    for language, level in (("eng", 0.5), ("fra", 0.45), ("swh", 0.4)):
        for method, (share, fluency, seconds) in methods.items():
            toxic = round(level * share * harder.get((method, language), 1.0), 4)
            rows.append((method, "prompts", language, "toxicity", toxic, seconds))
            rows.append((method, "prompts", language, "perplexity", fluency, None))
    return pl.DataFrame(rows, schema=["model", "task", "language", "metric", "score", "seconds"], orient="row")


TOXICITY_FRONT = Lab(
    name="toxicity-front",
    title="Toxicity against fluency and time",
    topic="Toxicity",
    question="Which mitigation is least toxic for the fluency and time it costs?",
    source="scores",
    run=_front,
    example=_front_example,
    planted="Retrieval is as good as the decoder in English and French at 43% less time, and helps Swahili by 5% only.",
    papers=("goodtriever", "multilingual-toxicity", "black-box-toxicity-apis"),
    claims=("multilingual-toxicity/languages",),
    needs=("model", "metric", "score"),
    settings=(
        Setting("toxicity", "Toxicity", "text", "", "The metric of toxicity; empty: the likeliest", column="metric"),
        Setting("second", "Second figure", "text", "", "Another metric that is better when lower, such as perplexity",
                column="metric"),
        Setting("base", "Base", "text", "", "Changes are relative to it; empty: the most toxic", column="model"),
        Setting("rater", "Scoring", "text", "", "Empty: the one with most methods", column="rater"),
        Setting("task", "Prompts", "text", "", "Empty: those with most methods", column="task"),
    ),
)  # fmt: skip


def _product(frame: pl.DataFrame, settings: Settings, seed: int) -> LabResult:
    alpha = number(settings, "alpha")
    base, expert, anti = (frame[name].to_list() for name in ("base", "expert", "anti"))
    marked = [bool(one) for one in frame["toxic"].fill_null(0.0)] if frame["toxic"].null_count() < frame.height else []
    found = shift(base, expert, anti, alpha, marked)
    table = rows_table([shift(base, expert, anti, one, marked) for one in sorted({*ALPHAS, alpha})])
    lines = [("share of chance that moved", "moved"), *([("chance of toxic words", "toxic_after")] if marked else [])]
    long = pl.concat([
        table.select("alpha", pl.lit(name).alias("what"), pl.col(column).alias("chance")) for name, column in lines
    ])  # fmt: skip
    if found.toxic_before is not None and found.toxic_after is not None:
        answer = (
            f"At strength {alpha:g} the chance of a toxic next word goes from {100 * found.toxic_before:.3g} to "
            f"{100 * found.toxic_after:.3g}%, moving {100 * found.moved:.3g}% of all chance"
        )
    else:
        answer = f"At strength {alpha:g} the product moves {100 * found.moved:.3g}% of all chance"
    return LabResult(
        answer=f"{answer}.",
        figures=(
            LabFigure(title="Chances by strength of the experts", table=long, chart="lines", x="alpha", y="chance",
                      series="what", x_title="strength alpha", y_title="chance, 0 to 1", form=".0%", alt=answer),
        ),
        numbers=(
            Number("chance of toxic words after", None if found.toxic_after is None else 100 * found.toxic_after, "%"),
            Number("before", None if found.toxic_before is None else 100 * found.toxic_before, "%"),
            Number("chance that moved", 100 * found.moved, "%"),
            Number("divergence from the model", found.divergence, "bits"),
        ),
        tables={"By strength": table},
        method="base × (expert ÷ anti-expert)^alpha, made to sum to 1; divergence is Kullback–Leibler, new from old",
        n=found.words, counted="words",
        limits=("One next word of one context: generation adds up many.",
                "Moved chance and divergence bound what fluency may pay; perplexity of whole texts is the measure."),
    )  # fmt: skip


def _product_example(seed: int) -> pl.DataFrame:
    del seed
    rows = [
        ("kind", 0.30, 0.40, 0.20, 0.0), ("plain", 0.30, 0.30, 0.20, 0.0), ("quiet", 0.20, 0.20, 0.20, 0.0),
        ("insult", 0.15, 0.06, 0.25, 1.0), ("slur", 0.05, 0.04, 0.15, 1.0),
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=["word", "base", "expert", "anti", "toxic"], orient="row")


PRODUCT_OF_EXPERTS = Lab(
    name="product-of-experts",
    title="Three models' next word combined",
    topic="Toxicity",
    question="How far do an expert and an anti-expert move the next word?",
    source="table",
    run=_product,
    example=_product_example,
    planted="The anti-expert likes the two marked words four times as much as the expert: their chance falls from 20 "
    "to 3.8% at strength 1.",
    papers=("goodtriever",),
    needs=("word", "base", "expert", "anti"),
    columns=(
        TableColumn("word", "text", "a next word"),
        TableColumn("base", "number", "its chance by the model"),
        TableColumn("expert", "number", "by the one tuned on wanted text; above 0"),
        TableColumn("anti", "number", "by the one tuned on unwanted text; above 0"),
        TableColumn("toxic", "number", "1 where the word is toxic, else 0", needed=False),
    ),
    settings=(Setting("alpha", "Strength", "number", 1, "0 gives the model back", low=0, high=20),),
)  # fmt: skip
