"""Labs on tokenizers: what each language costs, and what a share of the training text buys."""

from __future__ import annotations

import polars as pl

from governance.errors import BadInput
from governance.research.labs.lab import (
    Attachment,
    Lab,
    LabFigure,
    LabResult,
    Number,
    Setting,
    Settings,
    TableColumn,
    no_rows,
    number,
    text,
)
from governance.research.labs.lab_tables import rows_table
from governance.research.labs.tokenizing import MOST_FILE, count_tokens, language_tokens
from governance.research.labs.toy_bpe import coverage, encode, toy_words, train


def _attach(frame: pl.DataFrame, data: bytes, where: str) -> pl.DataFrame:
    texts = frame["text"].to_list()
    return frame.with_columns(tokens=pl.Series(count_tokens(data, texts, where), dtype=pl.Float64))


def _cost(frame: pl.DataFrame, settings: Settings, seed: int) -> LabResult:
    if frame["tokens"].null_count() == frame.height:
        raise BadInput("there is no number of tokens", "column tokens", "attach a tokenizer.json or count them")
    reference = text(settings, "reference") or _usual(frame)
    found = language_tokens(frame, reference, seed=seed)
    dear = next((row for row in found if row.cost is not None and row.language != reference), None)
    if dear is not None and dear.cost is not None:
        answer = f"The same text costs {dear.cost:.3g} times as many tokens in {dear.language} as in {reference}"
    else:
        longest = max(found, key=lambda row: row.tokens_per_letter)
        answer = (
            f"{longest.language} takes most tokens a letter, {longest.tokens_per_letter:.3g}; no items are shared, so "
        )
        answer += "languages cannot be compared in cost"
    table = rows_table(found)
    priced = table.filter(pl.col("cost").is_not_null())
    figures = [
        LabFigure(title="Bytes a token by language", table=table.sort("bytes_per_token"), chart="bars",
                  x="bytes_per_token", y="language", x_title="UTF-8 bytes a token, more is cheaper",
                  alt=f"Bytes a token in {len(found)} languages"),
    ]  # fmt: skip
    if priced.height:
        figures.insert(0, LabFigure(
            title=f"Tokens for the same items, times {reference}", table=priced, chart="bars", x="cost", y="language",
            low="low", high="high", x_title=f"tokens over those in {reference}, x", alt=answer, reference=1.0,
        ))  # fmt: skip
    return LabResult(
        answer=f"{answer}.", figures=tuple(figures),
        numbers=(
            Number(f"cost of {dear.language if dear else 'another'} over {reference}", dear.cost if dear else None, "x",
                   dear.low if dear else None, dear.high if dear else None),
            *(Number(f"fertility, {row.language}", row.fertility, "tokens a word") for row in found[:6]),
            *(Number(f"bytes a token, {row.language}", row.bytes_per_token, "bytes") for row in found[:6]),
        ),
        tables={"By language": table},
        method="tokens without special ones; words split at white space; cost over items that both languages have",
        n=frame.height, counted="texts", interval="95%, bootstrap over shared items", seed=seed,
        limits=(
            "Fertility misleads where words are not split by white space; it is left out where a text has none.",
            "Bytes a token favours scripts with long encodings; cost over shared items is the fair figure.",
            "The paper's figures are win rates after training, which no tokenizer tells by itself.",
        ),
    )  # fmt: skip


def _usual(frame: pl.DataFrame) -> str:
    names = frame["language"].unique(maintain_order=True).to_list()
    return next((name for name in names if name in ("eng", "en", "English")), str(names[0]))


def _example(seed: int) -> pl.DataFrame:
    import numpy as np

    rng = np.random.default_rng(seed)
    corpora = {"covered": toy_words("covered", 150, seed=seed), "other": toy_words("other", 150, seed=seed)}
    merges = train(corpora["covered"], 120)
    rows = []
    for item in range(40):
        picks = rng.integers(0, 150, 8)
        for language, many in corpora.items():
            words = list(many)
            said = [words[pick] for pick in picks]
            rows.append(
                (language, f"item-{item}", " ".join(said), float(sum(len(encode(one, merges)) for one in said)))
            )
    return pl.DataFrame(rows, schema=["language", "item", "text", "tokens"], orient="row")


TOKENIZER_COST = Lab(
    name="tokenizer-cost",
    title="What a tokenizer costs each language",
    topic="Tokenizers",
    question="How many tokens does each language pay for the same text?",
    source="table",
    run=_cost,
    example=_example,
    planted="Two made-up languages say the same; the toy tokenizer was trained on one only, so the other pays a token "
    "a letter.",
    papers=("universal-tokenizer",),
    needs=("language", "text"),
    columns=(
        TableColumn("language", "text", "ISO 639-3, e.g. swh"),
        TableColumn("item", "text", "the same for texts that say the same in several languages", needed=False),
        TableColumn("text", "text", "as the tokenizer gets it"),
        TableColumn("tokens", "number", "counted by you; an attached tokenizer counts anew", needed=False),
    ),
    settings=(
        Setting("reference", "Reference", "text", "", "Language the cost is relative to; empty: English, or the first",
                column="language"),
    ),
    attachment=Attachment(
        "Tokenizer", (".json",), "A tokenizer.json, at most 40 MB; it counts the tokens of your texts", MOST_FILE,
        _attach,
    ),
)  # fmt: skip


def _coverage(frame: pl.DataFrame, settings: Settings, seed: int) -> LabResult:
    merges, words = int(number(settings, "merges")), int(number(settings, "words"))
    table = rows_table(coverage(merges, words=words, seed=seed))
    other = table.filter(pl.col("language") == "other").sort("share")
    first, last = other.row(0, named=True), other.row(-1, named=True)
    fewer = 100 * (1 - last["tokens_per_word"] / first["tokens_per_word"])
    main = table.filter(pl.col("language") == "covered").sort("share")["tokens_per_word"]
    more = 100 * (main[-1] / main[0] - 1)
    answer = (
        f"With half of the training text the other language needs {fewer:.3g}% fewer tokens a word than with none; the "
        f"first pays {more:.3g}% more"
    )
    return LabResult(
        answer=f"{answer}.",
        figures=(
            LabFigure(title="Tokens a word by the other language's share of the training text", table=table,
                      chart="lines", x="share", y="tokens_per_word", series="language",
                      x_title="share of the training text", y_title="tokens a word", alt=answer),
        ),
        numbers=(
            Number("tokens saved for the other language", fewer, "%"),
            Number("tokens more for the first", more, "%"),
            Number("merges", float(merges), "count"),
        ),
        method=f"toy byte pair encoding, {merges} merges, {words} made-up words a language, frequency 1 over rank",
        n=2 * words, counted="made-up words", seed=seed, simulated=True,
        limits=(
            "A toy: it shows the direction, not the size, of what coverage does to a real tokenizer.",
            "Fewer tokens are not better answers; the paper's gains are of trained models.",
        ),
    )  # fmt: skip


BPE_COVERAGE = Lab(
    name="bpe-coverage",
    title="What coverage buys: a toy tokenizer",
    topic="Tokenizers",
    question="What does a language gain when the tokenizer has seen it?",
    source="settings",
    run=_coverage,
    example=no_rows,
    planted="Two made-up languages that differ only in their letters: unseen, a language costs a token a letter.",
    papers=("universal-tokenizer",),
    settings=(
        Setting("merges", "Merges", "number", 100, "Vocabulary that both share, beyond letters", low=0, high=400,
                whole=True),
        Setting("words", "Words", "number", 100, "Of each made-up language", low=10, high=300, whole=True),
    ),
)  # fmt: skip
