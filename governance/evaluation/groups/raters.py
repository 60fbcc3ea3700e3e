"""Whether people see a drop that automatic metrics do not: relative change by kind of rater."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import polars as pl
from pydantic import BaseModel

from governance.errors import BadInput
from governance.evaluation.groups.chosen import is_share, language_code, unit_name
from governance.evaluation.groups.ranks import Floats

RESAMPLES = 2000
LOW, HIGH = 2.5, 97.5
PERCENT = 100
HUMAN_WORDS = ("human", "people", "person", "crowd", "annotator", "evaluator", "native speaker")
KEY = ("task", "language", "subset", "metric", "split", "rater", "scored_at")


class Drop(BaseModel, frozen=True):
    """How a model differs from its base, by one kind of rater.

    Args:
        kind: human or automatic.
        raters: Their names.
        change: Mean relative change over the pairs, percent.
        low, high: 95% interval; ``None`` where n is not stated or a metric is no share of n.
        pairs: Figures of both models that are set against each other.
        skipped: Pairs whose base is 0.
        n: Items behind the figures of the new model; ``None``: not stated.
    """

    kind: str
    raters: tuple[str, ...]
    change: float | None
    low: float | None
    high: float | None
    pairs: int
    skipped: int
    n: int | None


class RaterGap(BaseModel, frozen=True):
    """The human drop beside the automatic one, for one language or all.

    Args:
        language: Code; ``None``: all together.
        name: For people.
        base, new: The models.
        human, automatic: The drops.
        ratio: Human over automatic; ``None`` where it says nothing.
        low, high: 95% interval of the ratio.
        reason: Why ratio or interval are missing.
    """

    language: str | None
    name: str
    base: str
    new: str
    human: Drop
    automatic: Drop
    ratio: float | None
    low: float | None
    high: float | None
    reason: str | None


def human_raters(raters: Collection[str]) -> list[str]:
    """Guess by their names which raters are people; the user has the last word.

    >>> human_raters(["human annotators", "BLEU"])
    ['human annotators']
    """
    return [one for one in sorted(raters) if any(word in one.lower() for word in HUMAN_WORDS)]


def drop_ratio(human: float, automatic: float) -> float | None:
    """Say how many times larger the human drop is.

    Args:
        human: Relative change in percent.
        automatic: In percent.

    Returns:
        ``None`` where the automatic change is 0 or the two go different ways.

    Source: Marchisio et al. 2024 (quantization), abstract: 16.0% against 1.7% in Japanese.

    >>> round(drop_ratio(-16.0, -1.7), 1)
    9.4
    """
    return human / automatic if automatic and (human < 0) == (automatic < 0) else None


def rater_gaps(
    scores: pl.DataFrame,
    base: str,
    new: str,
    human: Collection[str],
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> tuple[RaterGap, ...]:
    """Set the relative change that people see beside the automatic one, for all languages and for each.

    Figures are paired on task, language, subset, metric, split, rater and day; each pair counts alike. Intervals come
    from drawing each share again with its n (parametric, percentiles), models drawn apart.

    Args:
        scores: A set's rows.
        base: The model before, e.g. at full precision.
        new: The model after.
        human: Raters who are people; all others are automatic.
        resamples: Draws.
        seed: Of the draws.

    Raises:
        BadInput: A model is missing, both are one, or one kind of rater has no pair.
    """
    if base == new:
        raise BadInput("a model is set against itself", "base and new", "choose two models")
    for name in (base, new):
        if name not in set(scores["model"]):
            raise BadInput(f"there is no model '{name:.80}'", "scores, model", "choose one of the set")
    pairs = _pairs(scores, base, new, human)
    for kind in ("human", "automatic"):
        if kind not in set(pairs["kind"]):
            what = f"no {kind} rater scored both models on the same task and language"
            raise BadInput(what, "scores, rater", "say which raters are people, or add the missing figures")
    generator = np.random.default_rng(seed)
    found = [_gap(pairs, None, base, new, resamples, generator)]
    codes = sorted(code for code in pairs["code"].unique() if code)
    for code in codes if len(codes) > 1 else ():
        rows = pairs.filter(pl.col("code") == code)
        if rows["kind"].n_unique() == 2:
            found.append(_gap(rows, code, base, new, resamples, generator))
    if len(codes) == 1:
        found[0] = found[0].model_copy(update={"language": codes[0], "name": unit_name(codes[0])})
    return tuple(found)


def _pairs(scores: pl.DataFrame, base: str, new: str, human: Collection[str]) -> pl.DataFrame:
    finite = scores.filter(pl.col("score").is_finite() & pl.col("rater").is_not_null())
    old = finite.filter(pl.col("model") == base).select(*KEY, old="score", old_n="n")
    now = finite.filter(pl.col("model") == new).select(*KEY, now="score", now_n="n")
    for name, one in ((base, old), (new, now)):
        if one.select(KEY).is_duplicated().any():
            raise BadInput(f"'{name:.80}' has two figures of the same kind", "scores", "keep one row each")
    joined = now.join(old, on=list(KEY), how="inner", nulls_equal=True, maintain_order="left")
    kind = pl.when(pl.col("rater").is_in(list(human))).then(pl.lit("human")).otherwise(pl.lit("automatic"))
    codes = {text: language_code(text) for text in joined["language"].drop_nulls().unique()}
    code = pl.col("language").replace_strict(codes, default=None, return_dtype=pl.String)
    return joined.with_columns(kind=kind, code=code)


def _gap(
    pairs: pl.DataFrame, code: str | None, base: str, new: str, resamples: int, generator: np.random.Generator
) -> RaterGap:
    human, human_draws = _drop(pairs.filter(pl.col("kind") == "human"), "human", resamples, generator)
    automatic, draws = _drop(pairs.filter(pl.col("kind") == "automatic"), "automatic", resamples, generator)
    ratio = None
    if human.change is not None and automatic.change is not None:
        ratio = drop_ratio(human.change, automatic.change)
    low = high = None
    reason = None
    if ratio is None:
        reason = "no ratio: one change is none, or they go different ways"
    elif human_draws is None or draws is None:
        reason = "no interval: n is not stated for every figure, or a metric is no share of n"
    elif automatic.low is None or automatic.high is None or automatic.low <= 0 <= automatic.high:
        reason = "no interval: the automatic change may be none, so the ratio has no bound"
    else:
        low, high = (float(bound) for bound in np.percentile(human_draws / draws, [LOW, HIGH]))
    return RaterGap(
        language=code, name="all languages" if code is None else unit_name(code), base=base, new=new, human=human,
        automatic=automatic, ratio=ratio, low=low, high=high, reason=reason,
    )  # fmt: skip


def _drop(
    rows: pl.DataFrame, kind: str, resamples: int, generator: np.random.Generator
) -> tuple[Drop, Floats | None]:  # fmt: skip
    used = rows.filter(pl.col("old") != 0)
    old, now = used["old"].to_numpy(), used["now"].to_numpy()
    change = float(PERCENT * ((now - old) / old).mean()) if used.height else None
    sizes = used.select("old_n", "now_n")
    stated = used.height > 0 and not any(column.null_count() or column.min() < 1 for column in sizes)  # type: ignore[operator]
    shares = all(is_share(metric) for metric in used["metric"].unique())
    draws = _draws(old, now, sizes, resamples, generator) if stated and shares else None
    low, high = (None, None) if draws is None else (float(one) for one in np.percentile(draws, [LOW, HIGH]))
    found = Drop(
        kind=kind, raters=tuple(sorted(rows["rater"].unique())), change=change, low=low, high=high, pairs=used.height,
        skipped=rows.height - used.height, n=int(sizes["now_n"].sum()) if stated else None,
    )  # fmt: skip
    return found, draws


def _draws(
    old: Floats, now: Floats, sizes: pl.DataFrame, resamples: int, generator: np.random.Generator
) -> Floats | None:  # fmt: skip
    top = max(old.max(), now.max())
    scale = PERCENT if top > 1 else 1
    if min(old.min(), now.min()) < 0 or top > scale:
        return None
    old_n, now_n = (sizes[name].to_numpy() for name in ("old_n", "now_n"))
    before = generator.binomial(old_n, old / scale, (resamples, old.size)) / old_n
    after = generator.binomial(now_n, now / scale, (resamples, now.size)) / now_n
    if (before == 0).any():
        return None
    drawn: Floats = PERCENT * ((after - before) / before).mean(axis=1)
    return drawn
