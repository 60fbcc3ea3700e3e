"""Ranking and smallest subset: what is asked at the left, and what comes out."""

from __future__ import annotations

import polars as pl
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.components import state
from app.components.benchmark_charts import WAYS, curve_chart, rank_chart
from app.components.benchmark_reports import borda_report, subset_report
from app.components.evaluation_report import report_button
from app.components.figure import figure
from app.components.frame import counted, number, plain, source_line
from app.components.set_chooser import choose_set
from app.components.share_chart import percent
from app.components.url_state import from_url, to_url
from governance.catalogue.connect import catalogue_path
from governance.catalogue.selection import choice
from governance.evaluation.benchmarks.borda import BordaResult, borda
from governance.evaluation.benchmarks.scores import ScoreTable, block_of, score_table
from governance.evaluation.benchmarks.subset import TARGET, Smallest, SubsetResult, smallest_subset
from governance.evaluation.formats.tables import EvaluationSet, SetCard
from governance.evaluation.vocabulary import AGGREGATES, MISSINGS, Missing

DEFAULT_SET = "mteb-results"
MISSING_WORDS: dict[str, str] = {"complete": "Tasks all have", "present": "Tasks each has"}
FIGURES: dict[str, str] = {"borda": "Borda count", "mean": "Mean score"}
LEASTS = ("0", "0.25", "0.35", "0.5", "0.6", "0.75", "1")
TARGETS = ("0.8", "0.85", "0.9", "0.95", "0.98")
NAMED = 3
"""Tasks left out that are named."""
Tasks = tuple[str, ...] | None
Key = tuple[str, str, str]
SET_ROW = {"way": pl.String, "size": pl.Int64, "seconds": pl.Float64, "co2e": pl.Float64, "tasks": pl.String}


@st.cache_resource(show_spinner="Turning the scores", max_entries=8)
def _table_at(key: Key, _one: EvaluationSet) -> ScoreTable:
    return score_table(_one)


def key_of(one: EvaluationSet) -> Key:
    """Say which scores these are: the set, its version, and the store it lies in."""
    store = str(state.workbench().file) if one.card.origin == "user" else str(catalogue_path())
    return one.card.id, one.card.version, store


def table_of(one: EvaluationSet) -> ScoreTable:
    """Give the scores of a set as models by tasks; they are turned once a version."""
    return _table_at(key_of(one), one)


@st.cache_data(show_spinner="Ranking the models", max_entries=50)
def ranked(key: Key, _table: ScoreTable, tasks: Tasks, missing: Missing, least: float) -> BordaResult:
    """Rank the models of a set; the same question is answered once."""
    return borda(block_of(_table, tasks, missing=missing, least=least))


@st.cache_data(show_spinner="Choosing tasks, judged on models held out", max_entries=50)
def smallest(key: Key, _table: ScoreTable, tasks: Tasks, least: float, figure: str, target: float) -> SubsetResult:
    """Find the smallest set of tasks; the same question is answered once."""
    return smallest_subset(block_of(_table, tasks, least=least), by=figure, target=target)


def ranking_inputs() -> tuple[EvaluationSet, Missing, float]:
    """Ask for the scores and how missing ones are met."""
    one = choose_set("scores", default=DEFAULT_SET)
    with st.sidebar:
        from_url("missing", "complete", lambda text: choice(text, MISSINGS, "address, missing"))
        st.segmented_control(
            "Missing scores", list(MISSINGS), key="missing", format_func=MISSING_WORDS.__getitem__, required=True,
            help="Tasks all have: only tasks that every compared model has. Tasks each has: every task ranks those "
            "that have it, and a model's share of models beaten counts. A missing score is never 0",
        )  # fmt: skip
        missing = choice(to_url("missing", "complete"), MISSINGS, "address, missing")
        least = _least_input()
    return one, missing, least


def subset_inputs() -> tuple[EvaluationSet, str, float, float]:
    """Ask for the scores, the figure to rank by, and the tau to keep."""
    one = choose_set("scores", default=DEFAULT_SET)
    with st.sidebar:
        from_url("figure", "borda", lambda text: choice(text, AGGREGATES, "address, figure"))
        st.segmented_control(
            "Ranked by", list(AGGREGATES), key="figure", format_func=lambda word: FIGURES[word], required=True,
            help="How scores on many tasks become one ranking",
        )  # fmt: skip
        from_url("target", str(TARGET), lambda text: choice(text, TARGETS, "address, target"))
        st.select_slider(
            "Tau to keep", TARGETS, key="target",
            help="Kendall's tau-b between the ranking by the few tasks and by all, on models that had no say; 1 is the "
            "same order",
        )  # fmt: skip
        least = _least_input()
    return one, to_url("figure", "borda"), float(to_url("target", str(TARGET))), least


