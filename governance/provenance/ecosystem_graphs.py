"""Import Ecosystem Graphs: foundation models, datasets and applications, and what each is built from."""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from pathlib import Path
from typing import Any

from governance.catalogue.facts import ImportReport, Note, Problem, read_jsonl, write_facts
from governance.catalogue.normalise import clean_text, github_repo, huggingface_id, url_of
from governance.catalogue.vocabulary import MatchBasis
from governance.errors import BadInput
from governance.provenance.parents import commonest, parent_key, read_decisions, work_id

SOURCE = "ecosystem-graphs"
SNAPSHOT = "current"
RECORDS = ("assets.jsonl.gz", "assets.jsonl")
PREFIXES = {"dataset": "work", "model": "model", "application": "application"}
MISSING = frozenset({"", "unknown", "none"})
FILL = {
    "dataset": ("license", "dependencies", "created_date", "datasheet"),
    "model": ("license", "dependencies", "created_date", "size", "training_emissions", "training_hardware"),
    "application": ("license", "dependencies", "created_date"),
}
JOINS: dict[str, MatchBasis] = {
    "hf": "hub_id",
    "Unique Dataset Identifier": "id",
    "Dataset Name": "name",
    "Collection": "collection",
}
"""How the published join matched a record, from the surest to the least sure."""
MAX_YAML = 10_000_000

_HUB_MODEL = re.compile(r"https?://(?:www\.)?(?:huggingface\.co|hf\.co)/([\w.-]+/[\w.-]+)/?", re.ASCII)
_HUB_PAGES = ("datasets/", "spaces/", "docs/", "blog/", "papers/", "collections/")
_NOT_WORD = re.compile(r"[\W_]+")

Record = dict[str, Any]
Row = dict[str, object]


@dataclass(slots=True)
class _Import:
    nodes: dict[str, Row] = field(default_factory=dict)
    labels: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    edges: dict[tuple[str, str], Row] = field(default_factory=dict)
    aliases: dict[tuple[str, str], Row] = field(default_factory=dict)
    by_name: dict[str, str] = field(default_factory=dict)
    by_key: dict[str, str] = field(default_factory=dict)
    own_sources: set[str] = field(default_factory=set)
    """Works that name a parent like themselves ("Flan Collection", from "Flan dataset"): two things, not one."""
    notes: dict[tuple[str, str, str], Note] = field(default_factory=dict)
    refused: list[Problem] = field(default_factory=list)
    read: int = 0

    def note(self, kind: str, subject: str, detail: str) -> None:
        self.notes.setdefault((kind, subject, detail), Note(kind=kind, subject=subject, detail=detail))

    def node(self, node_id: str, kind: str, label: str, *, recorded: bool, url: str | None = None) -> None:
        row: Row = {"snapshot": SNAPSHOT, "id": node_id, "kind": kind, "label": label, "recorded": recorded, "url": url}
        present = self.nodes.setdefault(node_id, row)
        present["recorded"] = bool(present["recorded"]) or recorded
        self.labels[node_id][label] += 1

    def edge(self, child: str, parent: str, kind: str, stated: str | None, basis: MatchBasis) -> None:
        row: Row = {"snapshot": SNAPSHOT, "child": child, "parent": parent, "kind": kind, "stated": stated}
        self.edges.setdefault((child, parent), {**row, "basis": basis, "source_id": SOURCE})

    def alias(self, name: str | None, node_id: str, basis: MatchBasis) -> None:
        if name and len(name) <= 300:
            row: Row = {"snapshot": SNAPSHOT, "name": name, "node_id": node_id, "basis": basis, "same": True}
            self.aliases.setdefault((name, node_id), {**row, "reason": None, "source_id": SOURCE})


