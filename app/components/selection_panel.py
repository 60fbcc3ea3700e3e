"""The filters in the sidebar, of datasets and of models: they and the URL always say the same selection."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import streamlit as st

from app.components import state
from app.components.feedback import empty, show_error
from app.components.frame import number, plain
from app.components.record_table import VIEW
from app.theme import USE_LABELS
from governance.catalogue.facet_counts import FacetCount
from governance.catalogue.facets import UNKNOWN, Facet
from governance.catalogue.narrowed import Narrowed
from governance.catalogue.select import FacetIndex
from governance.catalogue.selection import MAX_TEXT, Bounds, FacetSelection, read_bounds, write_bounds
from governance.catalogue.vocabulary import SNAPSHOTS
from governance.errors import TouchstoneError
from governance.exports.words import flop_words

ORDERED = ("licence_use", "effective_use")
"""Facets whose values go from the loosest to the strictest."""

POWERS_FROM = 1e9
"""Where a range reaches this, its ends are shown with exponents, which fit the box."""


Asked = TypeVar("Asked", bound=FacetSelection)
Result = TypeVar("Result", bound=Narrowed[Any, Any])


@dataclass(frozen=True, slots=True)
class PanelKind(Generic[Asked, Result]):
    """What the panel has to know of a kind of record.

    Args:
        selection: The kind's selection; where it is read under a policy, snapshot and policy are asked too.
        select: Gives what a selection leaves.
        plural: What the records are called.
        key: Begins the keys of the widgets, so that two kinds never share one.
        always: Facets shown without asking; the others come with "More filters" or when they are in use.
        pills: Facets shown as pills.
        words: What to show for values that are words of ours.
        search: Example and help of the search box.
        more: Example of further filters.
        view: What else the page keeps in its address.
    """

    selection: type[Asked]
    select: Callable[[Asked], Result]
    plural: str
    key: str
    always: tuple[str, ...]
    pills: tuple[str, ...]
    words: Mapping[str, str]
    search: tuple[str, str]
    more: str
    view: tuple[str, ...] = ()

    def name(self, field: str) -> str:
        """Give the key of a field's widget."""
        return f"{self.key}-{field}"


def selection_panel(kind: PanelKind[Asked, Result]) -> Result:
    """Draw the filters and give what they leave.

    The URL is read when it differs from what was written last: on arrival, by a link, or by going back.
    """
    base = _from_url(kind)
    with st.sidebar:
        text = st.text_input(
            "Search", key=kind.name("text"), placeholder=kind.search[0], icon=":material/search:", max_chars=MAX_TEXT,
            help=kind.search[1],
        )  # fmt: skip
        asked = kind.selection.build(**{**base.model_dump(), "text": text, **_values(kind, base)})
        result = kind.select(asked)
        for facet in kind.selection.facets:
            if facet.field in (*kind.always, *_more(kind), *asked.values, *asked.ranges):
                _draw(kind, facet, result)
        _rest(kind, asked)
    _to_url(kind, result.selection)
    return result


def sort_chooser(kind: PanelKind[Asked, Result]) -> None:
    """Let the reader choose the order."""
    st.selectbox(
        "Sort by", kind.selection.sorts, key=kind.name("sort"), help="Unknown always comes last",
        format_func=lambda name: name.replace("_", " ").capitalize(),
    )  # fmt: skip
    st.toggle("Largest first", key=kind.name("descending"), help="Turn the order round")


def filter_label(selection: FacetSelection, field: str) -> str:
    """Name a filter as the page does."""
    facet = selection.facet(field)
    return facet.label if facet else "Search"


def nothing_found(result: Narrowed[Any, Any], one: str) -> None:
    """Say that nothing meets every filter, and which filter to drop."""
    gains = sorted(((gain, name) for name, gain in result.relax.items() if gain), reverse=True)
    step = "Clear all filters."
    if gains:
        gain, field = gains[0]
        step = f"Drop the filter **{plain(filter_label(result.selection, field))}** to see {number(gain)}."
    for unmet in result.unmet:
        near = f" The nearest: {', '.join(map(plain, unmet.near))}." if unmet.near else ""
        step += f" No {one} at all has {filter_label(result.selection, unmet.field)} '{plain(unmet.value[:60])}'.{near}"
    empty(f"No {one} meets every filter.", step)


def _from_url(kind: PanelKind[Asked, Result]) -> Asked:
    pairs, query = _url_pairs(kind), kind.name("query")
    kept = st.session_state.get(query)
    entered = kind.name("text") not in st.session_state
    if kept is not None and not entered and sorted(pairs) == sorted(kept):
        return kind.selection.from_query(kept)  # also what has no widget of its own, such as ids
    back = entered and kept is not None and not pairs
    try:
        selection = kind.selection.from_query(kept if back and kept is not None else pairs)
        if (policy := getattr(selection, "policy", "audit")) not in state.policies():
            st.warning(f"There is no policy '{plain(policy[:60])}' here; the audit rule is used.")
            selection = selection.model_copy(update={"policy": "audit"})
    except TouchstoneError as error:
        show_error(error)
        selection = kind.selection()
    _write(kind, selection)
    return selection


def _url_pairs(kind: PanelKind[Asked, Result]) -> list[tuple[str, str]]:
    names = [name for name in st.query_params if name not in (*VIEW, *kind.view)]
    return [(name, value) for name in names for value in st.query_params.get_all(name)]


