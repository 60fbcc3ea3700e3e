"""All models with what their training took, ready to be narrowed: one frame, one facet index."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import polars as pl
from pydantic import BaseModel

from governance.catalogue.connect import catalogue_version
from governance.catalogue.narrowed import Narrowed, Records, row_of, spaced, value_labels
from governance.catalogue.normalise import country_name
from governance.compute.model_frame import model_frame, model_index
from governance.compute.model_selection import ModelSelection
from governance.compute.own_models import OwnModel

WORDS = ("organisation_kind", "domain", "architecture", "openness", "method", "input_evidence")
"""Facets whose values are words of ours, shown with spaces."""


class Models(Records):
    """All models of a catalogue, the user's own included, ordered by name; see `governance.compute.model_frame`."""

    def key(self, sort: str) -> pl.Expr:
        """Give what an order goes by: of several organisations the first."""
        return pl.col(sort).list.first().str.to_lowercase() if sort == "organisation" else super().key(sort)


class ModelsResult(Narrowed[Models, ModelSelection]):
    """What a selection of models gives."""


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
    return ModelsResult.of(models, selection)


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
    row = row_of(frame, model_id, "model", "models")
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
    return value_labels(frame, {"country": country_name, **dict.fromkeys(WORDS, spaced)})
