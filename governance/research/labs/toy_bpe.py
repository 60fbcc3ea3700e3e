"""A toy tokenizer: byte pairs merged on two made-up languages, to show what a language's share of the text buys it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from pydantic import BaseModel

from governance.errors import BadInput

Pair = tuple[str, str]
MOST_MERGES, MOST_WORDS, MOST_LETTERS = 2_000, 5_000, 60
SHARES = (0.0, 0.01, 0.05, 0.1, 0.25, 0.5)
ALPHABETS = {"covered": ("ptkmns", "aeiou"), "other": ("бдгрлж", "аеиоу")}
"""Consonants and vowels of the two made-up languages; their letters differ, as scripts do."""


class CoveragePoint(BaseModel, frozen=True):
    """A toy tokenizer trained with some share of the other language.

    Args:
        share: Of the words trained on that are of the other language, 0 to 1.
        language: Whose text is measured.
        tokens_per_word: Fertility over the whole made-up vocabulary, by frequency; no word is held out.
        letters_per_token: Longer tokens: cheaper text.
    """

    share: float
    language: str
    tokens_per_word: float
    letters_per_token: float


def train(words: Mapping[str, float], merges: int) -> list[Pair]:
    """Find the byte pairs to merge, the most frequent first; of equals the first in the alphabet.

    Here a letter is a byte, so that two scripts cost alike before any merge.

    Args:
        words: Words and how often each is seen.
        merges: At most so many.

    Raises:
        BadInput: Words are too many or too long, or the merges are.

    Source: Sennrich et al. 2016, byte pair encoding, without an end-of-word mark.

    >>> train({"aab": 2, "ab": 1}, 2)
    [('a', 'b'), ('a', 'ab')]
    """
    if not 0 <= merges <= MOST_MERGES or len(words) > MOST_WORDS or any(len(word) > MOST_LETTERS for word in words):
        what = f"{merges:,} merges of {len(words):,} words"
        raise BadInput(what, "toy tokenizer", f"use at most {MOST_MERGES:,} merges and {MOST_WORDS:,} words")
    split = {word: tuple(word) for word in words}
    found: list[Pair] = []
    for _ in range(merges):
        pairs: Counter[Pair] = Counter()
        for word, parts in split.items():
            for pair in pairwise(parts):
                pairs[pair] += words[word]  # type: ignore[assignment]
        if not pairs:
            break
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        if pairs[best] <= 0:
            break
        found.append(best)
        split = {word: _merged(parts, best) for word, parts in split.items()}
    return found


def encode(word: str, merges: Sequence[Pair]) -> list[str]:
    """Split a word into tokens by merges, in the order they were found.

    >>> encode("aab", [("a", "b")])
    ['a', 'ab']
    """
    parts = tuple(word)
    for pair in merges:
        if len(parts) == 1:
            break
        parts = _merged(parts, pair)
    return list(parts)


def toy_words(language: str, many: int = 200, *, seed: int = 0) -> dict[str, float]:
    """Make up words of two to four syllables whose frequency falls as 1 over their rank; frequencies sum to 1.

    Args:
        language: ``covered`` or ``other``: the letters differ, nothing else.
        many: Words, 10 to 1,000.
        seed: Of the draws; the same words in either alphabet.

    Raises:
        BadInput: There is no such language, or the number is out of range.
    """
    if language not in ALPHABETS or not 10 <= many <= 1_000:
        raise BadInput(f"{many:,} words of '{language}'", "toy words", "use 10 to 1,000 of covered or other")
    consonants, vowels = ALPHABETS[language]
    rng = np.random.default_rng(seed)
    words: dict[str, None] = {}
    while len(words) < many:
        size = int(rng.integers(2, 5))
        words["".join(consonants[rng.integers(6)] + vowels[rng.integers(5)] for _ in range(size))] = None
    weights = 1 / np.arange(1, many + 1)
    return dict(zip(words, (weights / weights.sum()).tolist(), strict=True))


def coverage(
    merges: int = 150, *, shares: Sequence[float] = SHARES, words: int = 200, seed: int = 0
) -> list[CoveragePoint]:
    """Train toy tokenizers of one size with more and more of the other language, and measure both languages.

    Args:
        merges: Vocabulary that the two languages share, beyond single letters.
        shares: Of the training text that is of the other language, 0 to 1.
        words: Of each made-up vocabulary.
        seed: Of the made-up words.

    Raises:
        BadInput: A share or a size is out of range.
    """
    if any(not 0 <= share <= 1 for share in shares):
        raise BadInput(f"shares {list(shares)}", "shares", "use numbers from 0 to 1")
    corpora = {name: toy_words(name, words, seed=seed) for name in ALPHABETS}
    found = []
    for share in shares:
        parts = {"covered": 1 - share, "other": share}
        text = {word: weight * parts[name] for name, many in corpora.items() for word, weight in many.items()}
        learnt = train(text, merges)
        for name, many in corpora.items():
            tokens = sum(weight * len(encode(word, learnt)) for word, weight in many.items())
            letters = sum(weight * len(word) for word, weight in many.items())
            found.append(
                CoveragePoint(share=share, language=name, tokens_per_word=tokens, letters_per_token=letters / tokens)
            )
    return found


def _merged(parts: tuple[str, ...], pair: Pair) -> tuple[str, ...]:
    found, place = [], 0
    while place < len(parts):
        if parts[place : place + 2] == pair:
            found.append(parts[place] + parts[place + 1])
            place += 2
        else:
            found.append(parts[place])
            place += 1
    return tuple(found)
