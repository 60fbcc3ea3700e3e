"""One selection for every surface: the widgets, the URL, the CLI's options, the API and the manifest."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, Self, TypeVar, get_args
from urllib.parse import parse_qsl, urlencode

from pydantic import BaseModel, ConfigDict, Field, field_validator

from governance.catalogue.facets import DATASET_FACETS, Facet
from governance.catalogue.vocabulary import SNAPSHOTS, Snapshot
from governance.errors import BadInput

SORTS = ("name", "year", "examples", "hours", "downloads", "citations", "collection", "licence_use", "effective_use")
MAX_VALUES = 1_000
MAX_TEXT = 500
WRITTEN_OUT = 1e15
"""Whole numbers from here on are written with an exponent, e.g. 1e25."""

Bounds = tuple[float | None, float | None]
Word = TypeVar("Word", bound=str)


class FacetSelection(BaseModel):
    """Which records of one kind, in which order; a kind says by class variables what it can be narrowed by.

    Args:
        text: Words that must all occur in what is searched.
        values: Facet field to chosen values; values of one facet are alternatives, facets all hold.
        ranges: Facet field to (low, high), both inclusive; ``None`` leaves that side open.
        ids: Only these records, e.g. a saved list; ``None`` means all.
        sort: One of the kind's orders; a kind may start with another than the name.
        descending: Largest first.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    facets: ClassVar[tuple[Facet, ...]] = ()
    sorts: ClassVar[tuple[str, ...]] = ("name",)
    scope: ClassVar[dict[str, str]] = {}
    """Further fields of one word, with what each is by default; they stand first in a query."""

    text: str = ""
    values: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    ranges: dict[str, Bounds] = Field(default_factory=dict)
    ids: tuple[str, ...] | None = None
    sort: str = "name"
    descending: bool = False

    @field_validator("text")
    @classmethod
    def _tidy_text(cls, text: str) -> str:
        if len(text) > MAX_TEXT:
            raise BadInput(
                f"the search text has {len(text):,} characters", "option text", f"use at most {MAX_TEXT} characters"
            )
        return " ".join(text.replace("\x00", " ").split())

    @field_validator("values")
    @classmethod
    def _known_values(cls, values: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        for field, chosen in values.items():
            facet = cls.facet(field)
            if facet is None or facet.kind == "range":
                raise _unknown_facet(cls.facets, field, "one or many")
            if len(chosen) > MAX_VALUES:
                raise BadInput(
                    f"{len(chosen):,} values chosen", f"facet {field}", f"choose at most {MAX_VALUES:,} values"
                )
        ordered = (facet.field for facet in cls.facets if values.get(facet.field))
        return {field: tuple(sorted(set(values[field]))) for field in ordered}

    @field_validator("ranges")
    @classmethod
    def _known_ranges(cls, ranges: dict[str, Bounds]) -> dict[str, Bounds]:
        for field, (low, high) in ranges.items():
            facet = cls.facet(field)
            if facet is None or facet.kind != "range":
                raise _unknown_facet(cls.facets, field, "range")
            if any(bound is not None and not math.isfinite(bound) for bound in (low, high)):
                raise BadInput("a bound is not a finite number", f"facet {field}", "write e.g. 2019..2023")
            if low is not None and high is not None and low > high:
                raise BadInput(f"{low:g} is above {high:g}", f"facet {field}", "put the smaller bound first")
        ordered = (facet.field for facet in cls.facets if facet.field in ranges)
        return {field: ranges[field] for field in ordered if ranges[field] != (None, None)}

    @field_validator("ids")
    @classmethod
    def _unique_ids(cls, ids: tuple[str, ...] | None) -> tuple[str, ...] | None:
        return None if ids is None else tuple(one for one in dict.fromkeys(ids) if one)

    @field_validator("sort")
    @classmethod
    def _known_sort(cls, sort: str) -> str:
        if sort not in cls.sorts:
            raise BadInput(f"'{sort}' is not an order", "option sort", f"use one of {', '.join(cls.sorts)}")
        return sort

    @classmethod
    def facet(cls, field: str) -> Facet | None:
        """Find the facet of a name."""
        return next((facet for facet in cls.facets if facet.field == field), None)

    @classmethod
    def usual_order(cls) -> str:
        """Give the order where none is asked for, as a query writes it."""
        return ("-" if cls.model_fields["descending"].default else "") + str(cls.model_fields["sort"].default)

    def to_pairs(self) -> list[tuple[str, str]]:
        """Give the selection as ordered query pairs, defaults left out."""
        stated = ((name, getattr(self, name), default) for name, default in self.scope.items())
        pairs: list[tuple[str, str]] = [(name, word) for name, word, default in stated if word != default]
        if self.text:
            pairs.append(("q", self.text))
        for facet in self.facets:
            pairs += [(facet.field, value) for value in self.values.get(facet.field, ())]
            if facet.field in self.ranges:
                pairs.append((facet.field, write_bounds(self.ranges[facet.field])))
        if self.ids is not None:
            pairs += [("id", key) for key in self.ids] or [("id", "")]
        if (order := ("-" if self.descending else "") + self.sort) != self.usual_order():
            pairs.append(("sort", order))
        return pairs

    def to_query(self) -> str:
        """Give the selection as a query string that `from_query` reads back."""
        return urlencode(self.to_pairs())

    @classmethod
    def from_query(cls, query: str | Iterable[tuple[str, str]]) -> Self:
        """Read a selection from a query string or its pairs.

        Raises:
            BadInput: A name or value is not known here.
        """
        pairs = parse_qsl(query, keep_blank_values=True) if isinstance(query, str) else list(query)
        fields: dict[str, Any] = {}
        values: dict[str, list[str]] = {}
        ranges: dict[str, Bounds] = {}
        ids: list[str] | None = None
        for name, value in pairs:
            facet = cls.facet(name)
            if name in ranges or {"q": "text"}.get(name, name) in fields:
                raise BadInput(f"'{name}' is given twice", "selection", "give it once, a range as e.g. 2019..2023")
            if facet is not None and facet.kind == "range":
                ranges[name] = read_bounds(value, name)
            elif facet is not None:
                values.setdefault(name, []).append(value)
            elif name == "id":
                ids = [*(ids or []), value] if value else (ids or [])
            elif name == "q":
                fields["text"] = value
            elif name == "sort":
                fields["sort"], fields["descending"] = value.removeprefix("-"), value.startswith("-")
            elif name in cls.scope:
                fields[name] = value
            else:
                raise _unknown_facet(cls.facets, name, "any")
        return cls.build(**fields, values=values, ranges=ranges, ids=ids)

    @classmethod
    def build(cls, **fields: Any) -> Self:  # noqa: ANN401 - read and refused by pydantic
        """Make a selection, turning what pydantic refuses into `BadInput`.

        Raises:
            BadInput: A field is unknown or has a wrong value.
        """
        try:
            return cls(**fields)
        except ValueError as error:
            raise BadInput(f"the selection cannot be read: {error}", "selection", "check its fields") from error


class _AuditScope(BaseModel):
    """Which state of the audit, read under which policy; a base of its own, so that these fields come first."""

    snapshot: Snapshot = "current"
    policy: str = "audit"


class Selection(FacetSelection, _AuditScope):
    """Which datasets, of which snapshot, read under which policy, in which order.

    Args:
        snapshot: State of the audit.
        policy: Id of a licence policy; see `governance.provenance.policies`.
        text: Words that must all occur in name, id, collection, creators or tasks.
        values: As in `FacetSelection`; so are the fields after it.

    >>> Selection.from_query("language=swh&year=2019..2023").to_query()
    'language=swh&year=2019..2023'
    """

    facets: ClassVar[tuple[Facet, ...]] = DATASET_FACETS
    sorts: ClassVar[tuple[str, ...]] = SORTS
    scope: ClassVar[dict[str, str]] = {"snapshot": "current", "policy": "audit"}

    @classmethod
    def build(cls, **fields: Any) -> Self:  # noqa: ANN401 - read and refused by pydantic
        """Make a selection, turning what pydantic refuses into `BadInput`.

        Raises:
            BadInput: A field is unknown or has a wrong value.
        """
        if fields.get("snapshot", "current") not in SNAPSHOTS:
            raise BadInput(
                f"'{fields['snapshot']}' is not a snapshot", "option snapshot", f"use {' or '.join(get_args(Snapshot))}"
            )
        return super().build(**fields)


def choice(value: str, allowed: Sequence[Word], where: str) -> Word:
    """Give the word back if it is one of those allowed.

    Raises:
        BadInput: It is not.
    """
    for word in allowed:
        if word == value:
            return word
    raise BadInput(f"'{value}' is not known", where, f"use one of {', '.join(allowed)}")


def read_bounds(text: str, where: str) -> Bounds:
    """Read ``2019..2023``, ``2019..``, ``..2023`` or ``2019`` as inclusive bounds.

    >>> read_bounds("2019..", "year")
    (2019.0, None)
    """
    low, dots, high = text.partition("..")
    try:
        bounds = (float(low) if low.strip() else None, float(high) if high.strip() else None)
    except ValueError:
        raise BadInput(
            f"'{text}' is not a range", f"facet {where}", "write e.g. 2019..2023, 2019.. or ..2023"
        ) from None
    return bounds if dots else (bounds[0], bounds[0])


def write_bounds(bounds: Bounds) -> str:
    """Write bounds as `read_bounds` reads them.

    >>> write_bounds((2019.0, None))
    '2019..'
    """
    return "..".join("" if bound is None else _number(bound) for bound in bounds)


def _number(value: float) -> str:
    whole = float(value).is_integer() and abs(value) < WRITTEN_OUT
    return str(int(value)) if whole else repr(float(value)).replace("e+", "e")


def _unknown_facet(facets: Sequence[Facet], field: str, kind: str) -> BadInput:
    known = [facet.field for facet in facets if kind == "any" or (facet.kind == "range") == (kind == "range")]
    return BadInput(f"'{field}' is not a filter of this kind", "selection", f"use one of {', '.join(known)}")


def selection_from_mapping(data: Mapping[str, object]) -> Selection:
    """Read the selection that a manifest or saved list holds."""
    return Selection.build(**{str(name): value for name, value in data.items()})
