"""What a paper released: models, datasets and benchmarks, as their public cards state them."""

from __future__ import annotations

from datetime import date

import duckdb
from pydantic import BaseModel

from governance.catalogue.normalise.languages import language_name


class Release(BaseModel, frozen=True):
    """One thing that a paper released; what its card does not state, or was not read, is ``None``.

    Args:
        id: Of the release.
        kind: model, dataset or benchmark.
        name: As its authors write it.
        record_id: The model of the catalogue that it is.
        licence: As the card states it.
        spdx: The same as an SPDX id.
        parameters: A count.
        instances: Rows, a count.
        languages: ISO 639-3 codes that its card lists, each once; ``None``: no list was read.
        language_names: English names of these, in the same order.
        url: Of the card.
        seen: The page on which it was read, and how.
        retrieved: When.
    """

    id: str
    kind: str
    name: str
    record_id: str | None
    licence: str | None
    spdx: str | None
    parameters: float | None
    instances: int | None
    languages: tuple[str, ...] | None
    language_names: tuple[str, ...] | None
    url: str
    seen: str
    retrieved: date


def paper_releases(connection: duckdb.DuckDBPyConnection, paper_id: str) -> tuple[Release, ...]:
    """List what a paper released, models first, then by name.

    Args:
        connection: An open catalogue.
        paper_id: The paper; one that released nothing, or is not known, gives none.
    """
    found = connection.execute(
        """
        SELECT id, kind, name, record_id, licence, spdx, parameters, instances,
               (SELECT list(DISTINCT language ORDER BY language) FROM release_language
                WHERE release_id = release.id AND language IS NOT NULL) AS languages, url, seen, retrieved
        FROM release WHERE paper_id = ?
        ORDER BY list_position(['model', 'dataset', 'benchmark'], kind), name
        """,
        [paper_id],
    )
    columns = [column[0] for column in found.description or ()]
    return tuple(_release(dict(zip(columns, row, strict=True))) for row in found.fetchall())


def _release(row: dict[str, object]) -> Release:
    codes = row["languages"]
    names = tuple(map(language_name, codes)) if isinstance(codes, list) else None
    return Release.model_validate({**row, "language_names": names})
