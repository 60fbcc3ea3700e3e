"""A set named on the command line: a file, or the id of one that is here."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl

from governance.errors import BadInput
from governance.evaluation.formats.sets import open_set
from governance.evaluation.formats.tables import NEEDED, TABLES, EvaluationSet, SetCard
from governance.evaluation.vocabulary import Format
from governance.records.store import Workbench


def read_set(
    text: str | Path, format: Format, connection: duckdb.DuckDBPyConnection, workbench: Workbench | None = None
) -> EvaluationSet:
    """Give the set that a path or an id names.

    Args:
        text: A path to a file, or the id of a set.
        format: What is wanted.
        connection: The catalogue.
        workbench: Where the user's own sets are; without it only those of the catalogue are known.

    Raises:
        BadInput: The file cannot be read, or the set is of another format.
        NotFound: There is no such file and no set of that id.
    """
    path = Path(text)
    if path.is_file():
        frame = _read(path, format)
        card = SetCard(id=path.stem, title=path.name, format=format, rows=frame.height, source=path.name, licence="",
                       version="file", origin="user")  # fmt: skip
        return EvaluationSet(card, frame)
    found = open_set(connection, str(text))
    if found.card.format != format:
        fix = f"use a set of {format}; 'touchstone sets' lists them"
        raise BadInput(f"it holds {found.card.format}, not {format}", f"set {found.card.id}", fix)
    return found


def _read(path: Path, format: Format) -> pl.DataFrame:
    columns = TABLES[format]
    try:
        frame = pl.read_csv(path, infer_schema=False)
        missing = [name for name in NEEDED[format] if name not in frame.columns]
        if missing:
            raise BadInput(f"there is no column '{missing[0]}'", f"{path}, line 1", f"give {', '.join(NEEDED[format])}")
        here = [pl.col(name) if name in frame.columns else pl.lit(None, pl.String).alias(name) for name in columns]
        return frame.select(here).cast(dict(columns))  # type: ignore[arg-type]
    except (OSError, pl.exceptions.PolarsError) as error:
        raise BadInput("the file cannot be read as CSV", str(path), "give CSV in UTF-8") from error
