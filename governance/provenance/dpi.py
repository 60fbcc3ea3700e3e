"""Import the Data Provenance Collection: text, speech and video, two releases, and what each derives from."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from langcodes import Language

from governance.catalogue import normalise as norm
from governance.catalogue.facts import ImportReport, Note, Problem, read_jsonl, write_facts
from governance.catalogue.vocabulary import Host, Modality, Snapshot
from governance.errors import BadInput
from governance.provenance.dpi_licences import LicenceTable
from governance.provenance.parents import Candidate, Resolver, commonest, read_decisions

SOURCE = "dpi"
Record = dict[str, Any]
Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Release:
    """One file of the published layout, and the constants that belong to it."""

    snapshot: Snapshot
    modality: Modality
    file: str
    constants: str


RELEASES = (
    Release("current", "text", "text.jsonl.gz", "constants"),
    Release("current", "speech", "speech.jsonl.gz", "constants"),
    Release("current", "video", "video.jsonl.gz", "constants"),
    Release("2023-10-25", "text", "text_v1_2023-10-25.jsonl.gz", "constants_v1_2023-10-25"),
)

HOST_FIELDS: dict[Host, tuple[str, ...]] = {
    "huggingface": ("HF Yaml License", "HF Config License"),
    "github": ("GitHub License",),
    "paperswithcode": ("PwC License Name",),
}
DATE_FIELDS = {"S2 Date": "paper", "PwC Date": "Papers with Code", "HF Date": "Hugging Face", "Github Date": "GitHub"}
REQUIRED = ("Unique Dataset Identifier", "Dataset Name", "Collection", "Licenses")
MAX_DIGITS = 20
RESERVED = ("collection:", "work:", "source:", "model:")
"""How the ids of nodes without a record start; a dataset's own id must not."""
FORMATS = {"zero-shot": "Zero-shot", "program of thoughts": "Program-of-Thought"}
HUB_EPOCH = date(2022, 3, 2)
"""The day the hub states for repositories made before it kept dates."""
NOT_KEPT = ("License Notes", "License Verified By", "Inferred Metadata.PwC Description", "Notes", "Process Description")
"""Fields left behind on purpose: prose of others and names of volunteers."""


@dataclass(slots=True)
class _Import:
    """Rows and notes as they gather."""

    tables: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    notes: Counter[tuple[str | None, str, str, str]] = field(default_factory=Counter)
    refused: list[Problem] = field(default_factory=list)
    collections: dict[tuple[str, str], str] = field(default_factory=dict)
    read: int = 0

    def add(self, table: str, **row: object) -> None:
        self.tables[table].append(row)

    def note(self, snapshot: str | None, kind: str, subject: str, detail: str) -> None:
        self.notes[snapshot, kind, subject, detail] += 1


def import_dpi(path: Path, out: Path) -> ImportReport:
    """Read a copy of the published collection and write it as facts in our schema.

    Args:
        path: Folder with ``text.jsonl.gz``, ``speech.jsonl.gz``, ``video.jsonl.gz``,
            ``text_v1_2023-10-25.jsonl.gz`` (any of them) and their ``constants`` folders.
        out: Folder for the facts; the same input gives the same bytes.

    Raises:
        BadInput: Nothing to keep is there, or a file is damaged; ``out`` is then untouched.

    Source: Longpre et al. 2023, arXiv 2310.16787; Longpre et al. 2024, arXiv 2412.17847.
    """
    releases = [release for release in RELEASES if (path / release.file).is_file()]
    if not releases:
        wanted = ", ".join(release.file for release in RELEASES)
        raise BadInput("no file of the collection is here", str(path), f"name a folder that holds any of {wanted}")
    work = _Import()
    licences = {folder: LicenceTable.read(path / folder) for folder in {release.constants for release in releases}}
    records: dict[Snapshot, list[tuple[str, Record]]] = defaultdict(list)
    for release in releases:
        for dataset_id, record in _records(path / release.file, release, records[release.snapshot], work):
            _dataset(work, release, dataset_id, record)
            _facets(work, release, dataset_id, record)
            _licences(work, release, dataset_id, record, licences[release.constants])
            _metrics(work, release, dataset_id, record)
            _bibliography(work, release, dataset_id, record)
    if not work.tables["dataset"]:
        first = f": {work.refused[0].subject} {work.refused[0].detail}" if work.refused else ""
        raise BadInput(f"none of {work.read:,} records can be kept{first}", str(path), "fetch the files again")
    for release in releases:
        table = licences[release.constants]
        work.tables["licence"] += [
            {**row, "snapshot": release.snapshot, "source_id": SOURCE} for row in table.take_rows()
        ]
        work.tables["licence_alias"] += [{**row, "source_id": SOURCE} for row in table.take_aliases()]
    for snapshot, known in records.items():
        _lineage(work, snapshot, known)
    _labels(work)
    for name in NOT_KEPT:
        work.note(None, "field_not_kept", name, "prose of others or names of people; not part of the facts")
    return _finish(work, out)


