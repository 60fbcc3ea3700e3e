"""The list of labs, and one lab: its answer, figures, tables and what can be taken away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from functools import partial

import polars as pl
import streamlit as st

from app.components import state
from app.components.evaluation_report import report_button
from app.components.feedback import empty, show_error
from app.components.figure import figure
from app.components.frame import counted, headings, page_header, plain, source_line
from app.components.lab_charts import lab_chart
from app.components.lab_inputs import LabData, data_input, seed_input, settings_input
from app.navigation import page_link
from governance.assessment.records import Figure
from governance.errors import TouchstoneError
from governance.research.labs.lab import TOPICS, Lab, LabFigure, LabResult, Number, Source, Value
from governance.research.labs.lab_tables import counted_in
from governance.research.labs.reading import template
from governance.research.labs.registry import LABS, run_lab
from governance.research.labs.report import SIMULATED_WORDS, SYNTHETIC_WORDS, lab_report, numbers_table

MANY = 1e6
"""From which a published figure is written in millions."""
QUESTION = "What do your own numbers say?"
READS: dict[Source, str] = {
    "battles": "battles", "scores": "scores", "predictions": "predictions", "table": "a table of its own",
    "settings": "settings only",
}  # fmt: skip


def labs_list() -> None:
    """List the labs by topic, each with its question."""
    topics = [one for one in TOPICS if any(lab.topic == one for lab in LABS.values())]
    page_header(
        QUESTION,
        f"**{counted(len(LABS), 'lab')}** answer one question each, from your file or settings.",
        help="A lab takes your battles, scores, predictions or a small table; each has a template, and a synthetic "
        "example with a planted answer to try it on.",
    )
    for topic in topics:
        st.header(topic, anchor=False)
        places = st.columns(2)
        for at, lab in enumerate(one for one in LABS.values() if one.topic == topic):
            with places[at % 2].container(gap="xxsmall"):
                page_link("labs", lab.title, icon=":material/experiment:", lab=lab.name)
                st.caption(plain(lab.question))
    source_line("Labs work on your own files and settings; their examples are synthetic", n=len(LABS))


def lab_view(lab: Lab) -> None:
    """Draw one lab."""
    with st.sidebar:
        page_link("labs", "All labs", icon=":material/arrow_back:")
        data_place, settings_place, seed_place = st.container(), st.container(), st.container()
        with seed_place:
            seed = seed_input()
        try:
            with data_place:
                data = data_input(lab, seed)
            with settings_place:
                settings = settings_input(lab, data.frame)
            error: TouchstoneError | None = None
        except TouchstoneError as raised:
            error = raised
    if error is not None:
        page_header(lab.question, "**This cannot be answered yet.**", help=lab.planted)
        show_error(error)
        _needs(lab)
        source_line("Your file")
        return
    if not data.ready:
        actions = page_header(lab.question, "**Choose a file at the left.**", help=_help(lab))
        with actions:
            _template(lab)
        empty("No file is chosen.", "Fill in the template, or go back to the synthetic example.")
        _needs(lab)
        source_line("Nothing is read yet")
        return
    _answered(lab, data, settings, seed)


def _answered(lab: Lab, data: LabData, settings: Mapping[str, Value], seed: int) -> None:
    try:
        result = _result(
            lab.name, data.version, tuple(settings.items()), seed, state.version(), data.frame, data.synthetic
        )
    except TouchstoneError as error:
        page_header(lab.question, "**This cannot be answered yet.**", help=_help(lab))
        show_error(error)
        _needs(lab)
        source_line(f"Source: {plain(data.source)}", data.version)
        return
    actions = page_header(
        lab.question,
        f"{':orange-badge[SYNTHETIC] ' if result.synthetic else ''}**{plain(result.answer)}**",
        help=_help(lab),
    )
    with actions:
        _template(lab)
        report_button(
            partial(lab_report, lab, result, settings, source=data.source, version=data.version, licence=data.licence),
            key=lab.name,
        )
    if result.synthetic:
        st.caption(f":material/science: {SYNTHETIC_WORDS}. Planted: {plain(lab.planted)}")
    if result.simulated:
        st.caption(f":material/casino: {SIMULATED_WORDS}.")
    told = [result.method, result.interval, *([] if result.seed is None else [f"seed {result.seed}"])]
    caption = plain(" · ".join(one for one in told if one))
    for place, shown in enumerate(result.figures):
        figure(
            lab_chart(shown), title=shown.title, alt=shown.alt, caption=caption if place == 0 else "Method as above",
            table=shown.table, key=f"{lab.name}-{place}",
            headline=partial(_headline, lab, result, shown if place else None, data, settings),
        )  # fmt: skip
    _numbers(result)
    for title, table in result.tables.items():
        _table(lab, title, table)
    if result.limits:
        st.caption("  \n".join(plain(one) for one in result.limits))
    licence = data.licence or "licence not stated"
    drawn = [] if result.seed is None or data.synthetic else [f"seed {result.seed}"]  # an example's version has it
    source_line(
        f"Source: {plain(data.source)}" + ("" if lab.source == "settings" else f" ({plain(licence)})"),
        f"data version {plain(data.version)}", *drawn, n=result.n,
    )  # fmt: skip


@st.cache_data(show_spinner="Working it out", max_entries=60)
def _result(
    name: str, version: str, settings: tuple[tuple[str, Value], ...], seed: int, catalogue: str,
    _frame: pl.DataFrame | None, synthetic: bool,
) -> LabResult:  # fmt: skip
    return run_lab(
        name, _frame, dict(settings), seed=seed, connection=state.cursor(), where=version, synthetic=synthetic
    )


def _table(lab: Lab, title: str, table: pl.DataFrame) -> None:
    """Draw a table; columns of which no row knows anything are named instead."""
    blank = [name for name in table.columns if table.height and table[name].null_count() == table.height]
    shown = table.drop(blank)
    st.markdown(f"**{plain(title)}**")
    st.dataframe(shown.rename(_headings(shown)), hide_index=True, key=f"{lab.name}-{title}", placeholder="unknown",
                 height="content" if shown.height <= 10 else 320, alt=title)  # fmt: skip
    if blank:
        st.caption(plain(f"Unknown in every row: {', '.join(name.replace('_', ' ') for name in blank)}"))


def _numbers(result: LabResult) -> None:
    table = numbers_table(result)
    wanted = () if result.synthetic else tuple(one.claim for one in result.numbers if one.claim)
    published = _published(wanted)
    beside = [published.get(one.claim) for one in result.numbers]
    if any(beside):
        table = table.with_columns(published=pl.Series(beside, dtype=pl.String))
    table = table.drop("claim").select(
        "figure", "value", "unit", *(name for name in ("low", "high") if table[name].null_count() < table.height),
        *(["published"] if any(beside) else []),
    )  # fmt: skip
    st.dataframe(
        table.rename(headings(table)), hide_index=True, key="lab-numbers", placeholder="unknown",
        height="content" if table.height <= 10 else 320, alt="The figures with their intervals and units",
        column_config={
            "Figure": st.column_config.TextColumn(width="medium"),
            **dict.fromkeys(("Value", "Low", "High"), st.column_config.NumberColumn(format="%.6g")),
        },
    )  # fmt: skip


@st.cache_data(show_spinner=False, max_entries=60)
def _published_at(claims: tuple[str, ...], catalogue: str) -> dict[str, str]:
    rows = state.cursor().execute(
        """
        SELECT claim.id, comparator, published, unit FROM claim
        WHERE claim.id IN (SELECT unnest(?)) AND published IS NOT NULL
        """,
        [list(claims)],
    ).fetchall()  # fmt: skip
    return {str(row[0]): f"{row[1]} {counted_in(row[2]) if row[2] >= MANY else f'{row[2]:g}'} {row[3]}" for row in rows}


def _published(claims: tuple[str, ...]) -> dict[str, str]:
    return _published_at(claims, state.version()) if claims else {}


def _headline(
    lab: Lab, result: LabResult, shown: LabFigure | None, data: LabData, settings: Mapping[str, Value]
) -> Figure:
    """Give what is kept as evidence: the lab's main number, or a further figure; with all numbers, seed and data."""
    first: Number = result.numbers[0]
    label = first.label if shown is None else shown.title
    inputs = {
        "lab": lab.name, "settings": dict(settings), "seed": result.seed, "data_version": data.version,
        "sha256": data.sha256 or None, "synthetic": result.synthetic, "simulated": result.simulated,
        "numbers": [asdict(one) for one in result.numbers], "limits": list(result.limits),
    }  # fmt: skip
    own = first.value is not None and shown is None
    return Figure(
        name=f"{lab.title}: {label}{' (SYNTHETIC)' if result.synthetic else ''}"[:200],
        value=first.value if own else (result.answer if shown is None else shown.alt)[:5_000],
        unit=first.unit if own else "", low=first.low if own else None, high=first.high if own else None,
        n=result.n, method=f"{result.method}; {result.interval or 'no interval'}", inputs=inputs, source=data.source,
    )  # fmt: skip


def _headings(table: pl.DataFrame) -> dict[str, str]:
    return {name: heading.replace("_", " ") for name, heading in headings(table).items()}


def _template(lab: Lab) -> None:
    if lab.source == "settings":
        return
    st.download_button(
        "Template", lambda: template(lab), f"{lab.name}.csv", "text/csv", key=f"{lab.name}-template",
        icon=":material/description:", on_click="ignore", help="A CSV to fill in, with rows of the example",
    )  # fmt: skip


def _needs(lab: Lab) -> None:
    if lab.source == "settings":
        return
    if lab.columns:
        table = pl.DataFrame(
            [{"column": one.name, "holds": one.kind, "needed": one.needed, "what": one.help} for one in lab.columns]
        )
        st.dataframe(table.rename(headings(table)), hide_index=True, key="lab-columns", height="content",
                     alt="The columns of this lab's table")  # fmt: skip
    else:
        st.markdown(f"It reads **{READS[lab.source]}** with: {plain(', '.join(lab.needs))}.")


def _help(lab: Lab) -> str:
    papers = ", ".join(lab.papers)
    return f"It reads {READS[lab.source]}. Papers: {plain(papers)}."
