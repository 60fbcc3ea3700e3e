"""Facet counts made ready to show: labelled, the commonest first, a chosen value never left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from operator import itemgetter

from governance.catalogue.facets import UNKNOWN
from governance.catalogue.select import Counts

Labels = Mapping[tuple[str, str], str]
"""What to show for a facet's value, where that differs."""


@dataclass(frozen=True, slots=True)
class FacetCount:
    """How many matching records have a value; ``None`` is "not stated"."""

    value: str | None
    label: str
    count: int


def labelled_counts(
    counts: Counts, values: Mapping[str, tuple[str, ...]], labels: Labels
) -> dict[str, tuple[FacetCount, ...]]:
    """Give, by facet, the values and counts when that facet's own choice is left out."""
    return {
        field: tuple(
            FacetCount(value=value, label=labels.get((field, value or ""), value or UNKNOWN), count=number)
            for value, number in _largest_first(found)
            if number or (value or UNKNOWN) in values.get(field, ())
        )
        for field, found in counts.facets.items()
    }


def _largest_first(values: Mapping[str | None, int]) -> list[tuple[str | None, int]]:
    """Order the values of a facet, which come sorted with the unknown first: among equals it goes last."""
    items = sorted(values.items(), key=lambda item: item[0] is None)
    return sorted(items, key=itemgetter(1), reverse=True)
