"""A set named on the command line: a file, or the id of one that is here."""

from __future__ import annotations

from pathlib import Path

import duckdb

from governance.catalogue.connect import open_catalogue
from governance.errors import BadInput
from governance.evaluation.formats.check import check_path
from governance.evaluation.formats.own_sets import PREFIX as OWN
from governance.evaluation.formats.pools import PREFIX as POOLED
from governance.evaluation.formats.sets import open_set
from governance.evaluation.formats.tables import EvaluationSet, SetCard
from governance.evaluation.vocabulary import Format
from governance.records.store import Workbench, open_workbench


def read_set(
    text: str | Path, format: Format, connection: duckdb.DuckDBPyConnection, workbench: Workbench | None = None
) -> EvaluationSet:
    """Give the set that a path or an id names.

    Args:
        text: A path to a file whose layout is recognised, or the id of a set.
        format: What is wanted.
        connection: The catalogue.
        workbench: Where the user's own sets are; without it only those of the catalogue are known.

    Raises:
        BadInput: The file cannot be read or has a bad row, or the set is of another format.
        NotFound: There is no such file and no set of that id.
    """
    path = Path(text)
    if path.is_file():
        return _of_file(path, format)
    found = open_set(connection, str(text), workbench)
    if found.card.format != format:
        fix = f"use a set of {format}; 'touchstone sets list' shows them"
        raise BadInput(f"it holds {found.card.format}, not {format}", f"set {found.card.id}", fix)
    return found


def open_named(text: str | Path, format: Format) -> EvaluationSet:
    """Do the same as a verb does; the workbench is opened only for a set of the user's own.

    Args:
        text: A path, or the id of a set.
        format: What is wanted.

    Raises:
        BadInput: As for `read_set`.
        NotFound: Likewise.
    """
    own = not Path(text).is_file() and str(text).startswith((OWN, POOLED))
    with open_catalogue() as connection:
        if not own:
            return read_set(text, format, connection)
        with open_workbench() as workbench:
            return read_set(text, format, connection, workbench)


def _of_file(path: Path, format: Format) -> EvaluationSet:
    checked = check_path(path, format)
    report = checked.report
    if report.stops:
        raise BadInput(report.stops[0].detail, str(path), f"see 'touchstone validate {path.name}'")
    if report.bad:
        first = report.rows[0]
        fix = f"see 'touchstone validate {path.name}'; its --out writes the good rows"
        raise BadInput(f"{report.bad:,} of {report.read:,} rows are bad; {first.detail}",
                       f"{path}, line {first.line}", fix)  # fmt: skip
    card = SetCard(
        id=path.stem, title=path.name, format=format, rows=report.good, source=path.name, licence="", version="file",
        origin="user",
    )  # fmt: skip
    return EvaluationSet(card, checked.frame)
