"""Figures, tables and the form of the crosswalk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby

import altair as alt
import polars as pl
import streamlit as st

from app.components import state
from app.components.feedback import empty, show_error
from app.components.figure import Chart, Draw, figure
from app.components.frame import number, plain
from app.components.url_state import from_url, to_url
from app.theme import Tokens
from governance.assessment.crosswalk import edit_mapping, find_mapping, reset_mapping
from governance.assessment.crosswalk_records import RELATION_LABELS, Coverage, Crosswalk, Mapped, MappingEdit
from governance.assessment.vocabulary import RELATIONS
from governance.errors import TouchstoneError
from governance.exports.review_tables import mapping_frame
from governance.exports.tables import csv_of

ASSESSED, MAPPED, NOT = "assessed", "mapped", "not mapped"
NAMED = 4
"""Gaps named in the answer; more are counted."""
NOTE = "a mapping is a judgement that two texts speak of related things; it does not say that anything is fulfilled"
ROW, AXIS, LINE = 21, 92, 18
LABELS = 190


def answer(found: Coverage, assessment: str | None) -> str:
    """Say in a line how much of a framework is reached, and what of ours reaches nothing in it."""
    told = f"**{number(found.reached)} of {number(found.n)} items are mapped to ours**"
    if assessment is not None:
        told += f", **{number(found.assessed)} rest on one that was assessed**"
    gaps = [one.control.id for one in found.gaps]
    if gaps:
        told += f"; not {', '.join(gaps)}" if len(gaps) <= NAMED else f"; {number(len(gaps))} of theirs are not"
    ours = f"{number(len(found.unmapped))} of our {number(found.items)} map nowhere in it" if found.unmapped else ""
    return f"{told}. {ours or f'Each of our {number(found.items)} maps there'}."


def coverage_view(crosswalk: Crosswalk, found: Coverage) -> None:
    """Draw coverage both ways: by part of the framework, and by category of ours."""
    theirs, ours = _theirs(found), _ours(crosswalk, found)
    left, right = st.columns(2)
    with left:
        figure(
            _bars(theirs, "items of the framework"),
            title=f"{found.framework.id}: what ours reach",
            alt=f"Bars by part: {found.reached} of {found.n} items of {found.framework.title} are mapped",
            caption=f"n = {found.n} items, by part",
            table=theirs,
            key="theirs",
        )
    with right:
        figure(
            _bars(ours, "items of ours"),
            title=f"Ours: what maps to {found.framework.id}",
            alt=f"Bars by category: {found.items - len(found.unmapped)} of our {found.items} items map there",
            caption=f"n = {found.items} items, by category",
            table=ours,
            key="ours",
        )


def targets_table(crosswalk: Crosswalk, found: Coverage) -> None:
    """List every item of the framework, what nothing reaches first."""
    rows = []
    for one in sorted(found.targets, key=lambda one: (bool(one.items), bool(one.assessed))):
        row: dict[str, object] = {
            "target": one.control.id, "title": one.control.title, "part": one.control.part or "all",
            "reached": _state(bool(one.items), one.assessed), "items": _short(one.items),
        }  # fmt: skip
        if one.assessed is not None:
            row["assessed"] = _short(one.assessed)
        row["known"] = "read" if one.control.state == "verified" else "recalled"
        rows.append(row)
    st.dataframe(
        pl.DataFrame(rows, infer_schema_length=None), hide_index=True, key="targets",
        height=min(38 + 35 * len(rows), 430),
        alt=f"{found.n} items of {found.framework.title}, gaps first",
        column_config={
            "target": st.column_config.TextColumn("Theirs", pinned=True, width=100),
            "title": st.column_config.TextColumn("Title", width=290),
            "part": st.column_config.TextColumn("Part", width=150),
            "reached": st.column_config.TextColumn("State", width=100),
            "items": st.column_config.TextColumn("Ours", width=190),
            "assessed": st.column_config.TextColumn("Of these assessed", width=150),
            "known": st.column_config.TextColumn("Known", width=85, help="Whether its text was read or is recalled"),
        },
    )  # fmt: skip
    if found.unmapped:
        named = "; ".join(f"{one.id} {one.title}" for one in found.unmapped)
        st.markdown(f"**Ours that map nowhere in {found.framework.id}:** {plain(named)}")


def mappings_view(crosswalk: Crosswalk, found: Coverage) -> None:
    """List the mappings of a framework with basis, who and when, and offer to change one."""
    framework = found.framework
    mine = [one for one in crosswalk.mappings if one.framework == framework.id]
    table = mapping_frame(crosswalk, framework.id)
    _edit_form(crosswalk, framework.id)
    if not mine:
        empty("Nothing is mapped to this framework.", "Map the first item above.")
        return
    rows = [
        {
            "item": f"{one.item} {crosswalk.title(one.item)}", "target": one.target,
            "title": crosswalk.control(one.framework, one.target).title,
            "relation": "taken away" if one.removed else RELATION_LABELS[one.relation], "basis": one.basis,
            "who": who(one), "when": one.at.date() if one.at else None,
        }
        for one in mine
    ]  # fmt: skip
    st.dataframe(
        pl.DataFrame(rows, infer_schema_length=None), hide_index=True, key="mappings",
        height=min(38 + 35 * len(rows), 430), placeholder="shipped",
        alt=f"{len(rows)} mappings to {framework.title} with relation, basis, who and when",
        column_config={
            "item": st.column_config.TextColumn("Ours", pinned=True, width=260),
            "target": st.column_config.TextColumn("Theirs", width=95),
            "title": st.column_config.TextColumn("Title", width=260),
            "relation": st.column_config.TextColumn("Relation", width=140),
            "basis": st.column_config.TextColumn("Basis", width=190),
            "who": st.column_config.TextColumn("Who", width=110),
            "when": st.column_config.DateColumn("When", width=95),
        },
    )  # fmt: skip
    st.download_button(
        "Export", lambda: csv_of(table), f"crosswalk-{framework.id.lower()}.csv", "text/csv", "mappings-csv",
        icon=":material/download:", help="Every mapping as CSV, with who edited it and when", on_click="ignore",
    )  # fmt: skip


def who(one: Mapped) -> str:
    """Name who last said something of a pair."""
    return "Touchstone" if one.origin == "shipped" else one.by.partition(":")[2] or "unknown"


def _edit_form(crosswalk: Crosswalk, framework_id: str) -> None:
    ours = {**crosswalk.categories, **{one.id: one.title for one in crosswalk.items}}
    theirs = {one.id: one.title for one in crosswalk.controls if one.framework == framework_id}
    items, targets = list(ours), list(theirs)
    if st.session_state.get("target") not in targets:
        st.session_state.pop("target", None)
        if st.query_params.get("target") not in targets:
            st.query_params.pop("target", None)
    with st.container(border=True):
        st.markdown("**Map one of ours to one of theirs, or change that.**")
        left, right = st.columns(2)
        _checked("item", items)
        from_url("target", targets[0])
        left.selectbox(
            "Ours", items, key="item", format_func=lambda key: f"{key} {ours[key]}",
            help="An item, or a category, which hands its mappings down",
        )  # fmt: skip
        right.selectbox(
            "Theirs", targets, key="target", format_func=lambda key: f"{key} {theirs[key]}", help="An item of theirs"
        )
        item, target = to_url("item", items[0]), to_url("target", targets[0])
        present = find_mapping(crosswalk, item, framework_id, target)
        key = f"{item}-{framework_id}-{target}-{present.revision if present else 'none'}"
        st.caption(_now(present))
        with st.form(f"map-{key}", border=False):
            relation = st.selectbox(
                "Relation", RELATIONS, index=RELATIONS.index(present.relation if present else "related"),
                format_func=lambda word: RELATION_LABELS[word], key=f"relation-{key}", help="How the two stand",
            )  # fmt: skip
            basis = st.text_input(
                "Basis", present.basis if present and present.origin != "shipped" else "", max_chars=300,
                key=f"basis-{key}", help="Why, in your words; it is kept with your name and the time",
            )  # fmt: skip
            row = st.container(horizontal=True)
            saved = row.form_submit_button("Save mapping", type="primary", icon=":material/save:", help="Keeps it")
            gone = row.form_submit_button(
                "Take away", icon=":material/link_off:", disabled=present is None or present.removed,
                help="It stays in view as taken away, and counts nowhere",
            )  # fmt: skip
        if present is not None and present.origin != "shipped":
            st.button(
                "Forget my edit", icon=":material/undo:", key="map-reset", on_click=_reset, args=(present,),
                help="What was shipped holds again; the trail keeps your edit",
            )  # fmt: skip
    if saved or gone:
        edit = MappingEdit(
            item=item, framework=framework_id, target=target, relation=relation, basis=basis, removed=gone
        )
        _save(crosswalk, edit, present)


def _checked(name: str, known: Sequence[str]) -> None:
    if st.query_params.get(name, known[0]) not in known:
        st.query_params.pop(name, None)
    from_url(name, known[0])


def _now(present: Mapped | None) -> str:
    if present is None:
        return "Not mapped so far."
    when = f", {present.at:%Y-%m-%d %H:%M} UTC" if present.at else ""
    said = "taken away" if present.removed else RELATION_LABELS[present.relation]
    return f"Now: {said}, by {plain(who(present))}{when}. Basis: {plain(present.basis)}"


def _save(crosswalk: Crosswalk, edit: MappingEdit, present: Mapped | None) -> None:
    try:
        last = present.revision if present is not None and present.revision else None
        edit_mapping(state.workbench(), crosswalk, edit, datetime.now(UTC), last)
    except TouchstoneError as error:
        show_error(error)
        return
    word = "Took away" if edit.removed else "Saved"
    st.toast(f"{word} {plain(edit.item)} to {plain(edit.target)}.", icon=":material/check:")
    st.rerun()


def _reset(present: Mapped) -> None:
    try:
        reset_mapping(state.workbench(), present.item, present.framework, present.target, datetime.now(UTC))
    except TouchstoneError as error:
        show_error(error)


def _theirs(found: Coverage) -> pl.DataFrame:
    rows = []
    for part, group in groupby(found.targets, key=lambda one: one.control.part or "All"):
        states = [_state(bool(one.items), one.assessed) for one in group]
        rows += _counted(part, states, found.assessed is not None)
    return pl.DataFrame(rows)


def _ours(crosswalk: Crosswalk, found: Coverage) -> pl.DataFrame:
    looked = {item for one in found.targets for item in one.assessed or ()}
    reaching = {item for one in found.targets for item in one.items}
    missing = {one.id for one in found.unmapped}
    asked = [one for one in crosswalk.items if one.id in reaching | missing]
    names = {**crosswalk.categories, "": "Risk form"}
    rows = []
    for parent, group in groupby(asked, key=lambda one: one.parent):
        states = [
            _state(one.id in reaching, (one.id,) if one.id in looked else () if found.assessed is not None else None)
            for one in group
        ]
        label = f"{parent} {names[parent]}".strip()
        rows += _counted(label, states, found.assessed is not None)
    return pl.DataFrame(rows, schema={"part": pl.String(), "state": pl.String(), "count": pl.Int64()}, orient="row")


def _state(mapped: bool, assessed: Sequence[str] | None) -> str:
    return NOT if not mapped else (ASSESSED if assessed else MAPPED)


def _counted(part: str, states: Sequence[str], assessed: bool) -> list[dict[str, object]]:
    kinds = (ASSESSED, MAPPED, NOT) if assessed else (MAPPED, NOT)
    return [{"part": part, "state": kind, "count": states.count(kind)} for kind in kinds]


def _bars(table: pl.DataFrame, unit: str) -> Draw:
    rows, parts = table.to_dicts(), list(dict.fromkeys(table["part"]))
    kinds = [kind for kind in (ASSESSED, MAPPED, NOT) if kind in set(table["state"])]
    for row in rows:
        row["order"] = kinds.index(row["state"])

    def draw(colours: Tokens) -> Chart:
        mapped = colours.unknown if ASSESSED in kinds else colours.primary
        paint = {ASSESSED: colours.primary, MAPPED: mapped, NOT: colours.background}
        base = alt.Chart(alt.Data(values=rows)).encode(
            y=alt.Y("part:N", sort=parts, title=None, axis=alt.Axis(
                ticks=False, domain=False, labelLimit=LABELS,
            )),
            x=alt.X("count:Q", title=unit[:1].upper() + unit[1:], axis=alt.Axis(tickMinStep=1, format="d")),
            order="order:Q",
            tooltip=[
                alt.Tooltip("part:N", title="Part"), alt.Tooltip("state:N", title="State"),
                alt.Tooltip("count:Q", title="Items"),
            ],
        )  # fmt: skip
        bar = base.mark_bar(stroke=colours.unknown, strokeWidth=1, size=13).encode(
            color=alt.Color(
                "state:N", scale=alt.Scale(domain=kinds, range=[paint[kind] for kind in kinds]),
                legend=alt.Legend(
                    orient="top", title=None, symbolStrokeColor=colours.unknown,
                    columns=2 if ASSESSED in kinds else 3,
                ),
            )
        )  # fmt: skip
        return bar.properties(height=ROW * len(parts) + AXIS + (LINE if ASSESSED in kinds else 0))

    return draw


def _short(items: Sequence[str]) -> str:
    """Join ids, those of a whole run of one category as a span.

    >>> _short(["B1.1", "B1.2", "B1.3", "S1.1"])
    'B1.1 to B1.3, S1.1'
    """
    told = []
    for _, group in groupby(items, key=lambda one: one.partition(".")[0]):
        mine = list(group)
        told.append(f"{mine[0]} to {mine[-1]}" if len(mine) > 2 else ", ".join(mine))
    return ", ".join(told) or "none"