def _least_input() -> float:
    from_url("least", "0", lambda text: choice(text, LEASTS, "address, least"))
    st.select_slider(
        "A model needs of the tasks", LEASTS, key="least", format_func=lambda text: percent(float(text)),
        help="Models with fewer are left out; then more tasks are common to the rest",
    )  # fmt: skip
    return float(to_url("least", "0"))


def ranking_answer(found: BordaResult) -> str:
    """Say in one line who is ahead and how much the mean score would change."""
    first, models = found.rows[0], len(found.rows)
    low, high = first.rank_low, first.rank_high
    sure = (
        ""
        if low is None or high is None
        else f", 95% rank {low:.0f} to {high:.0f}"
        if high > low
        else f", rank {low:.0f} in 95% of draws"
    )
    moved = [abs(one.moves) for one in found.rows if one.moves]
    if first.moves is None:
        other = f"{counted(models, 'model')} on different tasks, so no mean score"
    elif not moved:
        other = f"the mean score ranks all {number(models)} alike"
    else:
        other = f"the mean score moves {number(len(moved))} of {number(models)} models, by up to {max(moved)}"
    return f"**{plain(first.model.rpartition('/')[2])}** is ahead{sure} · {other} · {counted(found.tasks, 'task')}"


def ranking_view(found: BordaResult, table: ScoreTable, query: str, actions: DeltaGenerator) -> None:
    """Draw the ranks by Borda and by the mean score."""
    with actions:
        report_button(
            lambda: borda_report(found, table.card, query, ranking_answer(found).replace("*", "")), key="borda"
        )
    rows = pl.DataFrame([row.model_dump() for row in found.rows], infer_schema_length=None)
    figure(
        rank_chart(found),
        title="Rank over tasks by Borda count, with the mean score beside it",
        alt=f"Dots of {len(found.rows)} models by rank; first {found.rows[0].model}, last {found.rows[-1].model}; "
        "whiskers hold 95% of ranks when tasks are drawn again",
        caption=f"Ties share points · whiskers: {found.interval}, {found.resamples} resamples, seed {found.seed} · "
        f"n = {number(found.tasks)} tasks" + ("" if found.tau is None else f" · tau between the two {found.tau:.3f}"),
        table=rows,
        key="borda",
    )
    _left_out(found, table)
    shown = rows.select("model", "rank", "beaten", "points", "mean_score", "mean_score_rank", "moves", "mean_rank",
                         "tasks", "coverage")  # fmt: skip
    st.dataframe(
        shown, hide_index=True, height=min(38 + 35 * shown.height, 520), key="borda-rows", placeholder="unknown",
        alt=f"{shown.height} models with rank, share beaten, points, mean score and mean rank",
        column_config={
            "model": st.column_config.TextColumn("Model", pinned=True, width=230),
            "rank": st.column_config.NumberColumn("Rank", width=60),
            "beaten": st.column_config.ProgressColumn("Beaten", format="percent", min_value=0, max_value=1, width=110,
                                                      color="gray", help="Share of the others on its mean task"),
            "points": st.column_config.NumberColumn("Points", format="localized", width=80, help="Models beaten"),
            "mean_score": st.column_config.NumberColumn("Mean score", format="%.4f", width=90),
            "mean_score_rank": st.column_config.NumberColumn("Rank by it", width=80),
            "moves": st.column_config.NumberColumn("Moves", format="%+d", width=70,
                                                   help="Places lost when the mean score ranks; negative: gained"),
            "mean_rank": st.column_config.NumberColumn("Mean rank", format="%.1f", width=85),
            "tasks": st.column_config.NumberColumn("Tasks", width=60),
            "coverage": st.column_config.NumberColumn("Has of the asked", format="percent", width=110),
        },
    )  # fmt: skip
    _closing(table.card, found.rules, found.tasks)


def subset_answer(found: SubsetResult) -> str:
    """Say in one line how few tasks keep the ranking, what that takes, and what chance needs."""
    if not found.held_out:
        return f"**Not testable**: {counted(found.models, 'model')} are too few to hold any out; eight are needed"
    ways = {one.way: one for one in found.smallest}
    added, chance = ways["forward"], ways["random"]
    aim = f"tau {found.target:g} on held-out models"
    if added.size is None:
        head = f"**No set below all {number(found.tasks)} tasks** keeps {aim}"
    else:
        head = f"**{number(added.size)} of {number(found.tasks)} tasks** keep {aim}{_saves(added, found)}"
    return f"{head} · by chance **{_size(chance)}**"


