"""The export formats, as data: page, CLI, API and manifest loop over these rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from governance.errors import BadInput
from governance.exports.attribution import attribution_markdown, attribution_table
from governance.exports.bibtex import bibtex_of
from governance.exports.bundle import ExportBundle
from governance.exports.croissant import TABLE_FILE, croissant_of
from governance.exports.prov import prov_of
from governance.exports.tables import about_rows, csv_of, jsonl_of, parquet_of, table_of, xlsx_of

Format = Literal["csv", "parquet", "jsonl", "xlsx", "bibtex", "attribution", "attribution-csv", "croissant", "prov"]
FORMATS: tuple[Format, ...] = get_args(Format)


@dataclass(frozen=True, slots=True)
class Exporter:
    """One export format.

    Args:
        format: Its name in the CLI, the API and the manifest.
        label: Its name on the page.
        help: What it is for, in one line.
        file_name: The file it writes.
        media_type: Its media type.
        bytes_of: A pure function: the same bundle gives the same bytes.
        needs: Formats whose files it points at, written with it.
    """

    format: Format
    label: str
    help: str
    file_name: str
    media_type: str
    bytes_of: Callable[[ExportBundle], bytes]
    needs: tuple[Format, ...] = ()


_ALL: tuple[Exporter, ...] = (
    Exporter(
        "csv",
        "CSV",
        "One row a dataset; lists joined, formulas made text",
        "datasets.csv",
        "text/csv; charset=utf-8",
        lambda bundle: csv_of(table_of(bundle.frame)),
    ),
    Exporter(
        "parquet",
        "Parquet",
        "One row a dataset, lossless",
        TABLE_FILE,
        "application/vnd.apache.parquet",
        lambda bundle: parquet_of(table_of(bundle.frame)),
    ),
    Exporter(
        "jsonl",
        "JSON lines",
        "One object a dataset, lossless; unknown is null",
        "datasets.jsonl",
        "application/jsonl; charset=utf-8",
        lambda bundle: jsonl_of(table_of(bundle.frame)),
    ),
    Exporter(
        "xlsx",
        "Excel",
        "One row a dataset, and a sheet that says what they are",
        "datasets.xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        lambda bundle: xlsx_of(table_of(bundle.frame), about_rows(bundle)),
    ),
    Exporter(
        "bibtex",
        "BibTeX",
        "The papers to cite, one entry a work",
        "datasets.bib",
        "application/x-bibtex; charset=utf-8",
        bibtex_of,
    ),
    Exporter(
        "attribution",
        "Attribution",
        "Whom to credit and what each licence asks for, to read",
        "ATTRIBUTION.md",
        "text/markdown; charset=utf-8",
        attribution_markdown,
    ),
    Exporter(
        "attribution-csv",
        "Attribution table",
        "The same as a table",
        "attribution.csv",
        "text/csv; charset=utf-8",
        attribution_table,
    ),
    Exporter(
        "croissant",
        "Croissant",
        "Croissant 1.1 metadata of the table, with the terms of each dataset",
        "croissant.json",
        'application/ld+json; profile="http://mlcommons.org/croissant/1.1"',
        croissant_of,
        ("parquet",),
    ),
    Exporter(
        "prov",
        "PROV",
        "Everything the datasets derive from, as W3C PROV-JSON",
        "lineage.prov.json",
        "application/json",
        prov_of,
    ),
)

EXPORTERS: dict[Format, Exporter] = {exporter.format: exporter for exporter in _ALL}


def read_formats(names: Iterable[str]) -> tuple[Format, ...]:
    """Check format names, put them in their fixed order and add the formats they need.

    Raises:
        BadInput: A name is unknown, or there is none.

    >>> read_formats(["croissant", "csv"])
    ('csv', 'parquet', 'croissant')
    """
    asked = tuple(names)
    unknown = [name for name in asked if name not in FORMATS]
    if unknown or not asked:
        what = f"'{unknown[0]}' is not an export format" if unknown else "no export format is chosen"
        raise BadInput(what, "option format", f"use {', '.join(FORMATS)}")
    needed = {need for name in asked for need in EXPORTERS[name].needs}  # type: ignore[index]
    return tuple(name for name in FORMATS if name in asked or name in needed)
