"""The facets of each kind of record, as data: page, CLI, API and manifest loop over these rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FacetKind = Literal["one", "many", "range"]
"""One value a record, many values a record, or a number between two bounds."""

UNKNOWN = "unknown"
"""How a facet writes that a record states no value; in the tables it is null."""


@dataclass(frozen=True, slots=True)
class Facet:
    """One way to narrow a selection.

    Args:
        field: Its name in the URL, the API, the manifest and, with hyphens, the CLI.
        label: Its name on the page.
        kind: How many values a record has.
        help: What it means, in one line.
        group: The heading it stands under.
        column: For a range, the column of ``dataset`` it reads.
    """

    field: str
    label: str
    kind: FacetKind
    help: str
    group: str
    column: str | None = None


DATASET_FACETS: tuple[Facet, ...] = (
    Facet("licence_use", "Licence use", "one", "What the dataset's own licences allow, under the policy", "Licence"),
    Facet("effective_use", "Effective use", "one", "What is left once everything it derives from counts", "Licence"),
    Facet("modality", "Modality", "one", "Text, speech or video", "Content"),
    Facet("language", "Language", "many", "ISO 639-3, e.g. swh; code for programming languages", "Content"),
    Facet("language_family", "Language family", "many", "The audit's grouping of languages", "Content"),
    Facet("script", "Script", "many", "ISO 15924, where the source states one, e.g. Cyrl", "Content"),
    Facet("task_group", "Task group", "many", "Tasks in the audit's 23 groups", "Content"),
    Facet("task", "Task", "many", "What the examples train, e.g. Summarization", "Content"),
    Facet("domain", "Domain", "many", "The audit's grouping of text sources", "Content"),
    Facet("text_source", "Text source", "many", "Where the text, speech or video was taken from", "Content"),
    Facet("topic", "Topic", "many", "Subjects found in the examples, in the audit's groups", "Content"),
    Facet("authorship", "Written by", "one", "People, generating models, or both", "Making"),
    Facet("generating_model", "Generating model", "many", "Models that wrote examples", "Making"),
    Facet("data_format", "Format", "many", "Zero-shot, few-shot, dialogue and so on", "Making"),
    Facet("collection", "Collection", "one", "The release it was published in", "Origin"),
    Facet("creator", "Creator", "many", "Organisations that made it", "Origin"),
    Facet("creator_country", "Creator country", "many", "ISO 3166-1 alpha-2, e.g. KE", "Origin"),
    Facet("creator_kind", "Creator kind", "many", "Academic, industry, nonprofit and so on", "Origin"),
    Facet("attribution", "Attribution", "one", "Whether its own licences ask for credit", "Licence"),
    Facet("share_alike", "Share-alike", "one", "Whether its own licences bind what is built on it", "Licence"),
    Facet("licence", "Licence", "many", "Licences the audit found, by name", "Licence"),
    Facet(
        "host_agreement", "Host agreement", "many", "How each site's stated licence compares with the audit", "Licence"
    ),
    Facet(
        "source_terms",
        "Terms of sources",
        "many",
        "What was read in the terms of its collection's sources, e.g. scraping:prohibited",
        "Consent",
    ),
    Facet(
        "sources_full",
        "Sources fully restricted",
        "range",
        "Share, 0 to 1, of its web sites with a robots.txt read here that bars an AI developer from everything; "
        "unknown for all until you import robots.txt files",
        "Consent",
        "sources_full",
    ),
    Facet("year", "Year", "range", "Year of release, earliest known", "Size and time", "year"),
    Facet("examples", "Examples", "range", "Number of examples or dialogues", "Size and time", "examples"),
    Facet("hours", "Hours", "range", "Hours of speech or video", "Size and time", "hours"),
)

FACETS_BY_FIELD: dict[str, Facet] = {facet.field: facet for facet in DATASET_FACETS}
