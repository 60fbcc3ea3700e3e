"""What the reader sets on the backtest: index, threshold, line, day and whose FLOP; all of it in the address."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl
import streamlit as st

from app.components import state
from app.components.url_state import from_url, to_url
from governance.catalogue.selection import choice
from governance.compute.backtest_report import read_threshold
from governance.compute.capability import FLOP_SOURCES, FlopSource, capability, index_ids
from governance.compute.capability_marks import Mark, days_covered, marks, usual_line
from governance.errors import BadInput, NotFound, TouchstoneError

THRESHOLDS = ("1e23", "1e24", "1e25", "1e26")
USUAL = "1e25"
INDEX_LABELS = {"eci": "Epoch Capabilities Index", "arena": "Arena votes"}
FLOP_LABELS: dict[FlopSource, str] = {
    "index": "The index's own",
    "records": "The compute records",
    "either": "Whichever is known",
}
IMPORT_ARENA = "touchstone import arena PATH"
SAME = 1e-6
STEPS_ON_SLIDER = 200


@dataclass(frozen=True)
class Asked:
    """What the reader asks.

    Args:
        index_id: Which index.
        frame: Its models, with the FLOP of the source asked for.
        threshold: FLOP; ``None`` where it cannot be read, and then `problem` says why.
        line: Value of the index.
        marks: Well-known models on the index.
        first, as_of: Between these days models are counted.
        flop: Whose FLOP.
    """

    index_id: str
    frame: pl.DataFrame
    threshold: float | None
    problem: TouchstoneError | None
    line: float
    marks: tuple[Mark, ...]
    first: date
    as_of: date
    flop: FlopSource

    @property
    def line_name(self) -> str:
        """Say the line: the model whose value it is, or the value."""
        return next((f"{one.model}" for one in self.marks if abs(one.value - self.line) < SAME), f"index {self.line:g}")


@st.cache_resource(show_spinner="Reading the index", max_entries=12)
def _frame_at(index_id: str, flop: FlopSource, catalogue_at: str) -> pl.DataFrame:
    return capability(state.cursor(), index_id, flop=flop)


@st.cache_data(show_spinner=False, max_entries=2)
def _indexes_at(catalogue_at: str) -> tuple[str, ...]:
    return tuple(sorted(index_ids(state.cursor()), key=lambda one: (one != "eci", one)))


def backtest_form() -> Asked:
    """Draw the settings, and read them."""
    index_id = _index()
    frame = _frame_at(index_id, "either", state.version())
    threshold, problem = _threshold()
    line = _line(frame, index_id)
    first, as_of = _as_of(frame)
    flop = _flop(index_id)
    frame = _frame_at(index_id, flop, state.version())
    return Asked(index_id, frame, threshold, problem, line, marks(frame, index_id), first, as_of, flop)


def _index() -> str:
    known = _indexes_at(state.version())
    from_url("index", "eci", lambda text: _known_index(text, known))
    st.radio(
        "Index", known, key="index", format_func=lambda key: INDEX_LABELS.get(key, key), on_change=_forget,
        help="What measures capability; each has its own scale",
    )  # fmt: skip
    if "arena" not in known:
        st.caption(f"For Arena votes as a second index: `{IMPORT_ARENA}`")
    return to_url("index", "eci")


def _known_index(text: str, known: Sequence[str]) -> None:
    if text not in known:
        step = f"import it: {IMPORT_ARENA}" if text == "arena" else f"use one of {', '.join(known)}"
        raise NotFound(f"the catalogue has no index '{text:.20}'", "address, index", step)


def _forget() -> None:
    """Another index has another scale, other days and FLOP of another source."""
    for name in ("line", "as_of", "whose", "above"):
        st.session_state.pop(name, None)
        st.query_params.pop(name, None)


def _threshold() -> tuple[float | None, TouchstoneError | None]:
    from_url("threshold", USUAL)
    kept = str(st.session_state["threshold"] or USUAL)
    st.selectbox(
        "Threshold, FLOP", list(dict.fromkeys((*THRESHOLDS, kept))), key="threshold", accept_new_options=True,
        help="A model is caught when its training took more. Choose, or type your own, e.g. 3e24",
    )  # fmt: skip
    text = to_url("threshold", USUAL)
    try:
        return read_threshold(text, "threshold"), None
    except TouchstoneError as error:
        return None, error


def _line(frame: pl.DataFrame, index_id: str) -> float:
    known, usual = marks(frame, index_id), usual_line(frame, index_id)
    values = frame["value"].drop_nulls().to_list()
    low, high = math.floor(min(values)), math.ceil(max(values))
    names = {one.value: one.model for one in known}

    def read(text: str) -> float:
        value = _number(text, low, high)
        return next((one for one in (*names, usual) if abs(one - value) < SAME), value)

    from_url("line", _written(usual), read, read)
    step = _step(high - low)
    grid = [round(low + step * place, 6) for place in range(int((high - low) / step) + 1)]
    options = sorted({*grid, *names, usual, float(st.session_state["line"])})
    st.select_slider(
        "Capability line", options, key="line",
        format_func=lambda value: f"{value:.1f} {names[value]}" if value in names else f"{value:g}",
        help="From this value of the index a model counts as capable; named places are well-known models",
    )  # fmt: skip
    return read(to_url("line", _written(usual), write=_written))


def _written(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".")


def _step(width: float) -> float:
    rough = width / STEPS_ON_SLIDER
    unit = 10.0 ** math.floor(math.log10(rough)) if rough > 0 else 1.0
    return float(next(unit * part for part in (1, 2, 5, 10) if unit * part >= rough))


def _number(text: str, low: float, high: float) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not low <= value <= high:
        raise BadInput(f"'{text:.20}' is no value of this index", "address, line", f"use {low} to {high}")
    return value


def _as_of(frame: pl.DataFrame) -> tuple[date, date]:
    first, last = days_covered(frame)

    def read(text: str) -> date:
        try:
            day = date.fromisoformat(text)
        except ValueError:
            day = None
        if day is None or not first <= day <= last:
            raise BadInput(f"'{text:.20}' is no day of the data", "address, as_of", f"use {first} to {last}")
        return day

    from_url("as_of", last.isoformat(), read, read)
    st.date_input(
        "As of", key="as_of", min_value=first, max_value=last, format="YYYY-MM-DD",
        help="Only models released up to this day count; at first the newest release in the data",
    )  # fmt: skip
    return first, read(to_url("as_of", last.isoformat()))


def _flop(index_id: str) -> FlopSource:
    usual: FlopSource = "index" if index_id == "eci" else "either"
    from_url("whose", usual, lambda text: choice(text, FLOP_SOURCES, "address, whose"))
    st.radio(
        "Training compute from", FLOP_SOURCES, key="whose", format_func=lambda word: FLOP_LABELS[word],
        help="The published figures use the index's own; the compute records are those of the Models page",
    )  # fmt: skip
    return choice(to_url("whose", usual), FLOP_SOURCES, "option whose")
