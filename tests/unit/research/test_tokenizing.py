"""Tokenizers: figures by hand, a user's file read safely, and a toy of what coverage buys."""

from __future__ import annotations

import json

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.errors import BadInput
from governance.research.labs.tokenizing import count_tokens, language_tokens
from governance.research.labs.toy_bpe import coverage, encode, toy_words, train


def word_tokenizer(**extra: object) -> bytes:
    """A tokenizer of whole words, written by hand."""
    words = {"[UNK]": 0, "the": 1, "cat": 2}
    model = {"type": "WordLevel", "vocab": words, "unk_token": "[UNK]"}
    whole = {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": [], "normalizer": None,
        "pre_tokenizer": {"type": "Whitespace"}, "post_processor": None, "decoder": None, "model": model,
    }  # fmt: skip
    return json.dumps(whole | extra).encode()


def test_figures_by_hand():
    frame = pl.DataFrame({
        "language": ["eng", "eng", "ell", "zho"], "item": ["1", "2", "1", None],
        "text": ["the cat", "a", "η γάτα", "猫猫"], "tokens": [2.0, 1.0, 6.0, 3.0],
    })  # fmt: skip
    by = {row.language: row for row in language_tokens(frame, "eng")}
    assert by["ell"].cost == 3.0, "6 tokens where English has 2 for the same item"
    assert by["eng"].cost == 1.0
    assert by["zho"].cost is None, "no shared item, so no cost"
    assert by["eng"].fertility == 1.0
    assert by["ell"].fertility == 3.0
    assert by["zho"].fertility is None, "without white space there are no words to count"
    assert by["ell"].bytes_per_token == 11 / 6
    assert by["zho"].bytes_per_token == 2.0


@pytest.mark.parametrize(
    ("change", "match"),
    [
        pytest.param({"language": ["a", "a"], "item": ["1", "1"]}, "twice", id="item twice"),
        pytest.param({"tokens": [1.0, None]}, "no number", id="tokens missing"),
        pytest.param({"language": ["b", "b"]}, "no text is in", id="no reference"),
        pytest.param({"text": ["", ""], "tokens": [0.0, 0.0]}, "leave empty", id="empty"),
    ],
)
def test_refuses(change, match):
    rows = {"language": ["a", "a"], "item": ["1", "2"], "text": ["x", "y"], "tokens": [1.0, 1.0]}
    with pytest.raises(BadInput, match=match):
        language_tokens(pl.DataFrame(rows | change), "a")


def test_a_users_file():
    assert count_tokens(word_tokenizer(), ["the cat", "", "a b c"]) == [2, 0, 3]


def test_its_truncation_and_padding_do_not_hide_tokens():
    short = {"truncation": {"direction": "Right", "max_length": 1, "strategy": "LongestFirst", "stride": 0}}
    assert count_tokens(word_tokenizer(**short), ["the cat the cat"]) == [4]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\x80\x04pickle", id="pickle"),
        pytest.param(b"[1]", id="list"),
        pytest.param(b'{"model": {"type": "no such"}}', id="unknown model"),
        pytest.param(b"[" * 100_000, id="deep"),
        pytest.param(word_tokenizer(model={"type": "BPE", "vocab": {"a": 0}, "merges": ["a b"]}), id="broken merges"),
    ],
)
def test_bad_files_are_refused(data):
    with pytest.raises(BadInput, match=r"tokenizer\.json"):
        count_tokens(data, ["a"])


def test_toy_pairs_by_hand():
    # aab twice, ab once: pairs (a,a) 2, (a,b) 3.
    assert train({"aab": 2, "ab": 1}, 1) == [("a", "b")]
    assert encode("aaab", [("a", "b"), ("a", "ab")]) == ["a", "aab"]


@given(st.text("ab", min_size=1, max_size=12))
def test_tokens_spell_the_word(word):
    assert "".join(encode(word, train({word: 1.0}, 5))) == word


def test_alphabets_are_alike_but_for_their_letters():
    one, other = toy_words("covered"), toy_words("other")
    assert [len(word) for word in one] == [len(word) for word in other]
    assert list(one.values()) == list(other.values())


def test_coverage_buys_longer_tokens():
    by = {(row.language, row.share): row.letters_per_token for row in coverage(100, words=100)}
    assert by["other", 0.0] == 1.0, "never seen: one token a letter"
    assert by["other", 0.0] < by["other", 0.05] < by["other", 0.5]
    assert by["covered", 0.5] < by["covered", 0.0], "the vocabulary is shared, so the first language pays"
    assert by["covered", 0.5] == pytest.approx(by["other", 0.5], rel=0.1)
