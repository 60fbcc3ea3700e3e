"""What papers can be narrowed by, and the selection that page, URL, command line and export share."""

from __future__ import annotations

from typing import ClassVar

from governance.catalogue.facets import Facet
from governance.catalogue.selection import FacetSelection

PAPER_FACETS: tuple[Facet, ...] = (
    Facet("theme", "Theme", "many", "What it is about, e.g. provenance; a paper may have several", "Subject"),
    Facet("modality", "Modality", "one", "What its models read or write, e.g. text", "Subject"),
    Facet("category", "Category", "one", "The first one on arXiv, e.g. cs.CL", "Subject"),
    Facet("languages", "Languages", "range", "How many its abstract states, e.g. 20..", "Subject", "languages"),
    Facet("affiliation", "Affiliation", "many", "As given beside the authors; unknown for most", "People"),
    Facet("year", "Year", "range", "Of its date, e.g. 2022..2024", "People", "year"),
    Facet("code", "Code", "one", "Whether its abstract says that code is published", "Claims"),
    Facet("numeric", "Claims with a number", "one", "Whether any of its claims states a number", "Claims"),
    Facet("claim_unit", "Unit of a claim", "many", "Units of its numbers; x is a factor", "Claims"),
    Facet("claims", "Number of claims", "range", "How many are recorded here, e.g. 5..", "Claims", "claims"),
)  # fmt: skip
PAPER_SORTS = ("day", "title", "claims", "numbers", "languages", "category")


class PaperSelection(FacetSelection):
    """Which papers, in which order; the newest come first.

    >>> PaperSelection.from_query("theme=consent&year=2024..&sort=title").to_query()
    'theme=consent&year=2024..&sort=title'
    """

    facets: ClassVar[tuple[Facet, ...]] = PAPER_FACETS
    sorts: ClassVar[tuple[str, ...]] = PAPER_SORTS

    sort: str = "day"
    descending: bool = True