def _records(
    file: Path, release: Release, known: list[tuple[str, Record]], work: _Import
) -> Iterator[tuple[str, Record]]:
    taken = {dataset_id for dataset_id, _ in known}
    for line, record in read_jsonl(file):
        work.read += 1
        if problem := _refusal(record):
            work.refused.append(Problem(kind=problem[0], subject=f"{file.name}, line {line}", detail=problem[1]))
            continue
        stated = norm.clean_text(str(record["Unique Dataset Identifier"]))
        dataset_id, copy = stated, 1
        while dataset_id in taken:
            copy += 1
            dataset_id = f"{stated}~{copy}"
        if copy > 1:
            where = f"{record.get('_file')} / {record.get('_key')}"
            work.note(release.snapshot, "repeated_id", stated, f"kept as {dataset_id} (from {where})")
        taken.add(dataset_id)
        known.append((dataset_id, record))
        yield dataset_id, record


def _refusal(record: Record) -> tuple[str, str] | None:
    missing = [name for name in REQUIRED if not norm.clean_text(str(record.get(name) or ""))]
    if missing:
        return "missing_field", f"lacks {', '.join(missing)}"
    if norm.clean_text(str(record["Unique Dataset Identifier"])).startswith(RESERVED):
        return "reserved_id", f"its identifier starts as those of other nodes do: {', '.join(RESERVED)}"
    entries = record["Licenses"]
    named = isinstance(entries, list) and all(isinstance(one, dict) and one.get("License") for one in entries)
    return None if named else ("unreadable_licence", "its Licenses are not a list of named licences")


