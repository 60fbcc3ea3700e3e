"""The lineage of a selection as W3C PROV-JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from governance.catalogue.vocabulary import NodeKind
from governance.exports.bundle import ExportBundle, GraphEdge, GraphNode
from governance.exports.words import one_line, web_link

_Members = dict[str, dict[str, Any]]


def prov_of(bundle: ExportBundle) -> bytes:
    """Write the selected datasets, everything upstream of them and their creators as PROV-JSON.

    Derivations and text sources are ``wasDerivedFrom``, generating models and creators are agents of
    ``wasAttributedTo``, a work and its record are ``alternateOf``, a collection and its datasets ``hadMember``.
    """
    rows = {row["id"]: row for row in bundle.frame.iter_rows(named=True)}
    sections: dict[str, _Members] = {
        "entity": {},
        "agent": {},
        "wasDerivedFrom": {},
        "wasAttributedTo": {},
        "alternateOf": {},
        "hadMember": {},
    }
    nodes = {node.id: node for node in bundle.nodes}
    for dataset_id, row in rows.items():
        nodes.setdefault(dataset_id, GraphNode(dataset_id, "dataset", row["name"], True, row["url"]))
    for edge in bundle.edges:
        kind: NodeKind = "model" if edge.kind == "generated_by" else "work"
        nodes.setdefault(edge.parent, GraphNode(edge.parent, kind, edge.stated or edge.parent, False, None))
    for node in sorted(nodes.values(), key=lambda node: node.id):
        section = "agent" if node.kind == "model" else "entity"
        sections[section][_name(node.id)] = _node_attributes(node, rows.get(node.id))
    for edge in bundle.edges:
        section, members = _relation(edge)
        sections[section][f"_:{section}{len(sections[section]) + 1}"] = members
    for dataset_id, row in rows.items():
        for creator in row["creator"] or ():
            agent = _name(f"creator:{creator}")
            sections["agent"][agent] = {"prov:type": _term("prov:Organization"), "prov:label": one_line(creator)}
            members = {"prov:entity": _name(dataset_id), "prov:agent": agent}
            sections["wasAttributedTo"][f"_:wasAttributedTo{len(sections['wasAttributedTo']) + 1}"] = members
    prefixes = {"node": f"urn:touchstone:{bundle.snapshot}:", "touchstone": "urn:touchstone:term:"}
    document = {"prefix": prefixes, **{name: members for name, members in sections.items() if members}}
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _relation(edge: GraphEdge) -> tuple[str, dict[str, Any]]:
    child, parent = _name(edge.child), _name(edge.parent)
    if edge.kind == "generated_by":
        return "wasAttributedTo", {"prov:entity": child, "prov:agent": parent}
    if edge.kind == "recorded_as":
        return "alternateOf", {"prov:alternate1": child, "prov:alternate2": parent}
    if edge.kind == "has_member":
        return "hadMember", {"prov:collection": child, "prov:entity": parent}
    members: dict[str, Any] = {
        "prov:generatedEntity": child,
        "prov:usedEntity": parent,
        "touchstone:matchedBy": edge.basis,
    }
    if edge.kind == "text_source":
        members["prov:type"] = _term("prov:PrimarySource")
    if edge.stated:
        members["touchstone:stated"] = edge.stated
    return "wasDerivedFrom", members


def _node_attributes(node: GraphNode, row: Mapping[str, Any] | None) -> dict[str, Any]:
    attributes: dict[str, Any] = {
        "prov:label": one_line(node.label),
        "touchstone:kind": node.kind,
        "touchstone:recorded": node.recorded,
    }
    if node.kind == "model":
        attributes["prov:type"] = _term("prov:SoftwareAgent")
    elif node.kind == "collection":
        attributes["prov:type"] = _term("prov:Collection")
    if link := web_link(node.url):
        attributes["touchstone:page"] = {"$": link, "type": "xsd:anyURI"}
    if row is not None:
        attributes["touchstone:selected"] = True
        attributes["touchstone:licenceUse"] = row["licence_use"]
        attributes["touchstone:effectiveUse"] = row["effective_use"]
    return attributes


def _name(node_id: str) -> str:
    return "node:" + quote(node_id, safe="")


def _term(name: str) -> dict[str, str]:
    return {"$": name, "type": "prov:QUALIFIED_NAME"}
