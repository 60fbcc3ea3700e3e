"""The bar that shows at a glance what a selection allows: by its own licences, and once lineage counts."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import streamlit as st

from app.theme import USE_LABELS, Tokens, tokens, use_colours
from governance.catalogue.vocabulary import USE_CLASSES

HEIGHT = 16


def use_bar(rows: Mapping[str, Mapping[str, int]]) -> None:
    """Draw one bar a row, each class in its colour with its count in words below.

    Args:
        rows: Name of the bar to use class to number of datasets.
    """
    st.html(use_bar_svg(rows, tokens()))


def use_bar_svg(rows: Mapping[str, Mapping[str, int]], colours: Tokens) -> str:
    """Write the bars as one picture that says the same to those who cannot see it.

    >>> from app.theme import LIGHT
    >>> "commercial 3" in use_bar_svg({"own": {"commercial": 3}}, LIGHT)
    True
    """
    said = "; ".join(f"{name}: {_words(counts)}" for name, counts in rows.items())
    parts = [_bar(name, counts, colours) for name, counts in rows.items() if sum(counts.values())]
    return f'<div role="img" aria-label="{escape(said)}">{"".join(parts)}</div>'


def _bar(name: str, counts: Mapping[str, int], colours: Tokens) -> str:
    fills = use_colours(colours)
    total = sum(counts.values())
    shown = [(use, counts.get(use, 0)) for use in USE_CLASSES if counts.get(use)]
    blocks = "".join(
        f'<span style="flex:{count / total:.6f} 0 3px;background:{fills[use]};height:{HEIGHT}px" '
        f'title="{USE_LABELS[use]} {count:,}"></span>'
        for use, count in shown
    )
    words = " · ".join(
        f'<span style="white-space:nowrap"><span style="color:{fills[use]}" aria-hidden="true">■</span> '
        f"{USE_LABELS[use]} {count:,}</span>"
        for use, count in shown
    )
    return (
        f'<div style="display:flex;gap:1px;width:100%">{blocks}</div>'
        f'<div style="font-size:13px;margin:2px 0 6px"><b>{escape(name)}</b>: {words}</div>'
    )


def _words(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{USE_LABELS[use]} {counts[use]:,}" for use in USE_CLASSES if counts.get(use)) or "no datasets"
