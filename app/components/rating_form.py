"""What to rate and how, chosen in the sidebar and kept in the address; the rating is made once for a choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl
import streamlit as st

from app.components import state
from app.components.frame import counted as count_words
from app.components.rating_words import INTERVALS, METHODS, TIES
from app.components.url_state import from_url, hold, to_url
from governance.catalogue.normalise import language_name
from governance.catalogue.selection import choice
from governance.errors import BadInput
from governance.evaluation.formats.tables import EvaluationSet
from governance.evaluation.ratings.rating import Rating
from governance.evaluation.ratings.request import FILTERS, RatingRequest, counted, rate_as_asked, read_rating_request
from governance.evaluation.ratings.widths import interval_widths
from governance.evaluation.vocabulary import CLUSTERS

RESAMPLES = ("100", "200", "500", "1000", "2000")
STAKES = ("1", "4", "8", "16", "32")
BETWEEN = "~"
MOST = 1_000
"""Values a list of choices may hold; the most frequent are kept."""


def rating_form(opened: EvaluationSet) -> RatingRequest:
    """Draw the settings and filters, inside the sidebar; give what is asked for."""
    frame = opened.frame
    method = _one("method", "Method", METHODS, "bt", "How battles become a ranking")
    rules = {name: words for name, words in TIES.items() if method == "bt" or name != "davidson"}
    words: dict[str, object] = {"method": method}
    words["ties"] = _one("ties", "A tie counts", rules, "half", "Share of ties is in the caption")
    if (frame["outcome"] == "both_bad").any():
        bad = {"tie": "like a tie", "drop": "nothing"}
        words["both_bad"] = _one("both_bad", "'Both bad' counts", bad, "tie", "Votes that both answers are bad")
    if method == "elo":
        words |= _elo(frame)
    words |= _interval(method, frame)
    with st.expander("Only some votes", key="filters", expanded=_filtered()):
        words |= _filters(opened)
    return read_rating_request(words.items(), "sidebar")


def rating_of(opened: EvaluationSet, asked: RatingRequest) -> Rating:
    """Rate the battles, once for the same set, version and settings.

    Raises:
        BadInput: No vote is left, or the settings do not go together.
    """
    return _rating_at(_store(opened), opened.card.id, opened.card.version, asked.model_dump_json(), opened, asked)


def widths_of(opened: EvaluationSet, asked: RatingRequest) -> dict[str, float]:
    """Give how wide intervals are by what goes together, once for the same votes."""
    words = asked.model_dump_json(include={"ties", "both_bad", "level", *FILTERS, "since", "until"})
    return _widths_at(_store(opened), opened.card.id, opened.card.version, words, opened, asked)


@st.cache_data(show_spinner=False, max_entries=24)
def _widths_at(
    store: str, set_id: str, version: str, words: str, _opened: EvaluationSet, _asked: RatingRequest
) -> dict[str, float]:
    cluster = "prompt" if _opened.frame["prompt"].null_count() < _opened.frame.height else None
    kept = _asked.filtered(_counted_at(store, set_id, version, cluster, _opened))
    return interval_widths(kept, _asked.ties, _asked.both_bad, _asked.level)


def _store(opened: EvaluationSet) -> str:
    return str(state.workbench().file) if opened.card.origin == "user" else ""


@st.cache_resource(show_spinner="Rating", max_entries=24)
def _rating_at(
    store: str, set_id: str, version: str, words: str, _opened: EvaluationSet, _asked: RatingRequest
) -> Rating:
    if _asked.method == "elo":
        return rate_as_asked(_opened.frame, _asked)
    cluster = _asked.cluster or _asked.interval_of(_opened.frame)[1]
    return rate_as_asked(_counted_at(store, set_id, version, cluster, _opened), _asked)


@st.cache_resource(show_spinner="Counting votes", max_entries=6)
def _counted_at(store: str, set_id: str, version: str, cluster: str | None, _opened: EvaluationSet) -> pl.DataFrame:
    return counted(_opened.frame, cluster)


def _elo(frame: pl.DataFrame) -> dict[str, object]:
    words: dict[str, object] = {
        "k": _one("k", "K", {one: one for one in STAKES}, "4", "Points at stake in a battle"),
        "start": _one("start", "Start", {"1000": "1000", "1400": "1400"}, "1000", "Points everyone starts from"),
    }
    if frame["day"].n_unique() > 1:
        orders = {"given": "as in the file", "day": "by day"}
        words["order"] = _one("order", "Order of battles", orders, "given", "Elo depends on it")
    return words


def _interval(method: str, frame: pl.DataFrame) -> dict[str, object]:
    only = {"sandwich": "bt", "wilson": "winrate"}
    kinds = {name: words for name, words in INTERVALS.items() if only.get(name, method) == method}
    kind = _one("interval", "Interval", kinds, "usual", "Usual: over judges or prompts where they are known and repeat")
    words: dict[str, object] = {"interval": kind}
    if kind in ("cluster", "sandwich"):
        known: dict[str, str] = {name: f"of a {name}" for name in CLUSTERS if frame[name].null_count() < frame.height}
        usual = {"": "of the usual cluster"} if kind == "cluster" else {"": "none"}
        words["cluster"] = _one("cluster", "Votes go together", {**usual, **known}, "", "Clusters are drawn whole")
    if kind not in ("none", "wilson"):
        more = {one: f"{int(one):,}" for one in RESAMPLES}
        words["resamples"] = _one("resamples", "Resamples", more, "200", "More take longer and jitter less")
    return words


def _filtered() -> bool:
    names = ("judge_kind", "judge", "language", "category", "since", "until")
    return any(name in st.query_params for name in names)


def _filters(opened: EvaluationSet) -> dict[str, object]:
    frame, card = opened.frame, opened.card
    labels = {
        "judge_kind": ("Judged by", "People or models"), "judge": ("Judge", "Only votes of these"),
        "language": ("Language", "Of the prompts"), "category": ("Category", "Of the prompts"),
    }  # fmt: skip
    words: dict[str, object] = {}
    for name, (label, said) in labels.items():
        values = _values_at(_store(opened), card.id, card.version, name, frame[name])
        if len(values) > 1 or st.query_params.get(name):
            words[name] = _many(name, label, values, said)
    if frame["day"].n_unique() > 1 or "since" in st.query_params or "until" in st.query_params:
        words["since"] = _day("since", "First day")
        words["until"] = _day("until", "Last day")
    if not words:
        st.caption("Every vote is of one judge, language and category, as far as the set says.")
    return words


@st.cache_data(show_spinner=False, max_entries=48)
def _values_at(store: str, set_id: str, version: str, name: str, _column: pl.Series) -> dict[str, str]:
    found = _column.drop_nulls().value_counts(sort=True).head(MOST)
    named = language_name if name == "language" else str
    return {value: f"{named(value)} ({count_words(count, 'vote')})" for value, count in found.iter_rows()}


def _one(name: str, label: str, options: Mapping[str, str], usual: str, said: str) -> str:
    from_url(name, usual, lambda text: choice(text, tuple(options), f"address, {name}"))
    if st.session_state[name] not in options:  # another method has no such choice
        st.session_state[name] = usual
    hold(name)
    st.selectbox(label, list(options), key=name, format_func=lambda one: options.get(one, one), help=said)
    return to_url(name, usual)


def _many(name: str, label: str, options: Mapping[str, str], said: str) -> Sequence[str]:
    def check(text: str) -> None:
        for one in _split(text):
            choice(one, tuple(options), f"address, {name}")

    from_url(name, "", check, read=_split)
    st.session_state[name] = [one for one in st.session_state[name] if one in options]
    st.multiselect(label, list(options), key=name, format_func=lambda one: options.get(one, one), help=said)
    return _split(to_url(name, "", write=BETWEEN.join))


def _split(text: str) -> list[str]:
    return [one for one in text.split(BETWEEN) if one]


def _day(name: str, label: str) -> str:
    from_url(name, "", _read_day, read=_read_day)
    st.date_input(label, key=name, value=None, help="ISO; the day itself counts")
    return to_url(name, "", write=date.isoformat)


def _read_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadInput(f"'{text:.40}' is not a day", "address", "write it as 2026-01-31") from None