def _write(kind: PanelKind[Asked, Result], selection: Asked) -> None:
    for name in ("text", "sort", "descending", *selection.scope):
        st.session_state[kind.name(name)] = getattr(selection, name)
    for facet in selection.facets:
        bounds = selection.ranges.get(facet.field)
        empty: object = "" if facet.kind == "range" else []
        chosen = write_bounds(bounds) if bounds else list(selection.values.get(facet.field, ()))
        st.session_state[kind.name(facet.field)] = chosen or empty


def _values(kind: PanelKind[Asked, Result], base: Asked) -> dict[str, object]:
    """Read the widgets before they are drawn, so that every count is of this run."""
    kept = st.session_state
    values: dict[str, tuple[str, ...]] = {}
    ranges: dict[str, Bounds] = {}
    for facet in base.facets:
        chosen = kept.get(kind.name(facet.field))
        if facet.kind == "range":
            try:
                bounds = read_bounds(chosen, facet.field) if chosen else (None, None)
                ranges |= kind.selection.build(ranges={facet.field: bounds}).ranges
            except TouchstoneError as error:
                show_error(error)
        elif chosen:
            values[facet.field] = tuple(chosen)
    words = {name: kept.get(kind.name(name), getattr(base, name)) for name in ("sort", "descending", *base.scope)}
    if words.get("policy", "audit") not in state.policies():
        words["policy"] = "audit"
    return {"values": values, "ranges": ranges, **words}


def _to_url(kind: PanelKind[Asked, Result], selection: FacetSelection) -> None:
    pairs = selection.to_pairs()
    if sorted(pairs) != sorted(_url_pairs(kind)):
        grouped: dict[str, list[str]] = {}
        for name, value in pairs:
            grouped.setdefault(name, []).append(value)
        view = {name: st.query_params[name] for name in (*VIEW, *kind.view) if name in st.query_params}
        st.query_params.from_dict({**grouped, **view})
    st.session_state[kind.name("query")] = pairs


def _draw(kind: PanelKind[Asked, Result], facet: Facet, result: Result) -> None:
    key = kind.name(facet.field)
    if facet.kind == "range":
        st.text_input(
            f"{facet.label}",
            key=key,
            placeholder=_extent(facet, result.records.index),
            help=f"{facet.help}; write low..high, low.. or ..high, both inclusive",
        )
        return
    counts = {count.value or UNKNOWN: count for count in result.facets[facet.field]}
    chosen = st.session_state.get(key, [])
    options = [*counts, *(value for value in chosen if value not in counts)]
    label = _labeller(kind, facet, counts)
    st.session_state[key] = list(chosen)  # so that the chips carry the counts of this run
    if facet.field in kind.pills:
        st.pills(
            facet.label, _in_order(facet, options), selection_mode="multi", format_func=label, key=key, help=facet.help
        )
    else:
        st.multiselect(
            facet.label, options, format_func=label, key=key, help=facet.help, placeholder=f"any of {len(counts):,}"
        )


def _in_order(facet: Facet, options: list[str]) -> list[str]:
    order: list[str] = list(USE_LABELS)
    if facet.field not in ORDERED:
        return options
    return sorted(options, key=lambda value: order.index(value) if value in order else len(order))


def _labeller(kind: PanelKind[Asked, Result], facet: Facet, counts: Mapping[str, FacetCount]) -> Callable[[str], str]:
    def label(value: str) -> str:
        found = counts.get(value)
        name = kind.words.get(value, found.label if found else value)
        if facet.field in ("host_agreement", "source_terms"):
            name = name.replace(":", ": ").replace("_", " ")
        return f"{name} {found.count if found else 0:,}"

    return label


def _rest(kind: PanelKind[Asked, Result], asked: Asked) -> None:
    labels = {facet.field: facet.label for facet in asked.facets if facet.field not in kind.always}
    st.multiselect(
        "More filters", list(labels), key=kind.name("more"), format_func=lambda field: labels[field],
        placeholder=kind.more, help="Show more filters here",
    )  # fmt: skip
    if "policy" in asked.scope:
        st.selectbox(
            "Snapshot", SNAPSHOTS, key=kind.name("snapshot"),
            help="State of the audit: the newest, or the release the 2023 paper measured",
        )  # fmt: skip
        policies = {key: one.title for key, one in state.policies().items()}
        st.selectbox(
            "Licences read by", list(policies), key=kind.name("policy"), format_func=lambda key: policies[key],
            help="The rule that turns licences into a use class; make your own under Policies",
        )  # fmt: skip
    if asked.ids is not None:
        st.caption(f"Only {len(asked.ids):,} {kind.plural} picked by id")
    st.button(
        "Clear all filters", icon=":material/filter_alt_off:", on_click=_clear, args=(kind,), width="stretch",
        key=kind.name("clear"),
    )  # fmt: skip


def _clear(kind: PanelKind[Asked, Result]) -> None:
    st.query_params.from_dict({name: st.query_params[name] for name in kind.view if name in st.query_params})
    st.session_state[kind.name("query")] = None
    st.session_state[kind.name("more")] = []
    _write(kind, kind.selection())


def _extent(facet: Facet, index: FacetIndex) -> str:
    numbers = index.numbers[index.range_fields.index(facet.field)]
    if not numbers.size:
        return "unknown for all"
    ends = float(numbers[0]), float(numbers[-1])
    return write_bounds(ends) if ends[1] < POWERS_FROM else "..".join(map(flop_words, ends))


def _more(kind: PanelKind[Asked, Result]) -> list[str]:
    return list(st.session_state.get(kind.name("more"), []))