def subset_view(found: SubsetResult, table: ScoreTable, query: str, actions: DeltaGenerator) -> None:
    """Draw tau by number of tasks, and name the tasks of each set."""
    with actions:
        report_button(
            lambda: subset_report(found, table.card, query, subset_answer(found).replace("*", "")), key="subset"
        )
    if found.held_out:
        figure(
            curve_chart(found),
            title="Agreement with the ranking by all tasks, Kendall's tau",
            alt=f"Lines of tau against number of tasks up to {found.tasks} for three ways to choose them, with the "
            f"target {found.target:g}; {subset_answer(found).replace('*', '')}",
            caption=f"Chosen on one half of the models, judged on the other {found.held_out}, {found.splits} times, "
            f"seed {found.seed} · band: {found.interval.split('; ')[1]} · n = {number(found.models)} models",
            table=pl.DataFrame([row.model_dump() for row in found.curve], infer_schema_length=None),
            key="subset",
        )
    _left_out(found, table)
    rows = [_set_row(each, found) for each in sorted(found.smallest, key=lambda each: list(WAYS).index(each.way))]
    whole = {"way": "All tasks", "size": found.tasks, "seconds": found.seconds.value, "co2e": found.co2e_kg.value}
    st.dataframe(
        pl.DataFrame([*rows, whole], schema=SET_ROW), hide_index=True, key="subset-rows", placeholder="unknown",
        alt="Smallest set of tasks by each way, with the time and CO2e of one model on it",
        column_config={
            "way": st.column_config.TextColumn("Chosen", pinned=True, width=170),
            "size": st.column_config.NumberColumn("Tasks", width=70),
            "seconds": st.column_config.NumberColumn("Seconds a model", format="%.0f", width=120),
            "co2e": st.column_config.NumberColumn("kg CO2e a model", format="%.3f", width=120),
            "tasks": st.column_config.TextColumn("Which", width=420),
        },
    )  # fmt: skip
    st.caption(
        f"Self-reported, on different machines: the median of a task's runs, added up. Time is known for "
        f"{number(found.seconds.runs_reported)} and CO2e for {number(found.co2e_kg.runs_reported)} of "
        f"{number(found.seconds.runs)} runs; the rest is unknown, not 0. By chance: "
        "the mean over such sets. The ranking by all tasks holds the few among "
        "them, so tau is a little too high where they are many."
    )
    sizes = {each.way: each.size or found.tasks for each in found.smallest}
    if found.held_out and sizes["drop"] > sizes["random"]:
        st.caption(
            "Dropping what the others predict best leaves the tasks that agree least with the rest: here it needs more "
            "tasks than chance to keep this ranking."
        )
    _closing(table.card, found.rules, found.tasks)


def _set_row(each: Smallest, found: SubsetResult) -> dict[str, object]:
    """Give a line of the table; of sets by chance the mean cost over all of that size."""
    row: dict[str, object] = {"way": WAYS[each.way], "size": each.size, "tasks": ", ".join(each.tasks)}
    for name, mine, whole in (("seconds", each.seconds, found.seconds), ("co2e", each.co2e_kg, found.co2e_kg)):
        if each.way == "random" and each.size and whole.value is not None:
            row[name] = whole.value * each.size / found.tasks
        else:
            row[name] = mine.value if mine else None
    return row


def _saves(added: Smallest, found: SubsetResult) -> str:
    parts = [
        f"{percent(mine.value / whole.value)} of {name}"
        for name, mine, whole in (
            ("the time", added.seconds, found.seconds),
            ("the CO2e", added.co2e_kg, found.co2e_kg),
        )
        if mine and mine.value is not None and whole.value
    ]
    return f" in {' and '.join(parts)}" if parts else ""


def _size(one: Smallest) -> str:
    return "all" if one.size is None else number(one.size)


def _left_out(found: BordaResult | SubsetResult, table: ScoreTable) -> None:
    words = []
    if found.tasks < found.asked:
        why = "not every compared model has" if found.missing == "complete" else "fewer than two models have"
        words.append(f"{counted(found.asked - found.tasks, 'task')} that {why}")
    if found.left_out:
        words.append(
            f"{counted(len(found.left_out), 'model')} with too few tasks: {', '.join(map(plain, found.left_out))}"
        )
    for names, why in (
        (table.off_scale, "on another scale"),
        (table.unscored, "of which no model has all usual parts"),
    ):
        if names:
            more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
            words.append(f"{counted(len(names), 'task')} {why}: {', '.join(map(plain, names[:NAMED]))}{more}")
    if words:
        st.caption(f"Left out: {' · '.join(words)}.")
    if table.card.better is None:
        st.caption("The set does not say which way its scores are better; higher is read as better.")


def _closing(card: SetCard, rules: str, tasks: int) -> None:
    source_line(
        f"Source: {plain(card.source)}", f"licence {card.licence or 'not stated'}", f"data {plain(card.version)}",
        f"rule: {rules}", n=tasks,
    )  # fmt: skip
