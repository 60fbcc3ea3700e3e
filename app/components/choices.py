"""Small settings in the sidebar that the address reproduces: one of several words, a number, several words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from app.components.url_state import from_url, hold, to_url
from governance.catalogue.selection import choice
from governance.errors import BadInput

BETWEEN = "~"


def choose_one(name: str, label: str, options: Mapping[str, str], usual: str, said: str) -> str:
    """Draw a select box and give the chosen word.

    Args:
        name: Of the parameter, and key of the widget.
        label: Of the widget.
        options: Word to label.
        usual: The word where the address says nothing.
        said: Its help.
    """
    from_url(name, usual, lambda text: choice(text, tuple(options), f"address, {name}"))
    if st.session_state[name] not in options:  # other data have no such choice
        st.session_state[name] = usual
    hold(name)
    st.selectbox(label, list(options), key=name, format_func=lambda one: options.get(one, one), help=said)
    return to_url(name, usual)


def choose_several(name: str, label: str, options: Sequence[str], usual: Sequence[str], said: str) -> list[str]:
    """Draw a box for several words; none chosen stands in the address as such, unless that is usual."""
    read_several(name, options, usual)
    return draw_several(name, label, options, usual, said)


def read_several(name: str, options: Sequence[str], usual: Sequence[str] = ()) -> list[str]:
    """Read several words from the address, or what is chosen already; `draw_several` then draws their box.

    Args:
        name: Of the parameter, and key of the widget.
        options: The words that may be chosen.
        usual: Those of an address that says nothing.
    """

    def check(text: str) -> None:
        for one in _split(text):
            choice(one, tuple(options), f"address, {name}")

    from_url(name, BETWEEN.join(usual), check, read=_split)
    st.session_state[name] = [one for one in st.session_state[name] if one in options]
    return list(st.session_state[name])


def draw_several(
    name: str,
    label: str,
    options: Sequence[str],
    usual: Sequence[str],
    said: str,
    words: Callable[[str], str] = str,
) -> list[str]:
    """Draw the box of what `read_several` read, and give the chosen words.

    Args:
        name: Of the parameter, and key of the widget.
        label: Of the widget.
        options: The words that may be chosen.
        usual: Those of an address that says nothing.
        said: Its help.
        words: Gives what to show for a word.
    """
    st.multiselect(label, list(options), key=name, help=said, format_func=words, placeholder=f"any of {len(options)}")
    none = BETWEEN if usual else ""
    return _split(to_url(name, BETWEEN.join(usual), write=lambda kept: BETWEEN.join(kept) or none))


def choose_number(
    name: str, label: str, usual: float, said: str, *, low: float, high: float, step: float = 1.0, form: str = "%g"
) -> float:
    """Draw a box for a number and give it.

    Args:
        name: Of the parameter, and key of the widget.
        label: Of the widget, with the unit.
        usual: The number where the address says nothing.
        said: Its help.
        low: The least.
        high: The most.
        step: Of the buttons.
        form: How it is shown.
    """

    def check(text: str) -> None:
        try:
            fits = low <= float(text) <= high
        except ValueError:
            fits = False
        if not fits:
            raise BadInput(
                f"'{text:.40}' is no number from {low:g} to {high:g}", f"address, {name}", "write such a one"
            )

    from_url(name, f"{usual:g}", check, read=float)
    st.number_input(label, float(low), float(high), key=name, step=float(step), format=form, help=said)
    return float(to_url(name, f"{usual:g}", write=lambda kept: f"{kept:g}"))


def _split(text: str) -> list[str]:
    return [one for one in text.split(BETWEEN) if one]
