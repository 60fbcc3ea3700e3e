"""The columns of every tabular export, in their order: what a person reads first comes first."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a tabular export.

    Args:
        name: Its header, as in the table of datasets.
        help: What it holds.
    """

    name: str
    help: str


COLUMNS: tuple[Column, ...] = (
    Column("id", "Unique id of the dataset in this snapshot"),
    Column("name", "Name"),
    Column("collection", "Release it was published in"),
    Column("licence_use", "What its own licences allow, under the policy"),
    Column("effective_use", "What is left once everything it derives from counts"),
    Column("licences", "Licences the audit found, by name"),
    Column("deciding_licence", "Licence that decides the effective use"),
    Column("reason", "What decides the effective use, in words"),
    Column("attribution", "Whether its own licences ask for credit"),
    Column("share_alike", "Whether its own licences bind what is built on it"),
    Column("effective_attribution", "Whether credit is asked for once lineage counts"),
    Column("effective_share_alike", "Whether share-alike binds once lineage counts"),
    Column("modality", "text, speech or video"),
    Column("language", "Languages, ISO 639-3; code for programming languages"),
    Column("language_family", "Language families, in the audit's grouping"),
    Column("script", "Scripts, ISO 15924"),
    Column("task_group", "Tasks, in the audit's groups"),
    Column("task", "Tasks"),
    Column("domain", "Domains of its text sources"),
    Column("text_source", "Where the text, speech or video was taken from"),
    Column("topic", "Subjects found in the examples"),
    Column("authorship", "Written by people, models, both, or not stated"),
    Column("generating_model", "Models that wrote examples"),
    Column("synthetic", "Whether a generating model is named"),
    Column("human_annotated", "Whether people annotated it"),
    Column("data_format", "Zero-shot, few-shot, dialogue and so on"),
    Column("creator", "Organisations that made it"),
    Column("creator_kind", "Kinds of those organisations"),
    Column("creator_country", "Their countries, ISO 3166-1 alpha-2"),
    Column("year", "Year of release, earliest known"),
    Column("released", "Date of release, earliest known"),
    Column("examples", "Examples or dialogues, a count"),
    Column("hours", "Hours of speech or video"),
    Column("downloads", "Downloads on Hugging Face, a count"),
    Column("downloads_month", "Month the downloads were taken"),
    Column("citations", "Citations of its paper, a count"),
    Column("citations_month", "Month the citations were taken"),
    Column("parents", "Datasets it was derived from, a count"),
    Column("missing_parents", "Those of them without a record, a count"),
    Column("because", "Path of node ids to what decides the effective use"),
    Column("host_agreement", "How each site's stated licence compares with the audit"),
    Column("sites", "Web sites it states as sources, a count"),
    Column("sites_known", "Those of them whose robots.txt was read, a count"),
    Column("sources_full", "Share of those that bar an AI developer from everything, 0 to 1"),
    Column("source_terms", "What was read in the terms of its collection's sources"),
    Column("taken_down", "Whether it was withdrawn"),
    Column("url", "Its page"),
    Column("huggingface_url", "Its page on Hugging Face"),
    Column("github_url", "Its page on GitHub"),
    Column("paperswithcode_url", "Its page on Papers with Code"),
    Column("paper_url", "Address of its paper"),
    Column("paper_title", "Title of its paper"),
    Column("arxiv_id", "arXiv id of its paper"),
    Column("stated_id", "Id as the source has it"),
    Column("collection_id", "Id of the collection"),
    Column("source_id", "Source of the record"),
)

COLUMN_NAMES: tuple[str, ...] = tuple(column.name for column in COLUMNS)