def import_ecosystem_graphs(path: Path, out: Path) -> ImportReport:
    """Read a copy of Ecosystem Graphs and write it as nodes, derivations and aliases in our schema.

    Assets of type dataset become works, which meet those that audited datasets name as parents;
    models and applications become nodes of their own. Descriptions and other prose are not kept.

    Args:
        path: Folder with ``assets.jsonl.gz`` (and, where present, ``edges.csv`` and ``dpi_join.csv``),
            or the upstream layout: ``assets/*.yaml`` in it.
        out: Folder for the facts; the same input gives the same bytes. The catalogue expects the
            name ``ecosystem-graphs``.

    Raises:
        BadInput: Nothing to read is there, or a file is damaged; ``out`` is then untouched.

    Source: Bommasani et al. 2023, arXiv 2303.15772.
    """
    work = _Import()
    kept = _assets(work, _records(path))
    if not kept:
        raise BadInput("no record could be read", str(path), "check that it is a copy of Ecosystem Graphs")
    for node_id, record in kept:
        parents = (clean_text(parent) for parent in _as_list(_value(record, "dependencies")))
        if any(work_id(parent) == node_id for parent in parents if parent and parent not in work.by_name):
            work.own_sources.add(node_id)
    for node_id, record in kept:
        for stated in _parents(work, record):
            _derive(work, node_id, stated)
    _check_edges(work, path / "edges.csv", kept)
    _join_audit(work, path / "dpi_join.csv")
    _count_fill(work, [record for _, record in kept])
    _find_loops(work)
    for node_id, row in work.nodes.items():
        if not row["recorded"]:
            row["label"] = commonest(work.labels[node_id])
    return _finish(work, out)


def _records(path: Path) -> Iterator[tuple[str, Record]]:
    """Give (where, record) of whichever layout is there."""
    for name in RECORDS:
        if (path / name).is_file():
            yield from ((f"{name}, line {line}", record) for line, record in read_jsonl(path / name))
            return
    files = sorted(path.glob("assets/*.yaml")) or sorted(path.glob("*.yaml"))
    if not files:
        fix = f"name a folder that holds {RECORDS[0]}, or assets/*.yaml"
        raise BadInput("no file of Ecosystem Graphs is here", str(path), fix)
    for file in files:
        for number, record in enumerate(_yaml_entries(file), start=1):
            yield f"{file.name}, entry {number}", record


def _yaml_entries(file: Path) -> list[Record]:
    try:
        import yaml
    except ImportError as error:
        raise BadInput("reading YAML needs PyYAML", str(file), "pip install pyyaml, or use assets.jsonl.gz") from error
    try:
        if file.stat().st_size > MAX_YAML:
            raise BadInput("the file is too big", str(file), f"at most {MAX_YAML // 1_000_000} MB are read")
        entries = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValueError, RecursionError) as error:
        raise BadInput(f"the file cannot be read: {error!s:.200}", str(file), "fetch it again") from error
    if entries is None:
        return []
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise BadInput("the file does not hold a list of records", str(file), "fetch it again")
    return entries


def _assets(work: _Import, records: Iterable[tuple[str, Record]]) -> list[tuple[str, Record]]:
    kept: list[tuple[str, Record]] = []
    for where, record in records:
        work.read += 1
        problem = _problem(record)
        if problem:
            work.refused.append(Problem(kind="missing_field", subject=where, detail=problem))
            continue
        name, prefix = clean_text(record["name"]), PREFIXES[record["type"]]
        first = work_id(name) if prefix == "work" else f"{prefix}:{name}"
        node_id, copy = first, 1
        while node_id in work.nodes:
            copy += 1
            node_id = f"{first}~{copy}"
        if copy > 1:
            work.note("repeated_name", name, f"kept as {node_id}; who names it as a parent means the first")
        work.node(node_id, prefix, name, recorded=True, url=url_of(_value(record, "url")))
        work.by_name.setdefault(name, node_id)
        work.by_key.setdefault(_key(name), node_id)
        _name_aliases(work, node_id, name, record)
        _tell_quirks(work, name, record)
        kept.append((node_id, record))
    return kept


def _problem(record: Record) -> str | None:
    if not isinstance(record.get("name"), str) or not clean_text(record["name"]):
        return "lacks name"
    if record.get("type") not in PREFIXES:
        return f"type is none of {', '.join(PREFIXES)}"
    if not isinstance(_value(record, "dependencies"), (list, str, type(None))):
        return "dependencies is no list"
    return None


def _name_aliases(work: _Import, node_id: str, name: str, record: Record) -> None:
    work.alias(name, node_id, "name")
    maker = _value(record, "organization")
    if isinstance(maker, str) and not _is_missing(maker) and record["type"] != "dataset":
        work.alias(f"{clean_text(maker)} {name}", node_id, "name")
    for part in ("url", "model_card", "datasheet"):
        url = url_of(_value(record, part))
        if url is None:
            continue
        if hub := huggingface_id(url) or _hub_model(url):
            work.alias(hub, node_id, "hub_id")
        elif repository := github_repo(url):
            work.alias(f"https://github.com/{repository}", node_id, "code_url")
        else:
            work.alias(url, node_id, "stated")


