"""Widgets that the URL reproduces by stable words instead of labels."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from app.components.feedback import show_error
from governance.errors import TouchstoneError


def from_url(
    name: str,
    default: str,
    check: Callable[[str], object] | None = None,
    read: Callable[[str], object] = str,
) -> str:
    """Give a widget's state the value of its URL parameter when that changed: on arrival, by a link, by going back.

    Call it before the widget is drawn with ``key=name``, and `to_url` after.

    Args:
        name: Of the parameter, and key of the widget.
        default: What holds where the URL says nothing.
        check: Raises a `TouchstoneError` for a value that cannot be shown; without it any is taken.
        read: Turns the text of the URL into the widget's value.

    Returns:
        The text that the widget's state stands for.
    """
    here = st.query_params.get(name, default) or default
    if name in st.session_state and here == st.session_state.get(_written(name)):
        return here
    try:
        if check is not None:
            check(here)
    except TouchstoneError as error:
        show_error(error)
        here = default
    st.session_state[name] = read(here)
    return here


def to_url(name: str, default: str, *, always: bool = False, write: Callable[..., str] = str) -> str:
    """Write a widget's value to the URL, or take it out where it is the default (unless always); give the text."""
    kept = st.session_state.get(name)
    value = default if kept in (None, "") else write(kept)
    if value == default and not always:
        if name in st.query_params:
            del st.query_params[name]
    elif st.query_params.get(name) != value:
        st.query_params[name] = value
    st.session_state[_written(name)] = value
    return value


def hold(key: str) -> None:
    """Keep what is chosen in a list whose labels may change; call it before the widget is drawn.

    The browser names a choice by the label it was drawn with. Where that changes, by an edit here or by somebody else,
    Streamlit does not tell it, and the next run would fall back to the first choice, or to none.

    Args:
        key: Of the widget.
    """
    if key in st.session_state:
        st.session_state[key] = st.session_state[key]


def _written(name: str) -> str:
    return f"{name}-in-url"
