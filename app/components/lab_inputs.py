"""What a lab is run on and with: its data and settings, in the sidebar and in the address."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import polars as pl
import streamlit as st

from app.components import state
from app.components.frame import counted
from app.components.lab_sliders import sliders_input
from app.components.set_upload import MAX_UPLOAD, TYPES
from app.components.set_words import ROW_WORDS
from app.components.url_state import from_url, hold, to_url
from app.navigation import page_link
from governance.errors import BadInput, NotFound
from governance.research.labs.lab import Lab, Setting, Value
from governance.research.labs.reading import attach_all, of_format, read_lab_bytes, read_settings

EXAMPLE, UPLOAD = "example", "file"
MOST_VALUES = 200
PREFIX = "set-"
"""Before the name of a setting in the address, so that none hides another parameter."""


@dataclass(frozen=True, slots=True, eq=False)
class LabData:
    """The rows a lab is run on.

    Args:
        frame: The rows; ``None``: nothing is read, or no file is chosen yet.
        version: What tells them from others.
        source: Who published them.
        licence: SPDX expression; empty: not stated.
        title: For people.
        synthetic: Whether they are the lab's own example.
        ready: Whether the lab can be run.
        sha256: Of the file, or of the second one where that replaces it; empty: there is none.
    """

    frame: pl.DataFrame | None
    version: str
    source: str
    licence: str
    title: str
    synthetic: bool
    ready: bool
    sha256: str = ""


def data_input(lab: Lab, seed: int) -> LabData:
    """Draw the choice of data, and of a second file where the lab takes one, and give the rows.

    Args:
        lab: The lab.
        seed: Of the example.

    Raises:
        BadInput: A file cannot answer the lab's question.
    """
    chosen = _rows_input(lab, seed)
    if lab.attachment is None or not (chosen.ready or lab.attachment.replaces):
        return chosen
    second = lab.attachment
    given = st.file_uploader(
        second.label, [one.lstrip(".") for one in second.endings], key=f"lab-second-{lab.name}", help=second.help,
        max_upload_size=second.most // 1_000_000, accept_multiple_files=second.several,
    )  # fmt: skip
    files = [(one.name, one.getvalue()) for one in (given if isinstance(given, list) else [given]) if one is not None]
    if not files:
        return chosen
    names, digest = (
        ", ".join(name for name, _ in files),
        hashlib.sha256(b"".join(data for _, data in files)).hexdigest(),
    )
    frame = None if chosen.synthetic else chosen.frame
    rows, synthetic = _attach(lab.name, f"{chosen.version} {digest}", names, seed, lab, frame, files)
    whole = second.replaces
    return LabData(
        rows, f"sha256 {digest[:12]}" if whole else f"{chosen.version} + sha256 {digest[:12]}",
        names if whole else f"{chosen.source} with {names}", "" if whole else chosen.licence, names, synthetic, True,
        digest if whole else chosen.sha256,
    )  # fmt: skip


@st.cache_data(show_spinner="Reading the second file", max_entries=6)
def _attach(
    name: str, version: str, names: str, seed: int, _lab: Lab, _frame: pl.DataFrame | None,
    _files: list[tuple[str, bytes]],
) -> tuple[pl.DataFrame, bool]:  # fmt: skip
    return attach_all(_lab, _frame, _files, seed)


def _rows_input(lab: Lab, seed: int) -> LabData:
    """Draw the choice of data and give the rows.

    Args:
        lab: The lab.
        seed: Of the example.

    Raises:
        BadInput: The file cannot answer the lab's question.
    """
    if lab.source == "settings":
        return LabData(None, state.version(), "settings", "", "Settings only", False, True)
    format = None if lab.source == "table" else lab.source
    cards = {card.id: card for card in state.set_cards(format)} if format else {}
    options = [EXAMPLE, UPLOAD, *cards]

    def check(text: str) -> None:
        if text not in options:
            raise NotFound(f"there is no set '{text:.60}' here", "address, data", "the synthetic example is shown")

    from_url("data", EXAMPLE, check)
    if st.session_state["data"] not in options:
        st.session_state["data"] = EXAMPLE
    hold("data")
    words = {
        EXAMPLE: "Synthetic example", UPLOAD: "A file of yours",
        **{key: f"{one.title} ({counted(one.rows, *ROW_WORDS[one.format])})" for key, one in cards.items()},
    }  # fmt: skip
    st.selectbox(
        "Data", options, key="data", help="The example has a planted answer; your own file or set gives yours",
        format_func=lambda one: words[one],
    )  # fmt: skip
    chosen = to_url("data", EXAMPLE)
    if chosen == EXAMPLE:
        frame = _example(lab.name, seed, lab)
        return LabData(frame, f"example, seed {seed}", "made here", "CC0-1.0", "SYNTHETIC example", True, True)
    if chosen == UPLOAD:
        return _uploaded(lab)
    if format is not None:
        page_link("evaluation-data", "Bring your own", icon=":material/upload:", format=format)
    card = cards[chosen]
    return LabData(
        state.opened_set(card).frame, f"{card.id} {card.version}", card.source, card.licence, card.title, False, True
    )


@st.cache_data(show_spinner="Making the example", max_entries=20)
def _example(name: str, seed: int, _lab: Lab) -> pl.DataFrame:
    return of_format(_lab, _lab.example(seed))


@st.cache_data(show_spinner="Reading the file", max_entries=3)
def _read(name: str, digest: str, where: str, _lab: Lab, _data: bytes) -> pl.DataFrame:
    return read_lab_bytes(_lab, _data, where, MAX_UPLOAD)


def _uploaded(lab: Lab) -> LabData:
    file = st.file_uploader(
        "File", TYPES, key=f"lab-file-{lab.name}", max_upload_size=20,
        help="CSV, JSON or Parquet, at most 20 MB here; larger ones with 'touchstone lab'",
    )  # fmt: skip
    if file is None:
        return LabData(None, "", "", "", "No file", False, False)
    data = file.getvalue()
    digest = hashlib.sha256(data).hexdigest()
    frame = _read(lab.name, digest, file.name, lab, data)
    return LabData(frame, f"sha256 {digest[:12]}", file.name, "", file.name, False, True, digest)


def settings_input(lab: Lab, frame: pl.DataFrame | None) -> dict[str, Value]:
    """Draw a lab's settings and give their values; all are in the address.

    Raises:
        BadInput: Two of them do not go together.
    """
    return read_settings(lab, {one.name: _one(lab, one, frame) for one in lab.settings})


def seed_input() -> int:
    """Draw the seed of all draws, kept in the address."""

    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) < 5):
            raise BadInput(f"'{text:.20}' is no seed", "address, seed", "use 0 to 9999")
        return int(text)

    from_url("seed", "0", read, read=int)
    st.number_input("Seed", 0, 9999, key="seed", help="Fixes all draws, and the example")
    return int(to_url("seed", "0"))


def _one(lab: Lab, one: Setting, frame: pl.DataFrame | None) -> object:
    key, usual = f"{PREFIX}{one.name}", _text(one.default)

    def check(text: str) -> None:
        read_settings(lab, {one.name: text})

    if one.kind == "number":
        from_url(key, usual, check, read=_whole if one.whole else _float)
        if one.whole:
            st.number_input(
                one.label, _int(one.low), _int(one.high), None, 1, key=key, help=one.help, placeholder="not set"
            )  # fmt: skip
        else:
            st.number_input(
                one.label, _real(one.low), _real(one.high), None, key=key, help=one.help, placeholder="not set",
                format="%g",
            )  # fmt: skip
        return to_url(key, usual, write=_text)
    if one.kind == "sliders":
        return sliders_input(lab, one, frame, key)
    if one.kind == "choice":
        from_url(key, usual, check)
        st.selectbox(one.label, one.choices, key=key, help=one.help)
        return to_url(key, usual)
    from_url(key, usual, check)
    values = _values(frame, one.column) if one.column else []
    if values:
        here = str(st.session_state.get(key) or "")
        options = list(dict.fromkeys(["", *values, here]))
        hold(key)
        st.selectbox(one.label, options, key=key, help=one.help, format_func=lambda each: each or "automatic")
    else:
        st.text_input(one.label, key=key, help=one.help, max_chars=one.many)
    return to_url(key, usual)


def _values(frame: pl.DataFrame | None, column: str) -> list[str]:
    if frame is None or column not in frame.columns:
        return []
    values = frame[column].drop_nulls().unique().sort()
    return [str(one) for one in values] if len(values) <= MOST_VALUES else []


def _text(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.12g}" if isinstance(value, int | float) else str(value)


def _float(text: str) -> float | None:
    return float(text) if text else None


def _whole(text: str) -> int | None:
    return int(float(text)) if text else None


def _real(value: float | None) -> float | None:
    return None if value is None else float(value)


def _int(value: float | None) -> int | None:
    return None if value is None else int(value)
