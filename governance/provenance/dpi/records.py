"""One record into rows: the dataset, its facets, what hosts state, counts and the reference."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from governance.catalogue import normalise as norm
from governance.catalogue.vocabulary import Host
from governance.provenance.dpi.gathered import (
    SOURCE,
    Gathered,
    Record,
    Release,
    first_url,
    integer_of,
    mapping_of,
    number_of,
    source_names,
    strings_of,
)
from governance.provenance.dpi.licences import LicenceTable

HOST_FIELDS: dict[Host, tuple[str, ...]] = {
    "huggingface": ("HF Yaml License", "HF Config License"),
    "github": ("GitHub License",),
    "paperswithcode": ("PwC License Name",),
}
DATE_FIELDS = {"S2 Date": "paper", "PwC Date": "Papers with Code", "HF Date": "Hugging Face", "Github Date": "GitHub"}
FORMATS = {"zero-shot": "Zero-shot", "program of thoughts": "Program-of-Thought"}
HUB_EPOCH = date(2022, 3, 2)
"""The day the hub states for repositories made before it kept dates."""


def add_record(work: Gathered, release: Release, dataset_id: str, record: Record, licences: LicenceTable) -> None:
    """Add all rows of one record."""
    _dataset(work, release, dataset_id, record)
    _facets(work, release, dataset_id, record)
    _licences(work, release, dataset_id, record, licences)
    _metrics(work, release, dataset_id, record)
    _bibliography(work, release, dataset_id, record)


def _dataset(work: Gathered, release: Release, dataset_id: str, record: Record) -> None:
    inferred = mapping_of(record, "Inferred Metadata")
    metrics = mapping_of(record, "Text Metrics")
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
        released, basis, year = None, "year stated by the audit", integer_of(record.get("Year Released"))
    human = {"Yes": True, "No": False}.get(str(record.get("Human Annotation")))
    models = strings_of(record.get("Model Generated")) if release.modality == "text" else []
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
        examples=integer_of(metrics.get("Num Dialogs")),
        hours=number_of(record.get("Hours", record.get("Video Hours"))),
        speakers=integer_of(record.get("Speakers")),
        mean_input_chars=number_of(metrics.get("Mean Inputs Length")),
        mean_target_chars=number_of(metrics.get("Mean Targets Length")),
        min_turns=integer_of(metrics.get("Min Dialog Turns")),
        max_turns=integer_of(metrics.get("Max Dialog Turns")),
        human_annotated=human,
        synthetic=bool(models) if release.modality == "text" else None,
        authorship=_authorship(human, bool(models)),
        taken_down=taken_down,
        url=_link(work, release, dataset_id, record, "Dataset URL") or first_url(record.get("Website URL")),
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
        semantic_scholar_id=integer_of(record.get("Semantic Scholar Corpus ID")),
        source_id=SOURCE,
        source_file=str(record.get("_file", release.file)),
        source_key=str(record.get("_key", dataset_id)),
        origin="facts",
    )


def _link(work: Gathered, release: Release, dataset_id: str, record: Record, field_name: str) -> str | None:
    stated = record.get(field_name)
    url = norm.url_of(stated)
    if url is None and norm.clean_text(stated) not in ("", "None"):
        work.note(release.snapshot, "unusable_link", dataset_id, f"{field_name} is no web address; left out")
    return url


def _facets(work: Gathered, release: Release, dataset_id: str, record: Record) -> None:
    found: dict[tuple[str, str], str | None] = {}

    def put(facet: str, value: str | None, stated: str | None = None) -> None:
        if value:
            found.setdefault((facet, value), stated if stated != value else None)

    hints = strings_of(record.get("Languages (ISO)"))
    for position, name in enumerate(languages := strings_of(record.get("Languages"))):
        language = norm.language(name, hints[position] if len(hints) == len(languages) else None)
        if language is None:
            work.note(release.snapshot, "unmapped_language", name, "no ISO 639-3 code; kept as stated under 'und'")
        put("language", language.code if language else "und", name)
        put("script", language.script if language else None, name)
        put("language_family", norm.language_family(language.code) if language else None)
    for task in [*strings_of(record.get("Task Categories")), *strings_of(record.get("Tasks"))]:
        put("task", task)
        for group in norm.task_group(task):
            put("task_group", group)
    inferred = mapping_of(record, "Inferred Metadata")
    for name in source_names(record, release.modality):
        source = norm.text_source(name)
        put("text_source", source, name)
        for group in norm.domain(source or name):
            put("domain", group)
    for category in strings_of(record.get("Source Category")):
        for group in norm.domain(category):
            put("domain", group)
    for topic in [*strings_of(inferred.get("Text Topics")), *strings_of(record.get("Topics"))]:
        for group in norm.topic_group(topic):
            put("topic", group)
    for name in strings_of(record.get("Creators")):
        put("creator", name)
        maker = norm.creator(name)
        for country in maker.countries:
            put("creator_country", country)
        put("creator_kind", maker.kind)
    for name in [*strings_of(record.get("Location")), *strings_of(record.get("Countries"))]:
        code = norm.country(name)
        if code is None:
            work.note(release.snapshot, "unmapped_country", name, "no ISO 3166 code; left out of the country facet")
        put("creator_country", code, name)
    for name in strings_of(record.get("Format")):
        put("data_format", FORMATS.get(name.casefold(), name), name)
    for name in strings_of(record.get("Model Generated")):
        put("generating_model", name)
    for (facet, value), stated in found.items():
        work.add(
            "dataset_facet", snapshot=release.snapshot, dataset_id=dataset_id, facet=facet, value=value, stated=stated
        )
    _sites(work, release.snapshot, dataset_id, [value for facet, value in found if facet == "text_source"])


def _sites(work: Gathered, snapshot: str, dataset_id: str, sources: Sequence[str]) -> None:
    sites: dict[str, str] = {}
    for found in map(norm.site, sources):
        if found:
            sites.setdefault(*found)
    for domain, basis in sites.items():
        work.add(
            "dataset_domain",
            snapshot=snapshot,
            dataset_id=dataset_id,
            domain_id=domain,
            basis=basis,
            source_id=SOURCE,
        )


def _licences(work: Gathered, release: Release, dataset_id: str, record: Record, table: LicenceTable) -> None:
    inferred = mapping_of(record, "Inferred Metadata")
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


def _metrics(work: Gathered, release: Release, dataset_id: str, record: Record) -> None:
    inferred = mapping_of(record, "Inferred Metadata")
    for name, value in inferred.items():
        metric = norm.read_month(name)
        count = integer_of(value)
        if metric is not None and count is not None:
            work.add(
                "dataset_metric",
                snapshot=release.snapshot,
                dataset_id=dataset_id,
                metric=metric[0],
                month=metric[1],
                value=count,
            )


def _bibliography(work: Gathered, release: Release, dataset_id: str, record: Record) -> None:
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


def _observed(inferred: Record) -> str | None:
    months = [metric[1] for name in inferred if (metric := norm.read_month(name)) is not None and metric[1]]
    return max(months, default=None)


def _authorship(human: bool | None, synthetic: bool) -> str:
    if synthetic:
        return "both" if human else "models"
    return "people" if human else "neither_stated"
