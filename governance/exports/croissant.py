"""Croissant 1.1 metadata of a selection: the exported table, its columns, and the terms of each dataset in it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import polars as pl

from governance.exports.bundle import ExportBundle, LicenceStatement, SourceCredit
from governance.exports.columns import COLUMNS, Column
from governance.exports.tables import parquet_of, table_of
from governance.exports.words import CREDITS, NOT_LEGAL_ADVICE, one_line, use_words, web_link

TABLE_FILE = "datasets.parquet"
CONFORMS_TO = "http://mlcommons.org/croissant/1.1"
HOME_PAGE = "https://github.com/Data-Provenance-Initiative/Data-Provenance-Collection"

_EMPTY: tuple[object, ...] = (None, [], "")
_TERMS = (
    "annotation", "arrayShape", "citeAs", "column", "containedIn", "equivalentProperty", "excludes", "extract",
    "field", "fileObject", "fileProperty", "fileSet", "format", "includes", "isArray", "isLiveDataset",
    "jsonPath", "key", "md5", "parentField", "path", "readLines", "recordSet", "references", "regex",
    "repeated", "replace", "samplingRate", "sdVersion", "separator", "source", "subField", "transform",
    "unArchive", "value",
)  # fmt: skip

# The 1.1 specification's context; mlcroissant wants it inline and never fetched.
CONTEXT: dict[str, object] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "prov": "http://www.w3.org/ns/prov#",
    "description": {"@container": "@language"},
    "name": {"@container": "@language"},
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    **{name: f"cr:{name}" for name in _TERMS},
}


def croissant_of(bundle: ExportBundle) -> bytes:
    """Write Croissant 1.1 JSON-LD.

    It describes `TABLE_FILE`, which stands beside it; each dataset is a part with its own licences, use and
    parents, as the licence of the whole is only that of these facts.
    """
    table = table_of(bundle.frame)
    content = parquet_of(table)
    document = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "name": f"touchstone-selection-{bundle.catalogue_version}",
        "description": (
            f"{table.height:,} training datasets with their licences and lineage, selected in Touchstone:"
            f" snapshot {bundle.snapshot}, policy {bundle.policy.title}. {NOT_LEGAL_ADVICE}"
        ),
        "conformsTo": CONFORMS_TO,
        "citeAs": " ".join(CREDITS),
        "creator": [
            {"@type": "sc:Organization", "name": name, "url": url} for name, url in _publishers(bundle.sources).items()
        ],
        "datePublished": _published(bundle),
        "license": sorted({_spdx_link(s.licence) for s in bundle.sources if s.licence}) or [_spdx_link("Apache-2.0")],
        "url": next((link for s in bundle.sources if (link := web_link(s.url))), HOME_PAGE),
        "version": f"1.0.0+{bundle.catalogue_version}",
        "keywords": ["training data", "licence", "provenance"],
        "isLiveDataset": False,
        "prov:wasDerivedFrom": [{"@id": link} for s in bundle.sources if (link := web_link(s.url))],
        "rai:dataLimitations": [
            "Licences are as the audit read them on the day it did; unknown values are null.",
            NOT_LEGAL_ADVICE,
        ],
        "distribution": [
            {
                "@type": "cr:FileObject",
                "@id": TABLE_FILE,
                "name": TABLE_FILE,
                "description": "One row a dataset.",
                "contentUrl": TABLE_FILE,
                "contentSize": f"{len(content)} B",
                "encodingFormat": "application/x-parquet",
                "sha256": hashlib.sha256(content).hexdigest(),
            }
        ],
        "recordSet": [
            {
                "@type": "cr:RecordSet",
                "@id": "datasets",
                "name": "datasets",
                "description": "The selected datasets.",
                "key": {"@id": "datasets/id"},
                "field": [_field(column, table.schema[column.name]) for column in COLUMNS],
            }
        ],
        "hasPart": [_part(bundle, row) for row in bundle.frame.iter_rows(named=True)],
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _field(column: Column, kind: pl.DataType) -> dict[str, object]:
    inner = kind.inner if isinstance(kind, pl.List) else kind
    field: dict[str, object] = {
        "@type": "cr:Field",
        "@id": f"datasets/{column.name}",
        "name": column.name,
        "description": column.help,
        "dataType": "sc:URL" if column.name.endswith("url") else _data_type(inner),
        "source": {"fileObject": {"@id": TABLE_FILE}, "extract": {"column": column.name}},
    }
    return field | ({"isArray": True, "arrayShape": "-1"} if isinstance(kind, pl.List) else {})


def _data_type(kind: object) -> str:
    if kind == pl.Boolean:
        return "sc:Boolean"
    if kind == pl.Date:
        return "sc:Date"
    if isinstance(kind, pl.DataType) and kind.is_integer():
        return "sc:Integer"
    return "sc:Float" if isinstance(kind, pl.DataType) and kind.is_float() else "sc:Text"


# Parts are creative works, not sc:Dataset: readers take the first sc:Dataset they meet for the whole.
# They name their parents instead of pointing at them, since two datasets may derive from each other.
def _part(bundle: ExportBundle, row: Mapping[str, Any]) -> dict[str, object]:
    parents = [
        {"@type": "sc:CreativeWork", "name": one_line(bundle.labels.get(edge.parent, edge.parent))}
        for edge in bundle.parents_of.get(row["id"], [])
        if edge.kind == "derived_from"
    ]
    part: dict[str, object] = {
        "@type": "sc:CreativeWork",
        "@id": f"urn:touchstone:{bundle.snapshot}:{quote(row['id'], safe='')}",
        "name": one_line(row["name"]),
        "identifier": row["id"],
        "url": web_link(row["url"]),
        "license": list(
            dict.fromkeys(
                _licence_link(statement)
                for statement in bundle.licences_by_dataset.get(row["id"], [])
                if statement.host in bundle.policy.hosts
            )
        ),
        "usageInfo": [
            {
                "@type": "sc:DefinedTerm",
                "name": f"{title}: {use_words(row[column])}",
                "termCode": row[column],
                "inDefinedTermSet": "urn:touchstone:use",
            }
            for title, column in (("Own licences", "licence_use"), ("With lineage", "effective_use"))
        ],
        "inLanguage": list(row["language"] or ()),
        "creator": [{"@type": "sc:Organization", "name": one_line(name)} for name in row["creator"] or ()],
        "isBasedOn": parents,
    }
    return {name: _without_empty(value) for name, value in part.items() if value not in _EMPTY}


def _without_empty(value: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        return {name: _without_empty(inner) for name, inner in value.items() if inner not in _EMPTY}
    return [_without_empty(inner) for inner in value] if isinstance(value, list) else value


def _publishers(sources: tuple[SourceCredit, ...]) -> dict[str, str]:
    found = {source.publisher: source.url for source in sources}
    return found or {"Data Provenance Initiative": HOME_PAGE}


def _published(bundle: ExportBundle) -> str:
    if bundle.snapshot != "current":
        return bundle.snapshot
    dates = [source.retrieved for source in bundle.sources if source.retrieved]
    return max(dates).isoformat() if dates else "2025-03-25"


def _spdx_link(licence: str) -> str:
    return f"https://spdx.org/licenses/{quote(licence, safe='')}"


def _licence_link(statement: LicenceStatement) -> str:
    if statement.spdx and " " not in statement.spdx:
        return _spdx_link(statement.spdx)
    return web_link(statement.url) or one_line(statement.name)
