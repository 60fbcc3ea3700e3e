"""Scores chosen for a comparison of languages: one metric, one split, one scoring, and what a language is here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args

import polars as pl

from governance.catalogue.normalise.languages import language_name
from governance.errors import BadInput
from governance.evaluation.formats.values import language_code as stated_code
from governance.evaluation.groups.scorings import of_scoring, only_scoring
from governance.evaluation.vocabulary import Better

By = Literal["auto", "language", "subset"]
"""What is compared: languages; subsets, where these are varieties such as zh-CN; or whichever the set distinguishes."""
BYS: tuple[By, ...] = get_args(By)
SHARES = ("accuracy", "acc", "exact_match", "win_rate", "winrate", "pass_rate", "error_rate", "share", "toxic_frac")
"""Metrics that are a count out of n; for any other there is no interval from n alone."""
USUAL_SPLIT = "test"
_LOCALE = re.compile(r"([a-z]{2,3})(?:[-_]([A-Z][a-z]{3}))?(?:[-_][A-Z]{2})?")


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """Scores that may be compared.

    Args:
        frame: Columns model, task, unit, language, score, n; a row a model, task and unit.
        rows: The set's rows behind it, languages as codes.
        tasks: Their names, sorted.
        metric: The one.
        split: The one; ``None``: not stated.
        scoring: Rater and day, in words.
        by: Whether a unit is a language or a subset.
        better: Which way a score is better.
        assumed: Whether nobody said which way; higher is then taken to be.
        without_language: Rows left out because they are on several languages or state none.
    """

    frame: pl.DataFrame
    rows: pl.DataFrame
    tasks: tuple[str, ...]
    metric: str
    split: str | None
    scoring: str
    by: Literal["language", "subset"]
    better: Better
    assumed: bool
    without_language: int

    def of_languages(self, wanted: Sequence[str]) -> pl.DataFrame:
        """Give the rows of some languages; of all where none is named.

        Raises:
            BadInput: A language is not among them.
        """
        codes = [language_code(text) for text in wanted]
        _known(self.rows, "language", codes)
        return self.rows.filter(pl.col("language").is_in(codes)) if codes else self.rows


def choose(
    scores: pl.DataFrame,
    *,
    tasks: Sequence[str] = (),
    metric: str | None = None,
    split: str | None = None,
    rater: str | None = None,
    by: By = "auto",
    better: Better | None = None,
) -> Figures:
    """Choose the rows that may be compared.

    Args:
        scores: A set's rows.
        tasks: Only these; none means all.
        metric: The one to use; needed where there are several.
        split: The one to use; without it ``test``, or the only one.
        rater: The scoring to use, as `Scoring.label` or the rater's name; needed where there are several.
        by: What is compared. ``auto`` takes subsets where each is a locale of one language (zh-CN, zh-TW) and there
            are more of them than languages.
        better: Which way a score is better; ``None``: higher, and said to be assumed.

    Raises:
        BadInput: No row is left, or a choice is missing that nobody made.
    """
    frame = scores.filter(pl.col("score").is_not_null() & pl.col("score").is_not_nan())
    if tasks:
        _known(frame, "task", tasks)
        frame = frame.filter(pl.col("task").is_in(list(tasks)))
    said_metric = _one(frame, "metric", metric)
    frame = frame.filter(pl.col("metric") == said_metric)
    said_split = _split(frame, split)
    frame = frame.filter(pl.col("split").eq_missing(pl.lit(said_split, pl.String)))
    scoring = only_scoring(frame, rater, "scores, rater and scored_at")
    frame = of_scoring(frame, scoring)
    spoken = frame.filter(pl.col("language").is_not_null())
    if not spoken.height:
        raise BadInput("no score is on one language", "scores, language", "give a column language: ISO 639-3 codes")
    codes = {text: language_code(text) for text in spoken["language"].unique()}
    spoken = spoken.with_columns(pl.col("language").replace_strict(codes, return_dtype=pl.String))
    unit: Literal["language", "subset"] = _unit(spoken) if by == "auto" else by
    if unit == "subset" and spoken["subset"].null_count():
        raise BadInput("some rows have no subset", "scores, subset", "compare by language")
    if unit == "subset":
        own = {text: language_code(text) for text in spoken["subset"].unique() if _LOCALE.fullmatch(text)}
        spoken = spoken.with_columns(language=pl.col("subset").replace_strict(own, default=pl.col("language")))
    rows = spoken.with_columns(unit=pl.col(unit))
    return Figures(
        frame=_one_row_each(rows), rows=spoken, tasks=tuple(sorted(rows["task"].unique())), metric=said_metric,
        split=said_split, scoring=scoring.label, by=unit, better=better or "higher", assumed=better is None,
        without_language=frame.height - spoken.height,
    )  # fmt: skip


@cache
def language_code(text: str) -> str:
    """Give the ISO 639-3 code that a file's word for a language means; an unknown word stays as it is.

    >>> language_code("hy"), language_code("Japanese"), language_code("eng_Latn"), language_code("Klingonese")
    ('hye', 'jpn', 'eng', 'Klingonese')
    """
    return stated_code(text) or text


@cache
def unit_name(unit: str) -> str:
    """Name a unit for people.

    >>> unit_name("amh"), unit_name("zh-TW"), unit_name("other")
    ('Amharic', 'Chinese (zh-TW)', 'other')
    """
    matched = _LOCALE.fullmatch(unit)
    if not matched:
        return unit
    code = language_code(unit)
    name = language_name(code).removesuffix(" (macrolanguage)") if code != unit or len(unit) == 3 else unit
    return name if unit in (code, matched[1]) else f"{name} ({unit})"


@cache
def unit_script(unit: str) -> str | None:
    """Give the script of a unit, ISO 15924: as the unit states it, else the one CLDR holds likeliest.

    >>> unit_script("zho_Hant"), unit_script("amh"), unit_script("other")
    ('Hant', 'Ethi', None)
    """
    matched = _LOCALE.fullmatch(unit)
    if not matched:
        return None
    if matched[2]:
        return matched[2]
    import langcodes

    return langcodes.Language.get(unit.replace("_", "-")).maximize().script or None


def is_share(metric: str) -> bool:
    """Tell whether a metric is a count out of n by its name."""
    return metric.lower().replace("-", "_").replace(" ", "_") in SHARES


def _unit(spoken: pl.DataFrame) -> Literal["language", "subset"]:
    pairs = spoken.select("subset", "language").unique()
    if pairs["subset"].null_count() or pairs["subset"].n_unique() != pairs.height:
        return "language"
    more = pairs.height > pairs["language"].n_unique()
    return "subset" if more and all(_LOCALE.fullmatch(text) for text in pairs["subset"]) else "language"


def _one(frame: pl.DataFrame, column: str, wanted: str | None) -> str:
    here = sorted(frame[column].drop_nulls().unique())
    if not here:
        raise BadInput("there is no score", "scores", "check the file, and the tasks you chose")
    if wanted is not None:
        _known(frame, column, [wanted])
        return wanted
    if len(here) > 1:
        what = f"there are {len(here)} metrics: {', '.join(here[:8])}"
        raise BadInput(what, f"scores, {column}", f"choose one {column}")
    return str(here[0])


def _split(frame: pl.DataFrame, wanted: str | None) -> str | None:
    if wanted is not None:
        _known(frame, "split", [wanted])
        return wanted
    here = frame["split"].unique().to_list()
    if len(here) == 1 or USUAL_SPLIT not in here:
        if len(here) > 1:
            listed = ", ".join(sorted(str(one) for one in here)[:8])
            raise BadInput(f"there are {len(here)} splits: {listed}", "scores, split", "choose one split")
        return None if here[0] is None else str(here[0])
    return USUAL_SPLIT


def _known(frame: pl.DataFrame, column: str, wanted: Sequence[str]) -> None:
    here = set(frame[column].drop_nulls().unique())
    missing = [one for one in wanted if one not in here]
    if missing:
        listed = ", ".join(sorted(here)[:8]) + (" …" if len(here) > 8 else "")
        raise BadInput(f"there is no {column} '{missing[0]:.80}'", f"scores, {column}", f"use one of {listed}")


def _one_row_each(rows: pl.DataFrame) -> pl.DataFrame:
    """Give a row a model, task and unit: the mean of its subsets, their n added up where all are known."""
    return (
        rows.group_by("model", "task", "unit", maintain_order=True)
        .agg(
            language=pl.col("language").first(),
            score=pl.col("score").mean(),
            n=pl.when(pl.col("n").is_not_null().all() & (pl.len() == 1)).then(pl.col("n").sum()),
        )
    )  # fmt: skip
