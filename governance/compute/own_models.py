"""Models of the user's own, kept in the workbench and shown beside the published ones."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

import duckdb
from pydantic import AnyHttpUrl, BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from governance.catalogue.normalise import country
from governance.compute.model_vocabulary import (
    Architecture,
    Domain,
    Method,
    NumericFormat,
    Openness,
    OrganisationKind,
)
from governance.errors import BadInput
from governance.records.documents import delete_document, documents, save_document

KIND = "model"
PREFIX = "own:"
"""Before the id of an own model, so that it never meets a published one's."""

Amount = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Share = Annotated[float, Field(gt=0, le=1)]
Word = Annotated[str, Field(min_length=1, max_length=200)]


class OwnModel(BaseModel):
    """One model of the user's own; what is left out is unknown.

    Args:
        id: Lower-case letters, digits and hyphens, at most 60; listings put ``own:`` before it.
        parameters: A count; active parameters are those used for one token.
        tokens: Tokens seen in training, repeats included.
        training_flop: Operations, not operations a second; low and high hold 90%.
        confidence: As the published tables word it; gives low and high where they are not stated.
        base_model_id: Id of the model it was built on.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
    name: Word
    organisation: tuple[Word, ...] = ()
    organisation_kind: tuple[OrganisationKind, ...] = ()
    country: tuple[Word, ...] = ()
    domain: tuple[Domain, ...] = ()
    architecture: Architecture | None = None
    parameters: Amount | None = None
    active_parameters: Amount | None = None
    tokens: Amount | None = None
    released: date | None = None
    openness: Openness | None = None
    open_weights: bool | None = None
    base_model_id: Word | None = None
    training_flop: Amount | None = None
    low: Amount | None = None
    high: Amount | None = None
    confidence: Literal["confident", "likely", "speculative"] | None = None
    method: tuple[Method, ...] = ()
    hardware: Word | None = None
    chips: Amount | None = None
    training_hours: Amount | None = None
    mfu: Share | None = None
    numeric_format: NumericFormat | None = None
    cost_usd: Amount | None = None
    power_watts: Amount | None = None
    url: AnyHttpUrl | None = None

    @field_validator("country")
    @classmethod
    def _countries(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        codes = [country(name) for name in names]
        if None in codes:
            raise ValueError(f"'{names[codes.index(None)]}' is no country of ISO 3166-1")
        return tuple(code for code in codes if code)

    @model_validator(mode="after")
    def _in_order(self) -> OwnModel:
        for small, large in (("low", "training_flop"), ("training_flop", "high"), ("active_parameters", "parameters")):
            one, other = getattr(self, small), getattr(self, large)
            if one is not None and other is not None and one > other:
                raise ValueError(f"{small} is above {large}")
        if (self.low is None) != (self.high is None) or (self.low is not None and self.training_flop is None):
            raise ValueError("low and high go together, around a training_flop")
        return self


def read_model(data: object) -> OwnModel:
    """Read a model from JSON.

    Raises:
        BadInput: A field is missing, unknown or has a wrong value.

    >>> read_model({"id": "ours-7b", "name": "Ours 7B", "country": ["Kenya"]}).country
    ('KE',)
    """
    try:
        return OwnModel.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "the whole model"
        fix = f"give an object with id, name and, where known, {', '.join(list(OwnModel.model_fields)[2:8])} and so on"
        raise BadInput(str(first["msg"]), f"model, field {where}", fix) from error


def own_models(workbench: duckdb.DuckDBPyConnection) -> tuple[OwnModel, ...]:
    """Give the user's own models, by id."""
    return tuple(read_model(document.body) for document in documents(workbench, KIND))


def save_model(workbench: duckdb.DuckDBPyConnection, model: OwnModel, now: datetime) -> OwnModel:
    """Keep a model of the user's own, or a change of it.

    Args:
        workbench: An open workbench.
        model: What to keep; one of the same id is replaced.
        now: Time of the change, UTC.
    """
    present = {document.id: document.revision for document in documents(workbench, KIND)}
    save_document(workbench, KIND, model.id, model.model_dump(mode="json"), now, present.get(model.id))
    return model


def remove_model(workbench: duckdb.DuckDBPyConnection, model_id: str) -> None:
    """Forget one of the user's own models, with or without ``own:`` before its id.

    Raises:
        NotFound: There is none of that id.
    """
    delete_document(workbench, KIND, model_id.removeprefix(PREFIX))
