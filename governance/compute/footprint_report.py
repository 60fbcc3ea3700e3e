"""A footprint answered: the question as read, the result, and what is published beside it."""

from __future__ import annotations

import duckdb
import polars as pl
from pydantic import BaseModel

from governance.compute.footprint import UNITS, Footprint, Part, footprint
from governance.compute.footprint_published import Comparison, Published, compare, published_figures
from governance.compute.footprint_words import Asked, FootprintWords, read_footprint

DRAWS = 20_000
SEED = 0


class Beside(BaseModel, frozen=True):
    """A published record, and each of its figures beside ours."""

    published: Published
    comparisons: tuple[Comparison, ...]


class FootprintReport(BaseModel, frozen=True):
    """The question as read, the result, and the published records that have a figure to compare."""

    asked: Asked
    result: Footprint
    beside: tuple[Beside, ...]

    @property
    def parts(self) -> dict[str, Part]:
        """Give training and use by name, where asked for, and the total where there are both."""
        named = {"training": self.result.training, "use": self.result.inference}
        known = {name: part for name, part in named.items() if part is not None}
        return known if len(known) < 2 else {**known, "total": self.result.total}


def footprint_report(
    connection: duckdb.DuckDBPyConnection, words: FootprintWords, draws: int = DRAWS, seed: int = SEED
) -> FootprintReport:
    """Work out a footprint that is asked for in words.

    Args:
        connection: An open catalogue.
        words: The question.
        draws: 100 to 1,000,000.
        seed: Any whole number from 0.

    Raises:
        BadInput: Something cannot be read, is missing or is out of bounds.
        NotFound: A model, chip, grid or facility is not in the catalogue.
    """
    asked = read_footprint(connection, words)
    grids, facilities, chips = (
        connection.execute(f"SELECT * FROM {name}").pl()  # noqa: S608 - the three names are here
        for name in ("grid", "facility", "accelerator")
    )
    result = footprint(asked.given, grids, facilities, chips, draws, seed)
    records = published_figures(connection, words.model) if asked.start and asked.start.source and words.model else ()
    beside = [Beside(published=one, comparisons=compare(result, one)) for one in records]
    return FootprintReport(asked=asked, result=result, beside=tuple(one for one in beside if one.comparisons))


def footprint_rows(report: FootprintReport) -> pl.DataFrame:
    """Give the amounts as a table, one a part and measure; unknown is left empty, nothing is rounded."""
    rows = []
    for name, part in report.parts.items():
        for measure, unit in UNITS.items():
            amount = getattr(part, measure)
            known = amount.model_dump(exclude={"unit"}) if amount else dict.fromkeys(("low", "median", "high", "mean"))
            rows.append({"part": name, "measure": measure, "unit": unit, **known})
    schema = {"part": pl.String, "measure": pl.String, "unit": pl.String}
    return pl.DataFrame(rows, schema=schema | dict.fromkeys(("low", "median", "high", "mean"), pl.Float64))
