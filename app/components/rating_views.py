"""The parts of the Leaderboards page: the ranking with its picture, two models side by side, every pair."""

from __future__ import annotations

import json
from dataclasses import asdict

import polars as pl
import streamlit as st

from app.components.feedback import show_error
from app.components.figure import figure
from app.components.frame import number
from app.components.rating_charts import matrix_chart, rating_chart
from app.components.rating_words import answer, caption, matrix_table, pair_words, score_words
from app.components.share_chart import percent
from app.components.url_state import from_url, hold, to_url
from governance.assessment.records import Figure
from governance.catalogue.selection import choice
from governance.errors import TouchstoneError
from governance.evaluation.formats.tables import EvaluationSet
from governance.evaluation.ratings.pairs import PairAnswer, compare_pair
from governance.evaluation.ratings.rating import UNITS, Rating
from governance.exports.tables import csv_of

MOST = 30
"""Models a heat map shows."""
ROWS = 14


def ranking_view(rating: Rating, opened: EvaluationSet, pair: tuple[str, str] | None) -> None:
    """Draw the scores with their intervals, and the table."""
    unit = UNITS[rating.settings.method]
    level = percent(rating.settings.level)
    best = rating.models[0]

    def headline() -> Figure:
        return Figure(
            name=f"Models that share the first place at {level}, {opened.card.title}"[:200], value=len(rating.first()),
            unit="models", n=rating.n, method=caption(rating), inputs=rating.settings.model_dump(mode="json"),
            source=opened.card.source,
        )  # fmt: skip

    whiskers = f" with {level} intervals" if best.low is not None else ""
    figure(
        rating_chart(rating, pair or ()),
        title=f"Scores in order{whiskers}, {unit}",
        alt=f"{answer(rating).replace('**', '')}. Highest: {best.model}, {score_words(best, rating)}; lowest: "
        f"{rating.models[-1].model}, {score_words(rating.models[-1], rating)}",
        caption=f"{opened.card.source} ({opened.card.licence or 'licence not stated'}) · {caption(rating)}",
        table=rating.table(),
        key="ranking",
        headline=headline,
    )
    for warning in rating.warnings:
        st.warning(warning, icon=":material/info:")
    ranking_table(rating)


def ranking_table(rating: Rating) -> None:
    """Draw the table of models with their scores, intervals and ranks."""
    form = "%.3f" if rating.settings.method == "winrate" else "%.0f"
    top = rating.top(1) or {}
    rows = [
        {
            "model": row.model,
            "part": row.part,
            "score": row.score,
            "low": row.low,
            "high": row.high,
            "rank": row.rank,
            "ranks": None if row.rank_low is None else f"{row.rank_low} to {row.rank_high}",
            "bound": row.rank_bound,
            "top": top.get(row.model),
            "n": row.n,
        }
        for row in rating.models
    ]
    table = pl.DataFrame(rows, infer_schema_length=None)
    empty = [name for name in table.columns if table[name].null_count() == table.height]
    single = ["part"] if len(rating.parts) == 1 else []
    st.dataframe(
        table.drop([*empty, *single]), hide_index=True, key="models", height=36 * min(ROWS, table.height + 1) + 3,
        alt=f"{table.height} models by score, with interval, rank, range of ranks and votes",
        column_config={
            "model": st.column_config.TextColumn("Model", pinned=True, width=180),
            "score": st.column_config.NumberColumn("Score", format=form, width=70),
            "low": st.column_config.NumberColumn("Low", format=form, width=70, help="Lower end of its interval"),
            "high": st.column_config.NumberColumn("High", format=form, width=70, help="Upper end of its interval"),
            "rank": st.column_config.NumberColumn("Rank", width=60, help="Equal scores share the better rank"),
            "ranks": st.column_config.TextColumn("Ranks", width=80, help="Best and worst rank of the resamples"),
            "bound": st.column_config.NumberColumn(
                "At best", width=70, help="1 + number of models whose interval lies wholly above its own"
            ),
            "top": st.column_config.ProgressColumn(
                "First in", format="percent", min_value=0, max_value=1, width=100, help="Share of resamples"
            ),
            "n": st.column_config.NumberColumn("Votes", width=70, help="Votes it took part in that count"),
            "part": st.column_config.NumberColumn("Part", width=50, help="Models of two parts never met"),
        },
    )  # fmt: skip


def choose_pair(rating: Rating) -> tuple[str, str] | None:
    """Draw the choice of two models, kept in the address; ``None`` where only one of them is chosen."""
    names = [row.model for row in rating.models]
    usual = {"a": names[0], "b": names[1]}
    st.header("Is one of two above the other?", anchor=False)
    for column, (key, label) in zip(st.columns(2), (("a", "Model"), ("b", "Beside")), strict=True):
        with column:
            from_url(key, usual[key], lambda text, key=key: choice(text, names, f"address, {key}"))  # type: ignore[misc]
            if st.session_state[key] not in names:
                st.session_state[key] = usual[key]
            hold(key)
            st.selectbox(label, names, key=key, help="Any rated model")
            to_url(key, usual[key])
    a, b = str(st.session_state["a"]), str(st.session_state["b"])
    return None if a == b else (a, b)


def pair_view(rating: Rating, pair: tuple[str, str] | None) -> PairAnswer | None:
    """Say how two models stand to each other."""
    if pair is None:
        st.caption("Choose two different models.")
        return None
    try:
        found = compare_pair(rating, *pair)
    except TouchstoneError as error:
        show_error(error)
        return None
    st.markdown(pair_words(found))
    return found


def matrix_view(rating: Rating) -> None:
    """Draw who beats whom, with what the fit expects."""
    order = [row.model for row in rating.models[:MOST]]
    table = matrix_table(rating, MOST)
    met, possible = table.height // 2, len(order) * (len(order) - 1) // 2
    odd = table.filter(pl.col("residual") > 3).height
    figure(
        matrix_chart(table, order),
        title=f"Win share of each pair{f', best {MOST} models' if len(rating.models) > MOST else ''}",
        alt=f"Heat map of {len(order)} models: {met} of {possible} pairs met; {odd} lie over three standard errors "
        "from what Bradley-Terry expects; see the table",
        caption=f"Ties as half · empty: never met · {number(odd)} pairs lie over three standard errors from what "
        "Bradley-Terry expects · columns stand in the order of the rows",
        table=table.sort("residual", descending=True),
        key="pairs",
    )


def export_button(rating: Rating, opened: EvaluationSet) -> None:
    """Offer the ranking as CSV and JSON."""
    name = f"leaderboard-{opened.card.id}"
    with st.popover("Export", icon=":material/table:", help="The rows with score, interval, ranks and votes"):
        st.download_button(
            "CSV", lambda: csv_of(rating.table()), f"{name}.csv", "text/csv", key="csv", on_click="ignore",
            help="One row a model",
        )  # fmt: skip
        st.download_button(
            "JSON", lambda: json.dumps({"set": asdict(opened.card), **rating.as_dict()}, ensure_ascii=False),
            f"{name}.json", "application/json", key="json", on_click="ignore",
            help="As touchstone rate gives it, with settings, parts and warnings",
        )  # fmt: skip
