"""Turn texts into the values of our columns: closed words, numbers, days, languages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

import polars as pl

from governance.catalogue.normalise import language
from governance.evaluation.formats.tables import TABLES
from governance.evaluation.vocabulary import Format

OUTCOME_WORDS: dict[str, str] = {
    "a": "a", "model_a": "a", "model a": "a", "left": "a", "x": "a",
    "b": "b", "model_b": "b", "model b": "b", "right": "b", "y": "b",
    "tie": "tie", "draw": "tie", "tied": "tie",
    "both_bad": "both_bad", "bothbad": "both_bad", "both bad": "both_bad", "tie (bothbad)": "both_bad",
    "tie (both bad)": "both_bad",
}  # fmt: skip
"""How files write an outcome, and our word; the name of one of the two models is taken too."""
JUDGE_WORDS = {"human": "human", "person": "human", "crowd": "human", "model": "model", "llm": "model", "ai": "model"}
NO_LANGUAGE = frozenset({"", "unknown", "n/a", "none", "null", "other", "multilingual", "mul", "und", "nan"})
MOST_LANGUAGES = 5_000
MILLISECONDS = 1e11
"""A time stamp above this counts milliseconds; in seconds it would lie past the year 5000."""
_TAG = re.compile(r"([a-z]{2,3})(?:[-_][A-Za-z0-9]+)+")


def languages_of(stated: pl.Series) -> tuple[dict[str, str], dict[str, int]]:
    """Give the ISO 639-3 code of each language stated, and those that no code is known for, with a count.

    Several languages in one cell, and words for none, have neither code nor count.

    >>> languages_of(pl.Series(["Swahili", "en", "eng-Latn", "Klingonese", "unknown"]))
    ({'Swahili': 'swh', 'en': 'eng', 'eng-Latn': 'eng'}, {'Klingonese': 1})
    """
    counted = stated.drop_nulls().value_counts(sort=True, name="count").head(MOST_LANGUAGES)
    codes: dict[str, str] = {}
    unknown: dict[str, int] = {}
    for text, count in counted.sort("count", stated.name, descending=[True, False]).iter_rows():
        code = language_code(text)
        if code:
            codes[text] = code
        elif text.casefold() not in NO_LANGUAGE and "," not in text:
            unknown[text] = count
    order = {text: place for place, text in enumerate(stated.unique(maintain_order=True).to_list())}
    return dict(sorted(codes.items(), key=lambda pair: order[pair[0]])), unknown


@cache
def language_code(stated: str) -> str | None:
    """Give the ISO 639-3 code of a language as files write it: a code, a tag or an English name.

    >>> language_code("pt-BR"), language_code("Yoruba"), language_code("En")
    ('por', 'yor', 'eng')
    """
    if stated.casefold() in NO_LANGUAGE or len(stated) > 100:
        return None
    tag = _TAG.fullmatch(stated)
    # Up to three letters are a code: there is a language called En, and nobody means it.
    name, hint = ("?", stated.lower()) if len(stated) <= 3 else ("?", tag[1]) if tag else (stated, stated)
    found = language(name, hint)
    return found.code if found else None


def parsed(format: Format, here: Sequence[str], names: Mapping[str, str], *, decimal_comma: bool) -> list[pl.Expr]:
    """Give an expression a column that turns its text into a value; what cannot be read becomes null.

    Args:
        format: Whose columns they are.
        here: Those the file has.
        names: Codes of the languages that it states.
        decimal_comma: Whether a number may have a comma for its point, as beside semicolons.
    """
    return [_value(format, name, names, decimal_comma).alias(name) for name in here]


def _value(format: Format, name: str, names: Mapping[str, str], decimal_comma: bool) -> pl.Expr:
    text = pl.col(name)
    kind = TABLES[format][name]
    if name == "outcome":
        word = text.str.to_lowercase().replace_strict(OUTCOME_WORDS, default=None, return_dtype=pl.String)
        named = pl.when(text == pl.col("model_a")).then(pl.lit("a")).when(text == pl.col("model_b")).then(pl.lit("b"))
        return pl.coalesce(named, word)
    if name == "judge_kind":
        return text.str.to_lowercase().replace_strict(JUDGE_WORDS, default=None, return_dtype=pl.String)
    if name == "language":
        return text.replace_strict(names, default=None, return_dtype=pl.String)
    if kind == pl.Date:
        return _day(text)
    if kind == pl.String:
        return text.str.normalize("NFC")
    plain = pl.when(text.str.contains(r"^-?\d+,\d+$")).then(text.str.replace(",", ".")).otherwise(text)
    number = (plain if decimal_comma else text).cast(pl.Float64, strict=False)
    if kind == pl.Float64:
        return number
    whole = pl.when(number.is_finite() & (number == number.floor()) & (number.abs() < 2**53)).then(number)
    return whole.cast(pl.Int64, strict=False)


def _day(text: pl.Expr) -> pl.Expr:
    iso = pl.when(text.str.contains(r"^\d{4}-\d{2}-\d{2}([T ].*)?$")).then(text.str.slice(0, 10))
    stamp = text.cast(pl.Float64, strict=False)
    seconds = pl.when(stamp > MILLISECONDS).then(stamp / 1000).otherwise(stamp)
    usable = pl.when(seconds.is_between(1e8, 1e10)).then(seconds)
    return pl.coalesce(
        iso.str.to_date("%Y-%m-%d", strict=False),
        pl.from_epoch(usable.cast(pl.Int64, strict=False), time_unit="s").dt.date(),
    )
