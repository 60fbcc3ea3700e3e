"""Papers as files: the formats as data, BibTeX rebuilt from fields, and the manifest that repeats an export."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import duckdb
import polars as pl
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from governance import __version__
from governance.catalogue.connect import catalogue_version
from governance.catalogue.sources import sources
from governance.errors import BadInput, Conflict, NotFound
from governance.exports.bibtex import escape_tex
from governance.exports.manifest import MANIFEST_FILE, MAX_MANIFEST, write_files
from governance.exports.tables import csv_of, jsonl_of, parquet_of, xlsx_of
from governance.exports.words import web_link
from governance.research.paper_selection import PaperSelection
from governance.research.papers import PapersResult, load_papers, select_papers

PaperFormat = Literal["csv", "jsonl", "bibtex", "parquet", "xlsx"]
PAPER_FORMATS: tuple[PaperFormat, ...] = get_args(PaperFormat)
ALONE = "Team "
"""Begins a name that BibTeX must not take apart."""


@dataclass(frozen=True, slots=True)
class PaperExport:
    """One format: its name on the page, the file it makes, its media type, and what writes it."""

    label: str
    file_name: str
    media_type: str
    bytes_of: Callable[[PapersResult, tuple[str, ...]], bytes]


class PaperFile(BaseModel):
    """One file of an export: its size in bytes and its sha256."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    format: PaperFormat
    bytes: int
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class PaperManifest(BaseModel):
    """What an export of papers holds and how to make it again.

    Args:
        kind: Always ``touchstone-papers``; ``version`` is that of this layout.
        touchstone: Version of the program that wrote it.
        catalogue_version: 12 hex digits over all facts and the schema.
        selection: Which papers, in which order.
        papers: How many they are.
        files: Every file with its size and checksum.
        credits: Whom to credit for the facts.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["touchstone-papers"] = "touchstone-papers"
    version: Literal[1] = 1
    touchstone: str
    catalogue_version: str = Field(pattern=r"^[0-9a-f]{12}$")
    selection: PaperSelection
    papers: int
    files: tuple[PaperFile, ...]
    credits: tuple[str, ...]


def paper_bibtex(papers: pl.DataFrame) -> bytes:
    """Write one entry a paper from its fields; a key is the paper's id, so that it never changes.

    ``others`` stands for authors that are not listed. An arXiv id is given only where it was checked.
    """
    return "\n".join(map(_entry, papers.iter_rows(named=True))).encode()


def paper_credits(connection: duckdb.DuckDBPyConnection, result: PapersResult) -> tuple[str, ...]:
    """Give one line of credit for each source of the papers: citation, licence, version."""
    used = set(result.frame["source_id"])
    return tuple(
        f"{one.citation or one.title}. Licence: {one.licence or 'not stated'}. Version: {one.version}"
        for one in sources(connection)
        if one.id in used
    )


def about_papers(result: PapersResult, credits: tuple[str, ...]) -> list[tuple[str, str]]:
    """Say what an export of papers holds and whom to credit."""
    return [
        ("Catalogue version", result.catalogue),
        ("Selection, as a query", result.selection.to_query() or "(none)"),
        ("Number of papers", f"{result.total:,}"),
        *(("Credit", line) for line in credits),
        ("Words", "Summaries and claims are worded by Touchstone; an arXiv id is given only where it was checked"),
    ]


PAPER_EXPORTS: dict[PaperFormat, PaperExport] = {
    "csv": PaperExport("CSV", "papers.csv", "text/csv; charset=utf-8", lambda one, _: csv_of(one.frame)),
    "jsonl": PaperExport(
        "JSON lines", "papers.jsonl", "application/jsonl; charset=utf-8", lambda one, _: jsonl_of(one.frame)
    ),
    "bibtex": PaperExport(
        "BibTeX", "papers.bib", "application/x-bibtex; charset=utf-8", lambda one, _: paper_bibtex(one.frame)
    ),
    "parquet": PaperExport(
        "Parquet", "papers.parquet", "application/vnd.apache.parquet", lambda one, _: parquet_of(one.frame)
    ),
    "xlsx": PaperExport(
        "Excel",
        "papers.xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        lambda one, credits: xlsx_of(one.frame, about_papers(one, credits), "Papers"),
    ),
}


def render_papers(
    connection: duckdb.DuckDBPyConnection, result: PapersResult, formats: Iterable[str]
) -> tuple[PaperManifest, dict[str, bytes]]:
    """Make the files of an export and their manifest, without writing them.

    Raises:
        BadInput: A format is unknown, or none is asked for.
    """
    asked = tuple(formats)
    chosen = tuple(name for name in PAPER_FORMATS if name in asked)
    unknown = [name for name in asked if name not in PAPER_FORMATS]
    if unknown or not chosen:
        what = f"'{unknown[0]:.40}' is not an export format" if unknown else "no export format is chosen"
        raise BadInput(what, "option format", f"use {', '.join(PAPER_FORMATS)}")
    credits = paper_credits(connection, result)
    made = {name: PAPER_EXPORTS[name].bytes_of(result, credits) for name in chosen}
    manifest = PaperManifest(
        touchstone=__version__,
        catalogue_version=result.catalogue,
        selection=result.selection,
        papers=result.total,
        files=tuple(
            PaperFile(
                name=PAPER_EXPORTS[name].file_name, format=name, bytes=len(content),
                sha256=hashlib.sha256(content).hexdigest(),
            )
            for name, content in made.items()
        ),
        credits=credits,
    )  # fmt: skip
    text = json.dumps(manifest.model_dump(mode="json"), ensure_ascii=False, indent=1) + "\n"
    files = {PAPER_EXPORTS[name].file_name: content for name, content in made.items()}
    return manifest, {**files, MANIFEST_FILE: text.encode()}


def export_papers(
    connection: duckdb.DuckDBPyConnection, result: PapersResult, formats: Iterable[str], folder: Path
) -> PaperManifest:
    """Write a selection of papers in the formats asked for, and its manifest.

    Raises:
        BadInput: A format is unknown or the folder cannot be written.
    """
    manifest, files = render_papers(connection, result, formats)
    write_files(files, folder)
    return manifest


def export_papers_again(
    connection: duckdb.DuckDBPyConnection, path: Path, folder: Path, *, allow_other_version: bool = False
) -> PaperManifest:
    """Make an export of papers again from its manifest; every file comes out byte for byte as it was.

    Raises:
        NotFound: There is no such manifest.
        Conflict: The catalogue or a file would not be as it was.
        BadInput: The manifest cannot be read or the folder cannot be written.
    """
    manifest = _read(path)
    result = select_papers(load_papers(connection), manifest.selection)
    made, files = render_papers(connection, result, [file.format for file in manifest.files])
    if made.files != manifest.files and not allow_other_version:
        then = f"catalogue {manifest.catalogue_version} and Touchstone {manifest.touchstone}"
        present = f"{catalogue_version(connection)} and {__version__}"
        what = f"the files would not come out as they were: made from {then}, these are {present}"
        raise Conflict(what, str(path), "use those, or allow another version to export anew")
    write_files(files, folder)
    return made


def _entry(row: Mapping[str, object]) -> str:
    names = [str(name) for name in row["authors"]] if isinstance(row["authors"], list) else []
    authors = [_author(name) for name in names if name.strip()]
    links = row["links"] if isinstance(row["links"], list) else []
    arxiv = str(row["arxiv_id"] or "")
    link = f"https://arxiv.org/abs/{arxiv}" if arxiv else next(filter(None, map(paper_link, links)), "")
    fields = {
        "author": " and ".join([*authors, *(["others"] if row["et_al"] and authors else [])]),
        "title": "{" + escape_tex(str(row["title"])) + "}",
        "year": str(row["year"] or ""),
        "date": str(row["day"] or ""),
        "eprint": escape_tex(arxiv),
        "archiveprefix": "arXiv" if arxiv else "",
        "primaryclass": escape_tex(str(row["category"])) if arxiv and row["category"] else "",
        "url": link,
        "keywords": ", ".join(escape_tex(str(one)) for one in row["theme"]) if isinstance(row["theme"], list) else "",
    }
    key = re.sub(r"[^A-Za-z0-9.+-]", "-", str(row["id"]))
    lines = [f"  {field} = {{{value}}}," for field, value in fields.items() if value]
    return "\n".join([f"@misc{{{key},", *lines, "}", ""])


def paper_link(link: object) -> str:
    """Give a link of a paper as an address; where it names no protocol, https is taken; empty for none.

    >>> paper_link("www.dataprovenance.org"), paper_link("javascript:alert(1)")
    ('https://www.dataprovenance.org', '')
    """
    text = str(link or "")
    return web_link(text) or (web_link(f"https://{text}") if text.startswith("www.") else "") or ""


def _author(name: str) -> str:
    escaped = escape_tex(name)
    alone = name.startswith(ALONE) or re.search(r"\band\b", name, re.IGNORECASE) or name.count(",") > 2
    return "{" + escaped + "}" if alone else escaped


def _read(path: Path) -> PaperManifest:
    fix = f"give a {MANIFEST_FILE} that an export of papers wrote"
    try:
        with path.open("rb") as file:
            data = file.read(MAX_MANIFEST + 1)
        if len(data) > MAX_MANIFEST:
            raise BadInput("the manifest is too big", str(path), f"use one below {MAX_MANIFEST:,} bytes")
        return PaperManifest.model_validate_json(data)
    except FileNotFoundError as error:
        raise NotFound("there is no such manifest", str(path), fix) from error
    except OSError as error:
        raise BadInput(f"the manifest cannot be read: {error.strerror}", str(path), fix) from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(map(str, first["loc"])) or "the whole file"
        raise BadInput(f"{field}: {first['msg']}", str(path), fix) from error
