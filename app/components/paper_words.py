"""Words of papers and claims that several pages share."""

from __future__ import annotations

import re

from app.components.claim_words import quantity, status_badge
from app.components.frame import plain
from governance.research.papers import PaperClaim, PapersResult
from governance.research.vocabulary import Status

TO_COMPUTE = ":gray-badge[to be computed]"


def status_words(status: Status | None) -> str:
    """Write a status as a Markdown badge; ``None``: it waits to be computed.

    >>> status_words("differs"), status_words(None)
    (':red-badge[differs]', ':gray-badge[to be computed]')
    """
    return TO_COMPUTE if status is None else status_badge(status)


def claim_value(claim: PaperClaim) -> str:
    """Write what a claim published; empty for a claim without a number."""
    return quantity(claim.published, claim.unit, claim.comparator)


def papers_answer(result: PapersResult) -> str:
    """Say in one line how many papers, claims and numbers the selection holds."""
    frame = result.frame
    if frame.is_empty():
        return "**No paper** meets every filter"
    with_numbers = frame.filter(frame["numbers"] > 0).height
    years = sorted(frame["year"].drop_nulls().to_list())
    when = f" · {years[0]} to {years[-1]}" if years else ""
    return (
        f"**{with_numbers} of {frame.height} papers** state numbers to check · {frame['claims'].sum():,} claims, "
        f"**{frame['numbers'].sum():,} with a number**{when}"
    )


def short_title(title: str) -> str:
    """Give a title up to its colon, or up to the question it opens with.

    >>> short_title("SimMerge: Learning to Select"), short_title("Which Prompts Make The Difference? Data First")
    ('SimMerge', 'Which Prompts Make The Difference?')
    """
    return re.split(r":|(?<=\?) ", title, maxsplit=1)[0]


def theme_words(themes: list[str], labels: dict[str, str]) -> str:
    """Write themes as Markdown."""
    return ", ".join(plain(labels.get(theme, theme)) for theme in themes)
