"""A trace as files: W3C PROV-JSON, GraphML, and its edges as CSV."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any, Literal, get_args
from urllib.parse import quote
from xml.etree import ElementTree  # nosec B405 # writes, never reads

import polars as pl

from governance.exports.tables import csv_of
from governance.exports.words import one_line
from governance.research.trace_found import Falls, Path, Trace
from governance.research.trace_vocabulary import Predicate

TraceFormat = Literal["json", "graphml", "csv", "prov"]
TRACE_FORMATS: tuple[TraceFormat, ...] = get_args(TraceFormat)
MEDIA_TYPES: dict[TraceFormat, str] = {
    "json": "application/json",
    "graphml": "application/graphml+xml",
    "csv": "text/csv",
    "prov": "application/json",
}
FILE_NAMES: dict[TraceFormat, str] = {
    "json": "trace.json",
    "graphml": "trace.graphml",
    "csv": "trace.csv",
    "prov": "trace.prov.json",
}
_SECTIONS: dict[Predicate, tuple[str, str, str]] = {
    "wasDerivedFrom": ("wasDerivedFrom", "generatedEntity", "usedEntity"),
    "hadPrimarySource": ("wasDerivedFrom", "generatedEntity", "usedEntity"),
    "wasQuotedFrom": ("wasDerivedFrom", "generatedEntity", "usedEntity"),
    "wasAttributedTo": ("wasAttributedTo", "entity", "agent"),
    "alternateOf": ("alternateOf", "alternate1", "alternate2"),
    "hadMember": ("hadMember", "collection", "entity"),
    "used": ("used", "activity", "entity"),
    "governedBy": ("wasInfluencedBy", "influencee", "influencer"),
    "reportsOn": ("wasInfluencedBy", "influencee", "influencer"),
    "assessedBy": ("wasInfluencedBy", "influencee", "influencer"),
}
"""Each predicate's relation in PROV, and what its two ends are called there."""
_TYPES: dict[Predicate, str] = {
    "hadPrimarySource": "prov:PrimarySource",
    "wasQuotedFrom": "prov:Quotation",
    "governedBy": "touchstone:governedBy",
    "reportsOn": "touchstone:reportsOn",
    "assessedBy": "touchstone:assessedBy",
}
_BARE = ("alternateOf", "hadMember")
"""Relations that take no attributes in PROV."""


def render_trace(found: Trace | Path | Falls, format: TraceFormat) -> bytes:
    """Write what a trace found.

    Args:
        found: What `trace`, `path_between` or `what_falls` gave.
        format: PROV and GraphML hold records and edges, CSV the edges with the names of both ends.
    """
    one = found.trace if isinstance(found, Falls) else found
    if format == "json":
        return (json.dumps(found.document(), ensure_ascii=False) + "\n").encode()
    if format == "csv":
        return csv_of(edge_table(one.nodes, one.edges))
    return graphml_of(one.nodes, one.edges) if format == "graphml" else prov_of_trace(one.nodes, one.edges)


def edge_table(nodes: pl.DataFrame, edges: pl.DataFrame) -> pl.DataFrame:
    """Put the names of both ends beside each edge."""
    names = nodes.select("key", "label")
    table = edges
    for end in ("child", "parent"):
        named = names.rename({"key": end, "label": f"{end}_label"})
        table = table.join(named, on=end, how="left", maintain_order="left")
    return table.select("child", "child_label", "predicate", "parent", "parent_label", "source", "detail")


def graphml_of(nodes: pl.DataFrame, edges: pl.DataFrame) -> bytes:
    """Write GraphML: an edge leads from the child to what it rests on."""
    root = ElementTree.Element("graphml", xmlns="http://graphml.graphdrawing.org/xmlns")
    columns = {"node": [name for name in nodes.columns if name != "key"], "edge": ["predicate", "source", "detail"]}
    kinds = {name: _graphml_type(nodes.schema[name]) for name in columns["node"]}
    for of, names in columns.items():
        for name in names:
            kind = kinds[name] if of == "node" else "string"
            about = {"id": f"{of}-{name}", "for": of, "attr.name": name, "attr.type": kind}
            ElementTree.SubElement(root, "key", about)
    graph = ElementTree.SubElement(root, "graph", edgedefault="directed")
    for row in nodes.iter_rows(named=True):
        _element(graph, "node", {"id": one_line(row["key"])}, row, columns["node"])
    for number, row in enumerate(edges.iter_rows(named=True)):
        ends = {"id": f"e{number}", "source": one_line(row["child"]), "target": one_line(row["parent"])}
        _element(graph, "edge", ends, row, columns["edge"])
    written = io.BytesIO()
    ElementTree.ElementTree(root).write(written, encoding="utf-8", xml_declaration=True)
    return written.getvalue()


def prov_of_trace(nodes: pl.DataFrame, edges: pl.DataFrame) -> bytes:
    """Write PROV-JSON: replications are activities, generating models agents too, all others entities."""
    sections: dict[str, dict[str, dict[str, Any]]] = {"entity": {}, "agent": {}, "activity": {}}
    for row in nodes.iter_rows(named=True):
        about = {
            "prov:label": one_line(row["label"]),
            "touchstone:kind": row["kind"],
            "touchstone:recorded": row["recorded"],
        }
        sections["activity" if row["kind"] == "replication" else "entity"][_name(row["key"])] = about
        if row["kind"] == "generating_model":
            sections["agent"][_name(row["key"])] = {**about, "prov:type": _term("prov:SoftwareAgent")}
    for row in edges.iter_rows(named=True):
        section, child, parent = _SECTIONS[row["predicate"]]
        members: dict[str, Any] = {f"prov:{child}": _name(row["child"]), f"prov:{parent}": _name(row["parent"])}
        if section not in _BARE:
            members |= {f"touchstone:{name}": one_line(row[name]) for name in ("source", "detail") if row[name]}
            if row["predicate"] in _TYPES:
                members["prov:type"] = _term(_TYPES[row["predicate"]])
        held = sections.setdefault(section, {})
        held[f"_:{section}{len(held) + 1}"] = members
    prefixes = {"record": "urn:touchstone:record:", "touchstone": "urn:touchstone:term:"}
    document = {"prefix": prefixes, **{name: members for name, members in sections.items() if members}}
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _element(
    graph: ElementTree.Element, tag: str, about: dict[str, str], row: Mapping[str, Any], names: list[str]
) -> None:
    element = ElementTree.SubElement(graph, tag, about)
    for name in names:
        if (value := row[name]) is not None:
            text = str(value).lower() if isinstance(value, bool) else one_line(str(value))
            ElementTree.SubElement(element, "data", key=f"{tag}-{name}").text = text


def _graphml_type(kind: pl.DataType) -> str:
    return "boolean" if kind == pl.Boolean else "int" if kind.is_integer() else "string"


def _name(key: str) -> str:
    return "record:" + quote(key, safe="")


def _term(name: str) -> dict[str, str]:
    return {"$": name, "type": "prov:QUALIFIED_NAME"}
