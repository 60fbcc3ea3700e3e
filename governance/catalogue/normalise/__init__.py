"""Published names and texts, made comparable: languages, countries, licences, groups, dates, addresses."""

from __future__ import annotations

from governance.catalogue.normalise.bibtex import Entry, parse_bibtex
from governance.catalogue.normalise.groups import (
    domain,
    domain_type,
    model_group,
    task_group,
    text_source,
    topic_group,
)
from governance.catalogue.normalise.hosts import host_of, registrable
from governance.catalogue.normalise.languages import (
    LANGUAGE_KINDS,
    Language,
    LanguageKind,
    language,
    language_families,
    language_family,
    language_name,
)
from governance.catalogue.normalise.licences import spdx
from governance.catalogue.normalise.places import CREATOR_KINDS, Creator, CreatorKind, country, country_name, creator
from governance.catalogue.normalise.sites import Site, site
from governance.catalogue.normalise.text import (
    Metric,
    arxiv_id,
    clean_text,
    earliest_date,
    github_repo,
    huggingface_id,
    read_month,
    slug,
    url_of,
)

__all__ = [
    "CREATOR_KINDS",
    "LANGUAGE_KINDS",
    "Creator",
    "CreatorKind",
    "Entry",
    "Language",
    "LanguageKind",
    "Metric",
    "Site",
    "arxiv_id",
    "clean_text",
    "country",
    "country_name",
    "creator",
    "domain",
    "domain_type",
    "earliest_date",
    "github_repo",
    "host_of",
    "huggingface_id",
    "language",
    "language_families",
    "language_family",
    "language_name",
    "model_group",
    "parse_bibtex",
    "read_month",
    "registrable",
    "site",
    "slug",
    "spdx",
    "task_group",
    "text_source",
    "topic_group",
    "url_of",
]
