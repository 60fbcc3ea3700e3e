"""All models with what their training took, ready to be narrowed: one frame, one facet index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property

import duckdb
import numpy as np
import polars as pl
from pydantic import BaseModel

from governance.catalogue.connect import catalogue_version
from governance.catalogue.facet_counts import FacetCount, labelled_counts
from governance.catalogue.normalise import country_name
from governance.catalogue.select import Counts, FacetIndex, Order, count, page
from governance.compute.model_frame import model_frame, model_index
from governance.compute.model_selection import ModelSelection
from governance.compute.own_models import OwnModel
from governance.errors import NotFound

WORDS = ("organisation_kind", "domain", "architecture", "openness", "method", "input_evidence")
"""Facets whose values are words of ours, shown with spaces."""


@dataclass(frozen=True)
class Models:
    """All models of a catalogue, the user's own included.

    Args:
        frame: One row a model, ordered by name; see `governance.compute.model_frame`.
        index: Counts facets over the rows of the frame.
        labels: What to show for a facet's value, where that differs.
        version: Of the catalogue.
    """

    frame: pl.DataFrame
    index: FacetIndex
    labels: Mapping[tuple[str, str], str]
    version: str
    _orders: dict[tuple[str, bool], Order] = field(default_factory=dict)

    def order(self, sort: str, descending: bool) -> Order:
        """Give the rows in an order, worked out once; ties go by id, unknown comes last."""
        if (sort, descending) not in self._orders:
            self._orders[sort, descending] = _order_of(self.frame, sort, descending)
        return self._orders[sort, descending]


@dataclass(frozen=True)
class ModelsResult:
    """What a selection of models gives.

    Args:
        models: What was narrowed.
        selection: As asked.
        counts: Which rows match.
        facets: By facet, the values and counts when that facet's own choice is left out.
        missing_ids: Ids asked for that are not there.
    """

    models: Models
    selection: ModelSelection
    counts: Counts
    facets: dict[str, tuple[FacetCount, ...]]
    missing_ids: tuple[str, ...]

    @property
    def total(self) -> int:
        """Count the models that match."""
        return self.counts.total

    @property
    def relax(self) -> dict[str, int]:
        """Tell, by filter, how many models dropping only that filter would add."""
        return self.counts.relax

    @property
    def catalogue(self) -> str:
        """Give the version of the catalogue."""
        return self.models.version

    @cached_property
    def frame(self) -> pl.DataFrame:
        """Gather all matching models, in the order asked for."""
        return self.page(0, self.total)

    def page(self, offset: int, limit: int) -> pl.DataFrame:
        """Gather some of the matching models, in the order asked for."""
        order = self.models.order(self.selection.sort, self.selection.descending)
        return self.models.frame[page(self.counts, order, offset, limit)]


class Rating(BaseModel, frozen=True):
    """What an index of capability says of a model."""

    index_id: str
    model: str
    value: float | None


class FineTune(BaseModel, frozen=True):
    """A model that names this one as its base."""

    id: str
    name: str
    finetune_flop: float | None


class ModelCard(BaseModel, frozen=True):
    """Everything known about one model.

    Args:
        model: Its row in the frame; FLOP are operations, unknown is ``None``.
        six_nd: 6 x active parameters x tokens, operations, where both are known.
        six_nd_over_published: The same over the published training compute.
        ratings: What indexes of capability say.
        fine_tunes: Models that name it as their base.
        source: Whom to credit, as the source's card says.
    """

    model: dict[str, object]
    six_nd: float | None
    six_nd_over_published: float | None
    ratings: tuple[Rating, ...]
    fine_tunes: tuple[FineTune, ...]
    source: str


def load_models(connection: duckdb.DuckDBPyConnection, own: Sequence[OwnModel] = ()) -> Models:
    """Load all models, the user's own beside the published ones, ready for counting."""
    frame = model_frame(connection, own)
    return Models(frame, model_index(frame), _labels(frame), catalogue_version(connection))


def select_models(models: Models, selection: ModelSelection) -> ModelsResult:
    """Narrow the models and count every facet as if its own choice were open."""
    picked, missing = None, tuple[str, ...]()
    if selection.ids is not None:
        ids = models.frame["id"]
        picked = ids.is_in(list(selection.ids)).to_numpy()
        known = set(ids)
        missing = tuple(key for key in selection.ids if key not in known)
    counts = count(models.index, selection.values, selection.ranges, selection.text, picked)
    facets = labelled_counts(counts, selection.values, models.labels)
    return ModelsResult(models, selection, counts, facets, missing)


def model_card(connection: duckdb.DuckDBPyConnection, model_id: str, own: Sequence[OwnModel] = ()) -> ModelCard:
    """Tell everything known about one model.

    Args:
        connection: An open catalogue.
        model_id: Its id, e.g. ``llama-2-70b``; one of the user's own starts with ``own:``.
        own: Models of the user's own.

    Raises:
        NotFound: There is no such model.
    """
    frame = model_frame(connection, own)
    found = frame.filter(pl.col("id") == model_id)
    if found.is_empty():
        near = get_close_matches(model_id, frame["id"].to_list(), n=3)
        fix = f"did you mean {', '.join(near)}?" if near else "list them with 'touchstone models'"
        raise NotFound(f"there is no model '{model_id:.80}'", "models", fix)
    row = found.row(0, named=True)
    active, tokens, published = row["active_parameters"], row["tokens"], row["training_flop"]
    six_nd = 6 * active * tokens if active and tokens else None
    children = frame.filter(pl.col("base_model_id") == model_id).select(*FineTune.model_fields)
    ratings = connection.execute(
        "SELECT index_id, model, value FROM capability WHERE model_id = ? ORDER BY index_id, model", [model_id]
    ).fetchall()
    credit = connection.execute("SELECT citation FROM source WHERE id = ?", [row["source_id"]]).fetchall()
    return ModelCard(
        model=row,
        six_nd=six_nd,
        six_nd_over_published=six_nd / published if six_nd and published else None,
        ratings=tuple(Rating(index_id=index, model=name, value=value) for index, name, value in ratings),
        fine_tunes=tuple(FineTune(**child) for child in children.iter_rows(named=True)),
        source=str(credit[0][0]) if credit else "your own",
    )


def _labels(frame: pl.DataFrame) -> dict[tuple[str, str], str]:
    codes = frame["country"].list.explode(empty_as_null=True).drop_nulls().unique()
    labels = {("country", code): country_name(code) for code in codes}
    for name in WORDS:
        column = frame[name]
        words = column.list.explode(empty_as_null=True) if isinstance(column.dtype, pl.List) else column
        labels |= {(name, word): word.replace("_", " ") for word in words.drop_nulls().unique()}
    return labels


def _order_of(frame: pl.DataFrame, sort: str, descending: bool) -> Order:
    key = pl.col("organisation").list.first() if sort == "organisation" else pl.col(sort)
    if sort in ("name", "organisation"):
        key = key.str.to_lowercase()
    rows = frame.select(
        pl.arg_sort_by([key, pl.col("id")], descending=[descending, False], nulls_last=True)
    ).to_series()
    return Order.of(rows.to_numpy().astype(np.int64))