def _tell_quirks(work: _Import, name: str, record: Record) -> None:
    access = _value(record, "access")
    if isinstance(access, str) and access != access.lower():
        work.note("spelling", name, f"access is written '{access:.40}'; read as '{access.lower():.40}'")
    if "value" in record:
        work.note("misplaced_value", name, "a value stands beside the field it belongs to; created_date takes it")
    if record["name"] != clean_text(record["name"]):
        work.note("tidied_name", name, "spaces or invisible characters were removed from the name")


def _parents(work: _Import, record: Record) -> Iterator[str]:
    stated = _value(record, "dependencies")
    for parent in stated if isinstance(stated, list) else [stated]:
        name = clean_text(parent)
        if not name or _is_missing(name):
            if name:
                work.note(
                    "parent_unknown", clean_text(record["name"]), f"the parent is stated as '{name}'; no node is made"
                )
            continue
        yield name


def _derive(work: _Import, child: str, stated: str) -> None:
    parent, basis = work.by_name.get(stated), "name"
    if parent is None and (parent := work.by_key.get(_key(stated))):
        basis = "normalised_name"
        work.note("spelling", stated, f"as a parent means {parent}, though written otherwise")
        work.alias(stated, parent, "normalised_name")
    if parent is None:
        parent = work_id(stated)
        if parent in work.own_sources:
            parent = f"work:{_key(stated)}"
        basis = "normalised_name" if parent in work.nodes and work.nodes[parent]["recorded"] else "stated"
        work.node(parent, "work", stated, recorded=False)
        work.alias(stated, parent, "normalised_name" if basis == "normalised_name" else "stated")
    work.edge(child, parent, "derived_from", stated, basis)  # type: ignore[arg-type]


def _check_edges(work: _Import, file: Path, kept: list[tuple[str, Record]]) -> None:
    """Count the parents without a record, and compare with the published list of edges."""
    listed = Counter(
        (parent, clean_text(record["name"]))
        for _, record in kept
        for parent in map(clean_text, _as_list(_value(record, "dependencies")))
        if parent
    )
    unrecorded = [parent for parent, _ in listed.elements() if parent not in work.by_name]
    if unrecorded:
        detail = f"{len(unrecorded):,} edges name {len(set(unrecorded)):,} parents without a record of that name"
        work.note("unrecorded_parent", "dependencies", detail)
    for number, row in _csv_rows(file, ("parent", "child")):
        parent, child = clean_text(row["parent"]), clean_text(row["child"])
        if listed[parent, child]:
            continue
        if child not in work.by_name:
            detail = f"'{child:.80}' is no record"
            work.refused.append(Problem(kind="unknown_child", subject=f"{file.name}, line {number}", detail=detail))
            continue
        work.note("edge_only_in_list", child, f"'{parent:.80}' is a parent in {file.name}, not in the record; kept")
        if not _is_missing(parent):
            _derive(work, work.by_name[child], parent)


def _join_audit(work: _Import, file: Path) -> None:
    """Tie each work to the audited datasets that record it, by the surest of the published matches."""
    order = list(JOINS)
    found: dict[tuple[str, str], str] = {}
    not_same = {(parent_key(one.name), one.node_id) for one in read_decisions("current") if not one.same}
    for number, row in _csv_rows(file, ("dpi_uid", "ecosystem_dataset", "matched_on")):
        node_id = work.by_name.get(clean_text(row["ecosystem_dataset"]))
        if node_id is None or row["matched_on"] not in JOINS:
            detail = f"'{row['ecosystem_dataset']:.80}' is no record, or '{row['matched_on']:.40}' no kind of match"
            work.refused.append(Problem(kind="unknown_join", subject=f"{file.name}, line {number}", detail=detail))
            continue
        pair = (node_id, clean_text(row["dpi_uid"]))
        if (parent_key(row["ecosystem_dataset"]), pair[1]) in not_same:
            work.note(
                "not_the_same", row["ecosystem_dataset"], f"{pair[1]} is a derivative of it, so they are not tied"
            )
            continue
        found[pair] = min(row["matched_on"], found.get(pair, row["matched_on"]), key=order.index)
    for (node_id, dataset_id), matched_on in found.items():
        work.node(dataset_id, "dataset", dataset_id, recorded=False)
        work.edge(node_id, dataset_id, "recorded_as", None, JOINS[matched_on])
    if found:
        works = len({node_id for node_id, _ in found})
        work.note("joined", file.name, f"{len(found):,} audited datasets are records of {works:,} works")


