"""Models of the user's own, kept in the workbench and shown beside the published ones."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Literal

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
from governance.compute.quantities import read_quantity
from governance.compute.vocabulary import Dimension
from governance.errors import BadInput
from governance.records.documents import delete_document, documents, save_document
from governance.records.store import Workbench

KIND = "model"
PREFIX = "own:"
"""Before the id of an own model, so that it never meets a published one's."""

IN_WORDS: dict[str, Dimension] = {
    "parameters": "parameters",
    "active_parameters": "parameters",
    "tokens": "tokens",
    "training_flop": "flop",
}
"""Amounts that may be given as people write them, and what each measures."""

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


def model_in_words(name: str, stated: Mapping[str, str], released: date | None = None) -> OwnModel:
    """Make a model from what a person wrote, e.g. in a form; what is empty is unknown.

    Args:
        name: Its name, which also gives its id.
        stated: Text by field: organisation (several after commas), hardware, base_model_id, confidence, and the
            amounts of `IN_WORDS`; a range of FLOP is its 90% interval.
        released: Day of release.

    Raises:
        BadInput: There is no name, or a field cannot be read.

    >>> model_in_words("Ours 7B", {"training_flop": "1e24 to 4e24"}).high
    4e+24
    """
    given = {key: text.strip() for key, text in stated.items() if text.strip()}
    if not name.strip():
        raise BadInput("the model has no name", "field name", "give it one")
    fields: dict[str, object] = {"id": _slug(name), "name": name.strip(), "released": released, **given}
    for key, dimension in IN_WORDS.items():
        if key in given:
            read = read_quantity(given[key], dimension, f"field {key.replace('_', ' ')}")
            fields[key] = read.mid
            if key == "training_flop" and not read.is_exact:
                fields |= {"low": read.low, "high": read.high}
    if "organisation" in given:
        fields["organisation"] = [one.strip() for one in given["organisation"].split(",") if one.strip()]
    return read_model(fields)


def own_models(workbench: Workbench) -> tuple[OwnModel, ...]:
    """Give the user's own models, by id."""
    return tuple(read_model(document.body) for document in documents(workbench, KIND))


def save_model(workbench: Workbench, model: OwnModel, now: datetime) -> OwnModel:
    """Keep a model of the user's own, or a change of it.

    Args:
        workbench: An open workbench.
        model: What to keep; one of the same id is replaced.
        now: Time of the change, UTC.
    """
    present = {document.id: document.revision for document in documents(workbench, KIND)}
    save_document(workbench, KIND, model.id, model.model_dump(mode="json"), now, present.get(model.id))
    return model


def add_model(workbench: Workbench, model: OwnModel, now: datetime) -> OwnModel:
    """Keep a new model of the user's own; unlike `save_model` it never replaces one.

    Raises:
        Conflict: One of the same id is there.
    """
    save_document(workbench, KIND, model.id, model.model_dump(mode="json"), now)
    return model


def remove_model(workbench: Workbench, model_id: str) -> None:
    """Forget one of the user's own models, with or without ``own:`` before its id.

    Raises:
        NotFound: There is none of that id.
    """
    delete_document(workbench, KIND, model_id.removeprefix(PREFIX))


def _slug(name: str) -> str:
    """Make an id of a name; letters without a Latin form become their code."""
    latin = unicodedata.normalize("NFKD", name.lower())
    kept = "".join(one if one.isascii() else "" if unicodedata.combining(one) else f"-{ord(one):x}-" for one in latin)
    return re.sub(r"[^a-z0-9]+", "-", kept).strip("-")[:60].rstrip("-") or "model"
