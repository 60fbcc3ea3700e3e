"""Import the Data Provenance Collection: text, speech and video, two releases, and what each derives from."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from langcodes import Language

from governance.catalogue import normalise as norm
from governance.catalogue.facts import ImportReport, Note, Problem, read_jsonl, write_facts
from governance.catalogue.vocabulary import Snapshot
from governance.errors import BadInput
from governance.provenance.dpi.gathered import SOURCE, Gathered, Record, Release
from governance.provenance.dpi.licences import LicenceTable
from governance.provenance.dpi.lineage import add_lineage
from governance.provenance.dpi.records import add_record

RELEASES = (
    Release("current", "text", "text.jsonl.gz", "constants"),
    Release("current", "speech", "speech.jsonl.gz", "constants"),
    Release("current", "video", "video.jsonl.gz", "constants"),
    Release("2023-10-25", "text", "text_v1_2023-10-25.jsonl.gz", "constants_v1_2023-10-25"),
)
REQUIRED = ("Unique Dataset Identifier", "Dataset Name", "Collection", "Licenses")
RESERVED = ("collection:", "work:", "source:", "model:", "application:")
"""How the ids of nodes without a record start; a dataset's own id must not."""
NOT_KEPT = ("License Notes", "License Verified By", "Inferred Metadata.PwC Description", "Notes", "Process Description")
"""Fields left behind on purpose: prose of others and names of volunteers."""


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
    work = Gathered()
    licences = {folder: LicenceTable.read(path / folder) for folder in {release.constants for release in releases}}
    records: dict[Snapshot, list[tuple[str, Record]]] = defaultdict(list)
    for release in releases:
        for dataset_id, record in _records(path / release.file, release, records[release.snapshot], work):
            add_record(work, release, dataset_id, record, licences[release.constants])
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
        add_lineage(work, snapshot, known)
    _labels(work)
    for name in NOT_KEPT:
        work.note(None, "field_not_kept", name, "prose of others or names of people; not part of the facts")
    return _finish(work, out)


def _records(
    file: Path, release: Release, known: list[tuple[str, Record]], work: Gathered
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


def _labels(work: Gathered) -> None:
    used = {(str(row["facet"]), str(row["value"])) for row in work.tables["dataset_facet"]}
    parents = {"language": norm.language_family, "task": lambda task: next(iter(norm.task_group(task)), None)}
    names = {"language": norm.language_name, "creator_country": norm.country_name, "script": _script_name}
    for facet, value in sorted(used):
        label = names[facet](value) if facet in names else value
        parent = parents[facet](value) if facet in parents else None
        work.add("facet_value", facet=facet, value=value, label=label, parent=parent)


def _script_name(code: str) -> str:
    return Language.make(script=code).script_name()


def _finish(work: Gathered, out: Path) -> ImportReport:
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
