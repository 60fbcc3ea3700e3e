"""Turn columns of values into the compact arrays of a facet index."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Any, cast

import numpy as np
import polars as pl
from numpy.typing import NDArray

from governance.catalogue.facets import UNKNOWN
from governance.errors import BadInput

Codes = NDArray[np.int32]


def fold(text: str) -> str:
    """Write text so that equal letters compare equal, whatever their case or width.

    >>> fold("ＳＷＡＨＩＬＩ Straße")
    'swahili strasse'
    """
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def encode_one(column: object, field: str) -> tuple[Codes, list[str]]:
    """Give each row the number of its value.

    Args:
        column: A value or ``None`` a row; the word "unknown" counts as ``None``.
        field: Named in errors.

    Returns:
        The codes, 0 for unknown and otherwise 1 + the position in the sorted values, and those values.

    >>> encode_one(["b", None, "a"], "letter")
    (array([2, 0, 1], dtype=int32), ['a', 'b'])
    """
    return _encode(_series(column, pl.String(), field))


def encode_lists(column: object, field: str) -> tuple[Codes, Codes, list[str]]:
    """Give each row the sorted numbers of its distinct values, at least the 0 of unknown.

    Returns:
        Offsets (one more than rows), codes as in `encode_one`, and the sorted values.

    >>> encode_lists([["b", "a", "b"], None], "letters")
    (array([0, 2, 3], dtype=int32), array([1, 2, 0], dtype=int32), ['a', 'b'])
    """
    series = _series(column, pl.List(pl.String()), field)
    sizes = series.list.len().fill_null(0).to_numpy().astype(np.int64)
    codes, values = _encode(series.drop_nulls().explode(empty_as_null=False))
    width = np.int64(len(values) + 1)
    rows = np.arange(len(series), dtype=np.int64)
    stated = np.repeat(rows, sizes)[codes > 0] * width + codes[codes > 0]
    silent = np.ones(len(series), dtype=np.bool_)
    silent[stated // width] = False
    keys = np.sort(np.concatenate((stated, rows[silent] * width)), kind="stable")
    keys = keys[np.diff(keys, prepend=-1) > 0]
    offsets = np.zeros(len(series) + 1, dtype=np.int32)
    np.cumsum(np.bincount(keys // width, minlength=len(series)), out=offsets[1:])
    return offsets, (keys % width).astype(np.int32), values


def rank_numbers(column: object, field: str) -> tuple[Codes, NDArray[np.float64]]:
    """Give each row the rank of its number among the distinct numbers, from 1; 0 is unknown.

    >>> rank_numbers([2020.0, float("nan"), 2019.0], "year")
    (array([2, 0, 1], dtype=int32), array([2019., 2020.]))
    """
    try:
        numbers = np.asarray(column.to_numpy() if isinstance(column, pl.Series) else column, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise _unreadable(field, "numbers", error) from error
    known = np.unique(numbers[~np.isnan(numbers)])
    ranks = np.searchsorted(known, numbers).astype(np.int32) + np.int32(1)
    ranks[np.isnan(numbers)] = 0
    return ranks, known


def join_texts(texts: Iterable[str]) -> tuple[bytes, NDArray[np.int64]]:
    r"""Fold texts and join them as UTF-8; the second result is where each one ends, in bytes.

    >>> join_texts(["Ab", "É"])
    (b'ab\xc3\xa9', array([2, 4]))
    """
    parts = [fold(text).encode("utf-8", "surrogatepass") for text in texts]
    return b"".join(parts), np.cumsum(np.fromiter(map(len, parts), dtype=np.int64, count=len(parts)))


def _encode(series: pl.Series) -> tuple[Codes, list[str]]:
    values = series.unique().drop_nulls().sort()
    values = values.filter(values != UNKNOWN)
    codes = series.cast(pl.Enum(values), strict=False).to_physical().cast(pl.Int32) + 1
    return codes.fill_null(0).to_numpy().astype(np.int32), values.to_list()


def _series(column: object, dtype: pl.DataType, field: str) -> pl.Series:
    try:
        if isinstance(column, pl.Series):
            return column.cast(dtype)
        return pl.Series(cast("Any", column), dtype=dtype)
    except (TypeError, UnicodeError, pl.exceptions.PolarsError) as error:
        raise _unreadable(field, "text", error) from error


def _unreadable(field: str, wanted: str, error: Exception) -> BadInput:
    return BadInput(
        f"its column does not hold {wanted}: {error}", f"facet {field}", f"give {wanted} or null in each row"
    )
