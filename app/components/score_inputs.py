"""Settings of the pages on scores: choices that depend on the set and stand in the address."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl
import streamlit as st

from app.components.url_state import from_url, hold, to_url
from governance.catalogue.selection import choice
from governance.evaluation.formats.tables import EvaluationSet
from governance.evaluation.groups.chosen import BYS, USUAL_SPLIT, By, Figures, choose, unit_name
from governance.evaluation.groups.grid import COVER
from governance.evaluation.groups.languages import REFERENCE, LanguageReport, language_report
from governance.evaluation.groups.scorings import of_scoring, scorings
from governance.evaluation.vocabulary import BETTERS, Better

ALL = "all tasks"
USUAL_TASK = "MassiveIntentClassification"
BY_LABELS: dict[str, str] = {"auto": "As the set distinguishes", "language": "Languages", "subset": "Subsets"}
BETTER_LABELS: dict[str, str] = {"higher": "Higher is better", "lower": "Lower is better"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the reader chose; all of it decides the report and is the key under which it is kept."""

    tasks: tuple[str, ...]
    metric: str | None
    split: str | None
    rater: str | None
    better: Better | None
    by: By = "auto"
    reference: str = REFERENCE
    cover: float = COVER


def pick(
    key: str,
    label: str,
    options: Sequence[str],
    default: str,
    help: str,
    format_func: Callable[[str], str] = str,
) -> str:
    """Draw a choice of one, kept in the address; a value the set does not have gives a message and the default."""
    from_url(key, default, lambda text: choice(text, tuple(options), f"address, {key}"))
    if st.session_state[key] not in options:  # chosen for another set
        st.session_state[key] = default
    hold(key)
    st.selectbox(label, list(options), key=key, format_func=format_func, help=help)
    return to_url(key, default)


@st.cache_data(show_spinner=False, max_entries=8)
def task_sizes(_frame: pl.DataFrame, set_id: str, version: str) -> dict[str, int]:
    """Give the tasks on at least two languages, with their languages, most first."""
    counted = (
        _frame.filter(pl.col("language").is_not_null())
        .group_by("task")
        .agg(languages=pl.struct("language", "subset").n_unique(), models=pl.col("model").n_unique())
        .filter(pl.col("languages") > 1)
        .sort("languages", "models", "task", descending=[True, True, False])
    )
    return dict(counted.select("task", "languages").iter_rows())


def score_inputs(opened: EvaluationSet, *, task: bool = True, subsets: bool = False) -> Asked:
    """Draw which scores are used: task, metric, split, scoring and, where the set does not say, which way is better.

    Args:
        opened: The set.
        task: Whether one task may be chosen; otherwise all are used.
        subsets: Whether what is compared may be chosen.
    """
    frame = opened.frame
    tasks: tuple[str, ...] = ()
    if task:
        sizes = task_sizes(frame, opened.card.id, opened.card.version)
        alike = len(set(sizes.values())) == 1 and len(sizes) > 1
        usual = USUAL_TASK if USUAL_TASK in sizes else ALL if alike or not sizes else next(iter(sizes))
        words = pick("task", "Task", [*sizes, ALL], usual, "Tasks on two languages or more, with how many",
                     lambda one: f"{one} ({sizes[one]})" if one in sizes else "All tasks together")  # fmt: skip
        if words != ALL:
            tasks = (words,)
            frame = frame.filter(pl.col("task") == words)
    metrics = sorted(frame["metric"].drop_nulls().unique())
    metric = pick("metric", "Metric", metrics, metrics[0], "One at a time") if len(metrics) > 1 else None
    if metric:
        frame = frame.filter(pl.col("metric") == metric)
    splits = sorted(frame["split"].drop_nulls().unique())
    first = USUAL_SPLIT if USUAL_SPLIT in splits else next(iter(splits), "")
    split = pick("split", "Split", splits, first, "One at a time") if len(splits) > 1 else None
    if split:
        frame = frame.filter(pl.col("split") == split)
    listed = [one.label for one in scorings(frame)]
    rater = None
    if len(listed) > 1:
        help = "Who scored, and when: figures of different scorings are never mixed"
        rater = pick("rater", "Scoring", listed, listed[0], help)
        frame = of_scoring(frame, next(one for one in scorings(frame) if one.label == rater))
    by = (
        pick("by", "Compare", BYS, "auto", "Languages, or subsets such as zh-CN", BY_LABELS.__getitem__)
        if subsets
        else ""
    )
    return Asked(tasks, metric, split, rater, better_input(opened), choice(by or "auto", BYS, "address, by"))


def better_input(opened: EvaluationSet) -> Better | None:
    """Give which way is better, asked for where the set does not say."""
    if opened.card.better is not None:
        return opened.card.better
    words = pick("better", "Which way", BETTERS, "higher", "The set does not say", BETTER_LABELS.__getitem__)
    return choice(words, BETTERS, "address, better")


def reference_input(figures: Figures, asked: Asked) -> Asked:
    """Draw the choice of the reference language, English where the set has it."""
    pairs = sorted(figures.frame.select("unit", "language").unique().iter_rows(), key=lambda row: unit_name(row[0]))
    units = [unit for unit, _ in pairs]
    usual = next((unit for unit, code in pairs if code == REFERENCE), units[0])
    words = pick("ref", "Reference", units, usual, "The language others are set against", unit_name)
    return Asked(**{**{name: getattr(asked, name) for name in Asked.__slots__}, "reference": words})


@st.cache_resource(show_spinner="Comparing the languages", max_entries=16)
def chosen(_frame: pl.DataFrame, set_id: str, version: str, asked: Asked) -> Figures:
    """Give the chosen scores; kept by set, version and settings."""
    return choose(
        _frame, tasks=asked.tasks, metric=asked.metric, split=asked.split, rater=asked.rater, by=asked.by,
        better=asked.better,
    )  # fmt: skip


@st.cache_resource(show_spinner="Comparing the languages", max_entries=16)
def reported(_frame: pl.DataFrame, set_id: str, version: str, asked: Asked) -> LanguageReport:
    """Give the report on languages; kept by set, version and settings."""
    return language_report(chosen(_frame, set_id, version, asked), asked.reference, asked.cover)
