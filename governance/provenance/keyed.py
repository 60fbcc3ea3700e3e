"""A value for each of many ids, held as numbers beside the distinct values: no object an id."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

Value = TypeVar("Value")


@dataclass(frozen=True, eq=False, slots=True)
class Keyed(Mapping[str, Value]):
    """Values by id, read like a dictionary.

    Args:
        ids: Sorted and distinct.
        codes: For each id the place of its value.
        distinct: The values, each held once.

    >>> use = Keyed(pl.Series(["a", "b", "c"]), np.array([1, 0, 1]), ("free", "closed"))
    >>> use["b"], use.get("d"), "c" in use
    ('free', None, True)
    """

    ids: pl.Series
    codes: NDArray[np.integer]
    distinct: Sequence[Value]

    def __getitem__(self, key: str) -> Value:
        """Give the value of an id."""
        place = bisect_left(self.ids, key)
        if place == len(self.ids) or self.ids[place] != key:
            raise KeyError(key)
        return self.distinct[int(self.codes[place])]

    def __iter__(self) -> Iterator[str]:
        """Give the ids."""
        return iter(self.ids)

    def __len__(self) -> int:
        """Count the ids."""
        return len(self.ids)

    def codes_at(self, ids: pl.Series) -> NDArray[np.integer]:
        """Give the places of the values of many ids, all of which must be here."""
        places: NDArray[np.uint32] = self.ids.search_sorted(ids).to_numpy()
        return self.codes[places]


def distinct_rows(columns: Sequence[NDArray[np.integer]]) -> tuple[NDArray[np.integer], NDArray[np.int64]]:
    """Find the distinct rows of columns of codes, and which of them each row is.

    >>> distinct_rows([np.array([1, 0, 1]), np.array([2, 2, 2])])
    (array([[0, 2],
           [1, 2]]), array([1, 0, 1]))
    """
    codes = np.zeros(columns[0].size, dtype=np.int64)
    first = codes[:0]
    for column in columns:
        keys = codes * (int(column.max(initial=0)) + 1) + column
        _, first, codes = np.unique(keys, return_index=True, return_inverse=True)
    return np.stack([column[first] for column in columns], axis=1), codes
