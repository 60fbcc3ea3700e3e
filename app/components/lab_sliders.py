"""A slider for each value of a column, kept together as one text in the address."""

from __future__ import annotations

import polars as pl
import streamlit as st

from app.components.frame import plain
from app.components.url_state import from_url, to_url
from governance.research.labs.lab import Lab, Setting
from governance.research.labs.reading import read_settings
from governance.research.labs.sliders import read_sliders, write_sliders

MOST_SLIDERS = 12
STEP = 0.01


def sliders_input(lab: Lab, one: Setting, frame: pl.DataFrame | None, key: str) -> str:
    """Draw the sliders of a setting and give those that were moved as its text.

    Args:
        lab: The lab.
        one: The setting.
        frame: The rows that name the sliders, and say where they start.
        key: Of the setting in the address.
    """

    def check(text: str) -> None:
        read_settings(lab, {one.name: text})

    start = starts(one, frame)
    here = from_url(key, "", check)
    if not 0 < len(start) <= MOST_SLIDERS:
        st.text_input(
            one.label, key=key, help=f"{one.help}; write name=number with semicolons between", max_chars=one.many
        )
        return to_url(key, "")
    given = read_sliders(here, one.name)
    low, high = float(one.low or 0.0), float(1.0 if one.high is None else one.high)
    st.markdown(f"**{one.label}**", help=one.help)
    drawn = (here, tuple(start.items()))
    anew = st.session_state.get(f"{key}-drawn") != drawn
    values: dict[str, float] = {}
    for name, usual in start.items():
        own = f"{key}-of-{name}"
        if anew or own not in st.session_state:
            st.session_state[own] = min(high, max(low, given.get(name, usual)))
        values[name] = st.slider(plain(name), low, high, step=STEP, key=own)
    kept = {name: value for name, value in values.items() if abs(value - start[name]) >= STEP / 2}
    # What the rows do not name stays, so that the lab refuses it instead of it being lost.
    kept |= {name: value for name, value in given.items() if name not in start}
    st.session_state[key] = write_sliders(kept)
    if one.total:
        st.caption(f"Sum {sum(values.values()):.2f}; shares are scaled to 1")
    said = to_url(key, "")
    st.session_state[f"{key}-drawn"] = (said, drawn[1])
    return said


def starts(one: Setting, frame: pl.DataFrame | None) -> dict[str, float]:
    """Give the names of a setting's sliders with where they stand where nothing is set."""
    if frame is None or one.column not in frame.columns:
        return {}
    rows = frame.filter(pl.col(one.column).is_not_null())
    if not one.start:
        return dict.fromkeys((str(name) for name in rows[one.column].unique().sort()), 0.0)
    total = float(rows[one.start].sum())
    if not total > 0:
        return {}
    return {
        str(name): round(float(value or 0.0) / total, 4) for name, value in rows.select(one.column, one.start).rows()
    }