def _csv_rows(file: Path, needed: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    if not file.is_file():
        return
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream, strict=True)
            lacking = [name for name in needed if name not in (reader.fieldnames or ())]
            if lacking:
                raise BadInput(f"column {lacking[0]} is missing", str(file), f"it needs {', '.join(needed)}")
            for row in reader:
                yield reader.line_num, {name: row[name] or "" for name in needed}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadInput(f"the file cannot be read: {error}", str(file), "fetch it again") from error


def _count_fill(work: _Import, records: list[Record]) -> None:
    for kind, fields in FILL.items():
        of_kind = [record for record in records if record["type"] == kind]
        for name in fields:
            known = sum(not _is_missing(_value(record, name)) for record in of_kind)
            if known < len(of_kind):
                detail = f"{known:,} of {len(of_kind):,} state it; 'unknown', 'none' and '' count as not stated"
                work.note("not_stated", f"{kind}.{name}", detail)


def _find_loops(work: _Import) -> None:
    """Report each self-loop and cycle; they are kept, and walks end at nodes already seen."""
    above: dict[str, dict[str, None]] = defaultdict(dict)
    for (child, parent), row in work.edges.items():
        if child == parent:
            work.note(
                "self_derivation", str(work.nodes[child]["label"]), f"names itself as a parent ('{row['stated']}')"
            )
        elif row["kind"] == "derived_from":
            above[child][parent] = None
    while True:
        try:
            TopologicalSorter(above).prepare()
        except CycleError as error:
            cycle: list[str] = error.args[1]
            names = " > ".join(str(work.nodes[node_id]["label"]) for node_id in cycle)
            work.note("cycle", str(work.nodes[cycle[0]]["label"]), f"{len(cycle) - 1} nodes: {names}")
            for parent, child in pairwise(cycle):
                del above[child][parent]
        else:
            return


def _finish(work: _Import, out: Path) -> ImportReport:
    work.note("field_not_kept", "description and other prose", "texts of others; not part of the facts")
    notes = sorted(work.notes.values(), key=lambda note: (note.kind, note.subject, note.detail))
    refused = [Note(kind="refused", subject=one.subject, detail=f"{one.kind}: {one.detail}") for one in work.refused]
    tables: dict[str, list[Row]] = {
        "node": list(work.nodes.values()),
        "derivation": list(work.edges.values()),
        "alias": list(work.aliases.values()),
        "import_note": [
            {"source_id": SOURCE, "snapshot": SNAPSHOT, **note.model_dump()} for note in (*notes, *refused)
        ],
    }
    return ImportReport(
        source=SOURCE,
        read=work.read,
        kept=work.read - sum(problem.kind == "missing_field" for problem in work.refused),
        refused=tuple(work.refused),
        notes=tuple(notes),
        files=write_facts(out, tables),
        rows={table: len(rows) for table, rows in sorted(tables.items())},
    )


def _value(record: Mapping[str, object], name: str) -> object:
    """Give a field that may be plain or stand in {explanation, value}."""
    stated = record.get(name)
    if isinstance(stated, dict):
        beside = record.get("value") if name == "created_date" else None
        return stated.get("value", beside)
    return stated


def _is_missing(value: object) -> bool:
    if isinstance(value, list):
        return all(map(_is_missing, value))
    return value is None or clean_text(value).casefold() in MISSING


def _as_list(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _hub_model(url: str) -> str | None:
    match = _HUB_MODEL.fullmatch(url)
    return match[1] if match and not match[1].startswith(_HUB_PAGES) else None


def _key(name: str) -> str:
    """Reduce a name to letters and digits; unlike `work_id`, the word "dataset" still counts."""
    return _NOT_WORD.sub("", name.casefold()) or name.casefold()
