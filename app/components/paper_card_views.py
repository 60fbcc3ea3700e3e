"""The parts of a paper's card: its facts, its claims, where to check them, and papers like it."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from app.components import state
from app.components.claim_words import counts_answer, quantity
from app.components.feedback import empty
from app.components.frame import counted, plain
from app.components.paper_kind import papers
from app.components.paper_words import claim_value, short_title, status_words, theme_words
from app.components.reading import FOUND, SEARCHED, move
from app.navigation import entry_of, page_link
from governance.catalogue.search import MAX_WORDS, search
from governance.exports.paper_tables import paper_link
from governance.research.papers import PaperCard, PaperClaim, author_words

FACTS: dict[str, str] = {
    "authors": "Authors",
    "affiliation": "Affiliations",
    "day": "Date",
    "category": "arXiv category",
    "arxiv_id": "arXiv id",
    "theme": "Themes",
    "modality": "Modality",
    "languages": "Languages",
    "code": "Code published",
}
HELPS = {
    "authors": "The first ones, as given; et al.: there are more",
    "affiliation": "As given beside the authors",
    "arxiv_id": "Only where it was checked",
    "languages": "How many its abstract states",
    "code": "Whether its abstract says so",
}
RELATED = 8


def verdict_line(card: PaperCard) -> str:
    """Say in one line who wrote it, when, what it claims, and what came of that here."""
    numbers = sum(claim.kind == "numeric" for claim in card.claims)
    who = plain(author_words(list(card.paper["authors"]), bool(card.paper["et_al"])))  # type: ignore[call-overload]
    year = f", {card.paper['year']}" if card.paper["year"] else ""
    stated = f"{who or 'Authors not stated'}{year} · **{counted(len(card.claims), 'claim')}, {numbers} with a number**"
    counts = Counter(claim.status for claim in card.claims if claim.status)
    return f"{stated} · {counts_answer(counts)}" if counts else stated


def paper_links(card: PaperCard) -> dict[str, str]:
    """Give the addresses of a paper that are surely its own, by name."""
    arxiv = card.paper["arxiv_id"]
    named = {f"arXiv {arxiv}": f"https://arxiv.org/abs/{arxiv}"} if arxiv else {}
    links = card.paper["links"]
    return named | {link: link for link in map(paper_link, links if isinstance(links, list) else []) if link}


def fact_columns(card: PaperCard) -> None:
    """Show the bibliographic facts in two columns, each with its source, and name what is not stated."""
    known = [name for name in FACTS if card.paper[name] not in (None, [])]
    half = (len(known) + 1) // 2
    for column, names in zip(st.columns(2), (known[:half], known[half:]), strict=True):
        with column.container(gap="xsmall"):
            for name in names:
                said = ". ".join(part for part in (HELPS.get(name), f"Source: {card.source}") if part)
                st.markdown(f"{FACTS[name]}: **{_words(card, name)}**", help=plain(said))
    missing = [FACTS[name] for name in FACTS if name not in known and name != "arxiv_id"]
    if missing:
        st.caption(f"Not stated: {', '.join(one[:1].lower() + one[1:] for one in missing)}")
    if "arxiv_id" not in known:
        st.caption("Its arXiv id was not checked, so none is given.")


def claims_table(card: PaperCard) -> None:
    """List what the paper claims, those with a number first."""
    if not card.claims:
        empty("No claim of this paper is recorded.", "Look at papers on the same themes below.")
        return
    with st.popover("Open a claim", icon=":material/fact_check:", help="How it was computed, or why it was not"):
        for one in card.claims:
            published = f"**{plain(claim_value(one))}** " if one.published is not None else ""
            page_link("claims", f"{published}{plain(one.text)}", id=one.id)
    st.table([_claim_cells(one) for one in card.claims], hide_index=True)
    st.caption(
        "Up to: the greatest over some settings. Per cent, points and factors are different units and are never set "
        "beside one another."
    )


def _claim_cells(one: PaperClaim) -> dict[str, str]:
    about = f"  \n:small[{plain(one.context)}]" if one.context else ""
    text = one.text[:1].upper() + one.text[1:]
    computed = f"**{plain(quantity(one.computed, one.computed_unit))}**  \n" if one.computed is not None else ""
    reading = "  \n:small[by our reading]" if computed and one.published is None else ""
    return {
        "Published": f"**{plain(claim_value(one))}**" if one.published is not None else ":gray[no number]",
        "Claim, in our words": f"{plain(text)}{about}",
        "Here": computed + status_words(one.status) + reading,
    }


def place_links(card: PaperCard) -> None:
    """Link to the pages where one can turn the knobs."""
    places = [place for place in card.places if entry_of(place.page)]
    for place in places:
        if entry := entry_of(place.page):
            label = f"{place.label} · {entry.title}" if place.label else f"{entry.title}: {entry.help[:80]}"
            page_link(place.page, label, icon=entry.icon, **place.query)
    if not places:
        st.caption("No page here computes its numbers yet.")


def related_list(card: PaperCard) -> None:
    """List the papers closest by theme."""
    labels = papers().labels
    if not card.related:
        st.caption("No other paper here shares a theme with it.")
    for one in card.related[:RELATED]:
        shared = ", ".join(labels.get(("theme", theme), theme) for theme in one.themes)
        st.button(
            f"{plain(short_title(one.title))} :small[{one.year or ''}]", key=f"near-{one.id}", type="tertiary",
            icon=":material/article:", help=f"{plain(one.title)}. Both on {plain(shared)}",
            on_click=st.query_params.update, args=({"id": one.id},),
        )  # fmt: skip
    if len(card.related) > RELATED:
        page_link("papers", f"All {len(card.related)} papers of its themes", icon=":material/arrow_forward:",
                  theme=[str(theme) for theme in card.paper["theme"]])  # type: ignore[attr-defined]  # fmt: skip


def paper_finder() -> None:
    """Search for a paper and offer to show it on this page."""
    words = st.text_input(
        "Find another" if st.query_params.get("id") else "Find", key="find", type="search", max_chars=MAX_WORDS,
        icon=":material/search:", placeholder="title or author", help="Finds papers",
    ).strip()  # fmt: skip
    if not words:
        return
    hits = [hit for hit in search(state.cursor(), words, SEARCHED) if hit.kind == "paper"][:FOUND]
    if not hits:
        empty("No paper of that name is here.", "Try fewer words or an author.")
    for hit in hits:
        move(plain(hit.name), key=f"found-{hit.id}", id=hit.id, icon=":material/article:")


def _words(card: PaperCard, name: str) -> str:
    value = card.paper[name]
    labels = {word: label for (field, word), label in papers().labels.items() if field == name}
    if name == "authors" and isinstance(value, list):
        return plain(author_words(value, bool(card.paper["et_al"])))
    if isinstance(value, list):
        return theme_words(value, labels)
    return plain(labels.get(str(value), str(value)))
