"""Snapshot and policy in the sidebar, and the search for one record: what pages about one thing share."""

from __future__ import annotations

import streamlit as st

from app.components import state
from app.components.feedback import empty
from app.components.frame import plain
from app.components.url_state import from_url, to_url
from governance.catalogue.search import MAX_WORDS, Hit, search
from governance.catalogue.selection import Selection, choice
from governance.catalogue.vocabulary import SNAPSHOTS, NodeKind
from governance.provenance.datasets import Datasets

KIND_WORDS: dict[NodeKind, tuple[str, str]] = {
    "dataset": ("dataset", "datasets"),
    "collection": ("collection", "collections"),
    "work": ("named parent", "named parents"),
    "text_source": ("text source", "text sources"),
    "model": ("model", "models"),
    "application": ("application", "applications"),
}
FOUND = 8
SEARCHED = 60


def reading() -> Datasets:
    """Draw snapshot and policy, both in the URL, and give the datasets read that way."""
    policies = {key: one.title for key, one in state.policies().items()}
    from_url("snapshot", "current", lambda value: choice(value, SNAPSHOTS, "option snapshot"))
    st.selectbox(
        "Snapshot", SNAPSHOTS, key="snapshot",
        help="State of the audit: the newest, or the release the 2023 paper measured",
    )  # fmt: skip
    from_url("policy", "audit", state.policy)
    st.selectbox(
        "Licences read by", list(policies), key="policy", format_func=lambda key: policies[key],
        help="The rule that turns licences into a use class; make your own on the Policies page",
    )  # fmt: skip
    return state.datasets_for(to_url("snapshot", "current"), to_url("policy", "audit"))


def context(datasets: Datasets) -> dict[str, str]:
    """Give snapshot and policy as a link carries them: defaults left out."""
    stated = {"snapshot": datasets.snapshot, "policy": datasets.policy.id}
    return {name: value for name, value in stated.items() if value != Selection.model_fields[name].default}


def count_words(count: int, kind: NodeKind) -> str:
    """Say how many of a kind.

    >>> count_words(2, "text_source")
    '2 text sources'
    """
    return f"{count:,} {KIND_WORDS[kind][count != 1]}".replace(",", "\u202f")


def move(label: str, *, key: str, icon: str = ":material/arrow_forward:", **query: str) -> None:
    """Offer another record on this same page; a page link to the page one is on would leave the URL as it was.

    Args:
        label: Markdown.
        key: Unique on the page.
        icon: A Material symbol.
        **query: What changes in the URL.
    """
    st.button(label, key=key, icon=icon, type="tertiary", on_click=st.query_params.update, args=(query,))


def finder(kinds: tuple[str, ...]) -> None:
    """Search for a record and offer to show it on this page.

    Args:
        kinds: What may be found here.
    """
    words = st.text_input(
        "Find another" if st.query_params.get("id") else "Find", key="find", type="search", max_chars=MAX_WORDS,
        icon=":material/search:", placeholder="name, former name or hub id",
        help=f"Finds {', '.join(KIND_WORDS[kind][1] for kind in KIND_WORDS if kind in kinds)}",
    )  # fmt: skip
    if not words.strip():
        return
    hits = [hit for hit in search(state.cursor(), words, SEARCHED) if hit.kind in kinds][:FOUND]
    if not hits:
        empty("Nothing of that name is here.", "Try fewer words or another spelling.")
    for hit in hits:
        what = KIND_WORDS[kind][0] if (kind := node_kind(hit)) != "dataset" else "" if hit.id == hit.name else hit.id
        move(f"{plain(hit.name)} :small[{plain(what)}]", key=f"found-{hit.kind}-{hit.id}", id=node_id(hit))


def node_kind(hit: Hit) -> NodeKind:
    """Give the kind of node that was found."""
    return next(kind for kind in KIND_WORDS if kind == hit.kind)


def node_id(hit: Hit) -> str:
    """Give the id by which the lineage knows what was found."""
    return f"collection:{hit.id}" if hit.kind == "collection" else hit.id
