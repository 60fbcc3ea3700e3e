"""The form of a system: what it is, its versions, and the models and datasets it is made of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, Literal

import polars as pl
import streamlit as st

from app.components import state
from app.components.feedback import show_error
from app.components.frame import plain
from app.navigation import open_page
from governance.assessment.records import Held, System, SystemVersion, read_record
from governance.assessment.systems import free_system_id, get_system, save_system
from governance.assessment.vocabulary import MODALITIES
from governance.catalogue.search import MAX_WORDS, search
from governance.errors import TouchstoneError
from governance.records.documents import EditClash

PartKind = Literal["models", "datasets"]
HIT_KINDS: dict[PartKind, str] = {"models": "ai_model", "datasets": "dataset"}
PART_HELP: dict[PartKind, str] = {
    "models": "Models of the catalogue it is built on; their compute comes along as ready evidence",
    "datasets": "Datasets of the catalogue it was made with; licences and lineage come along as ready evidence",
}
KINDS = {"product": "A product around one or more models", "model": "A model by itself"}
FIELDS = ("name", "kind", "owner", "context", "modalities", "models", "datasets")
_SEEN, _CLASH, _FAILED = "system-seen", "system-clash", "system-failed"


def system_form(present: Held[System] | None) -> None:
    """Draw the form for a new system, or for one that is there; what is typed stays until it is saved.

    Args:
        present: The system as it is; ``None``: a new one.
    """
    base = _seen(present)
    if (error := st.session_state.pop(_FAILED, None)) is not None:
        show_error(error)
    _clash_view()
    first, second = st.columns(2)
    with first:
        st.text_input("Name", key="system-name", max_chars=200, help="As people call it; its id is made from it")
        st.segmented_control(
            "Kind", list(KINDS), key="system-kind", format_func=str.capitalize, required=True,
            help="; ".join(f"{kind}: {words[:1].lower()}{words[1:]}" for kind, words in KINDS.items()),
        )  # fmt: skip
        st.pills(
            "Takes or gives", MODALITIES, key="system-modalities", selection_mode="multi", format_func=str.capitalize,
            help="Decides which items are asked",
        )  # fmt: skip
    with second:
        st.text_input("Owner", key="system-owner", max_chars=300, help="Who answers for it")
        st.text_area(
            "Context", key="system-context", max_chars=20_000, height=122, help="Where it is used, and for whom"
        )
    st.markdown("**Versions**, the oldest first")
    table = st.data_editor(
        st.session_state["system-versions"], key=f"system-versions-{base}", num_rows="dynamic", hide_index=True,
        column_config={
            "version": st.column_config.TextColumn("Version", max_chars=200, width=140, help="As its maker names it"),
            "released": st.column_config.DateColumn(
                "Released", format="YYYY-MM-DD", min_value=date(1950, 1, 1), max_value=date(2100, 1, 1), width=130,
                help="Leave empty where unknown; evidence older than the newest version is flagged",
            ),
            "note": st.column_config.TextColumn("What is new", width=380),
        },
    )  # fmt: skip
    left, right = st.columns(2)
    with left:
        _parts("models")
    with right:
        _parts("datasets")
    with st.container(horizontal=True):
        st.button(
            "Save the system" if present is None else "Save the changes", type="primary", icon=":material/save:",
            key="system-save", on_click=_save, args=(None if present is None else present.record.id, table),
            help="Kept in your workbench, with who and when in the audit trail",
        )  # fmt: skip
        if st.button("Leave it", key="system-leave", icon=":material/undo:", help="Nothing is saved"):
            forget()
            open_page("systems", **({} if present is None else {"system": present.record.id}))


def forget() -> None:
    """Drop what was typed."""
    st.session_state.pop(_SEEN, None)
    st.session_state.pop(_CLASH, None)


def _seen(present: Held[System] | None) -> str:
    """Fill the widgets once on arrival; later changes elsewhere meet the revision that was seen here."""
    key = "new" if present is None else present.record.id
    kept = st.session_state
    if kept.get(_SEEN, ("", 0))[0] != key:
        kept[_SEEN] = (key, 0 if present is None else present.revision)
        record = present.record if present is not None else System(id="new", name="new").model_copy(update={"name": ""})
        _fill(record)
        kept.pop(_CLASH, None)
    for field in FIELDS:  # a widget that was not drawn for a run would lose its value
        kept[f"system-{field}"] = kept[f"system-{field}"]
    return f"{key}-{kept[_SEEN][1]}"


def _fill(record: System) -> None:
    kept = st.session_state
    for field in FIELDS:
        value = getattr(record, field)
        kept[f"system-{field}"] = list(value) if isinstance(value, tuple) else value
    kept["system-versions"] = pl.DataFrame(
        [one.model_dump() for one in record.versions],
        schema={"version": pl.String, "released": pl.Date, "note": pl.String},
    )


def _parts(kind: PartKind) -> None:
    """Pick records of the catalogue by searching for them."""
    chosen: list[str] = st.session_state[f"system-{kind}"]
    words = st.text_input(
        f"Find {kind}", key=f"system-find-{kind}", type="search", max_chars=MAX_WORDS, icon=":material/search:",
        placeholder="name or id", help=PART_HELP[kind],
    ).strip()  # fmt: skip
    hits = [hit for hit in search(state.cursor(), words, 40) if hit.kind == HIT_KINDS[kind]] if words else []
    names = {hit.id: hit.name for hit in hits}
    if words and not hits:
        st.caption(f"None of the {kind} is called that.")
    st.multiselect(
        f"Its {kind}", [*chosen, *(key for key in names if key not in chosen)], key=f"system-{kind}",
        format_func=lambda key: names.get(key, key), help=f"The {kind} chosen so far, and those found",
        placeholder="choose from what was found" if hits else "search first",
    )  # fmt: skip


def _save(system_id: str | None, versions: pl.DataFrame) -> None:
    bench, kept = state.workbench(), st.session_state
    try:
        record = _record(system_id or free_system_id(bench, kept["system-name"]), versions, bench_example(system_id))
        revision = None if system_id is None else kept[_SEEN][1]
        saved = save_system(bench, record, datetime.now(UTC), revision)
    except EditClash as clash:
        kept[_CLASH] = (clash.theirs, clash.mine, clash.fields)
        return
    except TouchstoneError as error:
        kept[_FAILED] = error
        return
    _done(saved)


def bench_example(system_id: str | None) -> bool:
    """Tell whether a system that is there is the worked example."""
    return system_id is not None and get_system(state.workbench(), system_id).record.example


def _record(system_id: str, versions: pl.DataFrame, example: bool) -> System:
    kept = st.session_state
    data: dict[str, Any] = {field: kept[f"system-{field}"] for field in FIELDS}
    said = [row for row in versions.to_dicts() if any(value not in (None, "") for value in row.values())]
    data["versions"] = _versions(said)
    data["modalities"] = [one for one in MODALITIES if one in data["modalities"]]
    return read_record(System, {"id": system_id, "example": example, **data}, "system")


def _versions(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        read_record(
            SystemVersion,
            {"version": row["version"] or "", "released": row["released"], "note": row["note"] or ""},
            f"version in row {place}",
        ).model_dump()
        for place, row in enumerate(rows, 1)
    ]


def _clash_view() -> None:
    """Show both where somebody else changed the same fields, and let the reader choose."""
    if (clash := st.session_state.get(_CLASH)) is None:
        return
    theirs, mine, fields = clash
    who = (theirs.editor or "somebody").partition(":")[2] or "somebody"
    with st.container(border=True):
        st.markdown(f"**{plain(who)} changed the same fields meanwhile.** Nothing is lost: choose what stays.")
        rows = [{"field": one, "yours": str(mine.get(one)), "theirs": str(theirs.body.get(one))} for one in fields]
        st.dataframe(pl.DataFrame(rows), hide_index=True, key="system-clash-table", alt="Both versions of each field")
        with st.container(horizontal=True):
            st.button(
                "Keep mine", key="system-mine", icon=":material/save:", on_click=_over,
                args=(theirs.id, theirs.revision),
                help="Saves your version of these fields over theirs",
            )  # fmt: skip
            st.button(
                "Take theirs", key="system-theirs", icon=":material/undo:", on_click=forget, help="Drops what you typed"
            )


def _over(system_id: str, revision: int) -> None:
    _, mine, _ = st.session_state.pop(_CLASH)
    try:
        saved = save_system(state.workbench(), System.model_validate(mine), datetime.now(UTC), revision)
    except TouchstoneError as error:
        st.session_state[_FAILED] = error
        return
    _done(saved)


def _done(saved: Held[System]) -> None:
    forget()
    st.toast(f"Saved **{plain(saved.record.name)}**.", icon=":material/check:")
    st.query_params.from_dict({"system": saved.record.id})
