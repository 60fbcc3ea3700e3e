"""What a tokenizer makes of each language: tokens a word, bytes a token, and what the same content costs."""

from __future__ import annotations

import json
import os
import subprocess  # nosec B404
import sys
from collections.abc import Sequence

import numpy as np
import polars as pl
from pydantic import BaseModel

from governance.errors import BadInput

MOST_FILE, MOST_TEXT, MOST_TEXTS = 40_000_000, 5_000_000, 50_000
"""Bytes of a tokenizer file; letters of all texts; texts."""
SECONDS = 60


class LanguageTokens(BaseModel, frozen=True):
    """One language's texts under a tokenizer.

    Args:
        language: ISO 639-3, or as given.
        texts, words, letters, bytes, tokens: Counts; words are split at white space, which letters include; bytes are
            UTF-8.
        fertility: Tokens a word; ``None``: no white space anywhere, so there are no words to count.
        bytes_per_token: More: longer tokens.
        tokens_per_letter: Fewer: cheaper.
        shared: Items that are there in the reference language too.
        cost: Tokens over the reference's for the shared items, a factor; ``None``: there are none.
        low, high: 95% of it over draws of items; ``None``: under 5.
    """

    language: str
    texts: int
    words: int
    letters: int
    bytes: int
    tokens: int
    fertility: float | None
    bytes_per_token: float
    tokens_per_letter: float
    shared: int
    cost: float | None
    low: float | None
    high: float | None


def count_tokens(tokenizer: bytes, texts: Sequence[str], where: str = "tokenizer.json") -> list[int]:
    """Count the tokens of texts, special ones left out, with a user's tokenizer file.

    The file is read as JSON first and then by the `tokenizers` library in a process of its own with a time and a
    memory limit; no code of the file is run and nothing is fetched.

    Args:
        tokenizer: Content of a tokenizer.json.
        texts: To be split.
        where: The file's name in errors.

    Raises:
        BadInput: The file is too big or no tokenizer, or the texts are too many or take too long.
    """
    if len(tokenizer) > MOST_FILE:
        fix = f"give at most {MOST_FILE / 1e6:,.0f} MB"
        raise BadInput(f"the file has {len(tokenizer) / 1e6:,.0f} MB", where, fix)
    if len(texts) > MOST_TEXTS or sum(map(len, texts)) > MOST_TEXT:
        what = f"{len(texts):,} texts of {sum(map(len, texts)):,} letters"
        raise BadInput(what, "column text", f"give at most {MOST_TEXTS:,} texts of {MOST_TEXT:,} letters in all")
    fix = "give the tokenizer.json of a fast tokenizer"
    try:
        read = json.loads(tokenizer)
    except (ValueError, RecursionError) as error:
        raise BadInput("it is not JSON", where, fix) from error
    if not isinstance(read, dict) or not isinstance(read.get("model"), dict):
        raise BadInput("it has no part 'model'", where, fix)
    asked = json.dumps({"tokenizer": tokenizer.decode(), "texts": list(texts)}).encode()
    command = [sys.executable, "-I", "-c", _START, *sys.path]
    limits = {"TOKENIZERS_PARALLELISM": "false", "RAYON_NUM_THREADS": "1", "PATH": os.environ.get("PATH", "")}
    try:
        done = subprocess.run(command, input=asked, capture_output=True, timeout=SECONDS, check=False, env=limits)  # nosec B603
    except subprocess.TimeoutExpired as error:
        raise BadInput(f"it took over {SECONDS} seconds", where, "give fewer texts, or another tokenizer") from error
    if done.returncode:
        told = done.stderr.decode(errors="replace").strip().splitlines()
        raise BadInput(f"it cannot be used: {told[-1][:160] if told else 'the reader stopped'}", where, fix)
    counts: list[int] = json.loads(done.stdout)["counts"]
    return counts


_START = "import sys; sys.path[:] = sys.argv[1:]; from governance.research.labs.token_counter import main; main()"


def language_tokens(frame: pl.DataFrame, reference: str, *, draws: int = 1_000, seed: int = 0) -> list[LanguageTokens]:
    """Measure each language's texts, and what the same items cost beside a reference language.

    Args:
        frame: Columns language, text and tokens; column item names texts that say the same in several languages.
        reference: A language that is there.
        draws: Of items, for intervals of the cost.
        seed: Of the draws.

    Returns:
        The dearest language first; those without shared items last.

    Raises:
        BadInput: The reference is not there, an item is twice in a language, or a text has tokens below 0.
    """
    languages = frame["language"].unique(maintain_order=True).to_list()
    if reference not in languages:
        raise BadInput(f"no text is in '{reference}'", "reference", f"use one of {', '.join(languages[:8])}")
    if frame.filter(pl.col("tokens").is_null() | (pl.col("tokens") < 0)).height:
        raise BadInput("a text has no number of tokens", "column tokens", "count every text, or attach a tokenizer")
    items = frame.filter(pl.col("item").is_not_null()) if "item" in frame.columns else frame.clear()
    if items.height and items.select(pl.struct("language", "item").is_duplicated().any()).item():
        raise BadInput("an item is twice in one language", "columns language and item", "give each once")
    base = (
        dict(items.filter(pl.col("language") == reference).select("item", "tokens").iter_rows()) if items.height else {}
    )
    found = [
        _language(
            name, frame.filter(pl.col("language") == name),
            [(base[item], tokens) for item, tokens in _of(items, name) if item in base], draws, seed,
        )
        for name in languages
    ]  # fmt: skip
    return sorted(found, key=lambda row: (-(row.cost or 0), row.language))


def _of(items: pl.DataFrame, name: str) -> list[tuple[str, float]]:
    return list(items.filter(pl.col("language") == name).select("item", "tokens").iter_rows()) if items.height else []


def _language(
    name: str, frame: pl.DataFrame, pairs: list[tuple[float, float]], draws: int, seed: int
) -> LanguageTokens:
    texts = frame["text"].to_list()
    words = sum(len(text.split()) for text in texts)
    letters = sum(map(len, texts))
    size = sum(len(text.encode("utf-8", "replace")) for text in texts)
    tokens = int(frame["tokens"].sum())
    if not tokens or not letters:
        raise BadInput(f"the texts in '{name}' have {letters:,} letters and {tokens:,} tokens", "column text",
                       "leave empty texts out")  # fmt: skip
    cost, low, high = _cost(pairs, draws, seed)
    return LanguageTokens(
        language=name, texts=len(texts), words=words, letters=letters, bytes=size, tokens=tokens,
        fertility=tokens / words if words > len(texts) else None, bytes_per_token=size / tokens,
        tokens_per_letter=tokens / letters, shared=len(pairs), cost=cost, low=low, high=high,
    )  # fmt: skip


def _cost(pairs: list[tuple[float, float]], draws: int, seed: int) -> tuple[float | None, float | None, float | None]:
    table = np.asarray(pairs, dtype=float).reshape(-1, 2)
    if not len(table) or table[:, 0].sum() <= 0:
        return None, None, None
    cost = float(table[:, 1].sum() / table[:, 0].sum())
    if len(table) < 5:
        return cost, None, None
    picks = np.random.default_rng(seed).integers(0, len(table), (draws, len(table)))
    sums = table[picks].sum(axis=1)
    ratios = sums[sums[:, 0] > 0, 1] / sums[sums[:, 0] > 0, 0]
    low, high = np.percentile(ratios, (2.5, 97.5))
    return cost, float(low), float(high)
