"""Two selections chosen in the sidebar: ready-made, saved, or pasted as an address; the URL says both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from app.components import state
from app.components.dataset_kind import WORDS
from app.components.selection_panel import filter_label
from app.components.url_state import from_url, to_url
from governance.catalogue.selection import Selection, write_bounds
from governance.errors import TouchstoneError
from governance.provenance.datasets import SelectionResult, select_datasets
from governance.provenance.pairs import NAMED, PAIRS, read_side
from governance.records.lists import get_list, lists

EVERYTHING = "snapshot=current"
LIST = "list="
LONGEST_NAME = 46
_PAIR = "pair"
_PAIR_LABELS = {pair.id: pair.label for pair in PAIRS}


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two selections: its letter, a short name for legends, and its datasets."""

    letter: str
    name: str
    result: SelectionResult

    @property
    def legend(self) -> str:
        """Name the side in a chart."""
        return f"{self.letter}: {self.name}"


def pair_panel() -> tuple[Side | TouchstoneError, Side | TouchstoneError]:
    """Draw the choosers and give both sides, or what is wrong with one; call it inside the sidebar.

    Where the URL names only the first, the second is everything.
    """
    saved = {f"{LIST}{one.id}": f"List: {one.name}" for one in lists(state.workbench())}
    names = {**NAMED, **saved}
    st.selectbox(
        "Start from", list(_PAIR_LABELS), index=None, key=_PAIR, on_change=_use_pair,
        format_func=lambda key: _PAIR_LABELS[key], placeholder="a ready-made pair", help="Sets both sides at once",
    )  # fmt: skip
    alone = bool(st.query_params.get("a"))
    return _chosen("a", PAIRS[0].first, names), _chosen("b", EVERYTHING if alone else PAIRS[0].second, names)


def short_name(selection: Selection) -> str:
    """Name a selection by its filters, for a legend.

    >>> short_name(read_side("language=swh&licence_use=commercial"))
    'commercial, swh'
    """
    parts: list[str] = [selection.snapshot] if selection.snapshot != "current" else []
    parts += [selection.policy] if selection.policy != "audit" else []
    parts += [f"“{selection.text}”"] if selection.text else []
    parts += [" or ".join(WORDS.get(value, value) for value in chosen) for chosen in selection.values.values()]
    parts += [f"{filter_label(selection, field)} {write_bounds(bounds)}" for field, bounds in selection.ranges.items()]
    parts += [f"{len(selection.ids):,} picked"] if selection.ids is not None else []
    name = ", ".join(parts) or NAMED[EVERYTHING]
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def _chosen(key: str, default: str, names: Mapping[str, str]) -> Side | TouchstoneError:
    value = from_url(key, default)
    st.selectbox(
        f"Selection {key.upper()}", list(dict.fromkeys([*names, value])), key=key, accept_new_options=True,
        format_func=lambda query: names.get(query) or _name_of(query), on_change=_tidy, args=(key,),
        help="Choose one; or paste the address of the Datasets page, or write e.g. language=swh, and press Enter",
    )  # fmt: skip
    value = to_url(key, default, always=True)
    try:
        selection = _selection(value)
        datasets = state.datasets_for(selection.snapshot, selection.policy)
        return Side(key.upper(), names.get(value) or short_name(selection), select_datasets(datasets, selection))
    except TouchstoneError as error:
        return error


def _selection(value: str) -> Selection:
    if not value.startswith(LIST):
        return read_side(value)
    saved = get_list(state.workbench(), value.removeprefix(LIST))
    return Selection.build(snapshot=saved.snapshot, policy=saved.policy_id, ids=saved.dataset_ids)


def _name_of(query: str) -> str:
    try:
        return short_name(_selection(query))
    except TouchstoneError:
        return query[:LONGEST_NAME]


def _use_pair() -> None:
    pair = next((pair for pair in PAIRS if pair.id == st.session_state[_PAIR]), None)
    if pair is not None:
        st.session_state["a"], st.session_state["b"] = pair.first, pair.second


def _tidy(key: str) -> None:
    """Keep what was pasted as the plain query it says; what cannot be read stays and is explained."""
    value = str(st.session_state[key] or "")
    st.session_state[_PAIR] = None
    if value and value not in NAMED and not value.startswith(LIST):
        try:
            st.session_state[key] = read_side(value).to_query() or EVERYTHING
        except TouchstoneError:
            return
