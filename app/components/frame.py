"""The frame of a page: its question, the answer beside the actions, and the closing source line."""

from __future__ import annotations

import re

import polars as pl
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from governance.exports.words import flop_words

_SOURCE = "source-line"
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-!|~$:])")


def plain(text: object) -> str:
    r"""Escape text from data so that Markdown shows it as it is.

    >>> plain("a_b [x](y)")
    'a\\_b \\[x\\]\\(y\\)'
    """
    return _MARKDOWN.sub(r"\\\1", str(text).replace("\n", " "))


def number(value: float | None) -> str:
    """Write a number for people: thin spaces between thousands, "unknown" for none.

    >>> number(2311), number(None)
    ('2\u202f311', 'unknown')
    """
    return "unknown" if value is None else f"{value:,.0f}".replace(",", "\u202f")


def counted(value: int, one: str, many: str = "") -> str:
    """Write a count with its noun.

    >>> counted(1, "vote"), counted(2, "vote"), counted(2, "person", "people")
    ('1 vote', '2 votes', '2 people')
    """
    return f"{number(value)} {one if value == 1 else many or one + 's'}"


def flop(value: float | None) -> str:
    """Write a number of operations for people, to two digits.

    >>> flop(1.55e25), flop(1e25), flop(None)
    ('1.6e25 FLOP', '1e25 FLOP', 'unknown')
    """
    return "unknown" if value is None else f"{flop_words(value)} FLOP"


def headings(table: pl.DataFrame) -> dict[str, str]:
    """Give the columns of a table their headings: the name with a capital.

    >>> headings(pl.DataFrame({"counts as": [1]}))
    {'counts as': 'Counts as'}
    """
    return {name: name[:1].upper() + name[1:] for name in table.columns}


def page_header(question: str, answer: str, *, help: str | None = None) -> DeltaGenerator:
    """Draw the question and its answer.

    Args:
        question: What the page answers.
        answer: One line of Markdown, the answer itself in bold.
        help: What stands behind the question, shown on demand.

    Returns:
        The place for the action buttons, at the right of the answer.
    """
    st.title(question, anchor=False, help=help)
    row = st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute")
    row.markdown(answer, width="stretch")
    return row.container(horizontal=True, width="content", horizontal_alignment="right")


def source_line(*parts: str, n: int | None = None, legal: bool = False) -> None:
    """Close a page or figure: sources, number of records and settings; the footer adds the catalogue's version.

    Args:
        *parts: What else to say: sources, snapshot, policy.
        n: Number of records behind what is shown.
        legal: Whether to say that this is no legal advice.
    """
    counted = [f"n = {number(n)}"] if n is not None else []
    st.caption(" · ".join([*parts, *counted, *(["not legal advice"] if legal else [])]))
    st.session_state[_SOURCE] = (st.session_state.get("here"), " · ".join(parts))


def last_source() -> str:
    """Give the source line with which this page closed when it was last drawn; empty where it was not yet."""
    page, line = st.session_state.get(_SOURCE, (None, ""))
    return str(line) if page == st.session_state.get("here") else ""
