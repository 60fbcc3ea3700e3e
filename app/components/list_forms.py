"""The forms that change lists: rename, delete, make one from ids, reopen an export."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

import polars as pl
import streamlit as st

from app.components import state
from app.components.dataset_kind import DATASET_TABLE
from app.components.export_menu import export_menu, save_list_menu
from app.components.feedback import show_error
from app.components.frame import number, page_header, plain, source_line
from app.components.list_views import reopen_button, when
from app.components.record_table import record_table
from app.components.use_bar import use_bar
from governance.catalogue.selection import Selection
from governance.catalogue.vocabulary import SNAPSHOTS
from governance.errors import BadInput, Conflict, TouchstoneError
from governance.exports.formats import EXPORTERS
from governance.exports.manifest import Manifest, check_manifest, read_manifest
from governance.exports.words import selection_words
from governance.provenance.datasets import select_datasets, summary
from governance.provenance.own_policies import save_policy
from governance.provenance.policies import POLICIES
from governance.provenance.saved_lists import PastedIds, read_ids
from governance.records.lists import SavedList, delete_list, get_list, update_list

MAX_UPLOAD = 1_000_000
QUESTION = "What have I kept, and has it changed?"
Read = TypeVar("Read")


def seen(saved: SavedList) -> SavedList:
    """Give the list as the reader first saw it on this visit: a change is made to that revision."""
    if st.session_state.get("list-open") != saved.id:
        st.session_state["list-open"], st.session_state["list-seen"] = saved.id, saved
        st.session_state.pop("list-mine", None)
    return st.session_state["list-seen"]


def edit_menu(saved: SavedList) -> None:
    """Offer to rename the list or change its note."""
    base = seen(saved)
    with (
        st.popover("Edit", icon=":material/edit:", help="Rename the list or change its note"),
        st.form("list-edit", border=False),
    ):
        name = st.text_input("Name", base.name, max_chars=120, key=f"list-name-{base.id}-{base.revision}")
        note = st.text_area("Note", base.note, max_chars=4000, key=f"list-note-{base.id}-{base.revision}")
        if st.form_submit_button("Save", type="primary", icon=":material/save:") and _change(
            saved.id, base.revision, name, note
        ):
            st.rerun()


def conflict_view(saved: SavedList) -> None:
    """Where someone else changed the list meanwhile, show both versions and let the reader choose."""
    mine = st.session_state.get("list-mine")
    if mine is None or mine[0] != saved.id:
        return
    _, name, note = mine
    with st.container(border=True):
        st.markdown("**This list was changed elsewhere while you edited it.** Nothing is lost: choose which one stays.")
        left, right = st.columns(2)
        left.markdown(f"Yours, not saved yet  \n**{plain(name)}**  \n{plain(note) or 'no note'}")
        left.button(
            "Keep mine", icon=":material/save:", key="keep-mine", type="primary",
            help="Saves your version over the stored one",
            on_click=_keep, args=(saved.id, saved.revision, name, note),
        )  # fmt: skip
        stored = f"Stored, revision {saved.revision}, {when(saved.updated)}"
        right.markdown(f"{stored}  \n**{plain(saved.name)}**  \n{plain(saved.note) or 'no note'}")
        right.button(
            "Take the stored one",
            icon=":material/undo:",
            key="take-stored",
            help="Drops your version",
            on_click=_forget,
        )


def delete_menu(saved: SavedList) -> None:
    """Offer to delete the list, and ask once more."""
    with st.popover("Delete", icon=":material/delete:", help="Delete this list; its datasets stay in the catalogue"):
        st.markdown(
            f"Delete **{plain(saved.name)}** with its {saved.size:,} datasets? This cannot be undone; "
            "export it first if you may need it."
        )
        st.button(
            "Delete for good", icon=":material/delete_forever:", key="delete-for-good", type="primary",
            on_click=_delete, args=(saved, seen(saved).revision),
        )  # fmt: skip


def ids_form(tabs: Callable[[], None]) -> None:
    """Make a list from pasted ids, with a report of what could not be matched.

    Args:
        tabs: Draws the way back to the other tasks of the page.
    """
    place = st.container()
    tabs()
    snapshot = st.segmented_control(
        "Snapshot", SNAPSHOTS, default="current", key="ids-snapshot", required=True,
        help="The state of the audit that the ids are looked up in",
    )  # fmt: skip
    text = st.text_area(
        "Dataset ids", key="ids-text", height=140, placeholder="alpaca\nxp3x-Afrikaans",
        help="One a line, or separated by commas, semicolons or tabs; the ids stand on the cards and in exports",
    )  # fmt: skip
    st.button("Look them up", icon=":material/search:", key="ids-read", help="Nothing is saved yet")
    datasets = state.datasets_for(snapshot or "current")
    found = _read(lambda: read_ids(text, datasets)) if text.strip() else None
    if found is None:
        with place:
            page_header(QUESTION, "**Paste ids**, see which are known, and save them as a list.")
        return
    result = select_datasets(datasets, Selection.build(snapshot=snapshot or "current", ids=found.known))
    with place:
        answer = f"**{number(len(found.known))} known**, {number(len(found.unknown))} unknown"
        answer += f", {number(len(found.repeated))} named more than once" if found.repeated else ""
        actions = page_header(QUESTION, answer)
    if found.known:
        with actions:
            save_list_menu(result)
            export_menu(result, datasets.policy, key="ids")
    _unknown_table(found)
    if result.total:
        use_bar(
            {"Own licences": (figures := summary(result)).licence_use, "Once lineage counts": figures.effective_use}
        )
        record_table(DATASET_TABLE, result, DATASET_TABLE.usual, key="ids")
        source_line(f"snapshot {result.selection.snapshot}", "policy: Audit rule", n=result.total, legal=True)


def reopen_form(tabs: Callable[[], None]) -> None:
    """Read the manifest of an export, and say whether it would come out again.

    Args:
        tabs: Draws the way back to the other tasks of the page.
    """
    place = st.container()
    tabs()
    uploaded = st.file_uploader(
        "manifest.json of an export", type=["json"], max_upload_size=1, key="manifest",
        help="It lies in every export, beside the files; it is read here and not kept",
    )  # fmt: skip
    manifest = None
    if uploaded is not None:
        manifest = _read(lambda: _manifest(uploaded.getvalue()))
    with place:
        if manifest is None:
            page_header(QUESTION, "**Reopen an export** from the manifest.json that lies in it.")
            return
        same = manifest.catalogue_version == state.version()
        actions = page_header(
            QUESTION,
            f"**{number(manifest.counts.get('datasets'))} datasets**, from {'this' if same else 'another'} catalogue"
            f" ({manifest.catalogue_version})",
        )
    _manifest_body(manifest, actions)


def _manifest_body(manifest: Manifest, actions: st.delta_generator.DeltaGenerator) -> None:
    known = state.policies().get(manifest.policy.id)
    with actions:
        if known is not None:
            reopen_button(manifest.selection)
        elif manifest.policy.id not in POLICIES:
            st.button(
                "Keep its policy", icon=":material/gavel:", key="keep-policy", on_click=_keep_policy, args=(manifest,),
                help="The export was read under a policy that you do not have; with it the selection can be reopened",
            )  # fmt: skip
    if known is not None and known != manifest.policy:
        st.warning(
            f"Your policy **{plain(known.title)}** is set otherwise than the export's: reopening reads it by yours."
        )
    rows = [
        ("Snapshot", manifest.snapshot), ("Licences read by", manifest.policy.title),
        *selection_words(manifest.selection),
        ("Formats", ", ".join(EXPORTERS[name].label for name in manifest.formats)),
        ("Made with", f"Touchstone {manifest.touchstone}"),
    ]  # fmt: skip
    st.markdown("\n".join(f"- {plain(label)}: **{plain(value)[:400]}**" for label, value in rows))
    if st.button(
        "Would the same files come out?", icon=":material/fact_check:", key="check-export",
        help="Makes them again, without keeping them, and compares every byte",
    ):  # fmt: skip
        with st.spinner("Making the files again"):
            check = _read(lambda: check_manifest(state.cursor(), manifest))
        if check is not None and check.same:
            st.success(f"**Yes.** {number(len(manifest.files))} files come out byte for byte as they were.")
        elif check is not None:
            why = "" if check.catalogue_then == check.catalogue_now else " The catalogue is another one."
            st.warning(
                f"**No.** {plain(', '.join(check.differing))} would differ.{why} The selection gave "
                f"{number(check.datasets_then)} datasets then and gives {number(check.datasets_now)} now."
            )
    st.dataframe(
        pl.DataFrame([file.model_dump(include={"name", "bytes", "sha256"}) for file in manifest.files]),
        hide_index=True, key="manifest-files", alt="Files of the export with size and checksum",
        column_config={
            "name": st.column_config.TextColumn("File", pinned=True),
            "bytes": st.column_config.NumberColumn("Bytes", format="localized"), "sha256": "sha256",
        },
    )  # fmt: skip


def _manifest(data: bytes) -> Manifest:
    if len(data) > MAX_UPLOAD:
        raise BadInput(f"the manifest has {len(data):,} bytes", "upload", f"use one below {MAX_UPLOAD:,} bytes")
    return read_manifest(data)


def _unknown_table(found: PastedIds) -> None:
    if not found.unknown:
        return
    st.markdown(f"**{number(len(found.unknown))} could not be matched**; they will not be in the list.")
    st.dataframe(
        pl.DataFrame([{"asked": one.asked[:200], "close": ", ".join(one.close) or "none"} for one in found.unknown]),
        hide_index=True, height="auto" if len(found.unknown) <= 6 else 240, key="ids-unknown",
        alt="Pasted texts that are no dataset's id, with the closest ids",
        column_config={
            "asked": st.column_config.TextColumn("Pasted", pinned=True, width=260),
            "close": st.column_config.TextColumn("Closest ids", width=420),
        },
    )  # fmt: skip


def _read(work: Callable[[], Read]) -> Read | None:
    try:
        return work()
    except TouchstoneError as error:
        show_error(error)
        return None


def _change(list_id: str, revision: int, name: str, note: str) -> bool:
    """Change the list; tell whether the page has something new to show."""
    workbench = state.workbench()
    try:
        changed = update_list(workbench, list_id, revision, datetime.now(UTC), name=name, note=note)
    except Conflict as error:
        present = get_list(workbench, list_id)
        if present.revision == revision:
            show_error(error)
            return False
        st.session_state["list-mine"] = (list_id, name, note)
        return True
    except TouchstoneError as error:
        show_error(error)
        return False
    st.session_state["list-seen"] = changed
    st.session_state.pop("list-mine", None)
    st.toast(f"Saved **{plain(changed.name)}**.", icon=":material/check:")
    return True


def _keep(list_id: str, revision: int, name: str, note: str) -> None:
    _change(list_id, revision, name, note)


def _forget() -> None:
    st.session_state.pop("list-mine", None)
    st.session_state.pop("list-open", None)


def _delete(saved: SavedList, revision: int) -> None:
    try:
        delete_list(state.workbench(), saved.id, revision)
    except TouchstoneError as error:
        show_error(error)
        st.session_state.pop("list-open", None)
        return
    st.query_params.clear()
    st.toast(f"Deleted **{plain(saved.name)}**.", icon=":material/delete:")


def _keep_policy(manifest: Manifest) -> None:
    try:
        save_policy(state.workbench(), manifest.policy, datetime.now(UTC))
    except TouchstoneError as error:
        show_error(error)
