"""What compression changes, for whom: relative change of each class, group, language or script, with intervals."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb
import numpy as np
import polars as pl

from governance.errors import BadInput
from governance.research.labs.arms import SLICES, Arm, find_arms, held, make_cells, streamed, strongest
from governance.research.labs.lab import Lab, LabFigure, LabResult, Number, Setting, Settings, text
from governance.research.labs.reading import need_column

LEVEL = 0.95
PERCENT = 100
SHOWN = 30
HURT, LOSS = ("c7", "c8", "c9"), 0.25
"""Planted: classes of the example whose accuracy falls, and how far, as a share."""


def changes(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Give the relative change from dense to each arm, for all and for each slice.

    Units that both have are paired. The variance is that over units plus that over runs less what both count (two-way
    clustered), of the ratio of means by the delta method; with one run an arm it is that over units alone.

    Args:
        connection: With ``cells`` of `make_cells`.

    Returns:
        Columns slice, arm, units, dense, compressed, change (percent, relative), low, high, points (percentage
        points), p, runs_dense, runs; ``all`` is everything.

    Source: two-way clustering by Cameron, Gelbach and Miller 2011; degrees of freedom by Satterthwaite 1946.
    """
    sums = connection.execute(
        """
        WITH unit AS (
            SELECT unit, slice, arm, avg(value) AS v, coalesce(var_samp(value), 0) AS w, count(*) AS k
            FROM cells WHERE value IS NOT NULL GROUP BY unit, slice, arm
        ), pair AS (
            SELECT s.slice, s.arm, s.v AS s, d.v AS d, s.w / s.k AS ws, d.w / d.k AS wd
            FROM unit AS s JOIN unit AS d ON s.unit = d.unit AND s.slice = d.slice
            WHERE d.arm = 'dense' AND s.arm <> 'dense'
        )
        SELECT coalesce(slice, '') AS slice, grouping(slice) AS whole, arm, count(*) AS n, avg(s) AS s, avg(d) AS d,
               avg(s * s) AS ss, avg(d * d) AS dd, avg(s * d) AS sd, avg(ws) AS ws, avg(wd) AS wd
        FROM pair GROUP BY GROUPING SETS ((slice, arm), (arm))
        """
    ).pl()
    runs = connection.execute(
        """
        WITH run AS (
            SELECT slice, grouping(slice) AS whole, arm, run, avg(value) AS v
            FROM cells WHERE value IS NOT NULL GROUP BY GROUPING SETS ((slice, arm, run), (arm, run))
        )
        SELECT coalesce(slice, '') AS slice, whole, arm, count(*) AS r, var_samp(v) AS vr
        FROM run GROUP BY slice, whole, arm
        """
    ).pl()
    key = ["slice", "whole"]
    dense = runs.filter(pl.col("arm") == "dense").select(*key, rd="r", vrd="vr")
    table = sums.join(runs.rename({"r": "rs", "vr": "vrs"}), on=[*key, "arm"]).join(dense, on=key)
    rows = [_change(row) for row in table.sort("arm", "whole", "slice").iter_rows(named=True)]
    return pl.DataFrame(rows, infer_schema_length=None) if rows else pl.DataFrame()


def _change(row: dict[str, float]) -> dict[str, object]:
    from scipy.stats import t as student

    n, s, d = int(row["n"]), row["s"], row["d"]
    found: dict[str, object] = {
        "slice": "all" if row["whole"] else row["slice"], "whole": bool(row["whole"]), "arm": row["arm"], "units": n,
        "dense": d, "compressed": s, "change": PERCENT * (s / d - 1) if d else None, "low": None, "high": None,
        "points": PERCENT * (s - d), "p": None, "df": None, "error": None, "runs_dense": int(row["rd"]),
        "runs": int(row["rs"]),
    }  # fmt: skip
    if n < 2 or not d:
        return found
    ratio = s / d
    items = max(0.0, row["ss"] - 2 * ratio * row["sd"] + ratio**2 * row["dd"]) / (n - 1)
    parts: list[tuple[float, float]] = [(items, n - 1)]
    total = items
    if row["rs"] > 1 and row["rd"] > 1:
        own, base = row["vrs"] / row["rs"], ratio**2 * row["vrd"] / row["rd"]
        twice = (row["ws"] + ratio**2 * row["wd"]) / n
        if own + base > twice:  # runs differ by more than the luck on items, which those count already
            parts += [(own, row["rs"] - 1), (base, row["rd"] - 1)]
            total = items + own + base - twice
    below = sum(part**2 / free for part, free in parts)
    if not total or not below:
        return found
    df = total**2 / below
    error = PERCENT * float(np.sqrt(total)) / d
    change = PERCENT * (ratio - 1)
    far = float(student.ppf((1 + LEVEL) / 2, df)) * error
    found |= {
        "low": change - far, "high": change + far, "p": 2 * float(student.sf(abs(change) / error, df)), "df": df,
        "error": error,
    }  # fmt: skip
    return found


