"""What models can be narrowed by, and the selection that page, URL, command line and export share."""

from __future__ import annotations

from typing import ClassVar

from governance.catalogue.facets import Facet
from governance.catalogue.selection import FacetSelection

MODEL_FACETS: tuple[Facet, ...] = (
    Facet("organisation", "Organisation", "many", "Who made it", "Maker"),
    Facet("organisation_kind", "Kind of organisation", "many", "Industry, academia, government and so on", "Maker"),
    Facet("country", "Country", "many", "Of the makers, ISO 3166-1 alpha-2, e.g. CN", "Maker"),
    Facet("domain", "Domain", "many", "Language, vision, biology and so on", "Model"),
    Facet("architecture", "Architecture", "one", "Dense, mixture of experts and so on, where our table says", "Model"),
    Facet("openness", "Access", "one", "How its weights or answers can be had", "Model"),
    Facet("open_weights", "Open weights", "one", "Whether its weights can be downloaded", "Model"),
    Facet("has_base", "Built on another", "one", "Whether it names a base model", "Model"),
    Facet("frontier", "Frontier", "one", "Whether Epoch AI marks it as frontier when released", "Model"),
    Facet("flop_order", "Order of its FLOP", "one", "Power of ten that the training compute is in", "Compute"),
    Facet("confidence", "Confidence", "one", "How sure the source is of the row", "Compute"),
    Facet("method", "Method", "many", "How the compute was estimated", "Compute"),
    Facet("hardware", "Hardware", "many", "Chips it was trained on", "Compute"),
    Facet("numeric_format", "Numeric format", "one", "Format of the training, e.g. bf16", "Compute"),
    Facet("input_evidence", "Inputs", "one", "How our parameters and tokens meet the published compute", "Compute"),
    Facet("origin", "Origin", "one", "Shipped, imported, or your own", "Compute"),
    Facet("year", "Year", "range", "Year of release", "Size and time", "year"),
    Facet("parameters", "Parameters", "range", "Number of parameters, e.g. 7e9..7e10", "Size and time", "parameters"),
    Facet("training_flop", "Training FLOP", "range", "Operations in training, e.g. 1e24..1e26", "Size and time",
          "training_flop"),
)  # fmt: skip
MODEL_SORTS = (
    "name", "year", "released", "parameters", "training_flop", "chip_hours", "cost_usd", "capability", "organisation"
)  # fmt: skip


class ModelSelection(FacetSelection):
    """Which models, in which order; the largest training compute comes first.

    >>> ModelSelection.from_query("country=CN&training_flop=1e24..1e26&sort=-year").to_query()
    'country=CN&training_flop=1e24..1e26&sort=-year'
    """

    facets: ClassVar[tuple[Facet, ...]] = MODEL_FACETS
    sorts: ClassVar[tuple[str, ...]] = MODEL_SORTS

    sort: str = "training_flop"
    descending: bool = True
