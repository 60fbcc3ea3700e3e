"""Licence policies as visible data: every field in words, and the table of licence classes."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import polars as pl
import streamlit as st

from app.components import state
from app.components.feedback import empty
from app.components.frame import plain
from app.theme import USE_LABELS, tokens, use_colours
from governance.catalogue.vocabulary import HOST_LABELS, USE_CLASSES
from governance.provenance.licence_table import LicenceRow, Oddity, class_oddities, find_licences, licence_table
from governance.provenance.lineage import short_licence
from governance.provenance.policies import Policy
from governance.provenance.policy_effects import Moved, PolicyCounts, PolicyPreview, policy_counts, policy_preview

KINDS = {
    "licence": "licence",
    "custom": "own terms",
    "generated_terms": "terms on generated text",
    "none_stated": "none stated",
    "mixed": "several",
}
ODDITIES = {
    "same_licence_classed_apart": "One licence, different classes",
    "version_classed_apart": "Unversioned name classed apart",
    "share_alike_not_marked": "Same terms asked for, not marked",
    "no_licence_is_free": "No licence counts as free",
    "unclear_has_a_class": "Unclear terms with a class",
    "no_derivatives_is_free": "No adaptations, yet commercial",
    "free_without_duties": "Free without any duty",
    "same_page_classed_apart": "One page, different classes",
}
FLAGS = {True: "yes", False: "no", None: "unclear"}


@st.cache_data(show_spinner="Reading the licences by every rule", max_entries=20)
def counts_under(policies_json: tuple[str, ...], snapshot: str, catalogue: str) -> tuple[PolicyCounts, ...]:
    """Count the datasets under each policy; the catalogue's version is part of the key."""
    policies = [Policy.model_validate_json(one) for one in policies_json]
    return policy_counts(state.cursor(), policies, snapshot)


@st.cache_data(show_spinner="Reading the licences by both rules", max_entries=50)
def preview(before_json: str, after_json: str, snapshot: str, catalogue: str) -> PolicyPreview:
    """Tell which datasets change class; the catalogue's version is part of the key."""
    before, after = Policy.model_validate_json(before_json), Policy.model_validate_json(after_json)
    return policy_preview(state.cursor(), before, after, snapshot)


@st.cache_data(show_spinner=False, max_entries=4)
def licences(snapshot: str, catalogue: str) -> tuple[LicenceRow, ...]:
    """Give the table of classes; the catalogue's version is part of the key."""
    return licence_table(state.cursor(), snapshot)


def policy_words(policy: Policy) -> dict[str, str]:
    """Say every setting of a policy in words.

    >>> from governance.provenance.policies import POLICIES
    >>> policy_words(POLICIES["cautious"])["No licence stated counts as"]
    'academic only'
    """
    read = [f"{short_licence(key)} as {USE_LABELS[use]}" for key, use in sorted(policy.overrides.items())]
    missing = policy.missing_parent_as
    sites = [HOST_LABELS[host] for host in policy.hosts]
    between = "all must allow it" if policy.combine == "strictest" else "one that allows it is enough"
    return {
        "Whose statements count": ", ".join(sites),
        "Where they differ": between if len(sites) > 1 else "only one is asked",
        "Licences left out": ", ".join(map(short_licence, policy.ignored_licences)) or "none",
        "Licences read otherwise": "; ".join(read) or "none",
        "No licence stated counts as": USE_LABELS[policy.unspecified_as],
        "A licence in no table counts as": USE_LABELS[policy.unknown_as],
        "A parent without a record": f"counts as {USE_LABELS[missing]}" if missing else "adds nothing",
        "Terms of a generating model": "bind what it wrote" if policy.model_terms else "count only where stated",
        "Id": policy.id,
    }


def policies_table(policies: Sequence[Policy]) -> None:
    """Set the policies side by side, a setting a row."""
    words = [policy_words(policy) for policy in policies]
    titles = unique_titles(policies)
    settings = list(words[0])
    columns = {title: [mine[name] for name in settings] for title, mine in zip(titles, words, strict=True)}
    st.dataframe(
        pl.DataFrame({"Setting": settings, **columns}),
        hide_index=True, key="policies-table",
        alt=f"{len(policies)} policies side by side, {len(settings)} settings in words",
        column_config={
            "Setting": st.column_config.TextColumn("Setting", pinned=True, width=215),
            **{title: st.column_config.TextColumn(title, width=215) for title in titles},
        },
    )  # fmt: skip
    st.markdown(
        "\n".join(f"- **{plain(policy.title)}**: {plain(policy.help)}" for policy in policies if policy.help.strip())
    )


def licence_classes(snapshot: str) -> None:
    """Show the audit's class of every licence, searched by words."""
    table = licences(snapshot, state.version())
    words = st.text_input(
        "Search licences", key="licence", bind="query-params", placeholder="e.g. CC BY-NC", icon=":material/search:",
        help="All words must occur in the name, SPDX id, class or basis",
    )  # fmt: skip
    found = find_licences(table, words)
    if not found:
        empty(f"No licence matches {plain(words[:80])}.", "Use fewer words, or an SPDX id such as CC-BY-4.0.")
        return
    _licences_table(found)
    st.caption(f"{len(found):,} of {len(table):,} licences; {sum(not row.known for row in found):,} in no table")


