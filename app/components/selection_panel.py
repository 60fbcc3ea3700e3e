"""The filters in the sidebar: they and the URL always say the same selection."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from app.components import state
from app.components.feedback import show_error
from app.components.frame import plain
from app.components.record_table import VIEW
from app.navigation import came_back
from app.theme import USE_LABELS
from governance.catalogue.facet_counts import FacetCount
from governance.catalogue.facets import DATASET_FACETS, FACETS_BY_FIELD, UNKNOWN, Facet
from governance.catalogue.selection import MAX_TEXT, Bounds, Selection, read_bounds, write_bounds
from governance.catalogue.vocabulary import SNAPSHOTS
from governance.errors import TouchstoneError
from governance.provenance.datasets import Datasets, SelectionResult, select_datasets

ALWAYS = ("licence_use", "effective_use", "language", "task", "modality", "authorship", "year")
"""Facets shown without asking; the others come with "More filters" or when they are in use."""
PILLS = ("licence_use", "effective_use", "modality", "authorship", "attribution", "share_alike")
WORDS: dict[str, str] = {"neither_stated": "not stated", **{str(use): label for use, label in USE_LABELS.items()}}
_SORT, _DOWN = "f-sort", "f-descending"
_QUERY, _MORE, _TEXT, _SNAPSHOT, _POLICY = "selection-query", "f-more", "f-text", "f-snapshot", "f-policy"
Result = tuple[Datasets, SelectionResult]


def selection_panel() -> Result:
    """Draw the filters and give the datasets they leave.

    The URL is read when it differs from what was written last: on arrival, by a link, or by going back.
    """
    base = _from_url()
    with st.sidebar:
        text = st.text_input(
            "Search", key=_TEXT, placeholder="name, creator, task …", icon=":material/search:", max_chars=MAX_TEXT,
            help="All words must occur in the name, id, collection, creators, paper title or tasks",
        )  # fmt: skip
        policies = {key: one.title for key, one in state.policies().items()}
        asked = base.model_copy(update={"text": text, **_values(base)})
        if asked.policy not in policies:
            asked = asked.model_copy(update={"policy": "audit"})
        datasets = state.datasets_for(asked.snapshot, asked.policy)
        result = select_datasets(datasets, Selection.build(**asked.model_dump()))
        for facet in DATASET_FACETS:
            if facet.field in ALWAYS or facet.field in _more() or _used(facet, asked):
                _draw(facet, datasets, result)
        _rest(asked, policies)
    _to_url(result.selection)
    return datasets, result


def filter_label(field: str) -> str:
    """Name a filter as the page does."""
    return FACETS_BY_FIELD[field].label if field in FACETS_BY_FIELD else "Search"


def _from_url() -> Selection:
    pairs = _url_pairs()
    kept = st.session_state.get(_QUERY)
    entered = _TEXT not in st.session_state
    if kept is not None and not entered and sorted(pairs) == sorted(kept):
        return _base()
    back = entered and kept is not None and (not pairs or came_back(pairs))
    try:
        selection = Selection.from_query(kept if back and kept is not None else pairs)
        state.policies()[selection.policy]
    except KeyError:
        st.warning(f"There is no policy '{plain(dict(pairs).get('policy', '')[:60])}' here; the audit rule is used.")
        selection = Selection.from_query([pair for pair in pairs if pair[0] != "policy"])
    except TouchstoneError as error:
        show_error(error)
        selection = Selection()
    _write(selection)
    return selection


def _url_pairs() -> list[tuple[str, str]]:
    return [(name, value) for name in st.query_params if name not in VIEW for value in st.query_params.get_all(name)]


def _base() -> Selection:
    """Give what has no widget of its own, such as ids, as it was."""
    return Selection.from_query(st.session_state[_QUERY])


def _write(selection: Selection) -> None:
    st.session_state[_TEXT] = selection.text
    st.session_state[_SNAPSHOT] = selection.snapshot
    st.session_state[_POLICY] = selection.policy
    st.session_state[_SORT], st.session_state[_DOWN] = selection.sort, selection.descending
    for facet in DATASET_FACETS:
        bounds = selection.ranges.get(facet.field)
        empty: object = "" if facet.kind == "range" else []
        chosen = write_bounds(bounds) if bounds else list(selection.values.get(facet.field, ()))
        st.session_state[_key(facet)] = chosen or empty


def _values(base: Selection) -> dict[str, object]:
    """Read the widgets before they are drawn, so that every count is of this run."""
    kept = st.session_state
    values: dict[str, tuple[str, ...]] = {}
    ranges: dict[str, Bounds] = {}
    for facet in DATASET_FACETS:
        chosen = kept.get(_key(facet))
        if facet.kind == "range":
            try:
                bounds = read_bounds(chosen, facet.field) if chosen else (None, None)
                ranges |= Selection.build(ranges={facet.field: bounds}).ranges
            except TouchstoneError as error:
                show_error(error)
        elif chosen:
            values[facet.field] = tuple(chosen)
    return {
        "values": values,
        "ranges": ranges,
        "snapshot": kept.get(_SNAPSHOT, base.snapshot),
        "policy": kept.get(_POLICY, base.policy),
        "sort": kept.get(_SORT, base.sort),
        "descending": kept.get(_DOWN, base.descending),
    }


def _to_url(selection: Selection) -> None:
    pairs = selection.to_pairs()
    if sorted(pairs) != sorted(_url_pairs()):
        grouped: dict[str, list[str]] = {}
        for name, value in pairs:
            grouped.setdefault(name, []).append(value)
        view = {name: st.query_params[name] for name in VIEW if name in st.query_params}
        st.query_params.from_dict({**grouped, **view})
    st.session_state[_QUERY] = pairs


def _draw(facet: Facet, datasets: Datasets, result: SelectionResult) -> None:
    key = _key(facet)
    if facet.kind == "range":
        st.text_input(
            f"{facet.label}",
            key=key,
            placeholder=_extent(facet, datasets),
            help=f"{facet.help}; write low..high, low.. or ..high, both inclusive",
        )
        return
    counts = {count.value or UNKNOWN: count for count in result.facets[facet.field]}
    chosen = st.session_state.get(key, [])
    options = [*counts, *(value for value in chosen if value not in counts)]
    label = _labeller(facet, counts)
    st.session_state[key] = list(chosen)  # so that the chips carry the counts of this run
    if facet.field in PILLS:
        st.pills(
            facet.label, _in_order(facet, options), selection_mode="multi", format_func=label, key=key, help=facet.help
        )
    else:
        st.multiselect(
            facet.label, options, format_func=label, key=key, help=facet.help, placeholder=f"any of {len(counts):,}"
        )


def _in_order(facet: Facet, options: list[str]) -> list[str]:
    order: list[str] = list(USE_LABELS)
    if facet.field not in ("licence_use", "effective_use"):
        return options
    return sorted(options, key=lambda value: order.index(value) if value in order else len(order))


def _labeller(facet: Facet, counts: Mapping[str, FacetCount]) -> Callable[[str], str]:
    def label(value: str) -> str:
        found = counts.get(value)
        name = WORDS.get(value, found.label if found else value)
        if facet.field == "host_agreement":
            name = name.replace(":", ": ").replace("_", " ")
        return f"{name} {found.count if found else 0:,}"

    return label


def _rest(asked: Selection, policies: Mapping[str, str]) -> None:
    others = [facet.field for facet in DATASET_FACETS if facet.field not in ALWAYS]
    st.multiselect(
        "More filters", others, key=_MORE, format_func=lambda field: FACETS_BY_FIELD[field].label,
        placeholder="creator, country, domain …", help="Show more filters here",
    )  # fmt: skip
    st.selectbox(
        "Snapshot",
        SNAPSHOTS,
        key=_SNAPSHOT,
        help="State of the audit: the newest, or the release the 2023 paper measured",
    )
    st.selectbox(
        "Licences read by", list(policies), key=_POLICY, format_func=lambda key: policies[key],
        help="The rule that turns licences into a use class; make your own under Policies",
    )  # fmt: skip
    if asked.ids is not None:
        st.caption(f"Only {len(asked.ids):,} datasets picked by id")
    st.button("Clear all filters", icon=":material/filter_alt_off:", on_click=_clear, width="stretch", key="f-clear")


def _clear() -> None:
    st.query_params.clear()
    st.session_state[_QUERY] = None
    st.session_state[_MORE] = []
    _write(Selection())


def _extent(facet: Facet, datasets: Datasets) -> str:
    numbers = datasets.index.numbers[datasets.index.range_fields.index(facet.field)]
    return write_bounds((float(numbers[0]), float(numbers[-1]))) if numbers.size else "none"


def _more() -> list[str]:
    return list(st.session_state.get(_MORE, []))


def _used(facet: Facet, selection: Selection) -> bool:
    return facet.field in selection.values or facet.field in selection.ranges


def _key(facet: Facet) -> str:
    return f"f-{facet.field}"
