"""How much each domain of a user's own list weighs."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from governance.consent.domains import host_of
from governance.consent.vocabulary import STRATA
from governance.errors import BadInput

MAX_WEIGHTS = 500_000_000
WORDS = ("stratum", "type", "topic", "language")
WEIGHTS = {"domain": pl.String(), "tokens": pl.Float64(), **dict.fromkeys(WORDS, pl.String())}
"""Columns of weights; all but the first two may be null."""
_NAMES = {"url": "domain", "host": "domain", "weight": "tokens"}


def read_weights(path: Path) -> pl.DataFrame:
    """Read weights from CSV or Parquet.

    Args:
        path: Columns domain (or host, url) and tokens (or weight), and maybe stratum, type, topic and language.

    Returns:
        A row a domain, `WEIGHTS`; rows of the same host are added up.

    Raises:
        BadInput: It cannot be read, lacks a column, or a weight is no number from 0.
    """
    try:
        if path.stat().st_size > MAX_WEIGHTS:
            raise BadInput("the file is too big", str(path), f"give at most {MAX_WEIGHTS:,} bytes")
        return weights_of(path.read_bytes(), path.name)
    except OSError as error:
        raise BadInput(f"the file cannot be read: {error.strerror}", str(path), "name a CSV or Parquet file") from error


def weights_of(content: bytes, where: str) -> pl.DataFrame:
    r"""Read weights from the bytes of a CSV or Parquet file.

    Raises:
        BadInput: As `read_weights`.

    >>> weights_of(b"Host,Weight\nwww.example.org,5\nexample.org,2\n", "weights").row(0)[:2]
    ('example.org', 7.0)
    """
    try:
        packed = content.startswith(b"PAR1")
        frame = pl.read_parquet(content) if packed else pl.read_csv(io.BytesIO(content), infer_schema=False)
    except (pl.exceptions.PolarsError, OSError, ValueError) as error:
        reason = " ".join(str(error).split())[:120]
        raise BadInput(
            f"it is neither CSV nor Parquet: {reason}", where, "write domain,tokens as its first line"
        ) from error
    names = {name: name.strip().lower() for name in frame.columns}
    columns = {_NAMES.get(lower, lower): name for name, lower in reversed(names.items())}
    for column in ("domain", "tokens"):
        if column not in columns:
            raise BadInput(f"there is no column '{column}'", where, "write domain,tokens as its first line")
    taken = frame.select(
        pl.col(columns["domain"]).cast(pl.String).map_elements(host_of, pl.String).alias("domain"),
        pl.col(columns["tokens"]).cast(pl.Float64, strict=False).alias("tokens"),
        *(_word(columns.get(word), word) for word in WORDS),
    )
    return _checked(taken, where)


def equal_weights(domains: Sequence[str]) -> pl.DataFrame:
    """Let each domain count as one.

    >>> equal_weights(["b.example", "a.example", "b.example"])["tokens"].to_list()
    [1.0, 1.0]
    """
    named = sorted(set(domains))
    return pl.DataFrame({"domain": named, "tokens": [1.0] * len(named)}).with_columns(
        pl.lit(None, pl.String).alias(word) for word in WORDS
    )


def _word(column: str | None, word: str) -> pl.Expr:
    if column is None:
        return pl.lit(None, pl.String).alias(word)
    text = pl.col(column).cast(pl.String).str.strip_chars()
    return pl.when(text != "").then(text).alias(word)


def _checked(frame: pl.DataFrame, where: str) -> pl.DataFrame:
    for row, tokens in enumerate(frame["tokens"], 1):
        if tokens is None or not 0 <= tokens < float("inf"):
            raise BadInput("a weight is no number from 0", f"{where}, row {row}", "write tokens as a plain number")
    unknown = frame.filter(~pl.col("stratum").is_in(list(STRATA)))["stratum"].to_list()
    if unknown:
        raise BadInput(f"'{unknown[0]:.40}' is no stratum", where, f"use {' or '.join(STRATA)}, or leave it empty")
    named = frame.filter(pl.col("domain").is_not_null())
    if named.is_empty():
        raise BadInput("no row names a host", where, "write hosts such as example.org")
    summed = named.group_by("domain").agg(pl.col("tokens").sum(), *(pl.col(word).drop_nulls().min() for word in WORDS))
    return summed.sort("domain").select(list(WEIGHTS))
