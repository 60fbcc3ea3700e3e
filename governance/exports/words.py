"""Plain words and safe text that several exports share."""

from __future__ import annotations

import re
from decimal import Decimal
from urllib.parse import quote, urlsplit

from governance.catalogue.facets import FACETS_BY_FIELD
from governance.catalogue.selection import Selection
from governance.catalogue.vocabulary import DerivationKind, UseClass

NOT_LEGAL_ADVICE = "This is not legal advice: check the licences themselves before you rely on them."

CREDITS: tuple[str, ...] = (
    "Data Provenance Collection, Apache-2.0: Longpre et al., arXiv 2310.16787 (text), 2412.17847 (speech, video).",
)
"""Whom every export credits for the audit."""

USE_WORDS: dict[UseClass | None, str] = {
    "commercial": "commercial use allowed",
    "unspecified": "no licence stated",
    "noncommercial": "non-commercial use only",
    "academic_only": "academic use only",
}

EDGE_WORDS: dict[DerivationKind, str] = {
    "derived_from": "derived from",
    "text_source": "with text from",
    "generated_by": "written by",
    "recorded_as": "recorded as",
    "has_member": "which includes",
}

CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
"""Characters that no spreadsheet or XML file can hold."""
_OVERRIDE = re.compile("[\u202a-\u202e\u2066-\u2069]")
_LINK_SAFE = ":/?#@!$&'*+,;=%~-._"


def flop_words(value: float | None, digits: int = 2) -> str:
    """Write a number of operations, or another large one, with an exponent.

    Args:
        value: The number; ``None``: unknown.
        digits: How many are shown, 2 or 3.

    >>> flop_words(8.1e23), flop_words(9.96e24), flop_words(1.1248e25, 3), flop_words(None)
    ('8.1e23', '1e25', '1.12e25', 'unknown')
    """
    if value is None:
        return "unknown"
    shown, _, power = f"{Decimal(repr(float(value))):.{digits - 1}e}".partition("e")
    return f"{shown.removesuffix('.0')}e{int(power)}"


def use_words(use: UseClass | None) -> str:
    """Say what a use class allows.

    >>> use_words("noncommercial")
    'non-commercial use only'
    """
    return USE_WORDS.get(use, "unknown")


def one_line(text: str) -> str:
    r"""Put text on one line; control and direction-override characters become visible.

    >>> one_line("a\n  b")
    'a b'
    """
    return _OVERRIDE.sub("\ufffd", CONTROL.sub("\ufffd", " ".join(text.split())))


def web_link(url: str | None) -> str | None:
    """Give an http or https address with unsafe characters encoded; anything else is None.

    >>> web_link("https://example.org/a b")
    'https://example.org/a%20b'
    >>> web_link("javascript:alert(1)") is None
    True
    """
    try:
        parts = urlsplit((url or "").strip())
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not parts.netloc:
        return None
    return quote(parts.geturl(), safe=_LINK_SAFE)


def selection_words(selection: Selection) -> list[tuple[str, str]]:
    """Give a selection as (label, value) rows, e.g. for a cover sheet.

    >>> selection_words(Selection.from_query("language=swh"))
    [('Language', 'swh')]
    """
    fixed = {"q": "Search", "sort": "Order", "id": "Datasets"}
    rows: dict[str, list[str]] = {}
    for name, value in selection.to_pairs():
        if name not in ("snapshot", "policy"):
            label = FACETS_BY_FIELD[name].label if name in FACETS_BY_FIELD else fixed[name]
            rows.setdefault(label, []).append(value)
    if selection.ids is not None:
        rows["Datasets"] = [f"{len(selection.ids):,} chosen by id"]
    return [(label, " or ".join(values)) for label, values in rows.items()]