def _dataset(work: _Import, release: Release, dataset_id: str, record: Record) -> None:
    inferred = _mapping(record, "Inferred Metadata")
    metrics = _mapping(record, "Text Metrics")
    if release.modality == "text":
        released, basis, year = norm.earliest_date(
            {label: str(inferred.get(key) or "") for key, label in DATE_FIELDS.items()}
        )
        if basis == "Hugging Face" and released == HUB_EPOCH:
            basis = "Hugging Face, which gives this day to every older repository"
        if not inferred:
            work.note(
                release.snapshot,
                "no_inferred_metadata",
                dataset_id,
                "no hosting-site fields, so hosts and dates are unknown",
            )
    else:
        released, basis, year = None, "year stated by the audit", _integer(record.get("Year Released"))
    human = {"Yes": True, "No": False}.get(str(record.get("Human Annotation")))
    models = _strings(record.get("Model Generated")) if release.modality == "text" else []
    huggingface = _link(work, release, dataset_id, record, "Hugging Face URL")
    taken_down = {"True": True, "False": False}.get(str(record.get("Taken Down")))
    collection = norm.clean_text(str(record["Collection"]))
    if human is None and release.modality == "text":
        work.note(
            release.snapshot, "human_annotation_not_stated", "Human Annotation", "neither Yes nor No; kept as unknown"
        )
    if (key := (release.snapshot, collection)) not in work.collections:
        work.collections[key] = release.modality
        url = norm.url_of(record.get("Collection URL"))
        work.add(
            "collection",
            snapshot=release.snapshot,
            id=collection,
            name=collection,
            modality=release.modality,
            url=url,
            citation_key=None,
            source_id=SOURCE,
        )
    elif work.collections[key] != release.modality:
        work.note(release.snapshot, "shared_collection", collection, "the name is used for another modality too")
    work.add(
        "dataset",
        snapshot=release.snapshot,
        id=dataset_id,
        stated_id=norm.clean_text(str(record["Unique Dataset Identifier"])),
        name=norm.clean_text(str(record["Dataset Name"])),
        collection_id=collection,
        modality=release.modality,
        year=year,
        released=released,
        released_basis=basis,
        examples=_integer(metrics.get("Num Dialogs")),
        hours=_number(record.get("Hours", record.get("Video Hours"))),
        speakers=_integer(record.get("Speakers")),
        mean_input_chars=_number(metrics.get("Mean Inputs Length")),
        mean_target_chars=_number(metrics.get("Mean Targets Length")),
        min_turns=_integer(metrics.get("Min Dialog Turns")),
        max_turns=_integer(metrics.get("Max Dialog Turns")),
        human_annotated=human,
        synthetic=bool(models) if release.modality == "text" else None,
        authorship=_authorship(human, bool(models)),
        taken_down=taken_down,
        url=_link(work, release, dataset_id, record, "Dataset URL") or _first_url(record.get("Website URL")),
        huggingface_url=huggingface,
        huggingface_id=norm.huggingface_id(huggingface or "")
        or norm.clean_text(str(inferred.get("HF Dataset") or ""))
        or None,
        github_url=_link(work, release, dataset_id, record, "GitHub URL"),
        paperswithcode_url=_link(work, release, dataset_id, record, "Papers with Code URL"),
        paper_url=_link(work, release, dataset_id, record, "Paper URL")
        or _link(work, release, dataset_id, record, "ArXiv URL"),
        paper_title=norm.clean_text(str(record.get("Paper Title") or "")) or None,
        arxiv_id=norm.arxiv_id(str(record.get("ArXiv URL") or "")),
        semantic_scholar_id=_integer(record.get("Semantic Scholar Corpus ID")),
        source_id=SOURCE,
        source_file=str(record.get("_file", release.file)),
        source_key=str(record.get("_key", dataset_id)),
        origin="facts",
    )


def _link(work: _Import, release: Release, dataset_id: str, record: Record, field_name: str) -> str | None:
    stated = record.get(field_name)
    url = norm.url_of(stated)
    if url is None and norm.clean_text(stated) not in ("", "None"):
        work.note(release.snapshot, "unusable_link", dataset_id, f"{field_name} is no web address; left out")
    return url


