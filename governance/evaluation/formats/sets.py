"""The sets at hand, and one of them with its rows."""

from __future__ import annotations

import duckdb
import polars as pl

from governance.catalogue.connect import catalogue_version
from governance.errors import NotFound
from governance.evaluation.formats.own_sets import PREFIX as OWN
from governance.evaluation.formats.own_sets import open_own_set, own_sets
from governance.evaluation.formats.pools import PREFIX as POOLED
from governance.evaluation.formats.pools import open_pool, pool_cards
from governance.evaluation.formats.tables import TABLES, EvaluationSet, SetCard
from governance.evaluation.vocabulary import Format
from governance.records.store import Workbench

ROWS: dict[Format, str] = {"battles": "battle", "scores": "result"}
"""The catalogue's table of each format; no predictions are shipped."""


def evaluation_sets(
    connection: duckdb.DuckDBPyConnection, format: Format | None = None, workbench: Workbench | None = None
) -> tuple[SetCard, ...]:
    """List the sets, the shipped ones and the imported, then the user's own and pools of human feedback, by id.

    Args:
        connection: The catalogue.
        format: Only those of this format.
        workbench: Where the user's own are; without it only those of the catalogue are listed.
    """
    shipped = _catalogue_sets(connection, format)
    return shipped if workbench is None else (*shipped, *own_cards(workbench, format))


def own_cards(workbench: Workbench, format: Format | None = None) -> tuple[SetCard, ...]:
    """List the user's own sets, and pools of human feedback as sets of battles."""
    pools = pool_cards(workbench) if format in (None, "battles") else ()
    return (*(one.card for one in own_sets(workbench, format)), *pools)


def _catalogue_sets(connection: duckdb.DuckDBPyConnection, format: Format | None) -> tuple[SetCard, ...]:
    rows = connection.execute(
        """
        SELECT evaluation_set.id AS id, evaluation_set.title AS title, format, coalesce(battles.n, results.n, 0) AS n,
               source.title AS source, source.licence AS licence, people, better, source.origin AS origin
        FROM evaluation_set JOIN source ON source.id = evaluation_set.source_id
        LEFT JOIN (SELECT set_id, count(*) AS n FROM battle GROUP BY set_id) AS battles
               ON battles.set_id = evaluation_set.id
        LEFT JOIN (SELECT set_id, count(*) AS n FROM result GROUP BY set_id) AS results
               ON results.set_id = evaluation_set.id
        WHERE $1 IS NULL OR format = $1
        ORDER BY evaluation_set.id
        """,
        [format],
    ).fetchall()
    version = catalogue_version(connection)
    return tuple(
        SetCard(
            id=key, title=title, format=kind, rows=count, source=source, licence=licence or "", version=version,
            people=people, better=better, origin=origin,
        )
        for key, title, kind, count, source, licence, people, better, origin in rows
    )  # fmt: skip


def open_set(connection: duckdb.DuckDBPyConnection, set_id: str, workbench: Workbench | None = None) -> EvaluationSet:
    """Give a set with its rows, in the order of the source; rows of people who left are not among them.

    Args:
        connection: The catalogue.
        set_id: Its id.
        workbench: Where the user's own sets and pools are.

    Raises:
        NotFound: There is none of that id.
    """
    if workbench is not None and set_id.startswith(OWN):
        return open_own_set(workbench, set_id)
    if workbench is not None and set_id.startswith(POOLED):
        return open_pool(workbench, set_id)
    known = {card.id: card for card in evaluation_sets(connection, None, workbench)}
    card = known.get(set_id)
    if card is None:
        raise NotFound(f"there is no set '{set_id:.80}'", "evaluation sets", f"use one of {', '.join(known)}")
    columns = TABLES[card.format]
    names = ", ".join(f'"{name}"' for name in columns)
    order = "position" if card.format == "battles" else "rowid"
    query = f"SELECT {names} FROM {ROWS[card.format]} WHERE set_id = ? ORDER BY {order}"  # noqa: S608 - constants
    frame = connection.execute(query, [set_id]).pl()
    return EvaluationSet(card, frame.cast(dict(columns)))  # type: ignore[arg-type]


def exported_rows(opened: EvaluationSet) -> pl.DataFrame:
    """Give the rows of a set as they leave, without the columns that are empty throughout.

    >>> card = SetCard("x", "X", "battles", 1, "", "", "1")
    >>> exported_rows(EvaluationSet(card, pl.DataFrame({"model_a": ["m"], "judge": [None]}))).columns
    ['model_a']
    """
    frame = opened.frame
    return frame.select([name for name in frame.columns if frame[name].null_count() < frame.height or not frame.height])