def uneven(rows: pl.DataFrame) -> pl.DataFrame:
    """Say which slices of an arm change, allowing for how many are looked at (Holm).

    Args:
        rows: Slices of one arm, of `changes`.

    Returns:
        The rows, the greatest loss first, with a column ``changes``: lower, higher, not told, or unknown.
    """
    ordered = rows.filter(pl.col("p").is_not_null()).sort("p", "slice")
    found: dict[str, str] = {}
    open_ = True
    for place, row in enumerate(ordered.iter_rows(named=True)):
        open_ = open_ and row["p"] * (ordered.height - place) <= 1 - LEVEL
        found[row["slice"]] = ("lower" if row["change"] < 0 else "higher") if open_ else "not told"
    says = pl.col("slice").replace_strict(found, default="unknown", return_dtype=pl.String)
    return rows.with_columns(changes=says).sort("change", "slice", nulls_last=True)


def _result(connection: duckdb.DuckDBPyConnection, settings: Settings) -> LabResult:
    by, value = text(settings, "by"), "score" if text(settings, "measure") == "score" else "right"
    arms = find_arms(connection, text(settings, "dense"))
    arm = strongest(arms, text(settings, "arm"))
    make_cells(connection, arms, by, value)
    table = changes(connection)
    if not table.height:
        raise BadInput("dense and compressed runs share no item", "predictions, column item", "use the same items")
    mine = table.filter(pl.col("arm") == arm.name)
    if not mine.height:
        raise BadInput(f"'{arm.name}' shares no item with the dense runs", "setting arm", "choose another")
    whole = mine.filter("whole").row(0, named=True)
    slices = uneven(mine.filter(~pl.col("whole")))
    names = {"class": "classes", "group": "groups", "language": "languages", "script": "scripts"}
    word = names.get(by, "parts")
    told = {kind: slices.filter(pl.col("changes") == kind) for kind in ("lower", "higher")}
    measure = "accuracy" if value == "right" else "mean score"
    answer = f"{arm.name}: {measure} changes by {_signed(whole['change'])}{_range(whole)}"
    if by != "all":
        answer += f"; {told['lower'].height} of {slices.height} {word} fall"
        answer += f" and {told['higher'].height} rise" if told["higher"].height else ""
        answer += " beyond chance" if told["lower"].height else ": none beyond chance"
        if told["lower"].height:
            worst = told["lower"].row(0, named=True)
            answer += f", most '{worst['slice']}' by {_signed(worst['change'])}"
    shown = slices if by != "all" else mine
    return LabResult(
        answer=f"{answer}.", figures=_figures(shown, table, arm, by, measure, answer),
        numbers=_numbers(whole, shown, by),
        tables={f"Every arm by {by}": table.drop("df", "error", "whole")} if by != "all" else {},
        method=f"relative change of {measure} from dense to compressed runs, items paired", n=int(whole["units"]),
        counted="items", interval=_interval(arms, arm),
        limits=(
            "A change in percent is relative to the dense figure of the same slice; points stand in the table.",
            f"'Beyond chance' allows for {slices.height} {word} (Holm); an interval alone does not.",
            *(() if whole["runs"] > 1 and whole["runs_dense"] > 1 else
              ("One run an arm: the interval covers the choice of items, not the training.",)),
        ),
    )  # fmt: skip


def _figures(
    shown: pl.DataFrame, table: pl.DataFrame, arm: Arm, by: str, measure: str, answer: str
) -> tuple[LabFigure, ...]:
    first = LabFigure(
        title=f"Relative change of {measure} by {by}, {arm.name}, %",
        table=shown.select("slice", "change", "low", "high", "units", "dense", "compressed", "points",
                           *(["changes"] if "changes" in shown.columns else [])),
        chart="bars", x="change", y="slice", low="low", high="high", x_title=f"change of {measure}, % of dense",
        alt=answer, reference=0.0,
    )  # fmt: skip
    if table["arm"].n_unique() < 2 or by == "all":
        return (first,)
    order = shown["slice"].head(SHOWN).to_list()
    rows = table.filter(~pl.col("whole") & pl.col("slice").is_in(order)).select("slice", "arm", "change", "low", "high")
    second = LabFigure(
        title=f"Relative change by {by} and way of compressing, %", table=rows, chart="heat", x="arm", y="slice",
        value="change", x_title="way of compressing",
        form="+.1f", alt=f"Heat map of {len(order)} by {table['arm'].n_unique()} ways of compressing",
    )  # fmt: skip
    return first, second