def _facets(work: _Import, release: Release, dataset_id: str, record: Record) -> None:
    found: dict[tuple[str, str], str | None] = {}

    def put(facet: str, value: str | None, stated: str | None = None) -> None:
        if value:
            found.setdefault((facet, value), stated if stated != value else None)

    hints = _strings(record.get("Languages (ISO)"))
    for position, name in enumerate(languages := _strings(record.get("Languages"))):
        language = norm.language(name, hints[position] if len(hints) == len(languages) else None)
        if language is None:
            work.note(release.snapshot, "unmapped_language", name, "no ISO 639-3 code; kept as stated under 'und'")
        put("language", language.code if language else "und", name)
        put("script", language.script if language else None, name)
        put("language_family", norm.language_family(language.code) if language else None)
    for task in [*_strings(record.get("Task Categories")), *_strings(record.get("Tasks"))]:
        put("task", task)
        for group in norm.task_group(task):
            put("task_group", group)
    inferred = _mapping(record, "Inferred Metadata")
    for name in _source_names(record, release.modality):
        source = norm.text_source(name)
        put("text_source", source, name)
        for group in norm.domain(source or name):
            put("domain", group)
    for category in _strings(record.get("Source Category")):
        for group in norm.domain(category):
            put("domain", group)
    for topic in [*_strings(inferred.get("Text Topics")), *_strings(record.get("Topics"))]:
        for group in norm.topic_group(topic):
            put("topic", group)
    for name in _strings(record.get("Creators")):
        put("creator", name)
        maker = norm.creator(name)
        for country in maker.countries:
            put("creator_country", country)
        put("creator_kind", maker.kind)
    for name in [*_strings(record.get("Location")), *_strings(record.get("Countries"))]:
        code = norm.country(name)
        if code is None:
            work.note(release.snapshot, "unmapped_country", name, "no ISO 3166 code; left out of the country facet")
        put("creator_country", code, name)
    for name in _strings(record.get("Format")):
        put("data_format", FORMATS.get(name.casefold(), name), name)
    for name in _strings(record.get("Model Generated")):
        put("generating_model", name)
    for (facet, value), stated in found.items():
        work.add(
            "dataset_facet", snapshot=release.snapshot, dataset_id=dataset_id, facet=facet, value=value, stated=stated
        )


def _licences(work: _Import, release: Release, dataset_id: str, record: Record, table: LicenceTable) -> None:
    inferred = _mapping(record, "Inferred Metadata")
    observed = _observed(inferred)
    statements: list[tuple[Host, str, str]] = [
        (
            "audit",
            norm.clean_text(str(entry.get("License") or "")),
            norm.clean_text(str(entry.get("License URL") or "")),
        )
        for entry in record["Licenses"]
    ]
    for host, fields in HOST_FIELDS.items():
        statements += [
            (host, norm.clean_text(str(inferred.get(name) or "")), "") for name in fields if inferred.get(name)
        ]
    for position, (host, stated, url) in enumerate(statements):
        licence_id, known = table.look_up(stated, url)
        if not known:
            detail = "in no table of the audit; its rule counts it as academic only"
            work.note(release.snapshot, "unknown_licence", licence_id, detail)
        work.add(
            "dataset_licence",
            snapshot=release.snapshot,
            dataset_id=dataset_id,
            host=host,
            position=position,
            stated=stated,
            licence_id=licence_id,
            url=norm.url_of(url),
            observed=observed if host != "audit" else None,
        )


def _metrics(work: _Import, release: Release, dataset_id: str, record: Record) -> None:
    inferred = _mapping(record, "Inferred Metadata")
    for name, value in inferred.items():
        metric = norm.read_month(name)
        count = _integer(value)
        if metric is not None and count is not None:
            work.add(
                "dataset_metric",
                snapshot=release.snapshot,
                dataset_id=dataset_id,
                metric=metric[0],
                month=metric[1],
                value=count,
            )


def _bibliography(work: _Import, release: Release, dataset_id: str, record: Record) -> None:
    text = str(record.get("Bibtex") or "")
    entry = norm.parse_bibtex(text)
    if text.strip() and entry is None:
        work.note(
            release.snapshot,
            "unreadable_bibtex",
            dataset_id,
            "no entry could be read; the dataset is cited from its other facts",
        )
    if entry is not None:
        work.add(
            "bibliography",
            snapshot=release.snapshot,
            dataset_id=dataset_id,
            entry_type=entry.entry_type,
            title=entry.title,
            authors=list(entry.authors),
            year=entry.year,
            venue=entry.venue,
            volume=entry.volume,
            pages=entry.pages,
        )


