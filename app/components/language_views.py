"""The views of languages: gaps and ranks, culture, coverage, people and machines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl
import streamlit as st

from app.components import state
from app.components.bump_chart import Path, bump_chart
from app.components.evaluation_report import report_button
from app.components.feedback import empty, show_error
from app.components.figure import figure
from app.components.frame import headings, page_header, source_line
from app.components.language_charts import (
    MOST_ROWS,
    group_chart,
    heat_chart,
    heat_rows,
    short,
    short_names,
    strip_chart,
)
from app.components.language_words import (
    NO_TIERS,
    QUESTION,
    compared_words,
    coverage_answer,
    coverage_report,
    group_table,
    languages_answer,
    languages_report,
    model_table,
    settings_words,
    source_words,
)
from app.components.score_inputs import Asked, chosen, pick, reference_input, reported, score_inputs
from app.components.url_state import from_url, to_url
from governance.catalogue.selection import choice
from governance.errors import TouchstoneError
from governance.evaluation.formats.tables import EvaluationSet
from governance.evaluation.groups.chosen import unit_name
from governance.evaluation.groups.coverage import GroupCover, coverage, families, read_tiers, scripts
from governance.evaluation.groups.languages import LanguageReport
from governance.evaluation.report import Report

VIEWS = {
    "languages": "Languages", "culture": "Culture", "coverage": "Coverage", "people": "People and machines",
    "reach": "People reached",
}  # fmt: skip
GROUPS = {"family": "Family", "script": "Script", "tier": "Resource tier"}
FROM_WHERE = {
    "family": "families: MTEB's table (Apache-2.0), macrolanguages by their members",
    "script": "scripts: as the subset states, else CLDR's likeliest",
    "tier": "tiers: your table",
}
NAMED = 8
"""Models named in the bump chart: those that move most."""
FEW = "Two models and two languages that both have are needed."


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a view: its answer, and its report."""

    answer: str
    make: Callable[[], Report] | None = None
    question: str = QUESTION
    help: str = "Missing languages are missing, never 0"

    def draw(self) -> None:
        """Draw question, answer, report button and the switch between the views."""
        actions = page_header(self.question, self.answer, help=self.help)
        if self.make is not None:
            with actions:
                report_button(self.make, key="languages-report")
        st.segmented_control(
            "View", list(VIEWS), key="show", format_func=lambda one: VIEWS[one], required=True,
            label_visibility="collapsed", help="What to look at",
        )  # fmt: skip
        to_url("show", "languages")


def languages_view(opened: EvaluationSet) -> None:
    """Draw gaps, the worst language and rank changes."""
    report, _ = _report(opened, subsets=True)
    if report.changes is None:
        Head("**Too few models or languages to compare.**").draw()
        empty(FEW, "Choose another task or set at the left.")
        return
    card = opened.card
    Head(languages_answer(report), lambda: languages_report(card, report)).draw()
    said = f"{compared_words(report)} · {settings_words(report.figures)} · interval: {report.interval}"
    figure(
        strip_chart(report), title=f"{report.figures.metric} of each model in every language", key="strip",
        alt=f"Each model's score in each language. {languages_answer(report).replace('**', '')}",
        caption=said, table=report.rows,
    )  # fmt: skip
    st.dataframe(
        model_table(report).rename(headings(model_table(report))), hide_index=True, key="models",
        column_config={name: st.column_config.NumberColumn(format="%.3f") for name in
                       ("Mean", "Reference", "Worst", "Worst − reference", "Worst / best", "SD", "Range",
                        "Mean of worst tenth")} | {"Model": st.column_config.TextColumn(pinned=True)},
    )  # fmt: skip
    shown = len(heat_rows(report))
    more = f" · the {MOST_ROWS} worst of {len(report.grid.shared_units)} languages; the table has all" if (
        len(report.grid.shared_units) > MOST_ROWS) else ""  # fmt: skip
    left, right = st.columns(2)
    with left:
        figure(
            heat_chart(report), title="Every language: the stronger the colour, the higher the score", key="heat",
            alt=f"Heat map of {len(report.grid.compared_models)} models by {shown} languages, ordered by their means; "
            "a dot marks each model's worst language",
            caption=f"Models and languages by their means · red dot: a model's worst language{more}", table=report.rows,
        )  # fmt: skip
    with right:
        _rank_figure(report)
        _agreement(report)
    source_line(source_words(card), settings_words(report.figures), n=report.rows.height)


