"""Where the facts came from, and whether we may hand them on: our own data passes our own audit."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Literal

import duckdb
from license_expression import get_spdx_licensing
from pydantic import BaseModel, ValidationError

from governance.catalogue.connect import FACTS, PROJECT
from governance.catalogue.facts import SUFFIXES
from governance.catalogue.vocabulary import Origin
from governance.errors import BadInput

CARDS = PROJECT / "data" / "SOURCES.json"


class Source(BaseModel, frozen=True):
    """One source of facts.

    Args:
        id: Its name, and that of its folder under ``data/facts``.
        title: What it is called.
        publisher: Who published it.
        version: Commit or date of what was read.
        licence: SPDX expression; ``None`` where the publisher states none.
        url: Where it is published.
        retrieved: When it was read.
        checksum: sha256 over the facts made from it.
        redistributable: Whether its facts may ship with the project.
        basis: Why they may, or may not.
        citation: Whom to credit.
        origin: Shipped, or imported by the user.
    """

    id: str
    title: str
    publisher: str
    version: str
    licence: str | None
    url: str
    retrieved: date | None
    checksum: str | None
    redistributable: bool
    basis: str
    citation: str
    origin: Origin = "facts"


class ImportNoteRow(BaseModel, frozen=True):
    """Something odd that an importer kept and reports."""

    source_id: str
    snapshot: str | None
    kind: str
    subject: str
    detail: str


class Finding(BaseModel, frozen=True):
    """One thing the check found.

    Args:
        level: A problem fails the check, a remark does not.
        subject: The source, table or file.
        detail: What is wrong and how to mend it.
    """

    level: Literal["problem", "remark"]
    subject: str
    detail: str


class CatalogueCheck(BaseModel, frozen=True):
    """Whether the catalogue may be handed on, and why not."""

    ok: bool
    findings: tuple[Finding, ...]


def source_cards(folders: Sequence[Path]) -> list[Source]:
    """Read the card of each fact folder, its checksum taken from the files.

    Raises:
        BadInput: A folder has no card, or the card cannot be read.
    """
    try:
        cards = {card["id"]: card for card in json.loads(CARDS.read_text(encoding="utf-8"))}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput(f"the source cards cannot be read: {error}", str(CARDS), "restore the file") from error
    sources = []
    for folder in folders:
        if folder.name not in cards:
            raise BadInput(f"'{folder.name}' has no source card", str(folder), f"add it to {CARDS.name}")
        digest = hashlib.sha256()
        for file in sorted(file for file in folder.iterdir() if file.suffix in SUFFIXES):
            digest.update(file.name.encode() + b"\0" + file.read_bytes())
        origin = "facts" if folder.parent == FACTS else "import"
        try:
            sources.append(Source(**cards[folder.name], checksum=digest.hexdigest(), origin=origin))
        except ValidationError as error:
            raise BadInput(
                f"the card does not fit: {error}", f"{CARDS.name}, {folder.name}", "mend the card"
            ) from error
    return sources


def sources(connection: duckdb.DuckDBPyConnection) -> list[Source]:
    """List the sources of an open catalogue, by title."""
    rows = connection.execute("SELECT * FROM source ORDER BY title").fetchall()
    return [Source(**dict(zip(Source.model_fields, row, strict=True))) for row in rows]


def import_notes(connection: duckdb.DuckDBPyConnection, source_id: str | None = None) -> list[ImportNoteRow]:
    """List what the importers found odd and kept."""
    rows = connection.execute(
        """
        SELECT source_id, snapshot, kind, subject, detail FROM import_note
        WHERE ? IS NULL OR source_id = ? ORDER BY source_id, snapshot NULLS FIRST, kind, subject
        """,
        [source_id, source_id],
    ).fetchall()
    return [ImportNoteRow(**dict(zip(ImportNoteRow.model_fields, row, strict=True))) for row in rows]


def check_catalogue(connection: duckdb.DuckDBPyConnection) -> CatalogueCheck:
    """Check that every shipped source may be redistributed and every row has its source.

    A source the user imported may lack a licence: that is a remark, since it is not handed on.
    """
    known = sources(connection)
    findings = [finding for source in known for finding in _source_findings(source)]
    findings += _orphans(connection, {source.id for source in known})
    return CatalogueCheck(ok=not any(finding.level == "problem" for finding in findings), findings=tuple(findings))


def _source_findings(source: Source) -> list[Finding]:
    findings = []
    if source.origin == "facts" and not source.redistributable:
        findings.append(
            Finding(
                level="problem",
                subject=source.id,
                detail=f"shipped, yet not redistributable: {source.basis} Remove data/facts/{source.id}",
            )
        )
    if source.licence is None:
        level: Literal["problem", "remark"] = "problem" if source.origin == "facts" else "remark"
        findings.append(Finding(level=level, subject=source.id, detail="the publisher states no licence"))
    elif get_spdx_licensing().validate(source.licence).errors:
        findings.append(
            Finding(
                level="problem", subject=source.id, detail=f"'{source.licence}' is no SPDX expression; mend its card"
            )
        )
    return findings


def _orphans(connection: duckdb.DuckDBPyConnection, known: set[str]) -> list[Finding]:
    tables = connection.execute(
        "SELECT table_name FROM duckdb_columns() WHERE column_name = 'source_id' AND schema_name = 'main' ORDER BY 1"
    ).fetchall()
    findings = []
    for (table,) in tables:
        used = connection.table(str(table)).aggregate("source_id, count(*) AS n", "source_id").fetchall()
        findings += [
            Finding(level="problem", subject=str(table), detail=f"{n:,} rows name the unknown source '{source_id}'")
            for source_id, n in used
            if source_id not in known
        ]
    return findings
