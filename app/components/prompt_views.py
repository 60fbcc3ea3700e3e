"""Settings, answer and table of the page on which items to judge first."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
import streamlit as st

from app.components.feedback import show_error
from app.components.figure import figure
from app.components.frame import counted, number, plain
from app.components.prompt_charts import curve_chart, curve_table
from app.components.share_chart import percent
from app.components.url_state import from_url, to_url
from governance.catalogue.selection import choice
from governance.errors import BadInput, TouchstoneError
from governance.evaluation.formats.tables import EvaluationSet
from governance.evaluation.prompt_reports import SPLIT_WORDS, WHY_DIFFERENT, study_words
from governance.evaluation.prompt_results import PromptStudy
from governance.evaluation.prompt_study import REPEATS, RESAMPLES, SPLITS, TOP, prompt_study
from governance.evaluation.prompts import LENGTH, MARGIN, PROXIES, ranked_items, read_priorities
from governance.evaluation.published import Claim

OWN = "own"
LABELS = {MARGIN: "Margin of other votes (PROXY)", LENGTH: "Length gap (PROXY)", "category": "Numbers in the category"}
SPLIT_LABELS = {"auto": "Judges where known", "judges": "Judges", "votes": "Votes of each item"}
REPEAT_CHOICES, RESAMPLE_CHOICES = (5, 10, REPEATS, 50, 100), (RESAMPLES, 1000)
SHOWN = 500


@dataclass(frozen=True, slots=True, eq=False)
class PromptSettings:
    """What the reader set.

    Args:
        priority: What ranks the items.
        scores: The reader's own scores; ``None``: none.
        top: Share of items of the answer.
        split: What keeps ranking and judging votes apart.
        repeats, resamples, seed: Of the draws.
    """

    priority: str
    scores: pl.DataFrame | None
    top: float
    split: str
    repeats: int
    resamples: int
    seed: int


def prompt_settings(opened: EvaluationSet) -> PromptSettings:
    """Draw the settings in the sidebar; all but an uploaded file are in the URL."""
    offered = [MARGIN, *([LENGTH] if opened.frame["length_a"].count() else []), *_numeric(opened.frame)]
    own = _own_scores()
    if own is not None:
        offered = [OWN, *offered]
    if st.session_state.get("priority") not in (None, *offered):
        del st.session_state["priority"]
    from_url("priority", offered[0], lambda text: choice(text, offered, "address, priority"))
    st.selectbox(
        "Rank by", offered, key="priority", format_func=lambda one: LABELS.get(one, f"Your scores: {own and own[0]}"),
        help="A proxy stands in for a measure of the answers' probabilities, which battles do not hold",
    )  # fmt: skip
    name = to_url("priority", offered[0])
    top = _number("top", round(100 * TOP), 1, 100, "Judged first, % of items", "What the answer is about")
    from_url("split", "auto", lambda text: choice(text, SPLITS, "address, split"))
    st.selectbox(
        "Votes are split by", SPLITS, key="split", format_func=lambda one: SPLIT_LABELS[one],
        help="Half of them rank, the other half judge; the same votes never do both", disabled=name != MARGIN,
    )  # fmt: skip
    split = to_url("split", "auto")
    repeats = _chosen("repeats", REPEAT_CHOICES, REPEATS, "Splits drawn", "More take longer and jitter less")
    resamples = _chosen("resamples", RESAMPLE_CHOICES, RESAMPLES, "Resamples of prompts", "For the intervals")
    seed = _number("seed", 0, 0, 9999, "Seed", "Fixes all draws")
    mine = name == OWN and own is not None
    return PromptSettings(
        own[0] if mine and own else name, own[1] if mine and own else None, top / 100, split, repeats, resamples, seed
    )


@st.cache_data(show_spinner="Splitting the votes and judging", max_entries=50)
def study_of(
    set_id: str, version: str, priority: str, scores: pl.DataFrame | None, top: float, split: str, repeats: int,
    resamples: int, seed: int, _frame: pl.DataFrame,
) -> PromptStudy:  # fmt: skip
    """Make a study once for its settings and the version of its data."""
    return prompt_study(
        _frame, priority, scores=scores, top=top, split=split, repeats=repeats, resamples=resamples, seed=seed
    )


@st.cache_data(show_spinner=False, max_entries=20)
def items_of(
    set_id: str, version: str, priority: str, scores: pl.DataFrame | None, _frame: pl.DataFrame
) -> pl.DataFrame:
    """Rank the items once for a version of the data."""
    return ranked_items(_frame, priority, scores)


def prompt_answer(study: PromptStudy) -> str:
    """Give the answer line."""
    point = study.headline
    ranking = f"ranking: tau {_two(point.agreement_top)} against {_two(point.agreement_random)}"
    return f"**{study_words(study)}**{' · by a PROXY' if study.proxy else ''} · {ranking}"


def prompt_figures(study: PromptStudy, title: str) -> None:
    """Draw ties and agreement against the share that is judged."""
    point = study.headline
    name = ("PROXY " if study.proxy else "") + study.priority
    ties, agreement = st.columns(2)
    with ties:
        table = curve_table(study, "ties")
        figure(
            curve_chart(table, "ties", study.top),
            title=f"Tie rate by share of items judged, ranked by {name}",
            alt=f"Line chart: tie rate {percent(point.tie_top)} among the top {percent(study.top)} of items, "
            f"{percent(point.tie_random)} at random",
            caption=f"{title} · {number(study.judging)} votes judge on {number(study.items)} items · bands: ranked "
            f"{percent(study.level)} over {counted(study.prompts, 'prompt')}, random 5 to 95% of {study.repeats} draws",
            table=table,
            key="ties",
        )
    with agreement:
        table = curve_table(study, "agreement")
        figure(
            curve_chart(table, "agreement", study.top),
            title=f"Agreement with the full ranking, ranked by {name}",
            alt=f"Line chart: tau {_two(point.agreement_top)} from the top {percent(study.top)} of items, "
            f"{_two(point.agreement_random)} from as many at random",
            caption=f"{title} · Bradley-Terry, ties half a win · bands: 5 to 95% of {study.repeats} splits, "
            "no confidence intervals",
            table=table,
            key="agreement",
        )


def beside_published(study: PromptStudy, claims: tuple[Claim, ...]) -> None:
    """Set the published figure beside this one, and say why they may differ."""
    for one in claims:
        here = "not known" if study.headline.cut is None else f"{percent(study.headline.cut)} fewer"
        st.markdown(
            f"Published: up to **{one.value:.0f}%** fewer ties in the top 20% of prompts "
            f"({plain(one.paper)}, {one.year}, abstract) · here: **{here}** in the top {percent(study.top)}",
            help=WHY_DIFFERENT,
        )
    st.caption(f"{SPLIT_WORDS[study.split].capitalize()}. {WHY_DIFFERENT if study.proxy else ''}")


def items_table(ranked: pl.DataFrame, proxy: bool) -> None:
    """List the items, the first to be judged on top."""
    label = "Priority (PROXY)" if proxy else "Priority"
    st.dataframe(
        ranked.head(SHOWN), hide_index=True, key="items", height=320, placeholder="unknown",
        alt=f"The first {min(SHOWN, ranked.height)} of {ranked.height} items to judge",
        column_config={
            "prompt": st.column_config.TextColumn("Prompt", pinned=True, width=130),
            "model_a": st.column_config.TextColumn("One model", width=185),
            "model_b": st.column_config.TextColumn("The other", width=185),
            "votes": st.column_config.NumberColumn("Votes so far", width=100),
            "ties": st.column_config.NumberColumn("Of them ties", width=100),
            "priority": st.column_config.NumberColumn(label, width=130, format="%.3g"),
        },
    )  # fmt: skip
    shown = f"The first {SHOWN} of {number(ranked.height)} items" if ranked.height > SHOWN else "All items"
    row = st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute")
    row.caption(f"{shown}, by all votes so far; the curves never use a vote twice.", width="stretch")
    row.download_button(
        "All items", lambda: ranked.write_csv(), "items-to-judge.csv", "text/csv", key="items-csv", on_click="ignore",
        icon=":material/download:", type="tertiary", help="As CSV, in this order",
    )  # fmt: skip


def is_proxy(settings: PromptSettings) -> bool:
    """Tell whether the priority stands in for another measure."""
    return settings.scores is None and settings.priority in PROXIES


def _own_scores() -> tuple[str, pl.DataFrame] | None:
    with st.expander("Scores of your own", icon=":material/upload:"):
        column = st.text_input("Column of the score", "kl", key="own-column", max_chars=60, help="Such as kl") or "kl"
        file = st.file_uploader(
            "CSV with prompt and the score", ["csv"], key="own-file", max_upload_size=20,
            help="With model_a and model_b where each pair has its own; the greatest is judged first",
        )  # fmt: skip
        if file is None:
            return None
        try:
            return column, read_priorities(file.getvalue(), column, file.name)
        except TouchstoneError as error:
            show_error(error)
            return None


def _numeric(frame: pl.DataFrame) -> list[str]:
    numbers = frame["category"].cast(pl.Float64, strict=False)
    return ["category"] if numbers.count() else []


def _chosen(key: str, offered: tuple[int, ...], usual: int, label: str, help: str) -> int:
    def read(text: str) -> int:
        return int(choice(text, [str(one) for one in offered], f"address, {key}"))

    from_url(key, str(usual), read, read=int)
    st.selectbox(label, offered, key=key, help=help)
    return int(to_url(key, str(usual)))


def _number(key: str, usual: int, least: int, most: int, label: str, help: str) -> int:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and least <= int(text[:9]) <= most):
            raise BadInput(f"'{text:.20}' cannot be used", f"address, {key}", f"use {least} to {most}")
        return int(text)

    from_url(key, str(usual), read, read=int)
    st.number_input(label, least, most, key=key, help=help)
    return int(to_url(key, str(usual)))


def _two(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.2f}"
