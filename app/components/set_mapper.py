"""Say which column of a file is which of ours, starting from what was recognised or guessed."""

from __future__ import annotations

import streamlit as st

from app.components.frame import plain
from governance.evaluation.formats.layouts import CONSTANT, layout_title, propose
from governance.evaluation.formats.raw import RawTable
from governance.evaluation.formats.schemas import Column, columns
from governance.evaluation.formats.tables import NEEDED
from governance.evaluation.vocabulary import Format

NOTHING = ""
SAME = "the same text for all rows"


def column_mapper(raw: RawTable, kind: Format | None) -> tuple[Format, tuple[tuple[str, str], ...]] | None:
    """Draw a choice for each of our columns.

    Args:
        raw: The file.
        kind: What the reader says its rows are; ``None``: what its columns say.

    Returns:
        The format and ours to theirs, a pair a column; ``None`` while one that is needed is open.

    Raises:
        BadInput: The columns fit no format.
    """
    plan = propose(raw, kind)
    theirs = list(plan.frame.columns)
    open_ones = [name for name in NEEDED[plan.format] if name not in plan.mapping]
    title = f"Columns: {layout_title(plan.layout)}" if plan.layout else "Columns: chosen by their names"
    chosen: dict[str, str] = {}
    with st.expander(title, expanded=bool(open_ones), icon=":material/view_column:"):
        places = st.columns(3)
        for place, column in enumerate(columns(plan.format)):
            with places[place % 3]:
                chosen[column.name] = _one(column, theirs, plan.mapping.get(column.name, NOTHING))
    lacking = [name for name in NEEDED[plan.format] if not chosen[name]]
    if lacking:
        st.warning(f"Nothing is mapped to **{plain(', '.join(lacking))}** yet.", icon=":material/warning:")
        return None
    return plan.format, tuple(chosen.items())


def _one(column: Column, theirs: list[str], now: str) -> str:
    fixed = now.startswith(CONSTANT)
    options = [NOTHING, *theirs, SAME]
    start = options.index(SAME if fixed else now)
    label = f"{column.name} (needed)" if column.needed else column.name
    place = f"{column.name}-{hash((now, *theirs))}"  # another file starts anew
    picked = st.selectbox(
        label, options, index=start, help=column.help, key=f"map-{place}",
        format_func=lambda one: "not in the file" if one == NOTHING else one,
    )  # fmt: skip
    if picked != SAME:
        return str(picked)
    text = st.text_input(
        f"Text for {column.name}", now.removeprefix(CONSTANT), key=f"same-{place}", max_chars=120,
        help="Every row gets it",
    )  # fmt: skip
    return f"{CONSTANT}{text.strip()}" if text.strip() else NOTHING
