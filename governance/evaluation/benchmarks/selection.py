"""What benchmarks can be narrowed by, and the selection that page, URL, command line and export share."""

from __future__ import annotations

from typing import ClassVar

from governance.catalogue.facets import Facet
from governance.catalogue.selection import FacetSelection

BENCHMARK_FACETS: tuple[Facet, ...] = (
    Facet("type", "Type", "one", "What a model does there, e.g. Retrieval or STS", "Task"),
    Facet("subtype", "Subtype", "many", "The same, finer, e.g. Question answering", "Task"),
    Facet("modality", "Modality", "many", "Text, image, audio or video", "Task"),
    Facet("domain", "Domain", "many", "What its texts are about, e.g. Legal", "Task"),
    Facet("metric", "Main metric", "one", "What its score is, e.g. ndcg_at_10", "Task"),
    Facet("category", "Category", "one", "What is set against what: t2i is text to image", "Task"),
    Facet("language", "Language", "many", "ISO 639-3, e.g. swh; code for programming languages", "Languages"),
    Facet("language_family", "Language family", "many", "Of its languages, as mteb groups them", "Languages"),
    Facet("script", "Script", "many", "ISO 15924, e.g. Cyrl", "Languages"),
    Facet("languages", "Number of languages", "range", "How many it covers, e.g. 2..", "Languages", "languages"),
    Facet("licence_use", "Licence use", "one", "What its stated licence allows, by the audit's classes", "Licence"),
    Facet("licence", "Licence", "one", "SPDX, or as stated where it has no such id", "Licence"),
    Facet("licence_gap", "Licence gap", "one", "Why its licence is not known", "Licence"),
    Facet("annotation", "Labels by", "one", "Who or what made its labels", "Making"),
    Facet("translated", "Native or translated", "one", "Whether its texts came there by translation", "Making"),
    Facet("creation", "Samples", "one", "How its samples came about, as the registry says", "Making"),
    Facet("has_results", "Results here", "one", "Whether scores of models on it are in the catalogue", "Making"),
    Facet("first_year", "Texts from", "range", "First year of its texts, e.g. 2019..", "Time", "first_year"),
    Facet("last_year", "Texts until", "range", "Last year of its texts, e.g. ..2021", "Time", "last_year"),
)
BENCHMARK_SORTS = ("name", "type", "languages", "models", "first_year", "last_year", "licence_use")


class BenchmarkSelection(FacetSelection):
    """Which benchmarks, in which order; those with results of most models come first.

    >>> BenchmarkSelection.from_query("language=swh&type=STS&sort=name").to_query()
    'type=STS&language=swh&sort=name'
    """

    facets: ClassVar[tuple[Facet, ...]] = BENCHMARK_FACETS
    sorts: ClassVar[tuple[str, ...]] = BENCHMARK_SORTS

    sort: str = "models"
    descending: bool = True
