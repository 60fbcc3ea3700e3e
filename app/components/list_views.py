"""What became of saved lists, in tables and words; the forms that change them stand in `list_forms`."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from datetime import datetime

import polars as pl
import streamlit as st

from app.components import state
from app.components.dataset_kind import DATASET_TABLE
from app.components.feedback import empty
from app.components.frame import number, plain
from app.components.record_table import record_table
from app.components.use_bar import use_bar
from app.navigation import open_page, page_link
from app.theme import USE_LABELS
from governance.catalogue.selection import Selection
from governance.catalogue.vocabulary import USE_CLASSES
from governance.errors import NotFound
from governance.provenance.datasets import Datasets, SelectionResult, select_datasets, summary
from governance.provenance.saved_lists import ListChanges, frozen_selection, list_changes
from governance.records.lists import ListSummary, SavedList, get_list

CHECKED = 50
"""So many lists are held against the catalogue in the overview; the others when they are opened."""
LONGEST_QUERY = 6_000
MARKS = {
    "gone": "No longer in the catalogue",
    "left": "Left",
    "joined": "Joined",
    "classes": "Class changed",
    "sites": "Sources changed",
}


@st.cache_data(show_spinner="Holding the list against the catalogue", max_entries=500)
def _changes(list_id: str, revision: int, snapshot: str, policy_json: str, catalogue: str) -> ListChanges:
    saved = get_list(state.workbench(), list_id)
    return list_changes(state.datasets_for(snapshot, saved.selection.policy), saved)


def changes_of(one: ListSummary) -> ListChanges | None:
    """Hold a list against the present catalogue; ``None`` where the policy it was read under is gone."""
    try:
        policy = state.policy(one.policy_id).model_dump_json()
    except NotFound:
        return None
    return _changes(one.id, one.revision, one.snapshot, policy, state.version())


def changes_words(changes: ListChanges | None) -> str:
    """Say in a few words what changed since a list was saved.

    >>> changes_words(None)
    'its policy is gone'
    """
    if changes is None:
        return "its policy is gone"
    parts = [
        f"{len(found):,} {word}"
        for found, word in (
            (changes.joined, "joined"), (changes.left, "left"), (changes.gone, "gone"),
            (changes.classes, "changed class"), (changes.sites, "changed in their sources"),
        )
        if found
    ]  # fmt: skip
    return ", ".join(parts) or "unchanged"


def lists_table(listed: Sequence[ListSummary], found: Mapping[str, ListChanges | None]) -> str | None:
    """Show all lists; give the id of the one that the reader chose."""
    titles = {key: one.title for key, one in state.policies().items()}
    now = state.version()
    rows = [
        {
            "name": one.name,
            "size": one.size,
            "since": changes_words(found[one.id]) if one.id in found else "open it to see",
            "snapshot": one.snapshot,
            "policy": titles.get(one.policy_id, f"{one.policy_id} (gone)"),
            "saved": one.created,
            "catalogue": one.catalogue_version + (" (this one)" if one.catalogue_version == now else ""),
            "note": one.note,
        }
        for one in listed
    ]
    event = st.dataframe(
        pl.DataFrame(rows),
        hide_index=True,
        on_select="rerun",
        selection_mode="single-cell",
        key="lists-table",
        alt=f"{len(rows):,} saved lists: name, size, what changed, snapshot, policy, when saved, catalogue",
        column_config={
            "name": st.column_config.TextColumn("List", pinned=True, width=210),
            "size": st.column_config.NumberColumn("Datasets", width=80),
            "since": st.column_config.TextColumn("Since it was saved", width=210),
            "snapshot": st.column_config.TextColumn("Snapshot", width=90),
            "policy": st.column_config.TextColumn("Read by", width=150),
            "saved": st.column_config.DatetimeColumn("Saved (UTC)", format="YYYY-MM-DD HH:mm", width=135),
            "catalogue": st.column_config.TextColumn("Catalogue then", width=165),
            "note": st.column_config.TextColumn("Note", width=260),
        },
    )
    cells = event["selection"]["cells"]
    return listed[cells[0][0]].id if cells else None


def unknown_list(asked: str, listed: Sequence[ListSummary]) -> None:
    """Say that there is no such list, and which ones come closest."""
    names = {word: one for one in listed for word in (one.id, one.name)}
    close = dict.fromkeys(names[word].id for word in difflib.get_close_matches(asked[:120], list(names), 3, 0.5))
    empty(f"There is no list {plain(asked[:80])} here.", "It may have been deleted, or saved in another workbench.")
    for one in (one for one in listed if one.id in close):
        page_link("lists", plain(one.name), icon=":material/bookmark:", list=one.id)
    page_link("lists", "All lists", icon=":material/arrow_back:")


def list_result(saved: SavedList) -> tuple[SelectionResult, bool]:
    """Give exactly the datasets of a list; the flag is false where its policy is gone and the audit rule stands in."""
    frozen = frozen_selection(saved)
    try:
        return select_datasets(state.datasets_for(frozen.snapshot, frozen.policy), frozen), True
    except NotFound:
        frozen = frozen.model_copy(update={"policy": "audit"})
        return select_datasets(state.datasets_for(frozen.snapshot, "audit"), frozen), False


def list_body(saved: SavedList, result: SelectionResult, changes: ListChanges | None) -> None:
    """Draw what a list allows, then and now, what changed, and its datasets."""
    figures = summary(result)
    then: dict[str, int] = {use: sum(effective == use for _, effective in saved.uses) for use in USE_CLASSES}
    use_bar({
        **({"When saved, once lineage counts": then} if saved.uses else {}),
        "Now, once lineage counts": figures.effective_use,
        "Now, own licences": figures.licence_use,
    })  # fmt: skip
    if saved.note:
        st.caption(f"Note: {plain(saved.note)}")
    if changes is not None:
        changes_table(changes, result.datasets)
    if result.total:
        record_table(DATASET_TABLE, result, DATASET_TABLE.usual, key="list")
    else:
        empty("None of its datasets is in this catalogue.", "Import the source they came from, or delete the list.")


def changes_table(changes: ListChanges, datasets: Datasets) -> None:
    """List every dataset that joined, left, is gone, or changed class, with its reason."""
    if not changes.filters_kept:
        st.caption("This version no longer knows the list's filters, so nothing can be said to join or leave.")
    if not changes.classes_kept:
        st.caption("The list was saved without use classes, so it cannot tell whether they changed.")
    if not changes.changed:
        return
    names = dict(datasets.frame.select("id", "name").rows())
    words = {
        **{("classes", one.id): _class_words(one.own_then, one.own_now, "own licences") for one in changes.classes
           if one.own_then != one.own_now},
        **{("left", one.id): "; ".join(one.reasons) for one in changes.left},
        **{("joined", key): "the filters give it now" for key in changes.joined},
        **{("sites", one.id): f"sites fully restricted: {_sites_words(one.share_then, one.known_then)}, now "
           f"{_sites_words(one.share_now, one.known_now)}" for one in changes.sites},
        **{("gone", key): "its facts were withdrawn or renamed" for key in changes.gone},
    }  # fmt: skip
    for one in changes.classes:
        if one.effective_then != one.effective_now:
            said = _class_words(one.effective_then, one.effective_now, "once lineage counts")
            words["classes", one.id] = "; ".join(part for part in (words.get(("classes", one.id)), said) if part)
    rows = [
        {"name": names.get(key, key), "what": MARKS[kind], "why": why, "id": key}
        for (kind, key), why in sorted(words.items(), key=lambda item: list(MARKS).index(item[0][0]))
    ]
    same = (
        " The catalogue is the same: the rule was changed." if changes.catalogue_now == changes.catalogue_then else ""
    )
    st.markdown(f"**What changed since it was saved**: {changes_words(changes)}.{same}")
    st.dataframe(
        pl.DataFrame(rows),
        hide_index=True,
        height="auto" if len(rows) <= 6 else 240,
        key="list-changes",
        alt=f"{len(rows):,} changes: dataset, what happened, why",
        column_config={
            "name": st.column_config.TextColumn("Dataset", pinned=True, width=200),
            "what": st.column_config.TextColumn("What", width=190),
            "why": st.column_config.TextColumn("Why", width=520),
            "id": st.column_config.TextColumn("Id", width="medium"),
        },
    )


def _sites_words(share: float | None, known: int) -> str:
    return "unknown" if share is None else f"{round(share * known):,} of {known:,} read"


def reopen_button(selection: Selection) -> None:
    """Offer the datasets that a selection gives now, or say why it cannot be an address."""
    query = selection.to_query()
    if len(query) > LONGEST_QUERY:
        st.caption("Too many ids for an address; they are shown here", help="The export holds them all")
        return
    grouped: dict[str, list[str]] = {}
    for name, value in selection.to_pairs():
        grouped.setdefault(name, []).append(value)
    if st.button("Reopen", icon=":material/filter_alt:", key="reopen", help="Opens the datasets with these filters"):
        open_page("datasets", **grouped)


def part_table(result: SelectionResult) -> None:
    """List the datasets of one part of a comparison."""
    if result.missing_ids:
        named = plain(", ".join(result.missing_ids[:5]))
        st.caption(f"{number(len(result.missing_ids))} of these are not in this snapshot: {named}")
    if result.total:
        record_table(DATASET_TABLE, result, DATASET_TABLE.usual, key="compared")
    elif not result.missing_ids:
        empty("No dataset is in this part.", "Choose another part above.")


def when(time: datetime) -> str:
    """Write a time to the minute.

    >>> from datetime import UTC
    >>> when(datetime(2026, 1, 2, 3, 4, tzinfo=UTC))
    '2026-01-02 03:04 UTC'
    """
    return f"{time:%Y-%m-%d %H:%M} UTC"


def _class_words(before: str, after: str, which: str) -> str:
    labels: Mapping[str, str] = {str(use): label for use, label in USE_LABELS.items()}
    return f"{which}: {labels[before]} → {labels[after]}"