def _rank_figure(report: LanguageReport) -> None:
    changes = report.changes
    if changes is None:
        return
    compared = [one for one in report.models if one.rank is not None and one.rank_worst is not None]
    places = [(one.rank_reference, one.rank, one.rank_worst) for one in compared]
    with_reference = all(row[0] is not None for row in places)
    columns = [unit_name(report.reference or "")] if with_reference else []
    names = short_names([one.model for one in compared])
    paths = [
        (names[one.model], tuple(float(place) for place in row if place is not None))
        for one, row in zip(compared, places, strict=True)
    ]
    far = sorted(paths, key=lambda path: -(max(path[1]) - min(path[1])))[:NAMED]
    drawn = [Path(name, ranks, named=(name, ranks) in far) for name, ranks in paths]
    rankings = [*columns, "mean", "worst language"]
    figure(
        bump_chart(drawn, rankings), title=f"Ranks by {', '.join(rankings)}", key="ranks",
        alt="Lines of each model's rank. Most moved: "
        + "; ".join(f"{name} {' → '.join(f'{place:g}' for place in ranks)}" for name, ranks in far[:3]),
        caption=f"Named: the {len(far)} that move most · colour: first column against the last · ties: min",
        table=pl.DataFrame([{"model": name, **dict(zip(rankings, ranks, strict=True))} for name, ranks in paths]),
    )  # fmt: skip


def _agreement(report: LanguageReport) -> None:
    changes = report.changes
    if changes is None:
        return
    st.markdown("**Where the ranking differs most from the mean**")
    shown = changes.by_unit.sort("tau_mean", nulls_last=True).select(
        language="language", agreement="tau_mean", with_reference="tau_reference", moved="moved", furthest="max_move",
        model=pl.col("max_model").map_elements(short, return_dtype=pl.String),
    )  # fmt: skip
    tau = st.column_config.NumberColumn(format="%.2f", help="Kendall's tau b of the two rankings")
    st.dataframe(
        shown.rename({**headings(shown), "agreement": "τ with mean", "with_reference": "τ with reference"}),
        hide_index=True, key="by-language", height=300,
        column_config={"τ with mean": tau, "τ with reference": tau},
    )  # fmt: skip
    st.download_button(
        "τ of all pairs", lambda: changes.tau.write_csv(), "tau-of-languages.csv", "text/csv", key="tau-csv",
        on_click="ignore", icon=":material/download:", help="Kendall's tau b of every two languages, as CSV",
    )  # fmt: skip


def coverage_view(opened: EvaluationSet) -> None:
    """Draw which groups of languages there are, and how models do there."""
    report, _ = _report(opened)
    with st.sidebar:
        by = pick("group", "Group by", list(GROUPS), "family", "What languages are grouped by", GROUPS.__getitem__)
    group_of, complete = _groups(report, by)
    word = GROUPS[by].lower()
    if not group_of:
        Head(f"**No {word} is known for these languages.**").draw()
        empty("No table of tiers is here.", "Upload a CSV with the columns language,tier at the left. " + NO_TIERS)
        return
    groups = coverage(report, group_of, complete=complete)
    card = opened.card
    better = report.figures.better
    Head(coverage_answer(groups, word, better), lambda: coverage_report(card, report, groups, word)).draw()
    own = {unit: one.group for one in groups for unit in _members(report, one)}
    if report.grid.common.size:
        figure(
            group_chart(report, groups, own), title=f"Languages by {word}", key="groups",
            alt=f"Mean score of each language by {word}. {coverage_answer(groups, word, better).replace('**', '')}",
            caption=f"A dot a language · red: mean of the group · dashed: {unit_name(report.reference or 'none')} · "
            f"{compared_words(report)} · in brackets: languages",
            table=group_table(groups),
        )  # fmt: skip
    st.dataframe(
        group_table(groups).rename(headings(group_table(groups))), hide_index=True, key="group-table",
        column_config={name: st.column_config.NumberColumn(format="%.3f") for name in
                       ("Mean", "Against reference", "Worst")},
    )  # fmt: skip
    source_line(source_words(card), FROM_WHERE[by], settings_words(report.figures), n=len(report.grid.units))


def _members(report: LanguageReport, group: GroupCover) -> list[str]:
    names = set(group.names)
    return [unit for unit in report.grid.units if unit_name(unit) in names]


def _groups(report: LanguageReport, by: str) -> tuple[dict[str, str], bool]:
    if by == "family":
        return families(state.cursor(), report.figures.frame["language"].unique().to_list()), False
    if by == "script":
        return scripts(report.grid.units), False
    with st.sidebar:
        file = st.file_uploader(
            "Table of tiers", type="csv", key="tiers", max_upload_size=1, help="CSV with the columns language,tier"
        )
    if file is None:
        return {}, False
    try:
        return read_tiers(file.getvalue().decode("utf-8", "replace"), "the table of tiers"), True
    except TouchstoneError as error:
        show_error(error)
        return {}, False


def _report(opened: EvaluationSet, *, subsets: bool = False) -> tuple[LanguageReport, Asked]:
    """Draw the settings in the sidebar and give the report they make."""
    card = opened.card
    with st.sidebar:
        asked = score_inputs(opened, subsets=subsets)
        figures = chosen(opened.frame, card.id, card.version, asked)
        asked = reference_input(figures, asked)
    return reported(opened.frame, card.id, card.version, asked), asked


def show_input() -> str:
    """Give the view in the address."""
    from_url("show", "languages", lambda text: choice(text, tuple(VIEWS), "address, show"))
    return str(st.session_state["show"])
