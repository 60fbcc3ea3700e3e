"""A page of records as a table, of datasets or of models: pinned name, a click opens the card."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import polars as pl
import streamlit as st

from app.components.frame import number
from app.components.url_state import from_url, to_url
from app.navigation import open_page
from governance.catalogue.narrowed import Narrowed
from governance.catalogue.selection import FacetSelection, choice
from governance.errors import BadInput

ROWS = 50
VIEW = ("page", "columns")
"""What the address says of the table beside the selection."""


Rows = TypeVar("Rows", bound=Narrowed[Any, Any])


@dataclass(frozen=True, slots=True)
class TableKind(Generic[Rows]):
    """What the table has to know of a kind of record.

    Args:
        card: The page that shows one record.
        plural: What the records are called.
        columns: Label by column, the name first.
        usual: The columns beside the name that are shown at first.
        cells: Makes the shown columns of a page's rows fit to be read.
        config: Says how each shown column is drawn.
    """

    card: str
    plural: str
    columns: Mapping[str, str]
    usual: tuple[str, ...]
    cells: Callable[[Rows, pl.DataFrame, Sequence[str]], pl.DataFrame]
    config: Callable[[Sequence[str]], dict[str, Any]]


@st.fragment
def record_table(
    kind: TableKind[Rows], result: Rows, columns: Sequence[str], key: str, *, in_url: bool = False
) -> None:
    """Show one page of the records; choosing a cell opens that record's card.

    Turning the page redraws the table alone.

    Args:
        kind: What is shown.
        result: What matches; what its selection was read under goes along to the card.
        columns: Fields of the kind to show beside the name.
        key: Unique on the page.
        in_url: Whether the address says which page is shown.
    """
    pages = max(1, math.ceil(result.total / ROWS))
    name = "page" if in_url else f"{key}-page"
    _first_page_of_another(result.selection.to_query(), name, key)
    if in_url:
        from_url(name, "1", lambda text: page_number(text, pages), read=int)
    place, foot = st.container(), st.container(horizontal=True, vertical_alignment="center")
    page = foot.pagination(pages, key=name) if pages > 1 else 1
    if in_url:
        to_url(name, "1")
    first = (page - 1) * ROWS
    shown = result.page(first, ROWS)
    event = place.dataframe(
        kind.cells(result, shown, ["name", *columns]),
        hide_index=True,
        height=min(38 + 35 * max(shown.height, 1), 520),
        column_config=kind.config(["name", *columns]),
        on_select="rerun",
        selection_mode="single-cell",
        key=f"{key}-table-{page}",  # a grid that is filled anew does not take the first click
        placeholder="unknown",
        alt=f"{result.total:,} {kind.plural}, {shown.height} shown: name, "
        f"{', '.join(kind.columns[column].lower() for column in columns[:2])} and more",
    )
    if pages > 1:
        foot.caption(f"{number(first + 1)} to {number(first + shown.height)} of {number(result.total)}")
    for row, _ in event["selection"]["cells"]:
        open_page(kind.card, id=shown["id"][row], **_context(result.selection))


def column_chooser(kind: TableKind[Rows], key: str) -> list[str]:
    """Let the reader choose the columns beside the name; the address says which, where they are not the usual ones."""
    usual = ",".join(kind.usual)

    def check(text: str) -> None:
        for name in text.split(","):
            choice(name, tuple(kind.columns), "address, columns")

    from_url(key, usual, check, read=_beside_name)
    st.multiselect(
        "Columns", [name for name in kind.columns if name != "name"], key=key,
        format_func=lambda name: kind.columns[name], help="What to show beside the name",
    )  # fmt: skip
    return _beside_name(to_url(key, usual, write=lambda chosen: ",".join(chosen) or "name"))


def _first_page_of_another(query: str, name: str, key: str) -> None:
    """Start on the first page when another selection is shown than the run before."""
    if st.session_state.get(f"{key}-query") not in (None, query):
        st.session_state[name] = 1
    st.session_state[f"{key}-query"] = query


def page_number(text: str, pages: int) -> None:
    """Refuse what is no page of a table.

    Raises:
        BadInput: It is no number, or beyond the last page.
    """
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= pages):
        raise BadInput(f"there is no page '{text:.20}' of the table", "address, page", f"use 1 to {pages}")


def _beside_name(text: str) -> list[str]:
    return [name for name in text.split(",") if name != "name"]


def _context(selection: FacetSelection) -> dict[str, str]:
    stated = {name: getattr(selection, name) for name in selection.scope}
    return {name: value for name, value in stated.items() if value != selection.scope[name]}
