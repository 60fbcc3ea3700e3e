"""What a paper released, on its card: a table, and the languages that each card lists."""

from __future__ import annotations

import re

import streamlit as st

from app.components.frame import counted, plain
from governance.research.releases import Release

ADDRESS = re.compile(r"\b(?:huggingface\.co|github\.com|docs\.cohere\.com)/[\w./-]+\w")
SCALES = ((1e9, "billion"), (1e6, "million"))


def releases_table(releases: tuple[Release, ...]) -> None:
    """List what a paper released, each with its page and where that was read."""
    if not releases:
        st.caption("No public card of something that it released was read.")
        return
    st.table([_cells(one) for one in releases], hide_index=True)
    st.caption(
        "As the cards state it. A card is the authors' own, as the paper is: that they agree is no measurement. Not "
        "read: the card says nothing of it, or that part of it could not be read."
    )
    listed = [one for one in releases if one.languages]
    if not listed:
        return
    with st.popover("Languages", icon=":material/translate:", help="Those that each card lists"):
        for one in listed:
            names = sorted(one.language_names or ())
            st.markdown(f"**{plain(one.name)}** ({len(names)}): {plain(', '.join(names))}")


def size_words(parameters: float | None) -> str:
    """Write a number of parameters.

    >>> size_words(3.35e9), size_words(5.6e8), size_words(None)
    ('3.35 billion', '560 million', '')
    """
    if parameters is None:
        return ""
    scale, word = next((one for one in SCALES if parameters >= one[0]), (1.0, ""))
    return f"{parameters / scale:g} {word}".strip()


def _cells(one: Release) -> dict[str, str]:
    sizes = [f"{size_words(one.parameters)} parameters"] if one.parameters is not None else []
    sizes += [counted(one.instances, "row")] if one.instances is not None else []
    sizes += [counted(len(one.languages), "language") if one.languages else ":gray[languages not read]"]
    return {
        "Released": f"[{plain(one.name)}]({one.url})  \n:small[{one.kind}]",
        "Size and languages": "  \n".join(sizes),
        "Licence": plain(one.licence) if one.licence else ":gray[not read]",
        "Where it was read": f":small[{_linked(one.seen)}, {one.retrieved:%Y-%m-%d}]",
    }


def _linked(seen: str) -> str:
    """Write where a card was read, with addresses as links named by their end, or by the host of documentation."""
    parts, last = [], 0
    for found in ADDRESS.finditer(seen):
        host, _, path = found.group().partition("/")
        name = host if host.startswith("docs.") else path.rpartition("/")[2]
        parts += [plain(seen[last : found.start()]), f"[{plain(name)}](https://{found.group()})"]
        last = found.end()
    return "".join([*parts, plain(seen[last:])])
