"""A page of datasets as a table: pinned name, coloured use classes, a click opens the card."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from app.components.frame import number
from app.components.url_state import from_url, to_url
from app.navigation import open_page
from app.theme import USE_LABELS, tokens, use_colours
from governance.catalogue.selection import Selection, choice
from governance.catalogue.vocabulary import USE_CLASSES
from governance.errors import BadInput
from governance.provenance.datasets import SelectionResult

ROWS = 50
VIEW = ("page", "columns")
"""What the address says of the table beside the selection."""
COLUMNS: dict[str, str] = {
    "name": "Dataset",
    "licence_use": "Licence use",
    "effective_use": "Effective use",
    "licences": "Licences found",
    "language": "Languages",
    "examples": "Examples",
    "year": "Year",
    "collection": "Collection",
    "modality": "Modality",
    "task": "Tasks",
    "creator": "Creators",
    "creator_country": "Countries",
    "generating_model": "Models",
    "parents": "Derived from",
    "missing_parents": "Parents without record",
    "huggingface_use": "On Hugging Face",
    "github_use": "On GitHub",
    "paperswithcode_use": "On Papers with Code",
    "hours": "Hours",
    "downloads": "Downloads",
    "citations": "Citations",
    "id": "Id",
}
DEFAULT = ("licence_use", "effective_use", "licences", "language", "examples", "year")
USES = ("licence_use", "effective_use", "huggingface_use", "github_use", "paperswithcode_use")
NAMED = ("language", "creator_country")
WIDTHS = {"licences": 190, "language": 130, "collection": 160}
COUNTS = ("examples", "downloads", "citations", "hours", "parents", "missing_parents")


@st.fragment
def dataset_table(result: SelectionResult, columns: list[str], key: str, *, in_url: bool = False) -> None:
    """Show one page of the datasets; choosing a cell opens that dataset's card.

    Turning the page redraws the table alone.

    Args:
        result: The matching datasets; snapshot and policy go along to the card.
        columns: Fields of `COLUMNS` to show beside the name.
        key: Unique on the page.
        in_url: Whether the address says which page is shown.
    """
    pages = max(1, math.ceil(result.total / ROWS))
    name = "page" if in_url else f"{key}-page"
    _first_page_of_another(result, name, key)
    if in_url:
        from_url(name, "1", lambda text: _page_number(text, pages), read=int)
    place, foot = st.container(), st.container(horizontal=True, vertical_alignment="center")
    page = foot.pagination(pages, key=name) if pages > 1 else 1
    if in_url:
        to_url(name, "1")
    first = (page - 1) * ROWS
    shown = result.page(first, ROWS)
    event = place.dataframe(
        _cells(shown, ["name", *columns], result.datasets.labels),
        hide_index=True,
        height=min(38 + 35 * max(shown.height, 1), 520),
        column_config=_config(columns),
        on_select="rerun",
        selection_mode="single-cell",
        key=f"{key}-table",
        placeholder="unknown",
        alt=f"{result.total:,} datasets, {shown.height} shown: name, licence use, effective use and more",
    )
    if pages > 1:
        foot.caption(f"{number(first + 1)} to {number(first + shown.height)} of {number(result.total)}")
    for row, _ in event["selection"]["cells"]:
        open_page("dataset", id=shown["id"][row], **_context(result.selection))


def column_chooser(key: str) -> list[str]:
    """Let the reader choose the columns beside the name; the address says which, where they are not the usual ones."""
    usual = ",".join(DEFAULT)
    from_url(key, usual, _known_columns, read=_beside_name)
    st.multiselect(
        "Columns", [name for name in COLUMNS if name != "name"], key=key,
        format_func=lambda name: COLUMNS[name], help="What to show beside the name",
    )  # fmt: skip
    return _beside_name(to_url(key, usual, write=lambda chosen: ",".join(chosen) or "name"))


def _first_page_of_another(result: SelectionResult, name: str, key: str) -> None:
    """Start on the first page when another selection is shown than the run before."""
    shown_last, query = st.session_state.get(f"{key}-query"), result.selection.to_query()
    if shown_last not in (None, query):
        st.session_state[name] = 1
    st.session_state[f"{key}-query"] = query


def _page_number(text: str, pages: int) -> None:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= pages):
        raise BadInput(f"there is no page '{text:.20}' of the table", "address, page", f"use 1 to {pages}")


def _known_columns(text: str) -> None:
    for name in text.split(","):
        choice(name, tuple(COLUMNS), "address, columns")


def _beside_name(text: str) -> list[str]:
    return [name for name in text.split(",") if name != "name"]


def _context(selection: Selection) -> dict[str, str]:
    stated = {"snapshot": selection.snapshot, "policy": selection.policy}
    return {name: value for name, value in stated.items() if value != Selection.model_fields[name].default}


def _cells(frame: pl.DataFrame, columns: list[str], labels: Mapping[tuple[str, str], str]) -> pl.DataFrame:
    named = [
        pl.col(field).list.eval(
            pl.element().replace({value: label for (name, value), label in labels.items() if name == field})
        )
        for field in columns
        if field in NAMED
    ]
    if "licences" in columns:
        named.append(
            pl.col("licences").list.eval(pl.element().str.replace(r"^custom:(?:https?://)?([^/]*).*$", "custom: $1"))
        )
    uses = [
        pl.concat_list(pl.col(name).replace_strict(USE_LABELS, default="unknown").fill_null("not stated")).alias(name)
        for name in columns
        if name in USES
    ]
    return frame.select(columns).with_columns(*uses, *named)


def _config(columns: list[str]) -> dict[str, Any]:
    colours = use_colours(tokens())
    words, fills = [USE_LABELS[use] for use in USE_CLASSES], [colours[use] for use in USE_CLASSES]
    config: dict[str, Any] = {"name": st.column_config.TextColumn("Dataset", pinned=True, width=190)}
    for name in columns:
        label = COLUMNS[name]
        if name in USES:
            config[name] = st.column_config.MultiselectColumn(label, options=words, color=fills, width=118)
        elif name in COUNTS:
            config[name] = st.column_config.NumberColumn(label, format="compact", width=88)
        elif name == "year":
            config[name] = st.column_config.NumberColumn(label, format="%d", width=64)
        else:
            config[name] = st.column_config.Column(label, width=WIDTHS.get(name, "medium"))
    return config
