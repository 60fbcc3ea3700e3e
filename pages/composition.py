"""What is this selection made of, beside another?"""

from __future__ import annotations

import streamlit as st

from app.components import state
from app.components.composition_views import (
    compare_answer,
    compare_figure,
    concentration_line,
    difference_table,
    divide_answer,
    divide_panels,
    divide_words,
)
from app.components.feedback import empty, show_error
from app.components.figure import figure
from app.components.frame import number, page_header, source_line
from app.components.pair_panel import Side, pair_panel
from app.components.share_chart import share_chart, share_table
from app.components.url_state import from_url, to_url
from app.navigation import open_page
from governance.catalogue.selection import choice
from governance.errors import TouchstoneError
from governance.provenance.composition import (
    DIMENSIONS_BY_FIELD,
    ORDERS,
    Order,
    compare,
    concentration,
    ordered,
    overlap,
)
from governance.provenance.divide import divide

QUESTION = "What is this selection made of, beside another?"
SOURCE = "Source: Data Provenance Collection (Apache-2.0), Longpre et al. 2023, 2024"
VIEWS = {"pair": "Two selections", "divide": "Open and closed"}
ORDER_LABELS = {"share": "Largest share first", "gap": "Widest gap first"}


def pair_view(sides: tuple[Side | TouchstoneError, Side | TouchstoneError], field: str, order: Order) -> None:
    """Show two selections on one dimension."""
    first, second = sides
    if isinstance(first, TouchstoneError) or isinstance(second, TouchstoneError):
        page_header(QUESTION, "**A selection cannot be read.** Choose another at the left.")
        for problem in (side for side in sides if isinstance(side, TouchstoneError)):
            show_error(problem)
        return
    dimension = DIMENSIONS_BY_FIELD[field]
    frames = (first.result.columns("id", field), second.result.columns("id", field))
    differences = compare(*frames, field)
    actions = page_header(QUESTION, compare_answer((first, second), differences, dimension))
    with actions:
        for side in (first, second):
            if st.button(f"Open {side.letter}", key=f"open-{side.letter}", help=f"{side.name}, on the Datasets page"):
                selection = side.result.selection
                open_page("datasets", **dict(selection.to_pairs()) if len(selection.to_pairs()) else {})
    shared = overlap(*frames)
    settings = " · ".join(
        [
            *(f"{side.letter} n = {number(side.result.total)}, {side.result.selection.snapshot}" for side in (first, second)),
            "whiskers: 95% Wilson interval",
            *([f"{number(shared)} ids in both"] if shared else []),
        ]
    )
    if not first.result.total or not second.result.total:
        empty("One selection holds no dataset.", "Choose another at the left, or drop one of its filters.")
    shown = ordered(differences, field, order)
    if shown:
        compare_figure((first, second), shown, dimension, settings)
        difference_table(ordered(differences, field, "gap") if order == "gap" else shown, dimension, labels(first))
        found = (concentration(frames[0], field), concentration(frames[1], field))
        concentration_line((first, second), found, dimension.label)
    source_line(SOURCE, settings, legal=True)
