"""Sets of battles, scores and predictions in words: what there is, what a file holds, what a withdrawal changes."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from app.components.frame import counted, number, plain
from governance.catalogue.normalise import language_name
from governance.evaluation.formats.check import Report
from governance.evaluation.formats.layouts import layout_title
from governance.evaluation.formats.own_sets import is_spdx
from governance.evaluation.formats.tables import SetCard
from governance.evaluation.formats.withdrawal import Effect
from governance.evaluation.vocabulary import FORMATS, Format
from governance.records.contributions import Leave

ROW_WORDS: dict[Format, tuple[str, str]] = {
    "battles": ("battle", "battles"),
    "scores": ("score", "scores"),
    "predictions": ("prediction", "predictions"),
}
"""One row of a format, and several."""
LEAVE_WORDS: dict[Leave, str] = {
    "yes": "at any time",
    "until_published": "until it is published",
    "no": "not at all",
}
REASON_WORDS = {
    "missing": "a needed cell is empty",
    "unknown_outcome": "the outcome is no word we know",
    "self_battle": "a model meets itself",
    "wrong_width": "more or fewer cells than columns",
    "not_json": "the line is no JSON",
    "no_object": "the line is no object",
    "too_long": "a cell is too long",
    "control_character": "a character that cannot be seen",
    "unknown_word": "a word that is not known there",
    "no_day": "no day",
    "no_number": "no number",
    "not_finite": "NaN or infinite",
    "out_of_range": "out of range",
}
ORIGINS = {"facts": "shipped", "import": "imported", "user": "your own"}


def sets_answer(cards: Sequence[SetCard]) -> str:
    """Answer what there is to work with."""
    rows = {format: sum(card.rows for card in cards if card.format == format) for format in FORMATS}
    parts = [counted(count, *ROW_WORDS[format]) for format, count in rows.items() if count]
    own = sum(card.origin == "user" for card in cards)
    mine = f"; {number(own)} of them your own" if own else "; none of your own yet"
    return f"**{counted(len(cards), 'set')}**: {', '.join(parts) or 'no row'}{mine}."


def licence_words(licence: str) -> str:
    """Say a licence, and whether it is one that SPDX knows."""
    if not licence:
        return "not stated"
    return licence if is_spdx(licence) else f"{licence} (a name, not in SPDX)"


def sets_table(cards: Sequence[SetCard]) -> pl.DataFrame:
    """Give the sets as rows for people."""
    rows = [
        {
            "set": card.title, "rows": card.rows, "format": card.format,
            "origin": ORIGINS.get(card.origin, card.origin),
            "licence": licence_words(card.licence), "people": card.people or "not stated", "source": card.source,
            "id": card.id,
        }
        for card in cards
    ]  # fmt: skip
    text = dict.fromkeys(("set", "format", "origin", "licence", "people", "source", "id"), pl.String())
    return pl.DataFrame(rows, schema={**text, "rows": pl.Int64()}).select(
        "set", "rows", "format", "origin", "licence", "people", "source", "id"
    )


def report_answer(report: Report) -> str:
    """Answer what a file holds."""
    good = f"**{number(report.good)} of {counted(report.read, 'row')} are good**"
    how = f"{report.kind}, read as {report.format} by the layout {plain(layout_title(report.layout))}"
    if report.layout is None:
        how = f"{report.kind}, read as {report.format} by the columns chosen"
    return f"{good} in {plain(report.file)}: {how}."


def reasons_words(report: Report) -> str:
    """Say why rows are bad, the most frequent reason first."""
    said = [f"{REASON_WORDS.get(reason, reason)} ({number(count)})" for reason, count in report.reasons.items()]
    return "; ".join(said)


def bad_table(report: Report) -> pl.DataFrame:
    """Give the bad rows that are listed."""
    rows = [
        {"line": one.line, "column": one.column, "reason": REASON_WORDS.get(one.reason, one.reason),
         "detail": one.detail}
        for one in report.rows
    ]  # fmt: skip
    return pl.DataFrame(
        rows, schema={"line": pl.Int64(), "column": pl.String(), "reason": pl.String(), "detail": pl.String()}
    )


def effect_words(found: Effect, *, done: bool) -> str:
    """Say what goes, or went, with somebody and what is left."""
    lost = [
        f"no row is left on {', '.join(map(plain, found.models_lost))}" if found.models_lost else "",
        f"none in {', '.join(map(language_name, found.languages_lost))}" if found.languages_lost else "",
        f"{counted(found.moved, 'model changes', 'models change')} rank" if found.moves else "",
    ]
    more = "; ".join(filter(None, lost))
    lead = "Gone" if done else "Would go"
    return (
        f"{lead}: {counted(found.rows, 'row')}. **{number(found.after.votes)} of {number(found.before.votes)}** "
        f"{'are' if done else 'would be'} left, of {counted(found.after.contributors, 'contributor')}"
        f"{'; ' + more if more else ''}."
    )


def moves_table(found: Effect) -> pl.DataFrame:
    """Give the models whose rank changes, the largest move first."""
    rows = [move.model_dump() for move in found.moves if move.before != move.after]
    schema = {"model": pl.String(), "before": pl.Int64(), "after": pl.Int64(), "points_before": pl.Float64(),
              "points_after": pl.Float64()}  # fmt: skip
    table = pl.DataFrame(rows, schema=schema)
    moved = (pl.col("before").cast(pl.Int64) - pl.col("after").cast(pl.Int64)).abs()
    return (
        table.with_columns(move=moved).sort("move", "before", descending=[True, False], nulls_last=False).drop("move")
    )