def licence_oddities(snapshot: str) -> None:
    """Show what is odd about the classes."""
    found = class_oddities(licences(snapshot, state.version()))
    _oddities_table(found)
    st.caption(
        f"{len(found)} found by checks over the table. They are shown, not mended: a rule of your own can read a "
        "licence otherwise."
    )


def _licences_table(rows: Sequence[LicenceRow]) -> None:
    shown = [
        {
            "name": row.id,
            "use": [USE_LABELS[row.use]],
            "datasets": row.datasets,
            "spdx": row.spdx,
            "attribution": FLAGS[row.attribution],
            "share_alike": FLAGS[row.share_alike],
            "known": "yes" if row.known else "no",
            "anywhere": row.anywhere,
            "kind": KINDS[row.kind],
            "url": row.url,
            "basis": row.basis,
        }
        for row in rows
    ]
    st.dataframe(
        pl.DataFrame(shown, infer_schema_length=None),
        hide_index=True, key="licences-table", height=_height(len(shown)), placeholder="none",
        alt=f"{len(shown)} licences with use class, number of datasets, SPDX id, duties and basis",
        column_config={
            "name": st.column_config.TextColumn("Licence", pinned=True, width=250),
            "use": _pills("Use"),
            "datasets": st.column_config.NumberColumn("Datasets", width=80, help="For which the audit states it"),
            "spdx": st.column_config.TextColumn("SPDX", width=140, help="Empty where SPDX has no id for it"),
            "attribution": st.column_config.TextColumn("Credit", width=75, help="Whether credit must be given"),
            "share_alike": st.column_config.TextColumn(
                "Share-alike", width=85, help="Whether what is built on it must carry the same terms"
            ),
            "known": st.column_config.TextColumn("In a table", width=80, help="No: the rule's default stands"),
            "anywhere": st.column_config.NumberColumn("Anywhere", width=80, help="Stated by the audit or any site"),
            "kind": st.column_config.TextColumn("Kind", width=140),
            "url": st.column_config.LinkColumn("Terms", width=150, display_text=r"https?://([^/]+)"),
            "basis": st.column_config.TextColumn("Basis", width=320),
        },
    )  # fmt: skip


def _oddities_table(found: Sequence[Oddity]) -> None:
    st.dataframe(
        pl.DataFrame([
            {"what": ODDITIES[odd.kind], "detail": odd.detail, "datasets": odd.datasets,
             "licences": ", ".join(map(short_licence, odd.licences))}
            for odd in found
        ]),
        hide_index=True, key="oddities-table", height=_height(len(found)),
        alt=f"{len(found)} oddities of the table of licence classes, with the datasets they touch",
        column_config={
            "what": st.column_config.TextColumn("Oddity", pinned=True, width=220),
            "detail": st.column_config.TextColumn("What the table says", width=620),
            "datasets": st.column_config.NumberColumn("Datasets", width=80),
            "licences": st.column_config.TextColumn("Licences", width=240),
        },
    )  # fmt: skip


def moved_table(moved: Sequence[Moved]) -> None:
    """List the datasets that change class, before and after."""
    pairs = ("own_before", "own_after", "effective_before", "effective_after")
    labels = ("Own, before", "Own, after", "With lineage, before", "With lineage, after")
    st.dataframe(
        pl.DataFrame([
            {"name": one.name, **{name: [USE_LABELS[getattr(one, name)]] for name in pairs}, "id": one.id}
            for one in moved
        ]),
        hide_index=True, key="moved-table", height=_height(len(moved)),
        alt=f"{len(moved)} datasets that change class: own and effective use, before and after",
        column_config={
            "name": st.column_config.TextColumn("Dataset", pinned=True, width=230),
            **{name: _pills(label) for name, label in zip(pairs, labels, strict=True)},
            "id": st.column_config.TextColumn("Id", width=220),
        },
    )  # fmt: skip


def unknown_policy(asked: str, policies: Mapping[str, Policy]) -> None:
    """Say that there is no such policy, and which ones come closest."""
    close = difflib.get_close_matches(asked[:80], list(policies), 3, 0.5)
    step = f"Did you mean {plain(' or '.join(close))}?" if close else "It may have been deleted, or saved elsewhere."
    empty(f"There is no policy {plain(asked[:80])} here.", step)


def _height(rows: int) -> int | Literal["auto"]:
    return "auto" if rows <= 10 else 440


def _pills(label: str) -> Any:  # noqa: ANN401 - a column of Streamlit's
    colours = use_colours(tokens())
    words, fills = [USE_LABELS[use] for use in USE_CLASSES], [colours[use] for use in USE_CLASSES]
    return st.column_config.MultiselectColumn(label, options=words, color=fills, width=140)


def unique_titles(policies: Sequence[Policy]) -> list[str]:
    """Give the titles, those that repeat with a number, since they name bars and columns."""
    titles = [policy.title for policy in policies]
    return [
        f"{title} ({titles[: at + 1].count(title)})" if titles[:at].count(title) or title == "Setting" else title
        for at, title in enumerate(titles)
    ]