def _numbers(whole: dict[str, float], shown: pl.DataFrame, by: str) -> tuple[Number, ...]:
    found = [Number("change overall", whole["change"], "%", whole["low"], whole["high"])]
    known = shown.filter(pl.col("change").is_not_null())
    if by != "all" and known.height:
        worst = known.row(0, named=True)
        found += [
            Number(f"largest fall, {worst['slice']}", worst["change"], "%", worst["low"], worst["high"]),
            Number(f"median over {known.height} of them", float(np.median(known["change"])), "%"),
        ]
        if by == "language":
            languages = Number("languages", float(known.height), "count", claim="compression-multilingual/languages")
            found.append(languages)
    return tuple(found)


def _interval(arms: tuple[Arm, ...], arm: Arm) -> str:
    both = arm.runs > 1 and sum(one.runs for one in arms if one.dense) > 1
    return f"{LEVEL:.0%}, delta method, clustered by item{' and run' if both else ''}, t by Satterthwaite"


def _signed(value: float | None) -> str:
    return "an unknown amount" if value is None else f"{value:+.1f}%"


def _range(row: dict[str, float]) -> str:
    return "" if row["low"] is None else f" ({row['low']:+.1f} to {row['high']:+.1f})"


def _run(frame: pl.DataFrame, settings: Settings, seed: int) -> LabResult:
    by = text(settings, "by")
    column = {"class": "label", "script": "language", "all": "item"}.get(by, by)
    need_column(frame, column, "predictions", f"the change by {by}")
    need_column(frame, "score" if text(settings, "measure") == "score" else "label", "predictions", "what is right")
    with held(frame) as connection:
        return _result(connection, settings)


def _large(path: Path, settings: Settings, seed: int, mapping: Mapping[str, str]) -> LabResult:
    with streamed(path, mapping) as connection:
        value = "score" if text(settings, "measure") == "score" else "label"
        if not connection.execute(f"SELECT count({value}) FROM told").fetchall()[0][0]:  # noqa: S608 - two constants
            raise BadInput(
                f"there is no column '{value}', or it is empty", path.name, "add it: nothing says what is right"
            )
        return _result(connection, settings)


def example(seed: int, loss: float = LOSS, items: int = 60, runs: int = 5) -> pl.DataFrame:
    """Make predictions of dense and pruned runs on ten classes in four languages; three classes are hurt.

    Args:
        seed: Of the draws.
        loss: Share of the items of the planted classes that every run gets wrong at 90% sparsity, a third of it at 50%;
            0 plants nothing.
        items: Of a class.
        runs: Of an arm.
    """
    rng = np.random.default_rng(seed)
    classes = np.array([f"c{place}" for place in range(10)])
    labels = np.repeat(classes, items)
    ease = np.clip(rng.normal(0.85, 0.12, labels.size), 0.05, 0.99)
    languages = np.array(["eng", "fra", "rus", "hin"])[np.arange(labels.size) % 4]
    hurt = np.isin(labels, HURT)
    other = classes[(np.searchsorted(classes, labels) + rng.integers(1, 10, labels.size)) % 10]
    fate = np.where(hurt, rng.random(labels.size), 1.0)
    frames = []
    for method, sparsity, share in (("none", 0.0, 0.0), ("magnitude", 0.5, 1 / 3), ("magnitude", 0.9, 1.0)):
        for run in range(1, runs + 1):
            right = (rng.random(labels.size) < ease) & (fate >= loss * share)
            frames.append(pl.DataFrame({
                "item": [f"i{place:04}" for place in range(labels.size)], "group": np.where(hurt, "rare", "common"),
                "language": languages, "run": f"{method}-{sparsity:g}-seed-{run}", "method": method,
                "sparsity": sparsity, "label": labels, "prediction": np.where(right, labels, other),
            }))  # fmt: skip
    return pl.concat(frames)


COMPRESSION = Lab(
    name="compression-change",
    title="What compression changes, and for whom",
    topic="Compression",
    question="Which classes, groups or languages lose when a model is compressed?",
    source="predictions",
    run=_run,
    example=example,
    planted="At 90% sparsity the classes c7, c8 and c9 lose a quarter of their accuracy, the seven others nothing.",
    papers=("compression-multilingual", "quantization-multilingual", "pruning-contrastive"),
    claims=("compression-multilingual/languages",),
    needs=("item", "run", "prediction", "method"),
    settings=(
        Setting("by", "By", "choice", "class", "What is looked at apart; a class is the right answer", SLICES),
        Setting("arm", "Compressed as", "text", "", "A method or an arm of the table; empty: the most compressed",
                column="method"),
        Setting("dense", "Not compressed", "text", "", "Method of the dense runs; empty: sparsity 0, or 'none'",
                column="method"),
        Setting("measure", "Measure", "choice", "accuracy", "Share of right answers, or the column score",
                ("accuracy", "score")),
    ),
    large=_large,
)  # fmt: skip
