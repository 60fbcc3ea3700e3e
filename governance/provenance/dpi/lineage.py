"""What the records of one snapshot derive from: nodes, edges and the names they go by."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

from governance.catalogue import normalise as norm
from governance.catalogue.vocabulary import Snapshot
from governance.provenance.dpi.gathered import SOURCE, Gathered, Record, Row, source_names, strings_of
from governance.provenance.parents import Candidate, Resolver, commonest, read_decisions


def add_lineage(work: Gathered, snapshot: Snapshot, known: list[tuple[str, Record]]) -> None:
    """Add the lineage of all records of a snapshot."""
    rows = {str(row["id"]): row for row in work.tables["dataset"] if row["snapshot"] == snapshot}
    resolver = Resolver.of(
        (
            Candidate(
                id=dataset_id,
                name=str(rows[dataset_id]["name"]),
                stated_id=str(rows[dataset_id]["stated_id"]),
                collection_id=str(rows[dataset_id]["collection_id"]),
                huggingface_id=rows[dataset_id]["huggingface_id"],  # type: ignore[arg-type]
                github=norm.github_repo(str(rows[dataset_id]["github_url"] or "")),
                parents=tuple(strings_of(record.get("Derived from Datasets"))),
            )
            for dataset_id, record in known
        ),
        read_decisions(snapshot),
    )
    nodes: dict[str, Row] = {}
    labels: dict[str, Counter[str]] = defaultdict(Counter)
    edges: dict[tuple[str, str, str], Row] = {}

    def node(node_id: str, kind: str, label: str, *, recorded: bool, url: object = None) -> None:
        labels[node_id][label] += 1
        present = nodes.setdefault(
            node_id,
            {"snapshot": snapshot, "id": node_id, "kind": kind, "label": label, "recorded": recorded, "url": url},
        )
        present["recorded"] = bool(present["recorded"]) or recorded

    def edge(child: str, parent: str, kind: str, stated: str | None, basis: str) -> None:
        row: Row = {
            "snapshot": snapshot,
            "child": child,
            "parent": parent,
            "kind": kind,
            "stated": stated,
            "basis": basis,
            "source_id": SOURCE,
        }
        edges.setdefault((child, parent, kind), row)

    for dataset_id, row in rows.items():
        node(dataset_id, "dataset", str(row["name"]), recorded=True, url=row["url"])
        collection = f"collection:{row['collection_id']}"
        node(collection, "collection", str(row["collection_id"]), recorded=True)
        edge(collection, dataset_id, "has_member", None, "id")
        _aliases(work, snapshot, row)
    for dataset_id, record in known:
        modality = rows[dataset_id]["modality"]
        for stated in strings_of(record.get("Derived from Datasets")):
            parent = resolver.resolve(stated)
            if parent.kind != "dataset":
                node(parent.node_id, parent.kind, stated, recorded=bool(parent.members) or parent.kind == "collection")
            for member in parent.members:
                edge(parent.node_id, member, "recorded_as", None, parent.basis)
            edge(dataset_id, parent.node_id, "derived_from", stated, parent.basis)
            if dataset_id == parent.node_id:
                work.note(snapshot, "self_derivation", dataset_id, f"names itself as a parent ('{stated}')")
        for name in source_names(record, str(modality)):
            source = norm.text_source(name)
            if source:
                node(f"source:{source}", "text_source", source, recorded=True)
                edge(dataset_id, f"source:{source}", "text_source", name if name != source else None, "stated")
        for name in strings_of(record.get("Model Generated")):
            node(f"model:{name}", "model", name, recorded=True)
            edge(dataset_id, f"model:{name}", "generated_by", None, "stated")
            if name.startswith("OpenAI "):
                work.tables["link"].append(_terms_link(f"model:{name}", "OpenAI"))
    for row in nodes.values():
        row["label"] = row["label"] if row["kind"] == "dataset" else commonest(labels[str(row["id"])])
    _work_aliases(work, snapshot, edges)
    work.tables["node"] += nodes.values()
    work.tables["derivation"] += edges.values()


def _terms_link(node_id: str, licence_id: str) -> Row:
    return {
        "subject_kind": "model",
        "subject_id": node_id,
        "predicate": "under_terms",
        "object_kind": "licence",
        "object_id": licence_id,
        "source_id": SOURCE,
    }


def _aliases(work: Gathered, snapshot: Snapshot, row: Row) -> None:
    names = (("id", row["stated_id"]), ("name", row["name"]), ("hub_id", row["huggingface_id"]))
    for basis, name in names:
        if name and name != row["id"]:
            work.add(
                "alias",
                snapshot=snapshot,
                name=name,
                node_id=row["id"],
                basis=basis,
                same=True,
                reason=None,
                source_id=SOURCE,
            )


def _work_aliases(work: Gathered, snapshot: Snapshot, edges: Mapping[tuple[str, str, str], Row]) -> None:
    spellings = {
        (str(row["stated"]), str(row["parent"]), str(row["basis"]))
        for row in edges.values()
        if row["kind"] == "derived_from"
    }
    for name, node_id, basis in sorted(spellings):
        work.add(
            "alias",
            snapshot=snapshot,
            name=name,
            node_id=node_id,
            basis=basis,
            same=True,
            reason=None,
            source_id=SOURCE,
        )
