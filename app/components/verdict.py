"""What the terms of one thing come to, in a sentence."""

from __future__ import annotations

from app.components.frame import number, plain
from app.theme import use_badge
from governance.catalogue.vocabulary import UseClass


def verdict(own: UseClass | None, effective: UseClass | None) -> str:
    """Say what its own licences allow, and what is left once its lineage counts.

    Args:
        own: By its own licences; ``None`` where it has no record.
        effective: Once its lineage counts; ``None`` where nothing is recorded.

    >>> verdict("commercial", "commercial")
    ':green-badge[commercial] by its own licences and once lineage counts'
    """
    if effective is None:
        return "no terms are recorded for it or anything behind it"
    if own is None:
        return f"{use_badge(effective)} once lineage counts"
    if own == effective:
        return f"{use_badge(own)} by its own licences and once lineage counts"
    return f"{use_badge(own)} by its own licences, {use_badge(effective)} once lineage counts"


def because(reason: str, missing: int, effective: UseClass | None) -> str:
    """Say which licence decides and by which way, and what cannot be told.

    Args:
        reason: The licence that decides, and by which way.
        missing: Parents behind it that have no record.
        effective: Once its lineage counts; ``None`` where nothing is recorded.
    """
    parts = [f"Because of **{plain(reason)}**."] if effective else []
    if missing:
        parents, have = ("parent", "has") if missing == 1 else ("parents", "have")
        parts.append(f"{number(missing)} {parents} behind it {have} no record, so stricter terms may be missing.")
    return " ".join(parts)
