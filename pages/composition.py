"""What is this selection made of, beside another?"""

from __future__ import annotations

import streamlit as st

from app.components import state
from app.components.composition_views import (
    EARLIER,
    NOW,
    ROWS,
    compare_answer,
    compare_figure,
    concentration_line,
    difference_table,
    divide_answer,
    divide_panels,
    divide_words,
    family_panels,
    grouped,
    pair_settings,
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
from governance.provenance.divide import MIN_FAMILY, divide

QUESTION = "What is this selection made of, beside another?"
SOURCE = "Source: Data Provenance Collection (Apache-2.0), Longpre et al. 2023, 2024"
VIEWS = {"pair": "Any two", "divide": "The divide"}
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
    frames = first.result.columns("id", field), second.result.columns("id", field)
    differences = compare(*frames, field)
    with page_header(QUESTION, compare_answer((first, second), differences, dimension)):
        for side in (first, second):
            if st.button(f"Open {side.letter}", key=f"open-{side.letter}", help="Opens it on the Datasets page"):
                open_page("datasets", **grouped(side.result.selection))
    settings = pair_settings((first, second), overlap(*frames))
    if not first.result.total or not second.result.total:
        empty("A selection holds no dataset.", "Choose another at the left, or drop one of its filters.")
    if differences:
        shown = ordered(differences, field, order, ROWS)
        compare_figure((first, second), shown, dimension, settings, len(differences) - len(shown))
        difference_table(ordered(differences, field, order), dimension, first.result.datasets.labels)
        found = concentration(frames[0], field), concentration(frames[1], field)
        concentration_line((first, second), found, dimension.label)
    source_line(SOURCE, settings, legal=True)


def divide_view(policy: str) -> None:
    """Show how open and closed datasets differ, in the 2023 release and now."""
    first, then = (divide(state.datasets_for(snapshot, policy)) for snapshot in ("2023-10-25", "current"))
    page_header(QUESTION, divide_answer(first, then))
    panels = divide_panels(first, then)
    settings = (
        f"text datasets · n = {number(then.restricted.n)} now, {number(first.restricted.n)} in 2023 · policy: {policy}"
    )
    figure(
        share_chart(panels, [NOW, EARLIER]),
        title="The open and the closed, in the 2023 release and now",
        alt=f"Shares with intervals. {divide_answer(first, then)}".replace("**", ""),
        caption=f"{settings} · restricted: non-commercial or academic only · whiskers: 95% Wilson interval",
        table=share_table(panels),
        key="divide",
    )
    st.markdown(divide_words(first, then))
    families = family_panels(first, then)
    figure(
        share_chart(families, [NOW, EARLIER]),
        title="Restricted licences by language family",
        alt="Share of datasets that are non-commercial or academic only, by language family; numbers in the table",
        caption=f"families with {MIN_FAMILY} or more datasets; a dataset may be in several · 95% Wilson interval",
        table=share_table(families),
        key="families",
    )
    source_line(SOURCE, settings, "low-resource: the audit's group of languages, by ISO 639-3 code", legal=True)


with st.sidebar:
    from_url("view", "pair", lambda value: choice(value, tuple(VIEWS), "option view"))
    st.segmented_control(
        "View", list(VIEWS), key="view", format_func=lambda key: VIEWS[key], required=True, width="stretch",
        help="Any two selections, or the prepared view of what is open and closed",
    )  # fmt: skip
    if to_url("view", "pair") == "pair":
        sides = pair_panel()
        from_url("by", "task_group", lambda value: choice(value, tuple(DIMENSIONS_BY_FIELD), "option by"))
        st.selectbox(
            "Taken apart by", list(DIMENSIONS_BY_FIELD), key="by",
            format_func=lambda key: DIMENSIONS_BY_FIELD[key].label, help="What the shares are shares of",
        )  # fmt: skip
        from_url("order", "share", lambda value: choice(value, ORDERS, "option order"))
        st.radio(
            "Order", ORDERS, key="order", format_func=lambda key: ORDER_LABELS[key],
            help="Years and use classes keep their own order",
        )  # fmt: skip
    else:
        titles = {key: one.title for key, one in state.policies().items()}
        from_url("policy", "audit", lambda value: choice(value, tuple(titles), "option policy"))
        st.selectbox(
            "Licences read by", list(titles), key="policy", format_func=lambda key: titles[key],
            help="The rule that turns licences into a use class",
        )  # fmt: skip
if st.session_state["view"] == "divide":
    divide_view(to_url("policy", "audit"))
else:
    pair_view(sides, to_url("by", "task_group"), choice(to_url("order", "share"), ORDERS, "option order"))
