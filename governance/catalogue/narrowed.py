"""Records of one kind, ready to be narrowed, and what a selection leaves of them: the same for every kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import Any, ClassVar, Generic, NamedTuple, Self, TypeVar

import numpy as np
import polars as pl

from governance.catalogue.facet_counts import FacetCount, Labels, labelled_counts
from governance.catalogue.facets import UNKNOWN
from governance.catalogue.select import Counts, FacetIndex, Order, count, page
from governance.catalogue.selection import FacetSelection
from governance.errors import NotFound

MAX_ASKED = 200
"""Characters of an id asked for that are compared with those there are."""


@dataclass(frozen=True)
class Records:
    """All records of one kind; a kind adds what else it keeps, and says where it is ordered otherwise.

    Args:
        frame: One row a record.
        index: Counts facets over the rows of the frame.
        labels: What to show for a facet's value, where that differs.
        version: Of the catalogue.
    """

    ties: ClassVar[tuple[pl.Expr, ...]] = (pl.col("id"),)
    """Orders records that are equal in what is asked for."""

    frame: pl.DataFrame
    index: FacetIndex
    labels: Labels
    version: str

    def key(self, sort: str) -> pl.Expr:
        """Give what an order goes by: the column, letters of either case alike."""
        column = pl.col(sort)
        return column.str.to_lowercase() if self.frame.schema[sort] == pl.String else column

    def order(self, sort: str, descending: bool) -> Order:
        """Give the rows in an order, worked out once; unknown comes last."""
        if (sort, descending) not in self._orders:
            by = [self.key(sort), *self.ties]
            order = pl.arg_sort_by(by, descending=[descending, *(False for _ in self.ties)], nulls_last=True)
            rows = self.frame.select(order).to_series().to_numpy()
            self._orders[sort, descending] = Order.of(rows.astype(np.int64))
        return self._orders[sort, descending]

    def labels_of(self, field: str) -> dict[str, str]:
        """Give what to show for the values of one facet, where that differs."""
        return {value: label for (name, value), label in self.labels.items() if name == field}

    @cached_property
    def _orders(self) -> dict[tuple[str, bool], Order]:
        return {}


class Unmet(NamedTuple):
    """A value asked of a facet that no record has, and the nearest there are, with their names."""

    field: str
    value: str
    near: tuple[str, ...]


Kind = TypeVar("Kind", bound=Records)
Asked = TypeVar("Asked", bound=FacetSelection)


@dataclass(frozen=True)
class Narrowed(Generic[Kind, Asked]):
    """What a selection gives; only the rows asked of it are gathered, so a page of a million costs a page.

    Args:
        records: What was narrowed.
        selection: As asked.
        counts: Which rows match.
        facets: By facet, the values and counts when that facet's own choice is left out.
        missing_ids: Ids asked for that are not there.
    """

    records: Kind
    selection: Asked
    counts: Counts
    facets: dict[str, tuple[FacetCount, ...]]
    missing_ids: tuple[str, ...]

    @classmethod
    def of(cls, records: Kind, selection: Asked) -> Self:
        """Narrow the records and count every facet as if its own choice were open."""
        picked, missing = None, tuple[str, ...]()
        if selection.ids is not None:
            ids = records.frame["id"]
            among = ids.is_in(list(selection.ids))
            known = set(ids.filter(among))
            picked, missing = among.to_numpy(), tuple(key for key in selection.ids if key not in known)
        counts = count(records.index, selection.values, selection.ranges, selection.text, picked)
        return cls(records, selection, counts, labelled_counts(counts, selection.values, records.labels), missing)

    @property
    def total(self) -> int:
        """Count the records that match."""
        return self.counts.total

    @property
    def relax(self) -> dict[str, int]:
        """Tell, by filter, how many records dropping only that filter would add."""
        return self.counts.relax

    @property
    def unmet(self) -> tuple[Unmet, ...]:
        """List the values asked for that no record has, with the nearest ones there are; where something is found too.

        A value may be slipped, or belong to another state of the records.
        """
        found = []
        for field, asked in self.selection.values.items():
            known = self.records.index.values[self.records.index.fields.index(field)]
            words = {self.records.labels.get((field, one), one).casefold(): one for one in known if one is not None}
            words |= {one.casefold(): one for one in known if one is not None}
            for value in (one for one in asked if one != UNKNOWN and one not in known):
                near = get_close_matches(value[:MAX_ASKED].casefold(), words, n=6)
                names = (f"{one} ({label})" if (label := self.records.labels.get((field, one), one)) != one else one
                         for one in dict.fromkeys(words[one] for one in near))  # fmt: skip
                found.append(Unmet(field, value, tuple(names)[:3]))
        return tuple(found)

    @property
    def catalogue(self) -> str:
        """Give the version of the catalogue."""
        return self.records.version

    @cached_property
    def frame(self) -> pl.DataFrame:
        """Gather all matching records, in the order asked for."""
        return self.page(0, self.total)

    def page(self, offset: int, limit: int) -> pl.DataFrame:
        """Gather some of the matching records, in the order asked for."""
        order = self.records.order(self.selection.sort, self.selection.descending)
        return self.records.frame[page(self.counts, order, offset, limit)]


def row_of(frame: pl.DataFrame, record_id: str, one: str, many: str) -> dict[str, Any]:
    """Find the row of one record.

    Args:
        frame: One row a record.
        record_id: Its id.
        one: What a record is called, e.g. ``paper``.
        many: What several are called, also the verb that lists them.

    Raises:
        NotFound: There is no such record.

    >>> row_of(pl.DataFrame({"id": ["a", "b"], "n": [1, 2]}), "b", "letter", "letters")
    {'id': 'b', 'n': 2}
    """
    found = frame.filter(pl.col("id") == record_id)
    if found.is_empty():
        near = get_close_matches(record_id[:MAX_ASKED], frame["id"].to_list(), n=3)
        fix = f"did you mean {', '.join(near)}?" if near else f"list them with 'touchstone {many}'"
        raise NotFound(f"there is no {one} '{record_id:.80}'", many, fix)
    return found.row(0, named=True)


def value_labels(frame: pl.DataFrame, names: Mapping[str, Callable[[str], str]]) -> dict[tuple[str, str], str]:
    """Say what to show for each value of some columns, of one value a row or of a list.

    >>> value_labels(pl.DataFrame({"code": [["not_said"], None]}), {"code": spaced})
    {('code', 'not_said'): 'not said'}
    """
    return {(name, value): show(value) for name, show in names.items() for value in _distinct(frame[name])}


def spaced(word: str) -> str:
    """Write a word of ours with spaces."""
    return word.replace("_", " ")


def _distinct(column: pl.Series) -> Iterable[str]:
    flat = column.list.explode(empty_as_null=True) if isinstance(column.dtype, pl.List) else column
    return flat.drop_nulls().unique()
