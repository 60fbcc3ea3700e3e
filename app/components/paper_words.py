"""Words of papers and claims that several pages share."""

from __future__ import annotations

from app.components.frame import plain
from app.theme import BADGE, Meaning
from governance.research.papers import PaperClaim, PapersResult
from governance.research.vocabulary import Comparator, Status, Unit

COMPARATOR_WORDS: dict[Comparator, str] = {
    "=": "",
    "up_to": "up to ",
    ">=": "at least ",
    "<=": "at most ",
    "~": "about ",
}
UNIT_WORDS: dict[Unit, str] = {
    "count": "",
    "%": "%",
    "parameters": " parameters",
    "x": " times",
    "points": " points",
    "years": " years",
    "percentile": "th percentile",
}


STATUS_WORDS: dict[Status, tuple[str, Meaning]] = {
    "reproduced": ("the same", "good"),
    "within_tolerance": ("close", "strict"),
    "differs": ("differs", "stop"),
    "simulated": ("simulated", "caution"),
    "data_not_public": ("data not public", "unknown"),
    "not_attempted": ("not attempted", "unknown"),
}
"""What a status is called beside a number, and the meaning of its colour."""


def status_badge(status: Status | None) -> str:
    """Write a status as a Markdown badge; ``None``: it waits to be computed.

    >>> status_badge("differs")
    ':red-badge[differs]'
    """
    if status is None:
        return ":gray-badge[to be computed]"
    words, meaning = STATUS_WORDS[status]
    return f":{BADGE[meaning]}-badge[{words}]"


def value_words(value: float | None, unit: Unit | None, comparator: Comparator | None = "=") -> str:
    """Write a published number with how it is claimed and its unit.

    >>> value_words(43.0, "%", "up_to"), value_words(8e9, "parameters"), value_words(None, None, None)
    ('up to 43%', '8 billion parameters', '')
    """
    if value is None:
        return ""
    shown = f"{value:,.10g}".replace(",", "\u202f")
    if unit == "parameters" and value >= 1e6:
        size, name = (1e9, "billion") if value >= 1e9 else (1e6, "million")
        shown = f"{value / size:.4g} {name}"
    return f"{COMPARATOR_WORDS[comparator or '=']}{shown}{UNIT_WORDS[unit or 'count']}"


def claim_value(claim: PaperClaim) -> str:
    """Write what a claim published; empty for a claim without a number."""
    return value_words(claim.published, claim.unit, claim.comparator)


def computed_words(claim: PaperClaim) -> str:
    """Write what comes out here now, to four digits where it is no whole number."""
    value = claim.computed
    if value is None or value.is_integer():
        return value_words(value, claim.computed_unit)
    return value_words(float(f"{value:.4g}"), claim.computed_unit)


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


def theme_words(themes: list[str], labels: dict[str, str]) -> str:
    """Write themes as Markdown."""
    return ", ".join(plain(labels.get(theme, theme)) for theme in themes)
