"""One saved list, or two side by side."""

from __future__ import annotations

import streamlit as st

from app.components.export_menu import export_menu, save_list_menu
from app.components.frame import number, page_header, plain, source_line
from app.components.list_forms import QUESTION, conflict_view, delete_menu, edit_menu
from app.components.list_views import (
    changes_of,
    changes_words,
    list_body,
    list_result,
    part_table,
    reopen_button,
    when,
)
from app.components.url_state import from_url, to_url
from app.components.use_bar import use_bar
from governance.catalogue.selection import choice
from governance.provenance.datasets import select_datasets, summary
from governance.records.lists import SavedList, compare_lists

HELP = "A list keeps the datasets your filters gave, and the filters; both are held against the catalogue of today."
PARTS = ("both", "only_a", "only_b")


def one_list(saved: SavedList) -> None:
    """Show one list: what it allows, what changed since it was saved, its datasets."""
    result, policy_kept = list_result(saved)
    changes = changes_of(saved)
    what = "dataset" if saved.size == 1 else "datasets"
    kept = f"**{plain(saved.name)}**: {number(saved.size)} {what}, saved {when(saved.created)}"
    actions = page_header(QUESTION, f"{kept}; since then **{changes_words(changes)}**.", help=HELP)
    with actions:
        if policy_kept:
            reopen_button(saved.selection)
        export_menu(result, result.datasets.policy, key="list")
        edit_menu(saved)
        delete_menu(saved)
    conflict_view(saved)
    if not policy_kept:
        st.warning(f"The policy {plain(saved.policy_id)} is gone: the audit rule stands in, and changes are not told.")
    list_body(saved, result, changes)
    source_line(
        f"Saved from catalogue {saved.catalogue_version}",
        f"snapshot {saved.snapshot}",
        plain(f"policy: {result.datasets.policy.title}"),
        f"revision {saved.revision}",
        n=saved.size,
        legal=True,
    )


def two_lists(a: SavedList, b: SavedList) -> None:
    """Show what two lists share and what only one of them holds, both read as the first one is."""
    compared = compare_lists(a, b)
    frozen, _ = list_result(a)
    ids = {"both": compared.both, "only_a": compared.only_a, "only_b": compared.only_b}
    labels = {"both": "In both", "only_a": f"Only in {a.name}", "only_b": f"Only in {b.name}"}
    shown = {
        part: select_datasets(frozen.datasets, frozen.selection.model_copy(update={"ids": ids[part]})) for part in PARTS
    }
    place = st.container()
    from_url("part", "both", lambda value: choice(value, PARTS, "option part"))
    st.segmented_control(
        "Part", PARTS, key="part", format_func=lambda part: f"{plain(labels[part])} {len(ids[part]):,}", required=True,
        label_visibility="collapsed", help="Which datasets to list below",
    )  # fmt: skip
    part = to_url("part", "both")
    with place:
        only = [f"{number(len(ids[key]))} only in {plain(one.name)}" for key, one in (("only_a", a), ("only_b", b))]
        actions = page_header(
            "What do these two lists share?",
            f"**{number(len(compared.both))} in both**, {', '.join(only)}.",
            help="Datasets are matched by their id.",
        )
        with actions:
            save_list_menu(shown[part])
            export_menu(shown[part], frozen.datasets.policy, key="compared")
        use_bar({labels[key]: summary(result).effective_use for key, result in shown.items() if result.total})
    part_table(shown[part])
    source_line(
        plain(f"Both read as {a.name}: snapshot {frozen.selection.snapshot}, policy {frozen.datasets.policy.title}"),
        "classes once lineage counts",
        n=len({*a.dataset_ids, *b.dataset_ids}),
        legal=True,
    )