def _lineage(work: _Import, snapshot: Snapshot, known: list[tuple[str, Record]]) -> None:
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
                parents=tuple(_strings(record.get("Derived from Datasets"))),
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
        for stated in _strings(record.get("Derived from Datasets")):
            parent = resolver.resolve(stated)
            if parent.kind != "dataset":
                node(parent.node_id, parent.kind, stated, recorded=bool(parent.members) or parent.kind == "collection")
            for member in parent.members:
                edge(parent.node_id, member, "recorded_as", None, parent.basis)
            edge(dataset_id, parent.node_id, "derived_from", stated, parent.basis)
            if dataset_id == parent.node_id:
                work.note(snapshot, "self_derivation", dataset_id, f"names itself as a parent ('{stated}')")
        for name in _source_names(record, str(modality)):
            source = norm.text_source(name)
            if source:
                node(f"source:{source}", "text_source", source, recorded=True)
                edge(dataset_id, f"source:{source}", "text_source", name if name != source else None, "stated")
        for name in _strings(record.get("Model Generated")):
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


def _aliases(work: _Import, snapshot: Snapshot, row: Row) -> None:
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


def _work_aliases(work: _Import, snapshot: Snapshot, edges: Mapping[tuple[str, str, str], Row]) -> None:
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


def _labels(work: _Import) -> None:
    used = {(str(row["facet"]), str(row["value"])) for row in work.tables["dataset_facet"]}
    parents = {"language": norm.language_family, "task": lambda task: next(iter(norm.task_group(task)), None)}
    names = {"language": norm.language_name, "creator_country": norm.country_name, "script": _script_name}
    for facet, value in sorted(used):
        label = names[facet](value) if facet in names else value
        parent = parents[facet](value) if facet in parents else None
        work.add("facet_value", facet=facet, value=value, label=label, parent=parent)


def _script_name(code: str) -> str:
    return Language.make(script=code).script_name()


def _finish(work: _Import, out: Path) -> ImportReport:
    work.tables["link"] = list({json.dumps(row, sort_keys=True): row for row in work.tables["link"]}.values())
    notes = []
    for (snapshot, kind, subject, detail), times in sorted(
        work.notes.items(), key=lambda item: tuple(map(str, item[0]))
    ):
        detail = detail if times == 1 else f"{detail} ({times:,} times)"
        work.add("import_note", source_id=SOURCE, snapshot=snapshot, kind=kind, subject=subject, detail=detail)
        notes.append(Note(kind=kind, subject=subject if snapshot is None else f"{snapshot}: {subject}", detail=detail))
    for problem in work.refused:
        work.add(
            "import_note",
            source_id=SOURCE,
            snapshot=None,
            kind="refused",
            subject=problem.subject,
            detail=f"{problem.kind}: {problem.detail}",
        )
    files = write_facts(out, work.tables)
    return ImportReport(
        source=SOURCE,
        read=work.read,
        kept=work.read - len(work.refused),
        refused=tuple(work.refused),
        notes=tuple(notes),
        files=files,
        rows={table: len(rows) for table, rows in sorted(work.tables.items())},
    )


def _source_names(record: Record, modality: str) -> list[str]:
    return _strings(record.get({"text": "Text Sources", "speech": "Source", "video": "Video Sources"}[modality]))


def _observed(inferred: Record) -> str | None:
    months = [metric[1] for name in inferred if (metric := norm.read_month(name)) is not None and metric[1]]
    return max(months, default=None)


def _authorship(human: bool | None, synthetic: bool) -> str:
    if synthetic:
        return "both" if human else "models"
    return "people" if human else "neither_stated"


def _mapping(record: Record, name: str) -> Record:
    value = record.get(name)
    return value if isinstance(value, dict) else {}


def _strings(value: object) -> list[str]:
    """Give the texts of a list, a single text or nothing; order kept, repeats dropped."""
    items = value if isinstance(value, list) else [value]
    texts = [norm.clean_text(item) for item in items if isinstance(item, str)]
    return list(dict.fromkeys(text for text in texts if text))


def _integer(value: object) -> int | None:
    if isinstance(value, str) and value.isascii() and value.strip().isdigit() and len(value) <= MAX_DIGITS:
        return int(value)
    number = _number(value)
    return None if number is None else int(value)  # type: ignore[call-overload]


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < float("inf") else None


def _first_url(value: object) -> str | None:
    return next((url for item in _strings(value) if (url := norm.url_of(item))), None)
